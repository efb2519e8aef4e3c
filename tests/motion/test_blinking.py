from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest

from vtube.motion.blinking import APART_S, Blink, LidDriver, blinks, closed_over, lids
from vtube.pose import INDEX, from_mapping

HOUR = 3600.0


def starts(seed: int, seconds: float, mean: float) -> list[float]:
    return sorted(blink.time for blink in blinks(seed, 0.0, seconds, mean))


@pytest.mark.parametrize("mean", [1.0, 2.0, 4.0, 10.0, 60.0])
def test_they_come_as_often_as_asked(mean: float) -> None:
    count = sum(len(starts(seed, 4 * HOUR, mean)) for seed in range(3))
    assert 12 * HOUR / count == pytest.approx(mean, rel=0.08)


def test_intervals_are_a_persons() -> None:
    gaps = np.diff(starts(1, 8 * HOUR, 4.0))
    assert 0.5 < gaps.std() / gaps.mean() < 1.2
    assert 0.08 < (gaps < 0.6).mean() < 0.25
    assert np.percentile(gaps, 99) < 16
    assert gaps.max() < 40


def test_the_lids_open_between_two_blinks() -> None:
    for seed in range(4):
        shown = list(blinks(seed, 0.0, 4 * HOUR, 2.0))
        for first, second in itertools.pairwise(shown):
            assert second.time - first.time >= APART_S
            assert second.time > first.time + first.length


def test_which_blinks_there_are_does_not_depend_on_the_moments_asked_for() -> None:
    whole = [blink for blink in blinks(3, 0.0, HOUR, 2.0) if 100.0 <= blink.time <= 900.0]
    assert [blink for at in range(100, 900) for blink in blinks(3, at + 1e-9, at + 1.0, 2.0)] == whole


def test_a_blink_takes_150_to_250_ms_and_closes_faster_than_it_opens() -> None:
    for blink in blinks(2, 0.0, HOUR, 4.0):
        assert 0.15 <= blink.length <= 0.25
        times = np.arange(0.0, blink.length, 0.001)
        closed = [blink.closed(blink.time + at) for at in times]
        shut = int(np.argmax(closed))
        assert max(closed) == 1.0
        assert closed[:shut] == sorted(closed[:shut])
        opening = blink.length - times[max(index for index, value in enumerate(closed) if value == 1.0)]
        assert times[shut] < 0.7 * opening
        assert blink.closed(blink.time - 0.001) == blink.closed(blink.time + blink.length + 0.001) == 0.0


@pytest.mark.parametrize("fps", [24, 30, 60])
def test_no_frame_rate_misses_a_blink(fps: int) -> None:
    for blink in blinks(3, 10.0, HOUR, 4.0):
        frames = range(int(blink.time * fps), int((blink.time + 0.3) * fps) + 2)
        assert max(lids(3, frame / fps, 4.0, 1.0)[0] for frame in frames) > 0.97


def test_both_eyes_nearly_together() -> None:
    times = np.arange(0.0, 120.0, 1 / 60)
    left, right = np.array([lids(4, float(now), 4.0, 1.0) for now in times]).T
    assert 0 < np.abs(left - right).max() < 0.35
    same = np.array([lids(4, float(now), 4.0, 0.0) for now in times])
    assert (same[:, 0] == same[:, 1]).all()


def test_lids_never_step() -> None:
    closed = np.array([lids(5, tick / 1000, 4.0, 1.0) for tick in range(60_000)])
    assert closed.min() >= 0.0 and closed.max() <= 1.0
    assert np.abs(np.diff(closed, axis=0)).max() < 0.05


def test_any_moment_can_be_asked_for_in_any_order() -> None:
    moments = np.random.default_rng(0).uniform(-1000, 1e6, 200)
    forth = [lids(6, float(now), 4.0, 1.0) for now in moments]
    back = [lids(6, float(now), 4.0, 1.0) for now in reversed(moments)]
    assert forth == back[::-1]


def test_seeds_differ() -> None:
    assert starts(1, HOUR, 4.0) != starts(2, HOUR, 4.0)


def test_the_list_agrees_with_the_lids() -> None:
    shut = np.array([lids(7, tick / 200, 4.0, 0.0)[0] > 0.5 for tick in range(200 * 600)])
    seen = int((np.diff(shut.astype(int)) > 0).sum())
    assert seen == pytest.approx(len(starts(7, 600.0, 4.0)), abs=5)


def test_a_blink_is_smooth_at_its_ends() -> None:
    blink = Blink(0.0, 0.2, 0.0)
    values = [blink.closed(tick / 10_000) for tick in range(2100)]
    assert max(abs(after - before) for before, after in itertools.pairwise(values)) < 0.004


def shut_over(**values: float) -> Mapping[str, float]:
    """What the lid driver leaves of a pose that is the same on both sides, the left one."""
    pose = from_mapping({f"{name}_{side}": value for name, value in values.items() for side in ("left", "right")})
    LidDriver().drive(pose, 0.0)
    return {name: float(pose[INDEX[f"{name}_left"]]) for name in values}


def test_a_shut_lid_has_no_other_form() -> None:
    left = shut_over(eye_wink=1.0, eye_relaxed=0.2, eye_unimpressed=0.5, eye_surprised=0.4, eye_raised_lower_eyelid=0.3)
    assert left == pytest.approx(
        {
            "eye_wink": 1.0,
            "eye_relaxed": 0.0,
            "eye_unimpressed": 0.0,
            "eye_surprised": 0.0,
            "eye_raised_lower_eyelid": 0.0,
        }
    )
    assert shut_over(eye_happy_wink=0.5, eye_relaxed=0.4) == pytest.approx({"eye_happy_wink": 0.5, "eye_relaxed": 0.2})
    assert shut_over(eye_relaxed=0.8, eyebrow_raised=1.0) == pytest.approx({"eye_relaxed": 0.8, "eyebrow_raised": 1.0})


@pytest.mark.parametrize("happy", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_a_blink_and_laughing_eyes_together_shut_a_lid_once(happy: float) -> None:
    left = shut_over(eye_wink=1.0, eye_happy_wink=happy)
    assert sum(left.values()) == pytest.approx(1.0)
    assert left["eye_happy_wink"] >= happy - 1e-6


def test_a_moved_brow_leaves_a_little_less_of_a_shut_lid() -> None:
    assert shut_over(eye_wink=1.0, eyebrow_raised=1.0)["eye_wink"] == pytest.approx(0.92)
    assert shut_over(eye_wink=0.2, eyebrow_raised=1.0)["eye_wink"] == pytest.approx(0.2, abs=0.004)
    assert shut_over(eye_wink=1.0, eyebrow_angry=0.3, eyebrow_lowered=0.7)["eye_wink"] == pytest.approx(0.95)
    assert shut_over(eye_wink=1.0, eyebrow_angry=1.0, eyebrow_raised=1.0)["eye_wink"] == pytest.approx(0.92)
    assert shut_over(eye_wink=1.0, eyebrow_serious=0.5)["eye_wink"] == pytest.approx(0.975)


def test_a_laughing_lid_shows_no_sliver_of_the_iris_whatever_the_brow_does() -> None:
    for brow in ("raised", "angry", "serious", "lowered", "happy", "troubled"):
        shut = shut_over(eye_happy_wink=1.0, **{f"eyebrow_{brow}": 1.0})
        assert shut["eye_happy_wink"] == pytest.approx(0.98)


def test_an_eye_that_shuts_as_the_other_one_laughs_laughs_too() -> None:
    pose = from_mapping({"eye_wink_left": 1.0, "eye_happy_wink_right": 1.0})
    LidDriver().drive(pose, 0.0)
    assert pose == pytest.approx(from_mapping({"eye_happy_wink_left": 1.0, "eye_happy_wink_right": 1.0}))


@pytest.mark.parametrize("name", ["iris_small", "eye_raised_lower_eyelid"])
def test_what_makes_lashes_pale_is_gone_under_a_shut_lid_and_stays_in_a_half_shut_eye(name: str) -> None:
    assert [shut_over(eye_wink=shut, **{name: 0.4})[name] for shut in (0.0, 0.5, 1.0)] == pytest.approx(
        [0.4, 0.35, 0.0]
    )


def test_no_lid_stays_where_a_sliver_of_the_iris_is_seen() -> None:
    drawn = [closed_over(percent / 100) for percent in range(101)]
    assert drawn[:71] == pytest.approx([percent / 100 for percent in range(71)])
    assert drawn[80:] == [1.0] * 21
    assert all(0.0 < after - before < 0.031 for before, after in itertools.pairwise(drawn[:81]))
    assert sum(0.74 < shut < 0.93 for shut in drawn) <= 6


def test_a_lid_that_laughs_a_little_shuts_in_the_same_form() -> None:
    left = shut_over(eye_wink=0.3, eye_happy_wink=0.6)
    assert left == pytest.approx({"eye_wink": 0.12 / 0.9, "eye_happy_wink": 0.78 / 0.9})


@pytest.mark.parametrize("side", ["left", "right"])
def test_an_eye_that_is_shut_alone_has_a_part_of_a_laughing_lid(side: str) -> None:
    pose = from_mapping({f"eye_wink_{side}": 1.0})
    LidDriver().drive(pose, 0.0)
    assert pose == pytest.approx(from_mapping({f"eye_wink_{side}": 0.45, f"eye_happy_wink_{side}": 0.55}))


def test_an_eye_that_is_a_little_behind_the_other_is_not_shut_alone() -> None:
    pose = from_mapping({"eye_wink_left": 0.6, "eye_wink_right": 0.3})
    LidDriver().drive(pose, 0.0)
    assert pose == pytest.approx(from_mapping({"eye_wink_left": 0.6, "eye_wink_right": 0.3}))
