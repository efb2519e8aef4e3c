"""The drawn face follows the blend shapes and the head, on the sides that are the person's own."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from tools.film.__main__ import GAP, SIZE, beside, forth_and_back, looped, sky
from tools.film.head import features, turned
from tools.film.panel import FacePanel
from vtube.signals import FaceFrame

REST = FaceFrame(0.0, head=(0.0, 0.0, 0.0))


def test_an_open_jaw_lowers_the_lower_lip_and_the_chin() -> None:
    rest, opened = features(REST), features(FaceFrame(0.0, shapes={"jawOpen": 0.8}))

    assert opened.lower_lip[5, 1] < rest.lower_lip[5, 1] - 0.3
    assert opened.upper_lip[5, 1] == pytest.approx(rest.upper_lip[5, 1])
    assert opened.jaw[:, 1].min() < rest.jaw[:, 1].min() - 0.1


def test_a_blink_shuts_the_persons_own_eye() -> None:
    left, right = features(FaceFrame(0.0, shapes={"eyeBlinkLeft": 1.0})).eyes

    assert left.upper[4, 0] > 0 > right.upper[4, 0]
    assert np.ptp(left.upper[:, 1]) < np.ptp(right.upper[:, 1])


@pytest.mark.parametrize(
    ("head", "axis", "sign"),
    [((20.0, 0.0, 0.0), 1, -1), ((0.0, 20.0, 0.0), 0, 1), ((0.0, 0.0, 20.0), 0, -1)],
    ids=["down", "to the own left", "tilted to the own right"],
)
def test_the_head_turns_as_the_person_does(head: tuple[float, float, float], axis: int, sign: int) -> None:
    between_the_eyes = np.array([[0.0, 0.2, 1.0]])

    moved = turned(between_the_eyes, FaceFrame(0.0, head=head)) - turned(between_the_eyes, REST)

    assert sign * moved[0, axis] > 0.2


def test_the_film_goes_forth_and_back_and_ends_where_it_begins(tmp_path: Path) -> None:
    recording = tmp_path / "face.jsonl"
    lines = [
        {"t": index / 20, "found": True, "shapes": {"jawOpen": index / 40}, "head": [0, index, 0]}
        for index in range(21)
    ]
    recording.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")

    faces = forth_and_back(recording)
    made = looped(faces, fps=10.0)

    assert [face.shapes["jawOpen"] for face in faces[19:22]] == pytest.approx([19 / 40, 0.5, 19 / 40])
    assert len(made) == round(faces[-1].time * 10)
    steps = [float(np.abs(b - a).max()) for (_, a), (_, b) in itertools.pairwise(made)]
    assert float(np.abs(made[0][1] - made[-1][1]).max()) <= max(steps)


def test_both_halves_stand_beside_each_other_with_round_corners() -> None:
    picture = beside(FacePanel(SIZE).draw(REST), sky())

    assert picture.size == (2 * SIZE + GAP, SIZE)
    assert picture.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert picture.getpixel((SIZE // 2, SIZE // 4))[3] == 255  # type: ignore[index]
