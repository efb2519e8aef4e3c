"""The extra `cutout`, with a stand-in for rembg: what its mask becomes, and what its failures become."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from importlib.machinery import ModuleSpec

import numpy as np
import pytest
from PIL import Image

from vtube.avatar.picture.cutout import cut_out
from vtube.avatar.picture.decode import Decoded
from vtube.avatar.picture.matting import with_network
from vtube.avatar.picture.prepare import refit
from vtube.frame import SIZE, Frame
from vtube.paths import default_picture

Mask = Callable[[Frame], np.ndarray]


@pytest.fixture(scope="module")
def figure() -> Frame:
    with Image.open(default_picture()) as picture:
        return np.array(picture.convert("RGBA"))


@pytest.fixture(scope="module")
def scene(figure: Frame) -> Frame:
    behind = Image.fromarray(np.random.default_rng(3).integers(0, 256, (SIZE, SIZE, 3), np.uint8)).convert("RGBA")
    behind.alpha_composite(Image.fromarray(figure))
    return np.array(behind)


def install(monkeypatch: pytest.MonkeyPatch, mask: Mask) -> None:
    """Something with rembg's two functions, as far as they are used."""
    stand_in = types.ModuleType("rembg")
    stand_in.__spec__ = ModuleSpec("rembg", None)

    def remove(data: Frame, *, session: object, only_mask: bool) -> np.ndarray:
        assert session == "a session of isnet-anime" and only_mask and data.shape[2] == 3
        return mask(data)

    vars(stand_in).update(new_session=lambda name: f"a session of {name}", remove=remove)
    monkeypatch.setitem(sys.modules, "rembg", stand_in)


def test_any_background_is_taken_away_with_clean_edges(
    monkeypatch: pytest.MonkeyPatch, figure: Frame, scene: Frame
) -> None:
    install(monkeypatch, lambda _: figure[..., 3])
    cut = with_network(scene, cut_out(scene))
    assert [(note.code, note.severity) for note in cut.notes] == [("cut-out", "done")]
    assert np.array_equal(cut.frame[..., 3], figure[..., 3])
    edge = (figure[..., 3] > 40) & (figure[..., 3] < 200)
    off = np.abs(cut.frame[edge][:, :3].astype(int) - figure[edge][:, :3]).mean()
    before = np.abs(scene[edge][:, :3].astype(int) - figure[edge][:, :3]).mean()
    assert off < 0.75 * before
    assert not cut.frame[figure[..., 3] == 0].any()


def test_a_scene_can_be_fitted_with_it(monkeypatch: pytest.MonkeyPatch, figure: Frame, scene: Frame) -> None:
    install(monkeypatch, lambda _: figure[..., 3])
    fitted = refit(Decoded(scene, (), as_stored=True), "scene")
    assert not fitted.frame[5, 5].any() and fitted.frame[128, 256, 3] == 255


def fails(_: Frame) -> np.ndarray:
    raise ConnectionError("no network\nand more")


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (fails, "could not take the background away: no network."),
        (lambda data: np.full(data.shape[:2], 255, np.uint8), "found no figure"),
        (lambda data: np.zeros(data.shape[:2], np.uint8), "found no figure"),
    ],
)
def test_where_it_fails_the_picture_stays_a_problem(
    monkeypatch: pytest.MonkeyPatch, scene: Frame, mask: Mask, words: str
) -> None:
    install(monkeypatch, mask)
    cut = with_network(scene, cut_out(scene))
    assert cut.frame is scene
    assert [note.severity for note in cut.notes] == ["problem", "note"]
    assert words in cut.notes[1].text


def test_a_plain_background_needs_no_network(monkeypatch: pytest.MonkeyPatch, figure: Frame) -> None:
    install(monkeypatch, fails)
    cut = cut_out(figure)
    assert with_network(figure, cut) is cut
