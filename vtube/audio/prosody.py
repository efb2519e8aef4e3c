"""The melody and rhythm of a voice: its phrases, its stressed syllables, its questions, as cues for the body.

A syllable's nucleus is a peak of the intensity with a dip on both sides (de Jong and Wempe, Behavior Research Methods
41, 2009). Stress is what stands out: louder and higher than the phrase around it (Terken, JASA 89, 1991), and louder
more than higher (Kochanski et al., JASA 118, 2005).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import RATE, Samples
from vtube.signals import CueKind, SpeechCue

STEP_S = 0.01
"""Seconds from one value of a contour to the next."""
HOP = int(STEP_S * RATE)
PITCH_WINDOW = 640
LOWEST_HZ, HIGHEST_HZ = 75.0, 500.0
VOICED = 0.45
"""Autocorrelation, against that of no lag, from which a window has a pitch."""

SMOOTH_S = 0.05
BELOW_LOUD_DB = 25.0
"""Sound weaker than the loud parts by more than this is a pause."""
PAUSE_S, LEAST_PHRASE_S = 0.18, 0.12
DIP_DB = 2.0
"""How far the intensity falls between two syllables."""
SYLLABLE_S = 0.12
ACCENT_GAP_S = 0.45
"""Stressed syllables are at least so far apart: 1 to 2 a second in read speech."""
LOUDNESS_DB, MELODY_ST = 2.0, 6.0
"""So many decibels or semitones above the phrase's middle are one unit of prominence."""
STRESSED = 0.45
RISE_ST, RISE_S = 2.0, 0.3
"""A phrase whose last part lies so many semitones above its middle asks."""

LONGEST = 64
"""Cues within one phrase, at most."""

Contour = NDArray[np.float64]


def speech_cues(samples: Samples) -> list[SpeechCue]:
    """The cues of a whole sound (mono at `base.RATE`), in order of their times; seconds from its first sample."""
    level, pitch = _levels(samples), _pitches(samples)
    cues: list[SpeechCue] = []
    for first, last in _phrases(level):
        cues.append(SpeechCue(CueKind.PHRASE, first * STEP_S, (last - first) * STEP_S))
        cues += _accents(level[first:last], pitch[first:last], first)
        if _asks(pitch[first:last]):
            cues.append(SpeechCue(CueKind.QUESTION, max(first, last - int(RISE_S / STEP_S)) * STEP_S, RISE_S))
    return numbered(cues)


def numbered(cues: Iterable[SpeechCue]) -> list[SpeechCue]:
    """In order of their times, numbers from 0 up."""
    return [replace(cue, number=number) for number, cue in enumerate(sorted(cues, key=lambda one: one.time))]


def near(cues: Sequence[SpeechCue], now: float, before_s: float = 2.0, after_s: float = 1.5) -> Sequence[SpeechCue]:
    """Of cues in order of their times those around `now`, and every phrase that still lasts."""
    first = bisect_left(cues, now - before_s, key=lambda cue: cue.time)
    last = bisect_left(cues, now + after_s, key=lambda cue: cue.time)
    lasting = [cue for cue in cues[max(0, first - LONGEST) : first] if cue.time + cue.length > now - before_s]
    return [*lasting, *cues[first:last]]


def _levels(samples: Samples) -> Contour:
    """Smoothed loudness of each step, dB of full scale."""
    count = len(samples) // HOP
    power = np.square(samples[: count * HOP].astype(np.float64)).reshape(count, HOP).mean(axis=1)
    kernel = np.hanning(int(SMOOTH_S / STEP_S) + 2)
    padded = np.pad(power, len(kernel) // 2, mode="edge") if count else power
    smooth = np.convolve(padded, kernel / kernel.sum(), "same")[len(kernel) // 2 :][:count] if count else power
    return 10 * np.log10(smooth + 1e-10)


def _pitches(samples: Samples) -> Contour:
    """Pitch of each step in semitones (12 an octave, from 1 Hz), not a number where there is none.

    By the peak of each window's normalised autocorrelation (Boersma 1993, without his search of a path).
    """
    count = len(samples) // HOP
    if not count:
        return np.empty(0)
    padded = np.pad(samples.astype(np.float64), (PITCH_WINDOW // 2, PITCH_WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, PITCH_WINDOW)[::HOP][:count]
    window = np.hanning(PITCH_WINDOW)
    same = _autocorrelation(windows * window) / _autocorrelation(window[None])
    low, high = int(RATE / HIGHEST_HZ), int(RATE / LOWEST_HZ)
    likeness = same[:, low:high] / np.maximum(same[:, :1], 1e-12)
    lag = low + likeness.argmax(axis=1)
    semitones = 12 * np.log2(RATE / lag)
    return np.where(likeness.max(axis=1) > VOICED, semitones, np.nan)


def _autocorrelation(windows: NDArray[np.float64]) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(windows, 2 * PITCH_WINDOW, axis=1)
    return np.fft.irfft(np.square(np.abs(spectrum)), axis=1)[:, :PITCH_WINDOW]


def _phrases(level: Contour) -> Iterator[tuple[int, int]]:
    """First and last step of each stretch of speech."""
    if not len(level):
        return
    loud = float(np.quantile(level, 0.95))
    heard = np.flatnonzero(level > max(loud - BELOW_LOUD_DB, -60.0))
    if not len(heard):
        return
    cuts = np.flatnonzero(np.diff(heard) > PAUSE_S / STEP_S)
    for first, last in zip([0, *(cuts + 1)], [*cuts, len(heard) - 1], strict=True):
        start, end = int(heard[first]), int(heard[last]) + 1
        if (end - start) * STEP_S >= LEAST_PHRASE_S:
            yield start, end


def _accents(level: Contour, pitch: Contour, offset: int) -> list[SpeechCue]:
    """The stressed syllables of one phrase, the most marked first come, the rest by distance."""
    nuclei = _nuclei(level)
    voiced = pitch[np.isfinite(pitch)]
    middle_db = float(np.median(level[nuclei])) if nuclei else 0.0
    middle_st = float(np.median(voiced)) if len(voiced) else 0.0
    marked = [(_prominence(level[at] - middle_db, pitch[max(0, at - 3) : at + 4] - middle_st), at) for at in nuclei]
    taken: list[tuple[float, int]] = []
    for prominence, at in sorted(marked, reverse=True):
        lonely = all(abs(at - other) * STEP_S >= ACCENT_GAP_S for _, other in taken)
        if lonely and (prominence >= STRESSED or not taken):
            taken.append((prominence, at))
    return [
        SpeechCue(CueKind.ACCENT, (offset + at) * STEP_S, strength=min(max(prominence / 2, 0.25), 1.0))
        for prominence, at in taken
    ]


def _prominence(louder_db: float, higher_st: Contour) -> float:
    higher = higher_st[np.isfinite(higher_st)]
    melody = max(float(np.median(higher)), 0.0) / MELODY_ST if len(higher) else -0.5
    return louder_db / LOUDNESS_DB + min(melody, 2.0)


def _nuclei(level: Contour) -> list[int]:
    """The loudest step of each syllable."""
    peaks = [at for at in range(len(level)) if level[at] == level[max(0, at - 2) : at + 3].max()]
    kept: list[int] = []
    for at in peaks:
        if not kept:
            kept.append(at)
            continue
        before = kept[-1]
        dip = min(level[before], level[at]) - level[before : at + 1].min()
        if dip >= DIP_DB and (at - before) * STEP_S >= SYLLABLE_S:
            kept.append(at)
        elif level[at] > level[before]:
            kept[-1] = at
    return kept


def _asks(pitch: Contour) -> bool:
    voiced = np.flatnonzero(np.isfinite(pitch))
    if len(voiced) < 0.3 / STEP_S:
        return False
    tail = pitch[voiced[voiced > voiced[-1] - 0.15 / STEP_S]]
    return float(np.median(tail) - np.median(pitch[voiced])) > RISE_ST


class LiveProsody:
    """The same of a voice that is heard as it speaks: causal, by its loudness alone.

    A stressed syllable is told as it rises out of what is loud for this voice, mostly just before its peak: told any
    later, a nod would come when it is over. One thread feeds, any thread reads `cues`.
    """

    KEPT = 32
    LOUD, LOUD_DB = 0.8, 0.1
    """This share of the voice's frames is softer than what counts as loud, which follows by so much a frame."""
    LOUDER, FAR_DB = 0.25, 8.0
    """The share of the way that it goes where it is so far too low, as when somebody begins."""
    SOFTER, UNSTRESSED_S = 5.0, 1.5
    """So much faster it falls when nothing stood out for so long: who speaks on without a stress speaks softly."""
    ABOVE_DB, RISE_DB, RISE_FRAMES, MARKED_DB = 2.0, 5.0, 8, 4.0
    """A stress is so much above that, has risen so much within so many frames; and is fully marked so far above."""

    def __init__(self) -> None:
        """Nobody has spoken."""
        self._cues: tuple[SpeechCue, ...] = ()
        self._number = 0
        self._loud: float | None = None
        self._levels = deque([-90.0], self.RISE_FRAMES + 1)
        self._last_accent = -1e9
        self._phrase: SpeechCue | None = None

    def follow(self, level_db: float, speaking: bool, time: float) -> None:
        """Take one frame (10 ms) of loudness, dB of full scale, heard at `time` (seconds)."""
        self._levels.append(level_db)
        if not speaking:
            self._end(time)
            return
        if self._phrase is None:
            self._phrase = self._tell(CueKind.PHRASE, time, 1.0)
        above = self._compare(level_db, time)
        rising = level_db - min(self._levels) >= self.RISE_DB
        if above >= self.ABOVE_DB and rising and time - self._last_accent >= ACCENT_GAP_S:
            self._last_accent = time
            self._tell(CueKind.ACCENT, time, min(max(above / self.MARKED_DB, 0.25), 1.0))

    def cues(self) -> tuple[SpeechCue, ...]:
        """The newest cues, oldest first. A phrase that goes on has no length yet."""
        return self._cues

    def _compare(self, level_db: float, time: float) -> float:
        """By how much (dB) the newest frame is above what is loud for this voice.

        That is a quantile of its frames, followed step by step.
        """
        if self._loud is None:
            self._loud = level_db
        elif level_db > self._loud + self.FAR_DB:
            self._loud += self.LOUDER * (level_db - self._loud)
        elif level_db > self._loud:
            self._loud += self.LOUD_DB * self.LOUD
        else:
            begun = self._phrase.time if self._phrase else time
            unstressed = time - max(self._last_accent, begun) > self.UNSTRESSED_S
            self._loud -= self.LOUD_DB * (1 - self.LOUD) * (self.SOFTER if unstressed else 1.0)
        return level_db - self._loud

    def _end(self, time: float) -> None:
        if self._phrase is not None:
            ended = replace(self._phrase, length=max(time - self._phrase.time, STEP_S))
            self._cues = tuple(ended if cue.number == ended.number else cue for cue in self._cues)
            self._phrase = None

    def _tell(self, kind: CueKind, time: float, strength: float) -> SpeechCue:
        cue = SpeechCue(kind, time, strength=strength, number=self._number, known_at=time)
        self._number += 1
        self._cues = (*self._cues[1 - self.KEPT :], cue)
        return cue
