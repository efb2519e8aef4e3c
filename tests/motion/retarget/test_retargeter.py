"""Retargeting as a whole: ownership, mirror, smoothing, body, lean, and that nothing bad gets through."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.motion.recordings import live_link_faces, pose_stream
from vtube.errors import SettingsError
from vtube.motion.retarget import FaceRetargeter, Lean, build_retargeter
from vtube.motion.retarget.body import Body
from vtube.motion.retarget.filters import VALUES, Response, build_filter
from vtube.pose import COUNT, HIGH, INDEX, LOW, NAMES, Pose, neutral
from vtube.settings import ParameterCurve, RetargetSettings
from vtube.signals import ARKIT_SHAPES, FaceFrame

P = INDEX


def make(**settings: Any) -> FaceRetargeter:
    return build_retargeter(RetargetSettings(**{"calibrate_after_s": 0.0, "smoothing": 0.0, **settings}))


def pose_of(frame: FaceFrame, **settings: Any) -> Pose:
    pose = neutral()
    make(**settings).retarget(frame, pose, frame.time)
    return pose


def play(frames: list[FaceFrame], fps: float, **settings: Any) -> NDArray[np.float32]:
    """The poses that a camera of `fps` shows of `frames`."""
    retargeter, poses, at = make(**settings), [], 0
    for index in range(int((frames[-1].time - frames[0].time) * fps)):
        now = frames[0].time + index / fps
        while at + 1 < len(frames) and frames[at + 1].time <= now + 1e-9:
            at += 1
        pose = neutral()
        retargeter.retarget(frames[at], pose, now)
        poses.append(pose)
    return np.array(poses)


FACE: dict[str, float] = dict.fromkeys(ARKIT_SHAPES, 0.0)


def test_what_a_tracker_does_not_see_is_left_to_others() -> None:
    retargeter, pose = make(), np.full(COUNT, 0.125, np.float32)
    retargeter.retarget(FaceFrame(0.0, shapes={"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}), pose, 0.0)
    assert pose[P["eye_wink_left"]] == 1.0
    assert {NAMES[at] for at in np.flatnonzero(retargeter.owned)} == {n for n in NAMES if n.startswith("eye_")}
    assert (pose[~retargeter.owned] == 0.125).all()


def test_breathing_is_never_the_faces() -> None:
    retargeter = make()
    retargeter.retarget(FaceFrame(0.0, shapes=FACE, head=(0.0, 0.0, 0.0)), neutral(), 0.0)
    others = [NAMES[at] for at in np.flatnonzero(~retargeter.owned)]
    assert others == ["iris_small_left", "iris_small_right", "breathing"]


def test_a_body_that_does_not_follow_is_left_to_idle_motion() -> None:
    retargeter = make(body_follow=0.0)
    retargeter.retarget(FaceFrame(0.0, head=(1.0, 2.0, 3.0)), neutral(), 0.0)
    assert not retargeter.owned[[P["body_y"], P["body_z"]]].any()
    assert retargeter.owned[P["head_y"]]


def test_before_the_first_face_nothing_happens() -> None:
    retargeter, pose = make(), neutral()
    retargeter.retarget(FaceFrame(0.0, found=False), pose, 0.0)
    assert not pose.any()
    assert not retargeter.owned.any()


def test_a_lost_face_stays_as_it_was() -> None:
    retargeter, pose = make(), neutral()
    retargeter.retarget(FaceFrame(0.0, head=(0.0, -20.0, 0.0)), pose, 0.0)
    before = pose.copy()
    retargeter.retarget(FaceFrame(0.1, found=False), pose, 0.1)
    assert pose[P["head_y"]] == before[P["head_y"]] > 0.5


def test_parameters_a_sender_drives_itself_win() -> None:
    retargeter, pose = make(smoothing=1.0), neutral()
    driven = {"mouth_aaa": 0.25, "breathing": 0.5, "x": 1.0}
    frame = FaceFrame(0.0, shapes={**FACE, "jawOpen": 1.0}, parameters=driven)
    retargeter.retarget(frame, pose, 0.0)
    assert (pose[P["mouth_aaa"]], pose[P["breathing"]]) == (0.25, 0.5)
    assert retargeter.owned[P["breathing"]]


def test_mirroring_swaps_the_sides() -> None:
    shapes = {**FACE, "eyeBlinkLeft": 1.0, "mouthSmileRight": 0.2, "eyeLookOutLeft": 0.5, "eyeLookInRight": 0.5}
    plain, mirrored = (
        pose_of(FaceFrame(0.0, shapes=shapes, head=(5.0, 10.0, 15.0)), mirror=mirror) for mirror in (False, True)
    )
    for name in NAMES:
        other = name.replace("_left", "_L").replace("_right", "_left").replace("_L", "_right")
        sign = -1 if name in ("head_y", "neck_z", "body_y", "body_z", "iris_rotation_y") else 1
        assert mirrored[P[other]] == pytest.approx(sign * plain[P[name]]), name
    assert plain[P["eye_wink_left"]] == 1.0


@pytest.mark.parametrize(
    ("axis", "name"),
    [
        ("pitch", "head_x"),
        ("yaw", "head_y"),
        ("roll", "neck_z"),
        ("gaze_x", "iris_rotation_x"),
        ("gaze_y", "iris_rotation_y"),
    ],
)
@pytest.mark.parametrize("mode", ["natural", "classic"])
def test_each_axis_can_be_inverted(axis: str, name: str, mode: str) -> None:
    look = {"eyeLookOutLeft": 0.25, "eyeLookInRight": 0.25, "eyeLookDownLeft": 0.2, "eyeLookDownRight": 0.2}
    frame = FaceFrame(0.0, shapes=FACE | look, head=(5.0, 6.0, 7.0))
    plain, inverted = pose_of(frame, mode=mode), pose_of(frame, mode=mode, invert=[axis])
    assert np.sign(inverted[P[name]]) == -np.sign(plain[P[name]]) != 0
    assert abs(inverted[P["head_x"]]) == pytest.approx(abs(plain[P["head_x"]]))


@pytest.mark.parametrize("fps", [24.0, 30.0])
def test_every_camera_rate_shows_the_same_motion(fps: float) -> None:
    frames = live_link_faces()[::3]
    fine, coarse = play(frames, 120.0, smoothing=0.5), play(frames, fps, smoothing=0.5)
    step = round(120 / fps)
    assert np.abs(fine[::step][: len(coarse)] - coarse[: len(fine[::step])]).max() < 0.05


def test_a_slow_tracker_does_not_step_on_a_fast_camera() -> None:
    frames = [FaceFrame(index / 24, head=(0.0, -0.3 * index, 0.0)) for index in range(48)]
    turn = play(frames, 60.0, smoothing=0.5)[30:, P["head_y"]]
    moved = np.diff(turn)
    assert (moved > 0).all()
    assert moved.max() < 1.5 * moved.min()


def delay_ms(raw: NDArray[np.float64], smoothed: NDArray[np.float64], fps: float) -> float:
    """The shift that makes the smoothed signal most like the raw one, to a fraction of a frame."""
    shifts = np.arange(0, 8)
    reach = len(raw) - len(shifts)
    errors = np.array([np.square(smoothed[shift : shift + reach] - raw[:reach]).mean() for shift in shifts])
    best = int(errors[:-1].argmin())
    if best == 0:
        return 0.0
    before, here, after = errors[best - 1 : best + 2]
    return float(best + (before - after) / (2 * (before - 2 * here + after))) / fps * 1000


def test_the_default_smoothing_delays_the_face_by_less_than_30_ms() -> None:
    frames = live_link_faces()
    raw, smooth = (play(frames, 240.0, smoothing=smoothing).astype(float) for smoothing in (0.0, 0.5))
    moving = [at for at in range(COUNT) if raw[:, at].std() > 0.05 and not NAMES[at].startswith("body")]
    assert len(moving) > 10
    for at in moving:
        assert delay_ms(raw[:, at], smooth[:, at], 240.0) <= 30.0, NAMES[at]


def test_the_default_smoothing_delays_a_real_pose_stream_by_less_than_30_ms() -> None:
    smoother, fps, poses = build_filter(0.5), 120, np.array(pose_stream()[:600])
    raw, smooth = [], []
    for index in range(len(poses) * fps // 20):
        if index % (fps // 20) == 0:
            smoother.update(np.concatenate([poses[index * 20 // fps], np.zeros(VALUES - COUNT)]), index / fps)
        raw.append(poses[index * 20 // fps])
        smooth.append(smoother.at(index / fps)[:COUNT])
    for name in ("head_x", "head_y", "neck_z", "iris_rotation_x", "iris_rotation_y", "eye_wink_left", "mouth_aaa"):
        at = P[name]
        assert delay_ms(np.array(raw)[:, at], np.array(smooth)[:, at], fps) <= 30.0, name


def test_the_body_follows_the_head_later_and_less() -> None:
    frames = [FaceFrame(index / 60, head=(0.0, -20.0 if index >= 30 else 0.0, 0.0)) for index in range(150)]
    poses = play(frames, 60.0, body_follow=0.5, body_lag_s=0.25)
    head, body = poses[:, P["head_y"]], poses[:, P["body_y"]]
    assert body[32] < 0.1 * head[32]
    assert body[-1] == pytest.approx(0.5 * head[-1], abs=1e-3)
    assert (np.diff(body) >= -1e-6).all()


def test_a_body_starts_on_its_head_and_trails_it_by_its_lag() -> None:
    body = Body(1.0, 0.25)
    shown = [body.follow(0.5 + index / 240, 0.0, index / 240)[0] for index in range(960)]
    assert shown[0] == 0.5
    assert shown[-1] == pytest.approx(0.5 + 959 / 240 - 0.25, abs=0.01)
    assert Body(0.5, 0.0).follow(0.7, 0.2, 1.0) == pytest.approx([0.35, 0.1])


def test_what_a_tracker_ceases_to_see_is_eased_away() -> None:
    retargeter, shown = make(), []
    for index in range(60):
        shapes = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0} if index < 20 else {"jawOpen": 1.0}
        pose = neutral()
        retargeter.retarget(FaceFrame(index / 60, shapes=shapes), pose, index / 60)
        shown.append(pose[[P["eye_wink_left"], P["mouth_aaa"]]])
    assert shown[19] == pytest.approx([1.0, 0.0])
    assert 0.0 < shown[22][1] < 0.5
    assert shown[-1] == pytest.approx([0.0, 1.0], abs=1e-3)


def lean_after(**settings: Any) -> Lean:
    retargeter = make(calibrate_after_s=0.5, **settings)
    for index in range(60):
        retargeter.retarget(FaceFrame(index / 30, shapes=FACE, head_position=(0.0, 0.0, -0.4)), neutral(), index / 30)
        assert retargeter.lean == Lean(0.0, 0.0, 1.0)
    retargeter.retarget(FaceFrame(2.0, shapes=FACE, head_position=(0.05, 0.02, -0.3)), neutral(), 2.0)
    return retargeter.lean


def test_lean_to_the_own_right_moves_the_picture_to_the_viewers_left() -> None:
    lean = lean_after(lean=1.0)
    assert lean.x < -0.02
    assert lean.y > 0.005
    assert lean.scale > 1.02
    assert lean_after(lean=1.0, mirror=True).x == pytest.approx(-lean.x)
    assert lean_after(lean=0.0) == Lean()


def test_lean_is_bounded() -> None:
    retargeter = make(lean=1.0)
    retargeter.calibrate()
    for time, place in ((0.0, (0.0, 0.0, 0.0)), (0.1, (9.0, -9.0, 9.0))):
        retargeter.retarget(FaceFrame(time, shapes=FACE, head_position=place), neutral(), time)
    assert np.abs(np.array(retargeter.lean) - (0, 0, 1)).max() < 0.2


def test_ranges_and_curves_of_the_users_own() -> None:
    frame = FaceFrame(0.0, shapes={**FACE, "eyeWideLeft": 1.0, "eyeWideRight": 1.0}, head=(0.0, 12.0, 0.0))
    curves = {"eye_surprised_left": ParameterCurve(limit=0.5), "head_y": ParameterCurve(gain=2.0)}
    plain, shaped = pose_of(frame), pose_of(frame, parameters=curves)
    assert (plain[P["eye_surprised_left"]], shaped[P["eye_surprised_left"]]) == (1.0, 0.5)
    assert shaped[P["head_y"]] == pytest.approx(max(2 * plain[P["head_y"]], -1.0))
    with pytest.raises(SettingsError, match="did you mean head_y"):
        make(parameters={"head_yy": ParameterCurve()})


@pytest.mark.parametrize(
    ("value", "curve", "expected"),
    [
        (0.5, {}, 0.5),
        (-0.5, {"gain": 1.5}, -0.75),
        (0.5, {"curve": 2.0}, 0.25),
        (0.9, {"limit": 0.6}, 0.6),
        (0.1, {"deadzone": 0.2}, 0.0),
        (0.6, {"deadzone": 0.2}, 0.5),
        (1.0, {"deadzone": 0.2}, 1.0),
        (-0.6, {"deadzone": 0.2, "gain": 2.0}, -1.0),
        (0.0, {"offset": 0.25}, 0.25),
        (-1.0, {"offset": 0.25}, -0.75),
        (0.5, {"offset": -0.25, "gain": 0.5, "limit": 0.1}, 0.0),
    ],
)
def test_the_shape_of_a_curve(value: float, curve: dict[str, float], expected: float) -> None:
    values = np.array([0.3, value])
    shaped = Response({1: ParameterCurve(**curve)}).shape(values)
    assert shaped == pytest.approx([0.3, expected])
    assert values[1] == value


def test_curves_of_blend_shapes() -> None:
    frame = FaceFrame(0.0, shapes={**FACE, "jawOpen": 0.3}, head=(0.0, 0.0, 0.0))
    more = {"shapes": {"jawOpen": ParameterCurve(gain=2.0)}}
    open_mouth = [P[f"mouth_{name}"] for name in ("aaa", "iii", "uuu", "eee", "ooo")]
    assert pose_of(frame, **more)[open_mouth].sum() > 1.3 * pose_of(frame)[open_mouth].sum()
    with pytest.raises(SettingsError, match="did you mean 'jawOpen'"):
        make(shapes={"jawOpn": ParameterCurve()})
    with pytest.raises(SettingsError, match="gaze_range_deg"):
        make(shapes={"eyeLookUpLeft": ParameterCurve()})


def test_what_curves_get_can_be_read() -> None:
    retargeter = make(parameters={"head_y": ParameterCurve(gain=0.0)}, shapes={"jawOpen": ParameterCurve(gain=0.0)})
    retargeter.retarget(FaceFrame(0.0, shapes={"jawOpen": 0.5}, head=(0.0, 12.0, 0.0)), pose := neutral(), 0.0)
    assert pose[P["head_y"]] == 0.0
    assert retargeter.mapped is not None
    assert retargeter.mapped[P["head_y"]] != 0.0
    assert retargeter.face is not None
    assert retargeter.face[ARKIT_SHAPES.index("jawOpen")] == 0.5
    assert np.isnan(retargeter.face[ARKIT_SHAPES.index("tongueOut")])


def test_calibration_survives_new_settings() -> None:
    retargeter = make()
    retargeter.calibrate()
    frame = FaceFrame(0.0, head=(-15.0, 8.0, 0.0))
    retargeter.retarget(frame, neutral(), 0.0)
    assert retargeter.calibrated
    pose, successor = neutral(), build_retargeter(RetargetSettings(smoothing=0.0), retargeter.calibration)
    successor.retarget(FaceFrame(9.0, head=(-15.0, 8.0, 0.0)), pose, 9.0)
    assert pose[[P["head_x"], P["head_y"]]] == pytest.approx(0.0)


def test_after_a_pause_the_face_is_taken_as_it_is() -> None:
    retargeter, pose = make(smoothing=1.0), neutral()
    retargeter.retarget(FaceFrame(0.0, head=(0.0, 20.0, 0.0)), pose, 0.0)
    retargeter.retarget(FaceFrame(9.0, head=(0.0, -20.0, 0.0)), pose, 9.0)
    assert pose[P["head_y"]] > 0.5


def test_frames_out_of_order_do_no_harm() -> None:
    retargeter, pose = make(smoothing=0.5), neutral()
    for time in (1.0, 0.2, 1.0, 1.1):
        retargeter.retarget(FaceFrame(time, shapes=FACE, head=(0.0, 10.0, 0.0)), pose, max(time, 1.0))
        assert np.isfinite(pose).all()


ANY = st.floats(width=32)
ANGLES = st.none() | st.tuples(ANY, ANY, ANY)
GAZES = st.none() | st.tuples(ANY, ANY)
FRAMES = st.builds(
    FaceFrame,
    st.floats(0, 100),
    found=st.booleans(),
    head=ANGLES,
    head_position=ANGLES,
    eye_left=GAZES,
    eye_right=GAZES,
    shapes=st.dictionaries(st.sampled_from([*ARKIT_SHAPES, "nonsense"]), ANY, max_size=20),
    parameters=st.dictionaries(st.sampled_from([*NAMES, "nonsense"]), ANY, max_size=4),
)


MODES = st.sampled_from(["natural", "classic"])


@given(st.lists(FRAMES, min_size=1, max_size=6), MODES, st.booleans(), st.floats(0, 1))
def test_no_number_a_tracker_sends_gets_a_bad_pose(
    frames: list[FaceFrame], mode: str, mirror: bool, smoothing: float
) -> None:
    retargeter = make(mode=mode, mirror=mirror, smoothing=smoothing, calibrate_after_s=0.5)
    retargeter.calibrate()
    for now, frame in enumerate(frames):
        pose = neutral()
        retargeter.retarget(frame, pose, float(now))
        assert np.isfinite(pose).all()
        assert ((pose >= LOW) & (pose <= HIGH)).all()
        assert np.isfinite(retargeter.lean).all()
