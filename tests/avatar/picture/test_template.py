from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from vtube.avatar.picture.check import check
from vtube.avatar.picture.decode import Decoded
from vtube.avatar.picture.head import Head, find_head
from vtube.avatar.picture.prepare import refit
from vtube.avatar.picture.silhouette import figures, find_dome
from vtube.avatar.picture.template import HEAD_SIZE, HEAD_X, HEAD_Y, is_head_off
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame, blank
from vtube.paths import default_picture

CHARACTER = default_picture()


@pytest.fixture
def character() -> Frame:
    return np.array(Image.open(CHARACTER).convert("RGBA"))


def placed(character: Frame, scale: float, x: int, y: int, *size: int) -> Frame:
    """The character on another canvas: scaled, its upper left corner at (x, y), of a width and height."""
    side = round(SIZE * scale)
    canvas = Image.new("RGBA", (size[0], size[1]))
    canvas.paste(Image.fromarray(character).resize((side, side), Image.Resampling.LANCZOS), (x, y))
    return np.array(canvas)


def on(character: Frame, colour: tuple[int, int, int]) -> Frame:
    """The character in front of a plain background."""
    flat = Image.new("RGBA", (character.shape[1], character.shape[0]), (*colour, 255))
    flat.alpha_composite(Image.fromarray(character))
    return np.array(flat)


def texts(frame: Frame, level: str = "problem") -> str:
    return " ".join(note.text for note in check(frame, find_head(frame)) if note.severity == level)


def fit(picture: Frame) -> tuple[Frame, tuple[str, ...]]:
    one = refit(Decoded(picture, (), as_stored=True), "some.png")
    return one.frame, tuple(note.text for note in one.notes if note.severity == "done")


def test_a_picture_of_the_template_has_no_problems(character: Frame) -> None:
    assert check(character, find_head(character)) == []


def test_the_head_is_found_in_the_templates_box(character: Frame) -> None:
    head = find_head(character)
    assert head is not None and head.by_eyes
    assert abs(head.x - HEAD_X) < 4 and abs(head.y - HEAD_Y) < 12
    assert not is_head_off(head)


PLACES = [
    (0.4, 20, 30, 600, 400),
    (0.7, 300, 0, 700, 900),
    (1.0, -60, 80, 512, 512),
    (2.6, 300, 500, 2000, 2000),
]


@pytest.mark.parametrize("place", PLACES)
def test_the_head_is_found_anywhere(character: Frame, place: tuple[float, int, int, int, int]) -> None:
    scale, x, y, *_ = place
    reference, head = find_head(character), find_head(placed(character, *place))
    assert reference is not None and head is not None
    assert abs(head.size / scale - reference.size) < 0.05 * reference.size
    assert abs((head.x - x) / scale - reference.x) < 4
    assert abs((head.y - y) / scale - reference.y) < 5


@pytest.mark.parametrize("place", PLACES)
def test_fit_puts_the_head_into_the_box(character: Frame, place: tuple[float, int, int, int, int]) -> None:
    frame, notes = fit(placed(character, *place))
    assert frame.shape == (SIZE, SIZE, 4) and frame.flags.c_contiguous
    head = find_head(frame)
    assert head is not None
    assert np.hypot(head.x - HEAD_X, head.y - HEAD_Y) < 5
    assert abs(head.size / HEAD_SIZE - 1) < 0.06
    assert any("template's box" in note for note in notes)


def test_a_fitted_picture_is_left_alone(character: Frame) -> None:
    once, _ = fit(placed(character, 1.6, 100, 10, 1200, 900))
    twice, notes = fit(once)
    assert twice is once
    assert notes == ("the head is in place already",)


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ((1.0, 70, 0), "70 pixels too far right"),
        ((1.0, -70, 0), "too far left"),
        ((1.0, 0, 90), "too low"),
        ((0.6, 100, 60), "too small"),
        ((1.6, -150, -60), "too large"),
    ],
)
def test_a_misplaced_head_is_told_in_words(character: Frame, move: tuple[float, int, int], words: str) -> None:
    text = texts(placed(character, *move, SIZE, SIZE))
    assert words.removeprefix("70 pixels ") in text and "vtube character fit" in text


def test_an_empty_picture() -> None:
    assert "empty" in texts(blank())
    with pytest.raises(PictureError, match="the picture is empty"):
        fit(blank())


def test_an_opaque_picture(character: Frame) -> None:
    assert "not transparent" in texts(on(character, (250, 250, 250)))


def test_a_thing_without_a_head() -> None:
    line = blank()
    line[300:303, 50:400] = 255
    assert "No head" in texts(line)


def test_two_figures(character: Frame) -> None:
    both = np.maximum(placed(character, 0.5, 0, 0, SIZE, SIZE), placed(character, 0.5, 256, 0, SIZE, SIZE))
    assert "2 separate figures" in texts(both)


def test_loose_parts_are_a_note(character: Frame) -> None:
    character[470:500, 20:50] = 255
    assert "float free" in texts(character, "note")


def test_a_cut_off_top_and_side(character: Frame) -> None:
    assert "upper edge" in texts(placed(character, 1.0, 0, -60, SIZE, SIZE))
    assert "left edge" in texts(placed(character, 1.3, -190, -30, SIZE, SIZE), "note")


def test_haze(character: Frame) -> None:
    haze = cv2.GaussianBlur(character[..., 3], (0, 0), 14)
    character[..., 3] = np.maximum(character[..., 3], haze // 3)
    assert "haze" in texts(character, "note")


@pytest.mark.parametrize(("colour", "words"), [((255, 255, 255), "light rim"), ((0, 255, 0), "coloured rim")])
def test_a_rim_left_by_a_careless_cut(character: Frame, colour: tuple[int, int, int], words: str) -> None:
    opaque = on(character, colour)
    opaque[..., 3] = character[..., 3]
    assert words in texts(opaque, "note")


def test_a_hand_beside_the_face(character: Frame) -> None:
    head = find_head(character)
    assert head is not None
    cheek = character[round(head.top + 0.79 * head.size), round(head.x + 0.17 * head.size)].tolist()
    hand = np.ascontiguousarray(character)
    cv2.circle(hand, (round(head.x + 0.75 * head.size), round(head.y)), round(0.14 * head.size), cheek, -1)
    assert "hand" in texts(hand, "note")


def test_tolerance_of_the_box() -> None:
    assert not is_head_off(Head(HEAD_X + 15, HEAD_Y, HEAD_SIZE, True))
    assert is_head_off(Head(HEAD_X + 25, HEAD_Y, HEAD_SIZE, True))
    assert is_head_off(Head(HEAD_X, HEAD_Y, HEAD_SIZE * 1.3, True))


# --- outlines --------------------------------------------------------------------------------------


def test_the_dome_of_a_drawn_head() -> None:
    mask = np.zeros((400, 400), np.uint8)
    cv2.circle(mask, (180, 120), 60, 1, -1)
    cv2.rectangle(mask, (150, 150), (210, 399), 1, -1)
    cv2.line(mask, (180, 60), (190, 20), 1, 3)
    dome = find_dome(mask)
    assert dome is not None
    assert abs(dome.x - 180) < 2 and abs(dome.y - 120) < 3 and abs(dome.radius - 60) < 3
    assert abs(dome.top - 60) < 4


@pytest.mark.parametrize("shape", ["nothing", "dot", "line", "everything"])
def test_shapes_without_a_head(shape: str) -> None:
    frame = blank(64, 64)
    if shape == "dot":
        frame[30:33, 30:33] = 255
    elif shape == "line":
        frame[30] = 255
    elif shape == "everything":
        frame[:] = 255
    head = find_head(frame)
    assert head is None or head.size > 0


def test_figures_come_largest_first() -> None:
    alpha = np.zeros((50, 50), np.uint8)
    alpha[:5, :5] = 255
    alpha[20:40, 20:40] = 255
    alpha[45, 45] = 100
    assert [int(mask.sum()) for mask in figures(alpha)] == [400, 25]
