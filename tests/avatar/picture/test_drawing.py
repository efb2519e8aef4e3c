"""The drawing is kept at its own size, beside the frame that the networks see."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from vtube.avatar.picture.character import Character
from vtube.avatar.picture.files import fit_picture
from vtube.avatar.picture.prepare import prepare
from vtube.frame import SIZE, Frame
from vtube.paths import default_picture

LARGE = default_picture().with_name("ilta.large.webp")


@pytest.fixture(scope="module")
def original() -> Frame:
    """The default character at 2048 x 2048."""
    return np.array(Image.open(LARGE).convert("RGBA"))


def as_png(frame: Frame) -> bytes:
    data = io.BytesIO()
    Image.fromarray(frame).save(data, "PNG")
    return data.getvalue()


def closeness(one: Frame, other: Frame) -> float:
    shown = (cv2.cvtColor(each, cv2.COLOR_RGBA2mRGBA) for each in (one, other))
    return float(cv2.PSNR(*shown))


def brought_down(character: Character) -> Frame:
    return np.asarray(Image.fromarray(character.source).resize((SIZE, SIZE), Image.Resampling.LANCZOS))


def test_the_default_character_has_its_large_drawing(original: Frame) -> None:
    character = prepare(default_picture())
    assert np.array_equal(character.source, original)
    assert closeness(brought_down(character), character.frame) > 44


@pytest.mark.parametrize(
    ("width", "height", "side"),
    [(2048, 2048, 2048), (1024, 1024, 1024), (1400, 1400, 1536), (1100, 2000, 2048), (700, 700, 512)],
)
def test_a_large_picture_is_kept_as_far_as_it_fills_its_pixels(
    original: Frame, width: int, height: int, side: int
) -> None:
    scale = height / 2048
    whole = Image.fromarray(original).resize((height, height), Image.Resampling.LANCZOS)
    left = round(1024 * scale - width / 2)
    picture = np.asarray(whole.crop((left, 0, left + width, height)))
    character = prepare(as_png(picture))
    assert character.source.shape == (side, side, 4)
    assert closeness(brought_down(character), character.frame) > 40


def test_it_is_moved_with_the_figure(original: Frame) -> None:
    canvas = Image.new("RGBA", (2400, 2300))
    canvas.paste(Image.fromarray(original).resize((1800, 1800), Image.Resampling.LANCZOS), (600, 500))
    character = prepare(as_png(np.asarray(canvas)))
    assert any(note.code == "fitted" for note in character.notes)
    assert character.source.shape == (2048, 2048, 4)
    assert closeness(brought_down(character), character.frame) > 40


def test_a_plain_background_is_gone_in_both(original: Frame) -> None:
    flat = Image.new("RGBA", (2048, 2048), (90, 200, 120, 255))
    flat.alpha_composite(Image.fromarray(original))
    character = prepare(as_png(np.asarray(flat)))
    assert not character.source[:60, :60].any()
    assert len(character.source) == 2048


def test_a_picture_of_512_is_its_own_drawing() -> None:
    character = prepare(default_picture().read_bytes())
    assert character.source is character.frame


@pytest.mark.parametrize("ending", [".large.png", ".large.webp"])
def test_a_larger_file_beside_it_is_taken(tmp_path: Path, original: Frame, ending: str) -> None:
    (tmp_path / "me.png").write_bytes(default_picture().read_bytes())
    half = Image.fromarray(original).resize((1024, 1024), Image.Resampling.LANCZOS)
    half.save(tmp_path / f"me{ending}", lossless=True, exact=True)
    character = prepare(tmp_path / "me.png")
    assert len(character.source) == 1024
    assert np.array_equal(character.source, np.asarray(half))


def test_another_drawing_beside_it_is_left_alone(tmp_path: Path, original: Frame) -> None:
    (tmp_path / "me.png").write_bytes(default_picture().read_bytes())
    Image.fromarray(np.ascontiguousarray(original[:, ::-1])).save(tmp_path / "me.large.png")
    character = prepare(tmp_path / "me.png")
    assert character.source is character.frame


def test_fitting_a_large_picture_keeps_it_large(tmp_path: Path, original: Frame) -> None:
    canvas = Image.new("RGBA", (2400, 2300))
    canvas.paste(Image.fromarray(original).resize((1800, 1800), Image.Resampling.LANCZOS), (600, 500))
    canvas.save(tmp_path / "me.png")
    lines = fit_picture(tmp_path / "me.png")
    assert any("me_fit.large.png" in line for line in lines)
    assert len(prepare(tmp_path / "me_fit.png").source) == 2048
