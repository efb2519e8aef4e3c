"""The neutral face: taken once the head rests, or when asked; bounded; eased in."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vtube.motion.face_calibration import EASE_S, PATIENCE, FaceCalibration, rest_of
from vtube.motion.facevector import FIELDS, HEAD, INDEX, Vector, vector_of
from vtube.signals import FaceFrame


def face(head: tuple[float, float, float] = (0.0, 0.0, 0.0), **shapes: float) -> Vector:
    return vector_of(FaceFrame(0.0, shapes=shapes, head=head))


def after(calibration: FaceCalibration, vector: Vector, seconds: float, start: float = 0.0) -> float:
    """Show the same face for `seconds` at 30 fps; the moment of the last one."""
    now = start
    for index in range(round(seconds * 30) + 1):
        now = start + index / 30
        calibration.subtract(vector, now)
    return now


def test_nothing_is_taken_away_before_the_time_is_up() -> None:
    calibration = FaceCalibration(2.0)
    vector = face((-15.0, 5.0, 0.0), jawOpen=0.5)
    now = after(calibration, vector, 1.8)
    assert not calibration.done
    np.testing.assert_array_equal(calibration.subtract(vector, now), vector)


def test_a_still_face_becomes_neutral() -> None:
    calibration = FaceCalibration(2.0)
    vector = face((-15.0, 5.0, 2.0), browInnerUp=0.2, eyeBlinkLeft=0.3)
    now = after(calibration, vector, 2.5 + EASE_S)
    relative = calibration.subtract(vector, now)
    taken = [INDEX[name] for name in ("head_x", "head_y", "browInnerUp", "eyeBlinkLeft")]
    assert relative[taken] == pytest.approx(0)


def test_full_weight_stays_full() -> None:
    calibration = FaceCalibration(1.0)
    now = after(calibration, face(browInnerUp=0.2), 2.0)
    assert calibration.subtract(face(browInnerUp=1.0), now)[INDEX["browInnerUp"]] == pytest.approx(1.0)
    assert calibration.subtract(face(browInnerUp=0.6), now)[INDEX["browInnerUp"]] == pytest.approx(0.5)
    assert calibration.subtract(face(browInnerUp=0.1), now)[INDEX["browInnerUp"]] == 0.0


def test_it_waits_for_a_moving_head_but_not_for_ever() -> None:
    calibration = FaceCalibration(1.0)
    for index in range(round(30 * (PATIENCE + 0.2))):
        calibration.subtract(face((0.0, 10 * math.sin(index), 0.0)), index / 30)
        assert calibration.done == (index / 30 > PATIENCE)


def test_blinks_and_talk_do_not_spoil_it() -> None:
    calibration = FaceCalibration(2.0)
    for index in range(90):
        busy = index % 3 == 0
        calibration.subtract(face(eyeBlinkLeft=0.9 if busy else 0.1, jawOpen=0.8 if busy else 0.05), index / 30)
    relative = calibration.subtract(face(eyeBlinkLeft=0.1, jawOpen=0.05), 9.0)
    assert relative[INDEX["eyeBlinkLeft"]] == pytest.approx(0)
    assert relative[INDEX["jawOpen"]] == pytest.approx(0)


def test_a_smile_kept_all_the_while_is_not_taken_for_rest() -> None:
    rest = rest_of(np.array([face(mouthSmileLeft=0.9, jawOpen=0.9, browInnerUp=0.9)]))
    assert rest[INDEX["mouthSmileLeft"]] <= 0.15
    assert rest[INDEX["jawOpen"]] <= 0.15
    assert rest[INDEX["browInnerUp"]] <= 0.4


def test_asked_for_it_comes_at_once() -> None:
    calibration = FaceCalibration(0.0)
    calibration.subtract(face((9.0, 0.0, 0.0)), 0.0)
    assert not calibration.done
    calibration.request()
    calibration.subtract(face((9.0, 0.0, 0.0)), 1.0)
    assert calibration.done
    assert calibration.subtract(face((9.0, 0.0, 0.0)), 1.0 + EASE_S)[INDEX["head_x"]] == pytest.approx(0)


def test_a_new_neutral_face_is_eased_in() -> None:
    calibration = FaceCalibration(0.0)
    calibration.request()
    seen = [calibration.subtract(face((12.0, 0.0, 0.0)), index / 100)[INDEX["head_x"]] for index in range(60)]
    assert seen[0] == pytest.approx(12.0)
    assert seen[-1] == pytest.approx(0.0)
    assert np.abs(np.diff(seen)).max() < 0.5


def test_asked_again_it_replaces_the_old_one() -> None:
    calibration = FaceCalibration(1.0)
    now = after(calibration, face((10.0, 0.0, 0.0)), 2.0)
    calibration.request()
    now = after(calibration, face((-20.0, 0.0, 0.0)), 1.0, now + 1.0)
    assert calibration.subtract(face((-20.0, 0.0, 0.0)), now)[INDEX["head_x"]] == pytest.approx(0.0)


def test_what_is_absent_stays_absent() -> None:
    calibration = FaceCalibration(1.0)
    nothing = np.full(len(FIELDS), math.nan)
    now = after(calibration, nothing, 3.0)
    assert np.isnan(calibration.subtract(nothing, now)).all()
    assert calibration.subtract(face(jawOpen=0.5), now)[INDEX["jawOpen"]] == pytest.approx(0.5)


def placed(x: float, **shapes: float) -> Vector:
    return vector_of(FaceFrame(0.0, shapes=shapes, head=(10.0, 0.0, 0.0), head_position=(x, 0.0, -0.4)))


def test_a_kept_face_counts_from_the_first_moment() -> None:
    kept = rest_of(np.array([placed(0.3, browInnerUp=0.2)]))
    calibration = FaceCalibration(1.0, kept)
    assert calibration.done
    first = calibration.subtract(placed(0.1, browInnerUp=0.2), 0.0)
    assert first[[INDEX["browInnerUp"], INDEX["head_x"]]] == pytest.approx(0.0)


def test_where_the_head_is_is_learnt_anew() -> None:
    calibration = FaceCalibration(1.0, rest_of(np.array([placed(0.3, browInnerUp=0.2)])))
    assert not calibration.placed
    now = after(calibration, placed(0.1, browInnerUp=0.3), 2.0)
    assert calibration.placed
    relative = calibration.subtract(placed(0.1, browInnerUp=0.2), now)
    assert relative[INDEX["position_x"]] == pytest.approx(0.0)
    assert relative[INDEX["browInnerUp"]] == pytest.approx(0.0)


def test_without_learning_a_kept_face_is_placed_as_it_was() -> None:
    calibration = FaceCalibration(0.0, rest_of(np.array([placed(0.3)])))
    assert calibration.placed
    assert calibration.subtract(placed(0.4), 0.0)[INDEX["position_x"]] == pytest.approx(0.1)


def test_only_what_was_asked_for_is_kept() -> None:
    kept: list[Vector] = []
    calibration = FaceCalibration(1.0, keep=kept.append)
    now = after(calibration, face((10.0, 0.0, 0.0)), 2.0)
    assert calibration.done
    assert not kept
    calibration.request()
    after(calibration, face((-5.0, 0.0, 0.0)), 0.0, now + 1.0)
    assert [face[INDEX["head_x"]] for face in kept] == [-5.0]


def test_nothing_unlikely_is_kept() -> None:
    wild = np.full(len(FIELDS), math.inf)
    wild[:3] = math.nan, -5.0, 7.0
    assert np.isfinite(FaceCalibration(0.0, wild).subtract(face(), 0.0)[INDEX["head_x"]])


ANYHOW = [(0.0, 30.0, 0.0), (-60.0, 0.0, 0.0), (0.0, 0.0, 90.0), (0.0, 179.5, 0.0), (178.0, -179.0, 135.0)]


def around(degrees: float) -> float:
    return (degrees + 180.0) % 360.0 - 180.0


@pytest.mark.parametrize("head", ANYHOW)
def test_what_was_asked_for_is_the_middle_at_any_angle(head: tuple[float, float, float]) -> None:
    calibration = FaceCalibration(0.0)
    now, worst = 0.0, 0.0
    for index in range(90):
        now = index / 30
        if index == 30:
            calibration.request()
        trembling = tuple(around(angle + (index % 5 - 2) * 0.4) for angle in head)
        relative = calibration.subtract(face(trembling), now)  # type: ignore[arg-type]
        if now > 1.5 + EASE_S:
            worst = max(worst, float(np.abs(relative[HEAD]).max()))
    assert worst <= 1.7


def test_the_way_to_a_new_middle_is_the_short_one() -> None:
    calibration = FaceCalibration(0.0)
    calibration.request()
    after(calibration, face((0.0, 170.0, 0.0)), 1.0)
    calibration.request()
    calibration.subtract(face((0.0, -170.0, 0.0)), 1.1)
    on_the_way = calibration.subtract(face((0.0, -170.0, 0.0)), 1.1 + EASE_S / 2)
    assert abs(on_the_way[INDEX["head_y"]]) <= 20.0
    assert calibration.subtract(face((0.0, -170.0, 0.0)), 3.0)[INDEX["head_y"]] == pytest.approx(0.0)


def test_what_is_taken_unasked_is_bounded() -> None:
    rows = np.array([face((-60.0, 0.0, 179.0)), face((-60.0, 0.0, -179.0))])
    assert rest_of(rows)[HEAD] == pytest.approx((-45.0, 0.0, -45.0)) or rest_of(rows)[HEAD] == pytest.approx(
        (-45.0, 0.0, 45.0)
    )
    asked = rest_of(rows, asked=True)[HEAD]
    assert asked[:2] == pytest.approx((-60.0, 0.0))
    assert abs(asked[2]) == pytest.approx(180.0)


def test_a_still_head_at_the_seam_of_the_circle_is_still() -> None:
    calibration = FaceCalibration(1.0)
    for index in range(45):
        calibration.subtract(face((0.0, 0.0, 179.5 if index % 2 else -179.5)), index / 30)
    assert calibration.done


def test_a_kept_middle_counts_at_any_angle() -> None:
    kept = np.zeros(len(FIELDS))
    kept[HEAD] = (0.0, 175.0, 0.0)
    relative = FaceCalibration(0.0, kept).subtract(face((0.0, -175.0, 0.0)), 0.0)
    assert relative[HEAD] == pytest.approx((0.0, 10.0, 0.0))
