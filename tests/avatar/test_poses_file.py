import gzip
import json
from pathlib import Path

import pytest

from vtube.avatar.poses_file import load_poses
from vtube.errors import PoseError
from vtube.pose import INDEX


def test_lists_and_objects_mix(tmp_path: Path) -> None:
    path = tmp_path / "poses.json"
    path.write_text(json.dumps([[0.0] * 45, {"head_y": 0.5}]))
    assert load_poses(path)[1][INDEX["head_y"]] == 0.5


def test_gzip_is_read(tmp_path: Path) -> None:
    path = tmp_path / "poses.json.gz"
    path.write_bytes(gzip.compress(b'[{"breathing": 1}]'))
    assert len(load_poses(path)) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[", "is not JSON"),
        ("{}", "JSON list of poses"),
        ("[]", "at least one"),
        ("[3]", "pose 0: a pose is"),
        ('[{}, {"mouth": 1}]', "pose 1: there is no pose parameter"),
        ("[[1, 2]]", "45 numbers"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "poses.json"
    path.write_text(content)
    with pytest.raises(PoseError, match=words) as caught:
        load_poses(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PoseError, match=r"cannot read the poses .*gone\.json"):
        load_poses(tmp_path / "gone.json")


def test_a_broken_gzip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "poses.json.gz"
    path.write_bytes(b"not gzip")
    with pytest.raises(PoseError, match="cannot read the poses"):
        load_poses(path)


def test_a_gzip_that_is_damaged_inside_is_named(tmp_path: Path) -> None:
    path = tmp_path / "poses.json.gz"
    data = bytearray(gzip.compress(bytes(range(256)) * 8))
    data[10:20] = b"\xff" * 10
    path.write_bytes(data)
    with pytest.raises(PoseError, match="cannot read the poses"):
        load_poses(path)
