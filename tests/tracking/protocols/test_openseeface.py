import math

import pytest

from tests.tracking.packets import openseeface
from vtube.signals import FaceFrame
from vtube.tracking.protocols.openseeface import parse


def read(data: bytes) -> FaceFrame:
    frame = parse(data, 1.0)
    assert frame is not None
    return frame


def features(**named: float) -> list[float]:
    order = [
        "eye_left",
        "eye_right",
        "steep_left",
        "brow_left",
        "quirk_left",
        "steep_right",
        "brow_right",
        "quirk_right",
        "corner_left",
        "inout_left",
        "corner_right",
        "inout_right",
        "open",
        "wide",
    ]
    return [named.get(name, 0.0) for name in order]


def test_neutral_face() -> None:
    frame = read(openseeface())
    assert frame.head == (0.0, 0.0, 0.0)
    assert (frame.eye_left, frame.eye_right) == ((0.0, 0.0), (0.0, 0.0))
    assert all(value == 0.0 for value in frame.shapes.values())


@pytest.mark.parametrize(
    ("euler", "head"),
    [
        ((-170.0, 0.0, 90.0), (10.0, 0.0, 0.0)),
        ((170.0, 0.0, 90.0), (-10.0, 0.0, 0.0)),
        ((180.0, 15.0, 90.0), (0.0, 15.0, 0.0)),
        ((180.0, 0.0, 102.0), (0.0, 0.0, 12.0)),
    ],
)
def test_angles(euler: tuple[float, float, float], head: tuple[float, float, float]) -> None:
    assert read(openseeface(euler)).head == pytest.approx(head)


def test_open_eyes_come_right_before_left_and_features_left_before_right() -> None:
    frame = read(openseeface(open_right_left=(1.0, 0.0), features=features(eye_left=0.0, eye_right=1.0)))
    assert (frame.shapes["eyeBlinkLeft"], frame.shapes["eyeBlinkRight"]) == (1.0, 0.0)
    assert (frame.shapes["eyeWideLeft"], frame.shapes["eyeWideRight"]) == (0.0, 1.0)


def test_mouth_and_brows() -> None:
    shapes = read(
        openseeface(features=features(open=1.0, corner_left=-1.0, corner_right=1.0, brow_left=1.0, brow_right=-1.0))
    ).shapes
    assert shapes["jawOpen"] == pytest.approx(0.7)
    assert (shapes["mouthSmileLeft"], shapes["mouthFrownLeft"]) == (1.0, 0.0)
    assert (shapes["mouthSmileRight"], shapes["mouthFrownRight"]) == (0.0, 1.0)
    assert (shapes["browOuterUpLeft"], shapes["browDownRight"]) == (0.5, 1.0)


def test_resting_noise_moves_nothing() -> None:
    shapes = read(openseeface(features=[0.04] * 14)).shapes
    assert all(value == 0.0 for value in shapes.values())


def test_gaze() -> None:
    frame = read(openseeface(gaze=(-0.1, 0.0, -0.1)))  # x of the wire is the own right: this is own left
    assert frame.eye_left == pytest.approx((0.0, 45.0))
    assert frame.shapes["eyeLookOutLeft"] == frame.shapes["eyeLookInRight"] == 1.0
    assert read(openseeface(gaze=(0.0, 0.1, -0.1))).eye_right == pytest.approx((45.0, 0.0))
    assert read(openseeface(gaze=(0.0, 0.0, 0.0))).eye_left is None


def test_failed_fit_is_no_face() -> None:
    assert not read(openseeface(euler=(0.0, 0.0, 0.0), success=0)).found


def test_several_faces_take_the_first_number() -> None:
    data = openseeface((180.0, 30.0, 90.0), face=2) + openseeface((180.0, -30.0, 90.0), face=0)
    assert read(data).head == (0.0, -30.0, 0.0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1784,
        b"\x00" * 1785,
        b"\xff" * 1785,
        b"jawOpen-1|=head#" + b"1" * 1769,
        openseeface(euler=(math.nan, 0.0, 90.0)),
        openseeface(features=[math.inf] * 14),
        openseeface() * 40,
    ],
)
def test_what_is_no_face(data: bytes) -> None:
    assert parse(data, 0.0) is None
