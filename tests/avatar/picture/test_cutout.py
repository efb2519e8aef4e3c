"""What is taken away around a figure, and what the figure looks like afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from vtube.avatar.picture.cutout import cut_out
from vtube.errors import PictureError
from vtube.frame import Frame, blank
from vtube.paths import default_picture

SIDE = 640
GROUNDS = ("white", "black", (0, 255, 0))


@pytest.fixture(scope="module")
def figure() -> Frame:
    with Image.open(default_picture()) as picture:
        return np.array(picture.convert("RGBA").resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def over(figure: Frame, ground: object) -> Frame:
    """The figure in front of a colour or of a picture of its size."""
    height, width = figure.shape[:2]
    if isinstance(ground, np.ndarray):
        behind = Image.fromarray(ground.astype(np.uint8)).convert("RGBA")
    else:
        behind = Image.new("RGBA", (width, height), ground)  # type: ignore[arg-type]
    behind.alpha_composite(Image.fromarray(figure))
    return np.array(behind)


def halo(cut: Frame, truth: Frame) -> float:
    """Mean difference near the outline, the worst of three grounds, levels of 255."""
    shown = (truth[..., 3] > 128).astype(np.uint8)
    near = (cv2.dilate(shown, np.ones((9, 9))) - cv2.erode(shown, np.ones((9, 9)))).astype(bool)
    gaps = [np.abs(over(cut, c)[near].astype(int) - over(truth, c)[near]).mean() for c in GROUNDS]
    return float(max(gaps))


def missed(cut: Frame, truth: Frame) -> float:
    """Share of the pixels that are on the wrong side of half opacity."""
    return float(((cut[..., 3] >= 128) != (truth[..., 3] >= 128)).mean())


def codes(picture: Frame) -> list[str]:
    return [note.code for note in cut_out(picture).notes]


def gradients() -> dict[str, np.ndarray]:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    grey = np.ones((SIDE, SIDE, 3))
    return {
        "vignette": grey * (242 - 45 * np.clip(np.hypot(columns - 0.5, rows - 0.4) * 1.25, 0, 1))[..., None],
        "fade": grey * (250 - 60 * rows)[..., None],
        "sunset": np.dstack([255 - 40 * rows, 210 - 120 * rows, 170 + 50 * rows]),
        "corner light": grey * (120 + 110 * np.exp(-3 * np.hypot(columns, rows)))[..., None],
    }


@pytest.mark.parametrize("colour", ["white", "black", (0, 177, 64), (20, 20, 200), (128, 128, 128), (34, 36, 40)])
def test_a_plain_ground_is_taken_away_without_a_halo(figure: Frame, colour: object) -> None:
    cut = cut_out(over(figure, colour)).frame
    assert missed(cut, figure) < 0.005
    dark = colour in ("black", (34, 36, 40))  # a dark line in front of darkness cannot be told from a paler one
    assert halo(cut, figure) < (16 if dark else 6)
    assert not cut[cut[..., 3] == 0].any()


@pytest.mark.parametrize("shift", [0, 8, -8])
def test_a_figure_of_its_grounds_colour_is_told_that_its_edge_may_be_ragged(figure: Frame, shift: int) -> None:
    jacket = np.median(figure[320:420, 200:220, :3].reshape(-1, 3), axis=0)
    alike = over(figure, tuple(int(value) for value in np.clip(jacket + shift, 0, 255)))
    assert "like-ground" in codes(alike)


@pytest.mark.parametrize("colour", ["white", "black", "grey", (0, 177, 64), (250, 214, 225)])
def test_a_figure_unlike_its_ground_is_told_nothing_of_its_edge(figure: Frame, colour: object) -> None:
    assert "like-ground" not in codes(over(figure, colour))


@pytest.mark.parametrize("kind", gradients())
def test_shaded_grounds_are_followed(figure: Frame, kind: str) -> None:
    cut = cut_out(over(figure, gradients()[kind])).frame
    assert missed(cut, figure) < 0.005
    assert halo(cut, figure) < 6


@pytest.mark.parametrize("colour", ["white", (0, 177, 64), (200, 160, 190)])
@pytest.mark.parametrize(("quality", "most"), [(50, 21), (75, 17), (92, 10)])
def test_the_noise_of_a_jpeg_goes_too(figure: Frame, colour: object, quality: int, most: float) -> None:
    file = io.BytesIO()
    Image.fromarray(over(figure, colour)).convert("RGB").save(file, "JPEG", quality=quality)
    cut = cut_out(np.array(Image.open(file).convert("RGBA")), lossy=True).frame
    assert missed(cut, figure) < 0.008
    assert halo(cut, figure) < most


def looped(figure: Frame) -> Frame:
    """With loops of hair beside the neck and an arm on the hip, which enclose what is behind."""
    under = Image.new("RGBA", (SIDE, SIDE))
    draw = ImageDraw.Draw(under)
    for side in (-1, 1):
        x = SIDE / 2 + side * 119
        draw.ellipse((x - 60, 156, x + 60, 350), outline=(140, 130, 220), width=21)
    draw.line((475, 312, 562, 400, 475, 500), fill=(40, 50, 110), width=31, joint="curve")
    under.alpha_composite(Image.fromarray(figure))
    return np.array(under)


@pytest.mark.parametrize("colour", ["white", (34, 36, 40), (150, 152, 155), (0, 177, 64), (250, 235, 215)])
def test_places_that_the_figure_encloses_are_taken_away(figure: Frame, colour: object) -> None:
    truth = looped(figure)
    picture = over(truth, colour)
    assert "pockets" in codes(picture)
    cut = cut_out(picture).frame
    assert missed(cut, truth) < 0.005
    assert halo(cut, truth) < 7


def test_white_hair_and_a_white_blouse_stay_on_white(figure: Frame) -> None:
    white = figure.copy()
    hair = (white[..., 2] > white[..., 1].astype(int) + 25) & (white[..., 2] > 150) & (white[..., 3] > 200)
    white[hair, :3] = 249
    cut = cut_out(over(white, "white")).frame
    assert missed(cut, figure) < 0.005


def test_white_eyes_and_cloth_of_the_grounds_own_white_stay(figure: Frame) -> None:
    picture = over(figure, "white")
    for x in (-40, 40):
        cv2.circle(picture, (SIDE // 2 + x, 190), 12, (255, 255, 255, 255), -1)
    cv2.rectangle(picture, (SIDE // 2 - 30, 370), (SIDE // 2 + 30, 450), (255, 255, 255, 255), -1)
    cut = cut_out(picture)
    assert missed(cut.frame, figure) < 0.005
    assert "pockets-kept" in [note.code for note in cut.notes]


def framed(figure: Frame) -> Frame:
    picture = over(figure, "white")
    cv2.rectangle(picture, (0, 0), (SIDE - 1, SIDE - 1), (0, 0, 0, 255), 9)
    return picture


def between_bars(figure: Frame) -> Frame:
    wide = np.zeros((SIDE, SIDE * 16 // 9, 4), np.uint8)
    wide[..., 3] = 255
    left = (wide.shape[1] - SIDE) // 2
    wide[:, left : left + SIDE] = over(figure, "white")
    return wide


def bars_round_a_frame(figure: Frame) -> Frame:
    tall = np.zeros((SIDE + 200, SIDE, 4), np.uint8)
    tall[..., 3] = 255
    tall[100:-100] = framed(figure)
    return tall


@pytest.mark.parametrize("make", [framed, between_bars, bars_round_a_frame])
def test_frames_and_bars_go_with_the_ground(figure: Frame, make: Callable[[Frame], Frame]) -> None:
    cut = cut_out(make(figure)).frame
    solid = (cut[..., 3] >= 128).sum() / (figure[..., 3] >= 128).sum()
    assert 0.96 < solid < 1.01
    border = np.concatenate([cut[0, :, 3], cut[:20, 0, 3], cut[:20, -1, 3]])
    assert not border.any()


def masked(picture: Frame, draw: Callable[[ImageDraw.ImageDraw], None]) -> Frame:
    """The picture, visible only where `draw` draws."""
    mask = Image.new("L", (picture.shape[1], picture.shape[0]))
    draw(ImageDraw.Draw(mask))
    result = picture.copy()
    result[..., 3] = np.asarray(mask)
    return result


def disc(figure: Frame) -> Frame:
    return masked(over(figure, (90, 150, 230)), lambda draw: draw.ellipse((0, 0, SIDE - 1, SIDE - 1), fill=255))


def rounded_card(figure: Frame) -> Frame:
    box = (0, 0, SIDE - 1, SIDE - 1)
    return masked(over(figure, (240, 230, 250)), lambda draw: draw.rounded_rectangle(box, 50, fill=255))


def half_erased(figure: Frame) -> Frame:
    picture = over(figure, "white")
    picture[:, : SIDE // 2] = figure[:, : SIDE // 2]
    return picture


def erased_above(figure: Frame) -> Frame:
    picture = over(figure, (240, 250, 240))
    picture[: SIDE // 2] = figure[: SIDE // 2]
    return picture


def clear_border(figure: Frame) -> Frame:
    picture = over(figure, "white")
    picture[:, [0, -1], 3] = 0
    return picture


def card_with_margin(figure: Frame) -> Frame:
    return np.pad(over(figure, "white"), ((30, 30), (30, 30), (0, 0)))


def card_with_a_line(figure: Frame) -> Frame:
    picture = over(figure, (230, 240, 250))
    box = (20, 20, SIDE - 20, SIDE - 4)
    image = Image.fromarray(picture)
    ImageDraw.Draw(image).rounded_rectangle(box, 40, outline=(60, 50, 110, 255), width=6)
    return masked(np.array(image), lambda draw: draw.rounded_rectangle(box, 40, fill=255))


@pytest.mark.parametrize("make", [rounded_card, half_erased, erased_above, clear_border, card_with_margin])
def test_some_transparency_is_not_taken_for_a_cut_out_figure(figure: Frame, make: Callable[[Frame], Frame]) -> None:
    picture = make(figure)
    cut = cut_out(picture).frame
    truth = np.pad(figure, ((30, 30), (30, 30), (0, 0))) if picture.shape != figure.shape else figure
    assert missed(cut, truth) < 0.006


@pytest.mark.parametrize("make", [disc, card_with_a_line])
def test_discs_and_lined_cards_lose_their_ground(figure: Frame, make: Callable[[Frame], Frame]) -> None:
    cut = cut_out(make(figure)).frame
    assert not cut[60:, 40:80, 3].any()
    upper = np.s_[: SIDE * 3 // 4]
    assert missed(cut[upper], figure[upper]) < 0.01


def test_a_figure_that_is_cut_out_already_is_left_as_it_is(figure: Frame) -> None:
    for picture in (figure, np.pad(figure, ((200, 0), (40, 0), (0, 0)))):
        assert cut_out(picture).frame is picture
    bust = np.ascontiguousarray(figure[:360, 170:470])
    assert cut_out(bust).frame is bust


def test_square_shoulders_make_no_card() -> None:
    image = Image.new("RGBA", (900, 900))
    draw = ImageDraw.Draw(image)
    draw.rectangle((230, 400, 670, 900), (60, 70, 60))
    draw.ellipse((208, 36, 692, 256), (90, 60, 30))
    draw.ellipse((350, 190, 550, 410), (250, 220, 200))
    flat = np.array(image)
    assert cut_out(flat).frame is flat


def test_a_head_that_is_cut_off_above_is_no_card(figure: Frame) -> None:
    lower = np.ascontiguousarray(figure[110:])
    assert cut_out(lower).frame is lower


def photograph(seed: int = 4) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 255, (9, 9, 3)).astype(np.float32)
    fine = np.random.default_rng(seed + 1).integers(-30, 30, (SIDE, SIDE, 3))
    return np.asarray(np.clip(cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) + fine, 0, 255))


def checkerboard() -> np.ndarray:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] // 16
    return np.dstack(3 * [np.where((rows + columns) % 2, 255, 204)])


@pytest.mark.parametrize("ground", [photograph, checkerboard])
def test_what_cannot_be_taken_away_safely_stays_and_is_a_problem_with_a_way_out(
    figure: Frame, ground: Callable[[], np.ndarray]
) -> None:
    picture = over(figure, ground())
    cut = cut_out(picture)
    assert cut.frame is picture
    assert [(note.code, note.severity) for note in cut.notes] == [("opaque", "problem")]
    assert "crop" in cut.notes[0].text and "vtube extras cutout" in cut.notes[0].text


def test_a_photograph_in_a_disc_is_a_problem_too(figure: Frame) -> None:
    box = (0, 0, SIDE - 1, SIDE - 1)
    assert codes(masked(over(figure, photograph()), lambda draw: draw.ellipse(box, fill=255))) == ["opaque"]


@pytest.mark.parametrize(
    ("picture", "reason"),
    [(blank(), "is empty"), (np.full((80, 60, 4), 255, np.uint8), "is one plain area")],
)
def test_nothing_to_be_seen(picture: Frame, reason: str) -> None:
    with pytest.raises(PictureError, match=reason):
        cut_out(picture)
