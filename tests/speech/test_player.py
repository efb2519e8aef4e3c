from __future__ import annotations

import logging

import numpy as np
import pytest

from tests.speech.sounds import tone
from tests.speech.stand import BLOCK, DELAY, RATE, Stand
from vtube.speech.player import IDLE_S, RETRY_S


def opening(stand: Stand, lead_s: float = 0.0) -> float:
    shape = stand.player.mouth(stand.clock(), lead_s)
    return 0.0 if shape is None else shape.aaa


def level(samples: np.ndarray) -> float:
    return float(np.abs(samples).max(initial=0.0))


def test_the_sound_comes_out_as_it_went_in() -> None:
    stand = Stand()
    stand.say(1)
    heard = stand.turn(0.6)
    np.testing.assert_allclose(heard[2 * BLOCK : RATE // 2], tone(0.5, RATE)[2 * BLOCK :], atol=1e-6)
    assert level(heard[RATE // 2 :]) == 0


def test_utterances_follow_each_other_without_a_gap() -> None:
    stand = Stand()
    stand.say(1, 0.25)
    stand.say(2, 0.25)
    assert stand.player.waiting == 2
    assert np.abs(stand.turn(0.6)).reshape(-1, BLOCK).max(axis=1)[2:50].min() > 0.4
    assert stand.player.waiting == 0


def test_the_mouth_moves_when_the_sound_is_heard_not_when_it_is_handed_over() -> None:
    stand = Stand()
    stand.say(1)
    stand.turn(0.04)
    assert opening(stand) < 0.1
    assert opening(stand, lead_s=0.04) > 0.2
    shape = stand.player.mouth(stand.clock())
    assert shape is not None
    assert shape.speaking
    stand.turn(0.2)
    assert opening(stand) > 0.9
    assert stand.player.heard(stand.clock()) is not None
    stand.turn(0.3)
    assert stand.player.unheard(stand.clock()) == {1}
    stand.turn(DELAY)
    assert opening(stand) == 0
    assert stand.player.unheard(stand.clock()) == set()
    stand.turn(1.0)
    assert stand.player.mouth(stand.clock()) is None


def test_a_pause_fades_holds_and_goes_on() -> None:
    stand = Stand()
    stand.say(1, 1.0)
    before = stand.turn(0.3)
    stand.player.paused = True
    faded = stand.turn(1.0)
    assert level(faded[2 * BLOCK :]) == 0
    assert np.abs(np.diff(np.concatenate([before[-10:], faded]))).max() < 0.1
    assert opening(stand) == 0
    stand.player.paused = False
    rest = stand.turn(1.0)
    assert np.count_nonzero(np.abs(rest).reshape(-1, BLOCK).max(axis=1) > 0.4) == pytest.approx(69, abs=2)


def test_what_is_dropped_fades_and_the_next_one_speaks() -> None:
    stand = Stand()
    stand.say(1, 5.0)
    stand.say(1, 5.0)
    stand.say(2, 0.5)
    stand.turn(0.3)
    stand.player.drop(lambda number: number != 1)
    assert stand.player.waiting == 1
    assert level(stand.turn(0.1)) > 0.3
    assert stand.player.unheard(stand.clock()) <= {1, 2}
    assert level(stand.turn(1.0)[RATE * 8 // 10 :]) == 0
    assert stand.player.unheard(stand.clock()) == set()


def test_dropping_while_paused_leaves_nothing_behind() -> None:
    stand = Stand()
    stand.say(1, 5.0)
    stand.turn(0.2)
    stand.player.paused = True
    stand.turn(0.2)
    stand.player.drop(lambda _: False)
    stand.turn(0.2)
    stand.player.paused = False
    assert level(stand.turn(0.5)) == 0


def test_volume_changes_without_a_click() -> None:
    stand = Stand()
    stand.say(1, 1.0)
    loud = stand.turn(0.2)
    stand.player.volume = 0.0
    quiet = stand.turn(0.2)
    assert np.abs(np.diff(np.concatenate([loud[-10:], quiet]))).max() < 0.1
    assert level(quiet[BLOCK:]) == 0
    stand.player.volume = 0.5
    assert level(stand.turn(0.2)[2 * BLOCK :]) == pytest.approx(0.25, abs=0.01)


def test_without_a_device_the_mouth_still_speaks(caplog: pytest.LogCaptureFixture) -> None:
    stand = Stand(device=False)
    with caplog.at_level(logging.INFO):
        stand.say(1)
        stand.say(2)
    assert len(caplog.records) == 1
    assert "no sound device" in caplog.text
    assert stand.player.device is None
    stand.turn(0.3)
    assert opening(stand) > 0.9
    stand.turn(1.0)
    stand.device = True
    stand.clock.advance(RETRY_S)
    stand.player.prepare()
    assert stand.player.device == "turned"
    assert stand.silent[0].closed


def test_a_device_that_goes_leaves_the_mouth_speaking(caplog: pytest.LogCaptureFixture) -> None:
    stand = Stand()
    stand.say(1, 2.0)
    stand.turn(0.5)
    stand.sinks[0].gone, stand.device = True, False
    stand.player.watch()
    assert "is gone" in caplog.text
    assert stand.sinks[0].closed
    assert stand.silent[0].rate == RATE
    stand.turn(0.5)
    assert opening(stand) > 0.9
    stand.player.prepare()
    assert len(caplog.records) == 1


def test_a_device_that_comes_back_goes_on_with_the_sentence() -> None:
    stand = Stand(device=False)
    stand.say(1, 20.0)
    stand.turn(RETRY_S + 1)
    stand.device = True
    stand.player.watch()
    stand.sinks[0].rate = 2 * RATE
    assert stand.silent[0].closed
    assert level(stand.turn(5.0)[2 * BLOCK :]) == pytest.approx(0.5, abs=0.05)
    span = stand.player.timeline.at(stand.clock())
    assert span is not None
    assert span.position(stand.clock()) == pytest.approx(RETRY_S + 6 - DELAY, abs=0.05)


def test_only_the_sink_in_use_gets_the_sound() -> None:
    stand = Stand(device=False)
    stand.say(1, 20.0)
    stand.device = True
    stand.clock.advance(RETRY_S + 1)
    stand.player.watch()
    assert level(stand.silent[0].fill(BLOCK, 0.0, RATE)) == 0
    assert level(stand.sinks[0].fill(BLOCK, 0.0, RATE)) > 0


def test_an_idle_device_is_given_back_and_opened_again() -> None:
    stand = Stand()
    stand.say(1)
    stand.turn(1.0)
    stand.player.watch()
    assert not stand.sinks[0].closed
    stand.clock.advance(IDLE_S + 1)
    stand.player.watch()
    assert stand.sinks[0].closed
    stand.say(2)
    assert len(stand.sinks) == 2


def test_closing_is_harmless_twice() -> None:
    stand = Stand()
    stand.say(1)
    stand.player.close()
    stand.player.close()
    assert stand.sinks[0].closed == 1
