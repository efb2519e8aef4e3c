"""Her voice in a room, taken out of what the microphone hears; needs the package livekit, except where a fake fails."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from tests.audio.sounds import vowel
from tests.listening.rig import FakeMicrophone
from vtube.audio.base import RATE, Samples
from vtube.errors import AudioError
from vtube.listening.echo import BLOCK, HER_RATE, HOLD_BLOCKS, EchoCanceller, WithoutHerVoice
from vtube.listening.turns import TurnTaker
from vtube.registry import installed
from vtube.settings import ListeningSettings
from vtube.signals import InputState

START_S = 100.0
ODD_BLOCK = 147
"""Samples: devices do not hand over 10 ms."""


class Room:
    """She says vowels; a loudspeaker, 80 ms and walls bring them to the microphone at half their size."""

    def __init__(self, seconds: float = 6.0) -> None:
        random = np.random.default_rng(7)
        talk = [vowel(kind, length) for kind, length in zip("aiueo" * 5, random.uniform(0.1, 0.5, 25), strict=True)]
        self.near_her = np.concatenate(talk)[: round(seconds * RATE)]
        walls = random.standard_normal(RATE // 5) * np.exp(-np.arange(RATE // 5) / (0.04 * RATE)) * 0.03
        walls[0] = 1.0
        delayed = np.concatenate([np.zeros(round(0.08 * RATE)), self.near_her])
        self.echo = (0.5 * np.convolve(delayed, walls)[: len(self.near_her)]).astype(np.float32)
        self.hers = np.interp(
            np.arange(len(self.near_her) * HER_RATE // RATE) * RATE / HER_RATE,
            np.arange(len(self.near_her)),
            self.near_her,
        ).astype(np.float32)

    def her_voice(self, when: float, count: int) -> Samples:
        first = round((when - START_S) * HER_RATE)
        part = self.hers[max(0, first) : max(0, first + count)]
        before = min(count, max(0, -first))
        return np.pad(part, (before, count - before - len(part)))


def cancelled(room: Room, microphone: Samples) -> Samples:
    canceller = EchoCanceller(room.her_voice)
    parts = []
    for first in range(0, len(microphone), ODD_BLOCK):
        block = microphone[first : first + ODD_BLOCK]
        out, at = canceller.process(block, START_S + (first + len(block)) / RATE)
        parts.append(out)
        done = sum(map(len, parts))
        assert at - START_S == pytest.approx(done / RATE - HOLD_BLOCKS * BLOCK / RATE, abs=1e-6)
    return np.concatenate(parts)[HOLD_BLOCKS * BLOCK :]


def busy(at: float) -> float:
    """When sound of that moment comes on a computer that stands still for 70 ms now and then, and then catches up."""
    return max(at, 0.31 * (at // 0.31) + 0.07)


def cancelled_on_a_busy_computer(room: Room) -> Samples:
    canceller, parts = EchoCanceller(room.her_voice), []
    for first in range(0, len(room.echo), BLOCK):
        end = (first + BLOCK) / RATE
        parts.append(canceller.process(room.echo[first : first + BLOCK], START_S + busy(end))[0])
    return np.concatenate(parts)[HOLD_BLOCKS * BLOCK :]


def power_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-12))


needs_livekit = pytest.mark.skipif(not installed("livekit"), reason="needs livekit")


@needs_livekit
def test_her_echo_is_taken_away_from_her_first_word_on() -> None:
    room = Room()
    left = cancelled(room, room.echo)
    for begin in (0.3, 1.0, 3.0):
        part = slice(round(begin * RATE), round((begin + 1) * RATE))
        assert power_db(room.echo[part]) - power_db(left[part]) > 18.0


@needs_livekit
def test_her_echo_is_taken_away_on_a_busy_computer_too() -> None:
    room = Room()
    left = cancelled_on_a_busy_computer(room)
    for begin in (1.0, 2.0, 3.0, 4.0):
        part = slice(round(begin * RATE), round((begin + 1) * RATE))
        assert power_db(room.echo[part]) - power_db(left[part]) > 30.0


@needs_livekit
def test_what_is_left_of_a_loud_echo_opens_no_gate() -> None:
    room = Room()
    left = cancelled(room, 2.0 * room.echo)
    turns = TurnTaker(ListeningSettings())
    assert turns.feed(np.concatenate([left, np.zeros(RATE, np.float32)]), START_S) == []


@needs_livekit
def test_who_speaks_over_her_is_heard() -> None:
    room = Room()
    said = np.zeros_like(room.echo)
    said[3 * RATE : 4 * RATE] = vowel("o", 1.0, pitch=217.0, level=0.5)
    left = cancelled(room, room.echo + said)
    inside = slice(round(3.2 * RATE), round(3.9 * RATE))
    assert power_db(left[inside]) > power_db(said[inside]) - 9.0


@needs_livekit
def test_a_voice_in_the_room_stays_as_loud_when_she_is_silent() -> None:
    room = Room()
    room.hers[:] = 0.0
    said = np.concatenate([np.zeros(RATE, np.float32), vowel("a", 1.0), np.zeros(RATE, np.float32)])
    left = cancelled(room, said)
    inside = slice(round(1.2 * RATE), round(1.9 * RATE))
    assert power_db(left[inside]) == pytest.approx(power_db(said[inside]), abs=3.0)


def broken(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A package whose canceller fails while `error` is set."""
    rtc = SimpleNamespace(error="")

    class Module:
        def __init__(self, **_: bool) -> None:
            pass

        def set_stream_delay_ms(self, delay: int) -> None:
            assert delay == 40

        def process_reverse_stream(self, frame: object) -> None:
            if rtc.error:
                raise RuntimeError(rtc.error)

        def process_stream(self, frame: object) -> None:
            pass

    rtc.AudioProcessingModule = Module
    rtc.AudioFrame = lambda data, *_: SimpleNamespace(data=data)
    monkeypatch.setitem(sys.modules, "livekit.rtc", rtc)
    return rtc


def test_a_canceller_that_fails_is_told_and_lets_nothing_through_until_it_works_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rtc = broken(monkeypatch)
    microphone, room, heard = FakeMicrophone(), Room(1.0), list[Samples]()
    source = WithoutHerVoice(microphone, room.her_voice)
    source.start(lambda samples, at: heard.append(samples))
    assert microphone.on_samples is not None
    rtc.error = "no memory"
    microphone.on_samples(room.echo[:BLOCK], START_S)
    assert heard == []
    status = source.status(START_S)
    assert status.state is InputState.LOST
    assert "no memory" in status.detail
    rtc.error = ""
    microphone.on_samples(room.echo[:BLOCK], START_S + 0.01)
    assert len(heard) == 1
    assert source.status(START_S).state is InputState.LIVE
    source.close()
    assert microphone.closed == 1


def test_a_package_that_does_not_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    rtc = broken(monkeypatch)

    def refuse(**_: bool) -> None:
        raise OSError("wrong processor\nand more")

    rtc.AudioProcessingModule = refuse
    with pytest.raises(AudioError, match=r"does not start: wrong processor$"):
        EchoCanceller(Room(1.0).her_voice)
