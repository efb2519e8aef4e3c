"""Before the user is known, who stands out from the room is the user."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.audio.room import ABOVE_DB, CLEAR_DB, FIRST_FRAMES, LATER_FRAMES, Room

FLOOR_DB = -50.0


def after(levels: list[float], floor_db: float = FLOOR_DB, speaking: bool = False) -> Room:
    room = Room()
    for level in levels:
        room.follow(level, floor_db, speaking)
    return room


def test_the_loud_moments_of_a_crowd_open_nothing_and_the_user_stands_out() -> None:
    crowd = np.random.default_rng(4).uniform(FLOOR_DB, FLOOR_DB + 14, 300).tolist()
    room = after(crowd)
    assert not any(room.may_begin(level) for level in crowd)
    assert room.may_begin(FLOOR_DB + 14 + ABOVE_DB)


def test_steady_noise_asks_for_no_more_than_the_gate() -> None:
    noise = np.random.default_rng(5).normal(FLOOR_DB, 1.5, 300).tolist()
    assert after(noise).may_begin(FLOOR_DB + 10)


@pytest.mark.parametrize("frames", [1, FIRST_FRAMES - 1])
def test_at_the_very_start_only_what_is_clear_opens(frames: int) -> None:
    room = after([FLOOR_DB] * frames)
    assert not room.may_begin(FLOOR_DB + CLEAR_DB - 1)
    assert room.may_begin(FLOOR_DB + CLEAR_DB + 1)
    assert not Room().may_begin(0.0)


def test_a_keyboard_that_is_louder_than_the_voice_keeps_nobody_out() -> None:
    room = after([-10.0, -30.0, FLOOR_DB, FLOOR_DB] * 50)
    assert room.may_begin(FLOOR_DB + CLEAR_DB + 1)


def test_the_beginning_of_a_word_is_not_the_room_s() -> None:
    room = after([FLOOR_DB] * 100 + [FLOOR_DB + 12] * (LATER_FRAMES - 1))
    assert room.may_begin(FLOOR_DB + 12)
    assert not after([FLOOR_DB] * 100 + [FLOOR_DB + 12] * (LATER_FRAMES + 1)).may_begin(FLOOR_DB + 12)


def test_a_voice_is_not_the_room_s() -> None:
    room = after([FLOOR_DB] * 100)
    for _ in range(200):
        room.follow(FLOOR_DB + 20, FLOOR_DB, True)
    assert room.may_begin(FLOOR_DB + 10)


def test_the_room_is_forgotten_slowly_or_at_once() -> None:
    room = after([FLOOR_DB + 14] * 50)
    assert not room.may_begin(FLOOR_DB + 14)
    room.forget()
    assert room.may_begin(FLOOR_DB + 14)
    faded = after([FLOOR_DB + 14] * 50 + [FLOOR_DB] * 600)
    assert faded.may_begin(FLOOR_DB + 14)
