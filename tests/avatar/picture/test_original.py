"""What a picture lacks before anything is repaired."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from vtube.avatar.picture.head import find_head
from vtube.avatar.picture.original import faults
from vtube.frame import SIZE, Frame
from vtube.paths import default_picture


@pytest.fixture
def figure() -> Image.Image:
    with Image.open(default_picture()) as picture:
        return picture.convert("RGBA")


def told(picture: Image.Image | Frame) -> dict[str, str]:
    """Severity by code."""
    frame = np.array(picture)
    return {note.code: note.severity for note in faults(frame, find_head(frame))}


def enlarged(figure: Image.Image, side: int, method: Image.Resampling) -> Image.Image:
    return figure.resize((side, side), Image.Resampling.LANCZOS).resize((1024, 1024), method)


def test_a_good_picture_lacks_nothing(figure: Image.Image) -> None:
    for side in (SIZE, 1024, 2048):
        assert told(figure.resize((side, side), Image.Resampling.LANCZOS)) == {}


@pytest.mark.parametrize("side", [64, 96, 120])
@pytest.mark.parametrize("method", [Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
def test_a_thumbnail_is_a_problem_however_large_it_was_made(
    figure: Image.Image, side: int, method: Image.Resampling
) -> None:
    assert told(figure.resize((side, side), Image.Resampling.LANCZOS))["tiny"] == "problem"
    assert told(enlarged(figure, side, method))["tiny"] == "problem"


def test_a_small_head_is_told(figure: Image.Image) -> None:
    assert told(figure.resize((240, 240), Image.Resampling.LANCZOS)) == {"small": "note"}


def test_two_figures_apart_and_touching(figure: Image.Image) -> None:
    for width, second in ((1100, 560), (800, 280)):
        both = Image.new("RGBA", (width, SIZE))
        both.alpha_composite(figure)
        both.alpha_composite(figure.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (second, 0))
        assert told(both)["several-figures"] == "problem"


def test_a_sheet_of_six(figure: Image.Image) -> None:
    sheet = Image.new("RGBA", (3 * SIZE, 2 * SIZE))
    for index in range(6):
        sheet.alpha_composite(figure, (index % 3 * SIZE, index // 3 * SIZE))
    assert told(sheet)["several-figures"] == "problem"


def test_buns_beside_the_head_are_no_second_head(figure: Image.Image) -> None:
    draw = ImageDraw.Draw(figure)
    for side in (-1, 1):
        x = 256 + side * 105
        draw.ellipse((x - 40, 60, x + 40, 140), fill=(140, 130, 220), outline=(60, 50, 110), width=3)
    assert "several-figures" not in told(figure)


def test_cut_edges_are_told_of_the_original(figure: Image.Image) -> None:
    large = figure.resize((1024, 1024), Image.Resampling.LANCZOS)
    assert told(large.crop((0, 150, 1024, 1024)))["cut-top"] == "problem"
    assert told(large.crop((430, 0, 1024, 1024)))["cut-side"] == "note"


def test_a_straight_edge_inside_the_picture(figure: Image.Image) -> None:
    erased = np.array(figure)
    erased[:, :256] = 0
    assert "straight-edge" in told(erased)


def test_half_transparent_clothes(figure: Image.Image) -> None:
    frame = np.array(figure)
    frame[260:420, 180:330, 3] = np.minimum(frame[260:420, 180:330, 3], 150)
    assert told(frame) == {"see-through": "note"}


@pytest.mark.parametrize("draw", ["rectangle", "ellipse"])
def test_a_card_that_is_left_is_a_problem(figure: Image.Image, draw: str) -> None:
    mask = Image.new("L", figure.size)
    getattr(ImageDraw.Draw(mask), draw)((40, 40, 470, 470), fill=255)
    card = Image.new("RGBA", figure.size, "pink")
    card.alpha_composite(figure)
    card.putalpha(mask)
    assert told(card)["card"] == "problem"
