"""Which drawing a puppet moves, and that a picture is doubled once."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.avatar.puppet_fixtures import Nearest, figure
from vtube.avatar.enlarge import enlarge
from vtube.avatar.puppet.drawing import Doubling, at_detail, doubled, finest
from vtube.errors import ModelError
from vtube.frame import blank


def none(name: str) -> Doubling | None:
    return None


def test_the_users_own_drawing_comes_first(tmp_path: Path) -> None:
    source = np.asarray(cv2.resize(figure(), (1536, 1536)), np.uint8)
    network = Nearest()
    assert finest(figure(), source, tmp_path / "some.vtpuppet", lambda name: network) is source
    assert network.times == 0


def test_a_picture_is_doubled_once_and_kept_beside_its_puppet(tmp_path: Path) -> None:
    path, network = tmp_path / "some.vtpuppet", Nearest()
    for _ in range(2):
        drawing = finest(figure(), figure(), path, lambda name: network)
    assert network.times == 1
    kept = doubled(figure(), path)
    assert kept is not None and np.array_equal(kept, drawing)
    seen = kept[..., 3] > 0
    assert np.array_equal(kept[seen], network(figure()[None])[0][seen])


def test_another_pictures_double_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "some.vtpuppet"
    finest(figure(), figure(), path, lambda name: Nearest())
    assert doubled(blank(), path) is None
    (tmp_path / "some.large.png").write_bytes(b"torn")
    assert doubled(figure(), path) is None


def test_without_the_network_a_filter_doubles_and_nothing_is_kept(tmp_path: Path) -> None:
    drawing = finest(figure(), figure(), tmp_path / "some.vtpuppet", none)
    assert np.array_equal(drawing, enlarge(figure(), 1024))
    assert not list(tmp_path.iterdir())


def test_a_disk_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("in the way")
    with pytest.raises(ModelError, match="cannot write"):
        finest(figure(), figure(), tmp_path / "folder" / "some.vtpuppet", lambda name: Nearest())


@pytest.mark.parametrize("size", [512, 1024, 2048])
def test_a_drawing_is_brought_to_the_detail_wanted(size: int) -> None:
    drawing = np.asarray(cv2.resize(figure(), (size, size), interpolation=cv2.INTER_CUBIC), np.uint8)
    at = at_detail(drawing, 2)
    assert at.shape == (1024, 1024, 4)
    assert (at[-1, 512] == figure()[-1, 256]).all() and not at[0, 0, 3]
