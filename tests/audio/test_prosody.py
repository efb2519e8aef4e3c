from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.audio.base import RATE
from vtube.audio.prosody import LONGEST, LiveProsody, near, speech_cues
from vtube.signals import CueKind, SpeechCue


def syllables(*parts: tuple[float, float], length_s: float = 0.2) -> np.ndarray:
    """(loudness, pitch in Hz) of each; a loudness of 0 is silence. A voiced buzz with a rise and a fall."""
    out = []
    for loudness, pitch in parts:
        t = np.arange(int(length_s * RATE)) / RATE
        wave = sum(np.sin(2 * np.pi * k * pitch * t) / k for k in range(1, 8))
        out.append(0.15 * loudness * np.hanning(len(t)) ** 0.5 * wave)
    return np.concatenate(out).astype(np.float32)


def kinds(cues: list[SpeechCue], kind: CueKind) -> list[SpeechCue]:
    return [cue for cue in cues if cue.kind is kind]


def test_silence_and_nothing_have_no_cues() -> None:
    assert speech_cues(np.zeros(RATE, np.float32)) == []
    assert speech_cues(np.empty(0, np.float32)) == []


def test_pauses_part_the_phrases() -> None:
    quiet = (0.0, 100.0)
    cues = speech_cues(syllables(*[(1, 120)] * 5, quiet, quiet, *[(1, 120)] * 3))
    phrases = kinds(cues, CueKind.PHRASE)
    assert [round(one.time, 1) for one in phrases] == [0.0, 1.4]
    assert [one.length for one in phrases] == pytest.approx([1.0, 0.6], abs=0.06)


def test_the_loud_syllable_is_the_stressed_one() -> None:
    accents = kinds(speech_cues(syllables(*[(0.4, 120)] * 3, (1.0, 120), *[(0.4, 120)] * 3)), CueKind.ACCENT)
    assert [one.time for one in accents] == pytest.approx([0.7], abs=0.05)


def test_the_high_syllable_is_the_stressed_one() -> None:
    accents = kinds(speech_cues(syllables(*[(1, 120)] * 3, (1, 190), *[(1, 120)] * 3)), CueKind.ACCENT)
    assert [one.time for one in accents] == pytest.approx([0.7], abs=0.05)
    assert accents[0].strength > 0.5


def test_a_rise_at_the_end_asks() -> None:
    told = speech_cues(syllables(*[(1, 120)] * 5))
    asked = speech_cues(syllables(*[(1, 120)] * 4, (1, 170)))
    assert kinds(told, CueKind.QUESTION) == []
    assert kinds(asked, CueKind.QUESTION)[0].time == pytest.approx(0.7, abs=0.06)


def test_cues_are_in_order_and_numbered() -> None:
    cues = speech_cues(syllables(*[(1, 120), (0.3, 110)] * 6))
    assert [cue.number for cue in cues] == list(range(len(cues)))
    assert [cue.time for cue in cues] == sorted(cue.time for cue in cues)


@given(st.integers(0, 3000), st.integers(0, 2**32 - 1))
def test_any_sound_gives_sane_cues(length: int, seed: int) -> None:
    sound = np.random.default_rng(seed).normal(0, 0.2, length * 4).astype(np.float32)
    seconds = len(sound) / RATE
    for cue in speech_cues(sound):
        assert 0 <= cue.time <= seconds
        assert 0 <= cue.length <= seconds + 1e-9
        assert 0 < cue.strength <= 1


def test_near_finds_what_lies_around_and_phrases_that_last() -> None:
    cues = [SpeechCue(CueKind.PHRASE, 0.0, 30.0), *(SpeechCue(CueKind.ACCENT, t) for t in np.arange(1.0, 30.0))]
    found = near(cues, 20.2)
    assert [cue.time for cue in found] == [0.0, 19.0, 20.0, 21.0]
    assert len(cues) < LONGEST


def live(levels: np.ndarray, speaking: np.ndarray) -> LiveProsody:
    prosody = LiveProsody()
    for step, (level, on) in enumerate(zip(levels, speaking, strict=True)):
        prosody.follow(float(level), bool(on), step * 0.01)
    return prosody


def test_live_phrases_begin_at_once_and_get_their_length_at_the_end() -> None:
    levels = np.full(200, -30.0)
    on = np.arange(200) < 150
    ongoing = live(levels[:100], on[:100]).cues()
    assert ongoing == (SpeechCue(CueKind.PHRASE, 0.0, number=0, known_at=0.0),)
    assert live(levels, on).cues() == (replace(ongoing[0], length=1.5),)


def accents_of(levels: np.ndarray) -> list[SpeechCue]:
    return kinds(list(live(levels, np.ones(len(levels), bool)).cues()), CueKind.ACCENT)


def with_stresses(*steps: int) -> np.ndarray:
    """A voice whose syllables (5 a second) stand out by 6 dB at these steps."""
    levels: np.ndarray = -32 + 4.0 * np.sin(2 * np.pi * 5 * np.arange(1000) * 0.01)
    for step in steps:
        levels[step - 10 : step + 10] += 6 * np.hanning(20)
    return levels


def test_a_live_stress_is_told_as_it_rises() -> None:
    accents = accents_of(with_stresses(*range(105, 1000, 100)))
    for peak in (4.05, 5.05, 8.05):
        assert any(peak - 0.1 < cue.time <= peak and cue.strength > 0.3 for cue in accents)


def test_a_live_stress_only_just_louder_than_the_rest_is_none() -> None:
    levels = with_stresses(305, 505)
    levels[600:620] += 1.5 * np.hanning(20)
    times = [cue.time for cue in accents_of(levels) if cue.time > 2.5]
    assert [round(time) for time in times[:2]] == [3, 5]
    assert not [time for time in times if 5.9 < time < 6.3]


def test_who_goes_on_softly_is_stressed_again_within_seconds() -> None:
    levels = with_stresses(*range(105, 1000, 100))
    levels[300:] -= 12
    assert [cue.time for cue in accents_of(levels) if cue.time > 6.5]


def test_live_cues_are_bounded() -> None:
    prosody = LiveProsody()
    for step in range(4000):
        prosody.follow(-30.0, step % 4 < 2, step * 0.01)
    assert len(prosody.cues()) <= LiveProsody.KEPT
