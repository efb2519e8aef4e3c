"""The user's own level: what is far below it opens no mouth, and whoever speaks on takes its place."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vtube.audio.features import PeakMeter
from vtube.audio.known_voice import (
    FAR_DB,
    FAR_FRAMES,
    LATE_FRAMES,
    LEAST_FRAMES,
    NEAR_DB,
    WARY_FRAMES,
    KnownVoice,
    VoiceLevel,
)
from vtube.audio.voice_activity import HOLD_FRAMES, VoiceActivity

YESTERDAY = VoiceLevel(-12.0, -54.0)
ROOM = (-60.0, 1.0)
Part = tuple[float, float, float]
"""Level, silence, seconds."""


def listen(user: KnownVoice, *parts: Part) -> list[bool]:
    """Whether the mouth may move, frame by frame."""
    activity, peak = VoiceActivity(), PeakMeter()
    peak.db = user.start_of(peak.db)
    opened = []
    for level, silence, seconds in parts:
        for _ in range(round(seconds * 100)):
            below = peak.follow(level)
            begins, goes_on = user.may_begin(level), user.may_go_on(level)
            speaking = activity.follow(level, below, silence, may_begin=begins, may_go_on=goes_on)
            if user.follow(
                level, peak.db, activity.floor_db, somebody=activity.somebody, speaking=speaking, sure=activity.sure
            ):
                peak.db = min(peak.db, user.start_of(peak.db))
            opened.append(speaking)
    return opened


def talk(level: float, seconds: float, floor: float = -60.0) -> list[Part]:
    """Words of 0.3 s with gaps of 0.2 s."""
    return [part for _ in range(round(seconds / 0.5)) for part in ((level, 0.0, 0.3), (floor, 1.0, 0.2))]


def test_whoever_talks_far_below_the_voice_of_last_time_opens_nothing() -> None:
    neighbour = talk(YESTERDAY.peak_db - 20, 3.0)
    assert any(listen(KnownVoice(), (*ROOM, 1.0), *neighbour))
    assert not any(listen(KnownVoice(YESTERDAY), (*ROOM, 1.0), *neighbour))


def test_the_user_opens_it_with_the_first_frame() -> None:
    opened = listen(KnownVoice(YESTERDAY), (*ROOM, 1.0), *talk(YESTERDAY.peak_db - 20, 2.0), (-15.0, 0.0, 0.1))
    assert opened.index(True) == 300


@pytest.mark.parametrize("lower", [16.0, 20.0, 30.0])
def test_a_gain_that_was_turned_down_is_found_within_a_second_and_a_half(lower: float) -> None:
    level, floor = -12.0 - lower, -54.0 - lower
    opened = listen(KnownVoice(YESTERDAY), (floor, 1.0, 1.0), *talk(level, 4.0, floor))
    assert opened.index(True) <= 250
    assert np.mean([opened[start : start + 30] for start in range(250, 500, 50)]) > 0.9


def test_a_gain_that_was_turned_up_does_no_harm() -> None:
    opened = listen(KnownVoice(VoiceLevel(-32.0, -70.0)), (*ROOM, 1.0), (-12.0, 0.0, 1.0))
    assert opened.index(True) == 100


def test_who_is_softer_in_the_same_noise_is_heard_after_some_seconds() -> None:
    opened = listen(KnownVoice(YESTERDAY), (-54.0, 1.0, 1.0), *talk(-32.0, 12.0, -54.0))
    assert LATE_FRAMES < opened.index(True) < 800


def test_a_crowd_at_the_first_start_opens_nothing_and_the_user_does() -> None:
    murmur = [(float(level), 0.3, 0.05) for level in np.random.default_rng(6).uniform(-52, -38, 80)]
    opened = listen(KnownVoice(), *murmur, (-24.0, 0.0, 0.3))
    assert opened.index(True) == 400


def test_a_user_who_spoke_before_the_microphone_did_is_heard_soon() -> None:
    opened = listen(KnownVoice(), *talk(-36.0, 4.0, -66.0))
    assert opened.index(True) <= 50
    assert opened[-45:-20].count(True) == 25


def test_soft_words_count_while_the_user_is_speaking() -> None:
    soft = YESTERDAY.peak_db - NEAR_DB - 4
    opened = listen(KnownVoice(YESTERDAY), (*ROOM, 1.0), (-12.0, 0.0, 1.0), (*ROOM, 1.0), (soft, 0.0, 0.3))
    assert opened[-1]
    long = WARY_FRAMES / 100 + 1
    assert not listen(KnownVoice(YESTERDAY), (-12.0, 0.0, 1.0), (*ROOM, long), (soft, 0.0, 0.3))[-1]


def test_beside_others_soft_words_are_theirs_even_while_the_user_is_speaking() -> None:
    neighbour, user = talk(YESTERDAY.peak_db - NEAR_DB - 4, 2.0), talk(YESTERDAY.peak_db, 2.0)
    opened = listen(KnownVoice(YESTERDAY), (*ROOM, 1.0), *neighbour, *user, *neighbour)
    assert not any(opened[100:300] + opened[-185:])
    assert opened[300:330].count(True) == 30


def test_a_neighbour_who_was_taken_for_the_user_is_none_after_the_user_s_first_words() -> None:
    neighbour, user = talk(-34.0, 3.0), talk(-12.0, 4.0)
    opened = listen(KnownVoice(), (*ROOM, 1.0), *neighbour, *user, *neighbour)
    assert any(opened[:400])
    assert not any(opened[-285:])


def test_beside_others_an_open_mouth_closes_at_what_lies_far_below() -> None:
    neighbour, loud = talk(YESTERDAY.peak_db - 20, 2.0), (YESTERDAY.peak_db, 0.0, 0.5)
    far = (YESTERDAY.peak_db - FAR_DB - 0.5, 0.0, 1.0)
    assert listen(KnownVoice(YESTERDAY), (*ROOM, 1.0), loud, far)[-1]
    opened = listen(KnownVoice(YESTERDAY), (*ROOM, 1.0), *neighbour, loud, far)
    assert opened[-100:].index(False) == FAR_FRAMES + HOLD_FRAMES - 1
    assert not any(opened[-50:])


def test_the_level_is_learnt_and_comes_close_to_the_peaks() -> None:
    user = KnownVoice()
    listen(user, (*ROOM, 0.5), *talk(-20.0, 2.0))
    assert user.level is None
    listen(user, *talk(-20.0, 6.0))
    assert user.level is not None
    assert user.level.peak_db == pytest.approx(-20.0, abs=1.0)
    assert -66 < user.level.floor_db < -45


def test_the_loudest_who_speaks_is_the_user() -> None:
    user = KnownVoice()
    listen(user, *talk(-35.0, 10.0), *talk(-15.0, 6.0))
    assert user.level is not None and user.level.peak_db > -18


def test_who_took_the_place_is_kept_only_after_some_speech() -> None:
    user = KnownVoice(YESTERDAY)
    listen(user, (-72.0, 1.0, 1.0), *talk(-32.0, 1.5, -72.0))
    assert user.level is None
    listen(user, *talk(-32.0, 8.0, -72.0))
    assert user.level is not None and user.level.peak_db == pytest.approx(-32.0, abs=2.0)


@pytest.mark.parametrize("values", [(math.nan, -50.0), (-12.0, math.inf), (-80.0, -50.0), (40.0, -50.0), (-12.0, 9.0)])
def test_what_is_no_level_is_refused(values: tuple[float, float]) -> None:
    with pytest.raises(ValueError):
        VoiceLevel(*values)


def test_numbers_that_are_none_change_nothing() -> None:
    user = KnownVoice(YESTERDAY)
    before = user.level
    for bad in (math.nan, math.inf, -math.inf):
        assert not user.follow(bad, -12.0, -50.0, somebody=True, speaking=True, sure=True)
    assert user.level == before


frames = st.tuples(st.floats(-120, 20), st.floats(-45, 20), st.floats(-72, -22), st.booleans(), st.booleans())


@settings(max_examples=100, deadline=None)
@given(heard=st.lists(st.tuples(frames, st.integers(1, 300)), max_size=12), known=st.booleans(), sure=st.booleans())
def test_whatever_is_heard_the_level_is_one(
    heard: list[tuple[tuple[float, float, float, bool, bool], int]], known: bool, sure: bool
) -> None:
    user = KnownVoice(YESTERDAY if known else None)
    for (level, peak, floor, somebody, speaking), times in heard:
        for _ in range(times):
            user.may_begin(level)
            user.may_go_on(level)
            user.follow(level, max(level, peak), floor, somebody=somebody, speaking=speaking, sure=sure)
        assert math.isfinite(user.start_of(-30.0))
        kept = user.level
        assert kept is None or KnownVoice(kept).level == kept
    assert LEAST_FRAMES > 0
