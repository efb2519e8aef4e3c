"""Heads found by what a face does. The stand-in for the networks closes whatever has the colour of an eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.head_dresses import dressed
from vtube import pose as parameters
from vtube.avatar.engines.openvino_face import FaceMorpher
from vtube.avatar.picture.files import check_picture
from vtube.avatar.picture.head import Head, parse_head
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.picture.promise import broken
from vtube.avatar.picture.response import CLOSE_LOOK, Response, respond
from vtube.avatar.picture.search import SURE, as_template, search
from vtube.avatar.weights.files import network_files
from vtube.errors import PictureError, SettingsError
from vtube.frame import Frame, blank
from vtube.paths import default_picture
from vtube.pose import Pose

SKIN, EYE, LIPS = (250, 220, 200), (40, 60, 200), (180, 30, 60)


@dataclass
class Faces:
    """Closes blue spots, and opens red ones down to a chin, as the networks do with eyes and mouths."""

    sides: list[int] = field(default_factory=list)

    def morph(self, square: Frame, poses: list[Pose]) -> list[Frame]:
        self.sides.append(square.shape[0])
        return [self._one(square, pose) for pose in poses]

    def _one(self, square: Frame, pose: Pose) -> Frame:
        frame = square.copy()
        values = parameters.to_mapping(pose)
        if values["eye_wink_left"]:
            frame[_like(square, EYE), :3] = SKIN
        if values["mouth_aaa"]:
            rows, columns = np.nonzero(_like(square, LIPS))
            if len(rows):
                down, half = max(6, int(np.ptp(columns) * 0.9)), int(np.ptp(columns)) // 2
                chin, middle = int(rows.max()) + down, int(columns.mean())
                frame[rows.min() : rows.max() + down // 3, middle - half : middle + half, :3] = (90, 0, 20)
                frame[chin - 2 : chin, middle - half : middle + half, :3] = 90
        return frame


def _like(square: Frame, colour: Sequence[int]) -> np.ndarray:
    near = np.abs(square[..., :3].astype(int) - colour).sum(axis=2) < 60
    return np.asarray(near & (square[..., 3] > 200))


def drawn(x: float, y: float, size: float, canvas: int = 900, eyes: Sequence[int] = (-1, 1)) -> Frame:
    """A face whose head's box has its middle there, with a hat and a coat."""
    image = Image.new("RGBA", (canvas, canvas))
    draw = ImageDraw.Draw(image)

    def around(u: float, v: float, width: float, height: float, colour: tuple[int, int, int]) -> None:
        cx, cy = x + u * size, y + v * size
        draw.ellipse((cx - width * size, cy - height * size, cx + width * size, cy + height * size), colour)

    draw.rectangle((x - size, y + 0.45 * size, x + size, canvas), (60, 70, 60))
    around(0, -0.7, 1.1, 0.5, (90, 60, 30))
    around(0, 0, 0.45, 0.5, SKIN)
    for side in eyes:
        around(0.2 * side, 0.07, 0.07, 0.08, EYE)
    around(0, 0.34, 0.08, 0.02, LIPS)
    return np.array(image)


@pytest.mark.parametrize(("x", "y", "size"), [(450, 300, 220), (200, 500, 110), (700, 260, 330), (450, 700, 80)])
def test_a_face_is_found_under_a_hat_wherever_it_is(x: float, y: float, size: float) -> None:
    found = search(drawn(x, y, size), Faces())
    assert found.is_sure and found.head is not None
    assert abs(found.head.x - x) < 0.05 * size
    assert abs(found.head.y - y) < 0.12 * size
    assert abs(found.head.size / size - 1) < 0.2


def test_one_eye_and_a_mouth_are_enough() -> None:
    found = search(drawn(450, 300, 220, eyes=(1,)), Faces())
    assert found.is_sure and found.head is not None
    assert abs(found.head.x - 450) < 25 and abs(found.head.size / 220 - 1) < 0.25


def test_a_picture_that_keeps_to_the_template_is_looked_at_once() -> None:
    faces = Faces()
    found = search(drawn(255.5, 127.5, 128, canvas=512), faces)
    assert found.head == as_template(blank()) == Head(255.5, 127.5, 128.0, True)
    assert faces.sides == [192]


def test_nothing_that_moves_is_nothing_sure() -> None:
    coat = drawn(450, 300, 220, eyes=())
    coat[_like(coat, LIPS), :3] = SKIN
    found = search(coat, Faces())
    assert found.certainty < SURE and not found.is_sure


def test_an_empty_picture_has_no_head() -> None:
    assert search(blank(), Faces()).head is None


def seen(frame: Frame) -> Response:
    face = np.ascontiguousarray(frame[32:224, 160:352])
    return respond(*Faces().morph(face, CLOSE_LOOK))


@pytest.mark.parametrize(
    ("eyes", "lips", "codes"),
    [
        ((-1, 1), True, set()),
        ((-1, 1), False, {"mouth-still"}),
        ((1,), True, {"one-eye"}),
        ((), False, {"eyes-still", "mouth-still"}),
    ],
)
def test_what_does_not_move_is_told(eyes: Sequence[int], lips: bool, codes: set[str]) -> None:
    frame = drawn(255.5, 127.5, 128, canvas=512, eyes=eyes)
    if not lips:
        frame[_like(frame, LIPS), :3] = SKIN
    notes = list(broken(seen(frame)))
    assert {note.code for note in notes} == codes
    assert {note.severity for note in notes} <= {"note", "problem"}


def test_a_head_is_three_numbers() -> None:
    assert parse_head("120, 80.5,64") == Head(120, 80.5, 64, True)


@pytest.mark.parametrize("text", ["", "1,2", "1,2,3,4", "a,b,c", "1,2,0", "nan,1,1", "1,2,-5", "1,2,inf"])
def test_what_is_no_head(text: str) -> None:
    with pytest.raises(SettingsError, match="X,Y,SIZE"):
        parse_head(text)


@pytest.mark.weights
@pytest.mark.parametrize("dress", ["witch's hat", "eye-patch"])
def test_the_networks_find_a_head_under_anything(dress: str) -> None:
    canvas = Image.new("RGBA", (900, 1100))
    canvas.alpha_composite(dressed(dress).resize((600, 600)), (250, 420))
    found = search(np.array(canvas), FaceMorpher(network_files("separable_float")["face_morpher"]))
    truth, size = (250 + 300, 420 + 150), 150
    assert found.is_sure and found.head is not None
    assert np.hypot(found.head.x - truth[0], found.head.y - truth[1]) < 0.08 * size
    assert abs(found.head.size / size - 1) < 0.08


@pytest.mark.weights
def test_what_happens_is_seen_and_shown(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    fine, lines = check_picture(default_picture(), pictures=sheet)
    assert fine
    assert "seen to happen: the eyes close, the mouth opens, the brows rise, the head turns" in lines
    with Image.open(sheet) as image:
        assert image.size == (960, 210)


@pytest.mark.weights
def test_a_face_without_eyes_is_a_problem(tmp_path: Path) -> None:
    with Image.open(default_picture()) as picture:
        covered = picture.convert("RGBA")
    ImageDraw.Draw(covered).rectangle((200, 100, 312, 200), (200, 180, 170, 255))
    covered.save(tmp_path / "covered.png")
    fine, lines = check_picture(tmp_path / "covered.png")
    assert not fine
    assert any("eyes do not close" in line for line in lines)
    assert any("mouth does not open" in line for line in lines)


def test_a_head_that_is_given_is_used(tmp_path: Path) -> None:
    Image.fromarray(drawn(450, 300, 220)).save(tmp_path / "some.png")
    character = prepare(tmp_path / "some.png", head=Head(450, 300, 220, True))
    assert {"head-given", "fitted"} <= {note.code for note in character.notes}
    assert tuple(character.frame[128, 256, :3]) == SKIN
    with pytest.raises(PictureError, match="no such head"):
        prepare(tmp_path / "some.png", head=Head(4500, 300, 220, True))


def test_without_weights_it_is_said_that_the_outline_placed_the_head(tmp_path: Path) -> None:
    Image.fromarray(drawn(450, 600, 120)).save(tmp_path / "some.png")
    assert "head-by-outline" in {note.code for note in prepare(tmp_path / "some.png").notes}
