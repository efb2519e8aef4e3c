"""The films' command lines: whose film it is, and one line for a picture that is none."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import in_place_of
from tools.film import mouth_strip, reel, scenes
from tools.film.whose import ended
from vtube.avatar import registry
from vtube.avatar.still import StillRenderer
from vtube.paths import default_picture

PINK = (250, 60, 180, 255)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The default character, painted over in pink."""
    pixels = np.asarray(Image.open(default_picture()).convert("RGBA")).copy()
    pixels[pixels[..., 3] > 128] = PINK
    path = tmp_path / "other.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with in_place_of(registry.ENGINES, "puppet", lambda _, request: StillRenderer(request.character, "")):
        yield


def called(monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    monkeypatch.setattr(sys, "argv", ["film", *map(str, words)])


def share_of_pink(picture: Path) -> float:
    pixels = np.asarray(Image.open(picture).convert("RGB")).astype(int)
    return float(np.mean(np.abs(pixels - PINK[:3]).max(axis=2) < 12))


def test_a_film_and_its_strip_are_of_the_picture_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, other: Path
) -> None:
    film, strip = tmp_path / "idle.webp", tmp_path / "strip.png"
    options = ("--seconds", 0.5, "--fps", 4, "--strip", strip, "--every", 0.2)

    called(monkeypatch, "idle", film, *options)
    scenes.main()
    own = share_of_pink(strip)
    called(monkeypatch, "idle", film, "--character", other, *options)
    scenes.main()

    assert own < 0.01
    assert share_of_pink(strip) > 0.1
    assert share_of_pink(film) > 0.2


def test_the_reels_strip_keeps_the_shape_of_its_pictures() -> None:
    wide = Image.new("RGBA", (528, 256), PINK)
    inside = reel.squared(wide).getbbox()
    assert inside is not None
    left, top, right, bottom = inside
    assert (right - left) / (bottom - top) == pytest.approx(528 / 256, rel=0.02)


@pytest.mark.parametrize(
    ("tool", "words"),
    [(scenes, ("idle", "out.webp")), (mouth_strip, ("a", "out.png")), (reel, ("out.webp",))],
    ids=["scenes", "mouth_strip", "reel"],
)
def test_a_picture_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    tool: object,
    words: tuple[str, ...],
) -> None:
    called(monkeypatch, *words, "--character", tmp_path / "nobody.png")

    assert ended(tool.main) == 1  # type: ignore[attr-defined]
    said = capsys.readouterr().err
    assert "nobody.png" in said and said.count("\n") == 1
