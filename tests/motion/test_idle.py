from __future__ import annotations

import numpy as np
import pytest

from vtube.motion.idle import CHIN, IdleMotion
from vtube.motion.sway import posture, sway
from vtube.pose import COUNT, HIGH, INDEX, LOW, NAMES, neutral
from vtube.settings import IdleSettings

STILL = {"breathing": 0.0, "blinking": 0.0, "gaze": 0.0, "sway": 0.0, "asymmetry": 0.0, "face": 0.0}


def course(fps: int, seconds: float, **settings: object) -> np.ndarray:
    motion, poses = IdleMotion(IdleSettings.model_validate(settings)), []
    for tick in range(int(seconds * fps)):
        poses.append(neutral())
        motion.drive(poses[-1], tick / fps)
    return np.array(poses)


def moves(poses: np.ndarray) -> set[str]:
    return {name for name, values in zip(NAMES, poses.T, strict=True) if np.ptp(values) > 1e-6}


def test_24_30_and_60_frames_a_second_show_the_same_motion() -> None:
    at_24, at_30, at_60 = (course(fps, 60.0) for fps in (24, 30, 60))
    assert (at_30 == at_60[::2]).all()
    assert (at_24[::4] == at_60[::10]).all()
    for name in ("eye_wink_left", "eye_wink_right"):
        blinks = [
            int((np.diff((poses[:, INDEX[name]] > 0.5).astype(int)) > 0).sum()) for poses in (at_24, at_30, at_60)
        ]
        assert max(blinks) - min(blinks) <= 1
        assert min(blinks) >= 8


def test_values_stay_in_range_by_themselves() -> None:
    poses = course(10, 1000.0)
    assert (poses >= LOW).all() and (poses <= HIGH).all()


def test_the_vowels_of_the_mouth_are_left_alone() -> None:
    mouth = {name for name in moves(course(20, 100.0)) if name.startswith("mouth_")}
    assert mouth == {f"mouth_{way}_corner_{side}" for way in ("raised", "lowered") for side in ("left", "right")}


def test_small_smiles_come_and_go() -> None:
    smiles = course(20, 300.0)[:, INDEX["mouth_raised_corner_left"]]
    assert 0.25 < smiles.max() <= 0.57
    assert 0.5 < (smiles < 0.12).mean() < 0.95
    assert np.abs(np.diff(smiles)).max() < 0.05


def test_presets_and_energy_scale_how_far_the_head_goes() -> None:
    def spread(**settings: object) -> float:
        motion, heads = IdleMotion(IdleSettings.model_validate({**settings, "gaze": 0.0})), []
        for tick in range(2400):
            pose = neutral()
            motion.drive(pose, tick / 4)
            heads.append(pose[INDEX["neck_z"]])
        return float(np.std(heads))

    calm, natural, lively = (spread(preset=name) for name in ("calm", "natural", "lively"))
    assert 1.5 * calm < natural < lively / 1.2
    assert spread(energy=0.0) == 0.0
    assert spread(preset="lively", energy=0.5) < natural


def test_a_natural_head_spreads_over_nearly_half_of_what_a_lively_person_s_does() -> None:
    """The person: 100 s of the recording in docs/notes/motion.md; without the gaze, which adds to nod and turn."""
    person = np.array([0.56, 0.77, 0.44])
    places = [sway(0, now) for now in range(2400)], [posture(0, now) for now in range(2400)]
    moving, settled = (np.array([(one.head_x, one.head_y, one.neck_z) for one in part]) for part in places)
    assert 0.44 < ((moving + settled).std(axis=0) / person).mean() < 0.5


def test_ten_minutes_never_repeat() -> None:
    poses = course(4, 600.0)
    windows = [poses[at : at + 20].ravel() for at in range(0, len(poses) - 20, 20)]
    nearest = min(np.abs(a - b).max() for at, a in enumerate(windows) for b in windows[:at])
    assert nearest > 0.05


@pytest.mark.parametrize(
    ("part", "moving"),
    [
        ("breathing", {"breathing", "head_x"}),
        ("blinking", {"eye_wink_left", "eye_wink_right"}),
        (
            "gaze",
            {
                "iris_rotation_x",
                "iris_rotation_y",
                "head_x",
                "head_y",
                "body_y",
                "eye_relaxed_left",
                "eye_relaxed_right",
            },
        ),
        ("sway", {"head_x", "head_y", "neck_z", "body_y", "body_z"}),
        ("asymmetry", {"eyebrow_raised_left", "eyebrow_raised_right", "eye_relaxed_left", "eye_relaxed_right"}),
    ],
)
def test_each_part_moves_its_own_and_nothing_when_off(part: str, moving: set[str]) -> None:
    assert moves(course(10, 60.0, **{**STILL, part: 1.0})) == moving
    assert moves(course(20, 5.0, **STILL)) == set()


def test_the_strength_of_a_part_may_change_while_it_runs() -> None:
    motion, pose = IdleMotion(IdleSettings()), neutral()
    motion.settings = IdleSettings.model_validate(STILL)
    motion.drive(pose, 12.3)
    assert not pose.any()


def test_seeds_differ() -> None:
    assert (course(20, 5.0, seed=1) != course(20, 5.0, seed=2)).any()


def test_eyes_make_up_for_the_heads_sway() -> None:
    still, swaying = course(10, 60.0, sway=0.0), course(10, 60.0, sway=1.0)
    head, eyes = [(swaying - still)[:, INDEX[name]] for name in ("head_y", "iris_rotation_y")]
    assert np.corrcoef(head, eyes)[0, 1] < -0.95


def test_a_pose_of_this_moment_needs_no_past() -> None:
    motion = IdleMotion(IdleSettings())
    moments = [float(now) for now in np.random.default_rng(0).uniform(0, 1e6, 100)]
    forth, back = [], []
    for now in moments:
        forth.append(neutral())
        motion.drive(forth[-1], now)
    for now in reversed(moments):
        back.append(neutral())
        motion.drive(back[-1], now)
    assert np.array_equal(np.array(forth), np.array(back[::-1]))
    assert np.array(forth).shape == (100, COUNT)


def test_only_what_is_named_sways() -> None:
    settings = {**STILL, "sway": 1.0, "sway_parts": ["neck_z", "body_y"]}
    assert moves(course(10, 60.0, **settings)) == {"neck_z", "body_y"}


def test_a_tremble_is_quick_and_small() -> None:
    heads = course(50, 20.0, **{**STILL, "tremble": 0.05})[:, INDEX["head_y"]]
    turns = (np.diff(np.sign(np.diff(heads))) != 0).sum()
    assert 0.03 < heads.std() < 0.07
    assert turns > 20 * 6


def test_the_weight_is_shifted_as_often_as_asked() -> None:
    def shifts(seconds: float) -> int:
        places = np.array([posture(0, tick / 10, seconds).body_z for tick in range(2400)])
        return int((np.diff((np.abs(np.diff(places)) > 1e-4).astype(int)) > 0).sum())

    assert shifts(5.0) == pytest.approx(48, abs=2)
    assert shifts(40.0) == pytest.approx(6, abs=1)


def test_a_smile_is_seen_in_the_lids_and_no_corner_is_like_the_other() -> None:
    poses = course(20, 600.0)
    left, right = (poses[:, INDEX[f"mouth_raised_corner_{side}"]] for side in ("left", "right"))
    smiling = np.maximum(left, right) > 0.2
    assert (
        poses[smiling & (poses[:, INDEX["eye_wink_left"]] == 0)][:, INDEX["eye_raised_lower_eyelid_left"]] > 0.1
    ).all()
    unlike = np.abs(left - right)[smiling] / np.maximum(left, right)[smiling]
    assert unlike.max() > 0.12
    assert unlike.max() < 0.36


def test_a_swallow_is_seen() -> None:
    still = {"sway": 0.0, "gaze": 0.0, "breathing": 0.0}
    poses = course(20, 300.0, **still)
    head = poses[:, INDEX["head_x"]]
    lowest = poses[head.argmin()]
    assert head.min() == pytest.approx(-CHIN, abs=0.01)
    assert (head < -CHIN / 2).mean() < 0.02
    assert np.abs(np.diff(course(60, 300.0, **still)[:, INDEX["head_x"]])).max() < 0.04
    assert lowest[INDEX["eye_relaxed_left"]] > 0.25
    assert lowest[INDEX["mouth_lowered_corner_left"]] > 0.3
    assert lowest[INDEX["mouth_raised_corner_left"]] < 0.01
    assert lowest[INDEX["iris_rotation_x"]] == pytest.approx(0.45 * CHIN, abs=0.02)


def test_nobody_swallows_in_the_midst_of_a_word() -> None:
    still = {"sway": 0.0, "gaze": 0.0, "breathing": 0.0}
    speaking, heads = IdleMotion(IdleSettings.model_validate(still), spoken=lambda: 1.0), []
    for tick in range(20 * 300):
        pose = neutral()
        speaking.drive(pose, tick / 20)
        heads.append(pose[INDEX["head_x"]])
    assert min(heads) == 0.0
