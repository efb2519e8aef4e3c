"""Neutral faces on disk: what was kept comes back, and no file does any harm."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vtube.motion.facevector import FIELDS, INDEX, Vector
from vtube.motion.neutral_faces import MAX_FACES, NAME, NeutralFaceStore
from vtube.paths import SHORT_LOCK, write_whole


def face(**values: float) -> Vector:
    vector = np.zeros(len(FIELDS))
    for name, value in values.items():
        vector[INDEX[name]] = value
    return vector


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "not there yet" / NAME
    kept = NeutralFaceStore(path)
    assert kept.get("livelink") is None
    kept.put("livelink", face(head_x=-12.5, browInnerUp=0.08))
    kept.close()
    kept.put("webcam", face(head_y=3.0))
    kept.close()
    again = NeutralFaceStore(path)
    for source, expected in (("livelink", face(head_x=-12.5, browInnerUp=0.08)), ("webcam", face(head_y=3.0))):
        found = again.get(source)
        assert found is not None
        np.testing.assert_allclose(found, expected)
    assert {file.name for file in path.parent.iterdir()} - {SHORT_LOCK} == {NAME}


def test_the_faces_of_another_program_stay(tmp_path: Path) -> None:
    one, other = NeutralFaceStore(tmp_path / NAME), NeutralFaceStore(tmp_path / NAME)
    one.put("vts", face(head_x=1.0))
    one.close()
    other.put("vmc", face(head_x=2.0))
    other.close()
    assert set(json.loads((tmp_path / NAME).read_text())["faces"]) == {"vts", "vmc"}


def test_there_is_an_end_to_them(tmp_path: Path) -> None:
    kept = NeutralFaceStore(tmp_path / NAME)
    for index in range(MAX_FACES + 3):
        kept.put(f"replay {index}", face(head_x=1.0))
        kept.close()
    faces = json.loads((tmp_path / NAME).read_text())["faces"]
    assert len(faces) == MAX_FACES
    assert "replay 0" not in faces


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format": "another"}',
        b"[" * 100_000,
        b'{"format": "vtube neutral faces", "version": 2, "faces": {}}',
        b'{"format": "vtube neutral faces", "faces": {}}',
        b'{"format": "vtube neutral faces", "version": 1, "faces": {"vts": 5}}',
        b'{"format": "vtube neutral faces", "version": 1, "faces": {"vts": {"head_x": 1' + b"0" * 400 + b"}}}",
        b" " * 1_000_001,
    ],
)
def test_a_damaged_file_is_one_line_and_is_written_anew(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)
    kept = NeutralFaceStore(path)
    assert kept.get("vts") is None
    assert len(caplog.messages) == 1
    assert NAME in caplog.messages[0]
    kept.put("vts", face(head_x=1.0))
    kept.close()
    assert NeutralFaceStore(path).get("vts") is not None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["vts", "head_x", "jawOpen", "faces"]), inner, max_size=3)
        ),
    )
)
def test_whatever_it_says_a_face_is_numbers(tmp_path: Path, faces: object) -> None:
    (tmp_path / NAME).write_text(json.dumps({"format": "vtube neutral faces", "version": 1, "faces": faces}))
    found = NeutralFaceStore(tmp_path / NAME).get("vts")
    assert found is None or np.isfinite(found).all()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    kept = NeutralFaceStore(tmp_path / "file" / NAME)
    kept.put("vts", face(head_x=1.0))
    kept.close()
    assert "not kept" in caplog.messages[-1]
    assert kept.get("vts") is not None


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / NAME / "inside").mkdir(parents=True)  # a folder in the file's place cannot be replaced
    kept = NeutralFaceStore(tmp_path / NAME)
    kept.put("vts", face(head_x=1.0))
    kept.close()

    assert {entry.name for entry in tmp_path.iterdir()} - {SHORT_LOCK} == {NAME}
    assert "not kept" in caplog.messages[-1]


def test_faces_without_end_are_not_held_in_memory(tmp_path: Path) -> None:
    kept = NeutralFaceStore(tmp_path / NAME)
    for index in range(MAX_FACES + 3):
        kept.put(f"replay {index}", face(head_x=1.0))
    assert sum(kept.get(f"replay {index}") is not None for index in range(MAX_FACES + 3)) == MAX_FACES
    assert kept.get("replay 0") is None
    kept.close()


def test_a_disk_that_hangs_makes_nothing_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes, writable = [], threading.Event()

    def hang(path: Path, write: Callable[[Path], object]) -> None:
        assert writable.wait(60.0)
        writes.append(path)
        write_whole(path, write)

    monkeypatch.setattr("vtube.settings.kept_file.write_whole", hang)
    kept = NeutralFaceStore(tmp_path / NAME)
    for index in range(1000):
        kept.put("vts", face(head_x=float(index)))
    writable.set()
    kept.close(60.0)
    assert len(writes) <= 2
    found = NeutralFaceStore(tmp_path / NAME).get("vts")
    assert found is not None
    assert found[INDEX["head_x"]] == 999.0
