from __future__ import annotations

import logging

import numpy as np
import pytest

from tests.speech.rig import BLOCK, DELAY, RATE, PlayerRig
from tests.speech.sounds import tone
from vtube.speech.player import IDLE_S, RETRY_S


def opening(rig: PlayerRig, lead_s: float = 0.0) -> float:
    shape = rig.player.mouth(rig.clock(), lead_s)
    return 0.0 if shape is None else shape.aaa


def level(samples: np.ndarray) -> float:
    return float(np.abs(samples).max(initial=0.0))


def test_the_sound_comes_out_as_it_went_in() -> None:
    rig = PlayerRig()
    rig.say(1)
    heard = rig.turn(0.6)
    np.testing.assert_allclose(heard[2 * BLOCK : RATE // 2], tone(0.5, RATE)[2 * BLOCK :], atol=1e-6)
    assert level(heard[RATE // 2 :]) == 0


def test_who_listens_gets_what_is_spoken_and_when_it_is_heard() -> None:
    rig = PlayerRig()
    got: list[tuple[float, int]] = []
    begin = rig.clock()
    rig.player.listener = lambda samples, when, rate: got.append((when, len(samples)))
    rig.say(1, 0.25)
    rig.turn(0.6)
    assert sum(count for _, count in got) == pytest.approx(0.25 * RATE, abs=BLOCK)
    assert got[0][0] == pytest.approx(begin + DELAY, abs=2 * BLOCK / RATE)
    assert np.diff([when for when, _ in got]) == pytest.approx(BLOCK / RATE)


def test_utterances_follow_each_other_without_a_gap() -> None:
    rig = PlayerRig()
    rig.say(1, 0.25)
    rig.say(2, 0.25)
    assert rig.player.waiting == 2
    assert np.abs(rig.turn(0.6)).reshape(-1, BLOCK).max(axis=1)[2:50].min() > 0.4
    assert rig.player.waiting == 0


def test_the_mouth_moves_when_the_sound_is_heard_not_when_it_is_handed_over() -> None:
    rig = PlayerRig()
    rig.say(1)
    rig.turn(0.04)
    assert opening(rig) < 0.1
    assert opening(rig, lead_s=0.04) > 0.2
    shape = rig.player.mouth(rig.clock())
    assert shape is not None
    assert shape.speaking
    rig.turn(0.2)
    assert opening(rig) > 0.9
    assert rig.player.heard(rig.clock()) is not None
    rig.turn(0.3)
    assert rig.player.unheard(rig.clock()) == {1}
    rig.turn(DELAY)
    assert opening(rig) == 0
    assert rig.player.unheard(rig.clock()) == set()
    rig.turn(1.0)
    assert rig.player.mouth(rig.clock()) is None


def test_a_frame_that_is_drawn_long_before_it_is_seen_has_the_mouth_of_its_moment() -> None:
    rig = PlayerRig()
    rig.say(1, 2.0)
    rig.turn(0.3)
    for lead_s in (0.0, 0.05, 0.1, 0.2, 0.5):
        assert opening(rig, lead_s=lead_s) > 0.9
    rig.player.paused = True
    rig.turn(0.3)
    assert opening(rig, lead_s=0.4) == 0
    rig.player.paused = False
    rig.turn(1.3)
    assert opening(rig, lead_s=0.5) == 0


def test_a_pause_fades_holds_and_goes_on() -> None:
    rig = PlayerRig()
    rig.say(1, 1.0)
    before = rig.turn(0.3)
    rig.player.paused = True
    faded = rig.turn(1.0)
    assert level(faded[2 * BLOCK :]) == 0
    assert np.abs(np.diff(np.concatenate([before[-10:], faded]))).max() < 0.1
    assert opening(rig) == 0
    rig.player.paused = False
    rest = rig.turn(1.0)
    assert np.count_nonzero(np.abs(rest).reshape(-1, BLOCK).max(axis=1) > 0.4) == pytest.approx(69, abs=2)


def test_a_held_word_begins_anew_and_a_pause_stays_a_pause() -> None:
    rig = PlayerRig()
    rig.say(1, 1.0, "one two three four")
    rig.turn(0.3)
    rig.player.hold()
    rig.turn(0.5)
    rig.player.release()
    rest = rig.turn(2.0)
    loud = np.count_nonzero(np.abs(rest).reshape(-1, BLOCK).max(axis=1) > 0.4) * BLOCK / RATE
    assert 0.7 < loud <= 0.75 + 0.06  # the word of the hold began at most a quarter of a second before
    rig.say(2, 1.0)
    rig.turn(0.2)
    rig.player.paused = True
    rig.player.hold()
    rig.turn(0.2)
    rig.player.release()
    assert level(rig.turn(0.5)) == 0


def test_a_device_that_runs_dry_is_opened_anew_once_nothing_is_said() -> None:
    rig = PlayerRig()
    rig.say(1, 0.3)
    rig.turn(0.1)
    rig.sinks[0].strained = True
    rig.player.watch()
    assert len(rig.sinks) == 1
    rig.turn(0.5)
    rig.player.watch()
    rig.player.watch()
    assert (len(rig.sinks), rig.sinks[0].closed) == (2, 1)


def test_what_is_dropped_fades_and_the_next_one_speaks() -> None:
    rig = PlayerRig()
    rig.say(1, 5.0)
    rig.say(1, 5.0)
    rig.say(2, 0.5)
    rig.turn(0.3)
    rig.player.drop(lambda number: number != 1)
    assert rig.player.waiting == 1
    assert level(rig.turn(0.1)) > 0.3
    assert rig.player.unheard(rig.clock()) <= {1, 2}
    assert level(rig.turn(1.0)[RATE * 8 // 10 :]) == 0
    assert rig.player.unheard(rig.clock()) == set()


def test_dropping_while_paused_leaves_nothing_behind() -> None:
    rig = PlayerRig()
    rig.say(1, 5.0)
    rig.turn(0.2)
    rig.player.paused = True
    rig.turn(0.2)
    rig.player.drop(lambda _: False)
    rig.turn(0.2)
    rig.player.paused = False
    assert level(rig.turn(0.5)) == 0


def test_volume_changes_without_a_click() -> None:
    rig = PlayerRig()
    rig.say(1, 1.0)
    loud = rig.turn(0.2)
    rig.player.volume = 0.0
    quiet = rig.turn(0.2)
    assert np.abs(np.diff(np.concatenate([loud[-10:], quiet]))).max() < 0.1
    assert level(quiet[BLOCK:]) == 0
    rig.player.volume = 0.5
    assert level(rig.turn(0.2)[2 * BLOCK :]) == pytest.approx(0.25, abs=0.01)


def test_without_a_device_the_mouth_still_speaks(caplog: pytest.LogCaptureFixture) -> None:
    rig = PlayerRig(device=False)
    with caplog.at_level(logging.INFO):
        rig.say(1)
        rig.say(2)
    assert len(caplog.records) == 1
    assert "no sound device" in caplog.text
    assert rig.player.device is None
    rig.turn(0.3)
    assert opening(rig) > 0.9
    rig.turn(1.0)
    rig.device = True
    rig.clock.advance(RETRY_S)
    rig.player.prepare()
    assert rig.player.device == "turned"
    assert rig.silent[0].closed


def test_a_device_that_goes_leaves_the_mouth_speaking(caplog: pytest.LogCaptureFixture) -> None:
    rig = PlayerRig()
    rig.say(1, 2.0)
    rig.turn(0.5)
    rig.sinks[0].gone, rig.device = True, False
    rig.player.watch()
    assert "is gone" in caplog.text
    assert rig.sinks[0].closed
    assert rig.silent[0].rate == RATE
    rig.turn(0.5)
    assert opening(rig) > 0.9
    rig.player.prepare()
    assert len(caplog.records) == 1


def test_a_device_that_goes_leaves_the_word_to_the_one_that_is_there(caplog: pytest.LogCaptureFixture) -> None:
    rig = PlayerRig()
    rig.say(1, 5.0)
    rig.turn(1.0)
    rig.sinks[0].gone = True
    rig.player.watch()
    assert (len(rig.sinks), rig.sinks[0].closed > 0, rig.silent) == (2, True, [])
    assert level(rig.turn(1.0)[2 * BLOCK :]) == pytest.approx(0.5, abs=0.05)
    assert not caplog.records


def test_a_device_that_is_missing_is_told_once_until_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    rig = PlayerRig(device=False)
    with caplog.at_level(logging.INFO):
        for number in range(3):
            rig.say(number, 0.1)
            rig.turn(1.0)
            rig.clock.advance(IDLE_S + 1)
            rig.player.watch()
        rig.device = True
        rig.say(4, 0.1)
    assert len(caplog.records) == 2
    assert caplog.messages[1] == "speaking through turned"


def test_a_device_that_comes_back_goes_on_with_the_sentence() -> None:
    rig = PlayerRig(device=False)
    rig.say(1, 20.0)
    rig.turn(RETRY_S + 1)
    rig.device = True
    rig.player.watch()
    rig.sinks[0].rate = 2 * RATE
    assert rig.silent[0].closed
    assert level(rig.turn(5.0)[2 * BLOCK :]) == pytest.approx(0.5, abs=0.05)
    span = rig.player.playback.at(rig.clock())
    assert span is not None
    assert span.position(rig.clock()) == pytest.approx(RETRY_S + 6 - DELAY, abs=0.05)


@pytest.mark.parametrize("begun", [True, False])
def test_another_device_goes_on_in_the_middle_of_a_word(begun: bool) -> None:
    rig = PlayerRig()
    rig.say(1, 5.0)
    if begun:
        rig.turn(1.0)
    rig.player.change_device()
    rig.player.watch()
    assert (len(rig.sinks), rig.sinks[0].closed, rig.sinks[1].closed) == (2, 1, 0)
    assert level(rig.turn(1.0)[2 * BLOCK :]) == pytest.approx(0.5, abs=0.05)
    rig.player.watch()
    assert len(rig.sinks) == 2


def test_another_device_is_tried_at_once_where_there_was_none() -> None:
    rig = PlayerRig(device=False)
    rig.say(1, 5.0)
    rig.device = True
    rig.player.change_device()
    rig.player.watch()
    assert (len(rig.sinks), rig.silent[0].closed) == (1, 1)


def test_no_device_is_opened_for_a_change_while_nothing_is_said() -> None:
    rig = PlayerRig()
    rig.player.change_device()
    rig.player.watch()
    assert rig.sinks == []


def test_only_the_sink_in_use_gets_the_sound() -> None:
    rig = PlayerRig(device=False)
    rig.say(1, 20.0)
    rig.device = True
    rig.clock.advance(RETRY_S + 1)
    rig.player.watch()
    assert level(rig.silent[0].fill(BLOCK, 0.0, RATE)) == 0
    assert level(rig.sinks[0].fill(BLOCK, 0.0, RATE)) > 0


def test_an_idle_device_is_given_back_and_opened_again() -> None:
    rig = PlayerRig()
    rig.say(1)
    rig.turn(1.0)
    rig.player.watch()
    assert not rig.sinks[0].closed
    rig.clock.advance(IDLE_S + 1)
    rig.player.watch()
    assert rig.sinks[0].closed
    rig.say(2)
    assert len(rig.sinks) == 2


def test_a_device_that_is_to_be_kept_stays_open() -> None:
    rig = PlayerRig()
    rig.player.keeps_device = True
    rig.say(1)
    rig.turn(1.0)
    rig.clock.advance(IDLE_S + 1)
    rig.player.watch()
    assert not rig.sinks[0].closed


def test_closing_is_harmless_twice() -> None:
    rig = PlayerRig()
    rig.say(1)
    rig.player.close()
    rig.player.close()
    assert rig.sinks[0].closed == 1
