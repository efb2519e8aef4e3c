"""The mouth of an utterance as a function of time: of its phonemes, or of its sound where a voice gives none.

Each phoneme is a target; a raised cosine smooths from one to the next, which is both coarticulation and
anticipation: the mouth begins to form a vowel before it sounds. Lips that meet do so in full, however short the
phoneme. Loud speech opens wider.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import BLOCK_S, RATE, LipSync, Samples
from vtube.signals import MouthShape
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.phonemes import AAA, SILENCE, Form, Gesture, gestures
from vtube.speech.sound import resampled

STEP_S = 0.005
"""Spacing of the grid on which a track is kept."""

BLEND_S = 0.08
"""Whole width of the raised cosine; it moves a sudden target within about half of this."""

LIPS_S = 0.06
"""The least time that lips need to meet and part."""

OPENING: Form = (1.0, 0.45, 0.4, 0.75, 0.75)
"""How open the jaw is in a full aaa, iii, uuu, eee, ooo."""

SOFT_OPENS = 0.65
"""How far the softest speech opens the mouth, of what the loudest does."""

LOUDNESS_S = 0.08
HEARD = 0.03
"""Sound weaker than this part of the loud speech is silence (-30 dB)."""

GATE_S = 0.06
BRIDGE_S = 0.12
SNAP_S = 0.12

TAIL_S = 0.1
"""Silence after the sound, until the recogniser has said everything."""

LATE_S = 0.015
"""So much later than the recogniser says is right: it knows an onset before it is loud (measured on Open JTalk)."""


Values = NDArray[np.float32]


class VisemeTrack:
    """A mouth over the time of an utterance: shape (steps, 5) of vowel weights every STEP_S seconds."""

    def __init__(self, weights: Values) -> None:
        self.weights = weights

    def complete(self) -> None:
        """Work out what may come later than the first sound; called once, when the utterance is on its way."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return STEP_S * max(0, len(self.weights) - 1)

    def at(self, seconds: float, now: float) -> MouthShape:
        """The mouth `seconds` into the utterance, closed before and after it; `now` becomes the shape's time."""
        place = seconds / STEP_S
        index = int(place) if 0 <= place < len(self.weights) - 1 else -1
        if index < 0:
            return MouthShape(now, speaking=True, own=True)
        share = place - index
        weights = (1 - share) * self.weights[index] + share * self.weights[index + 1]
        aaa, iii, uuu, eee, ooo = (float(weight) for weight in weights)
        return MouthShape(
            now, aaa, iii, uuu, eee, ooo, open=float(weights @ np.array(OPENING)), speaking=True, own=True
        )


def viseme_track(utterance: Utterance, create_lip_sync: Callable[[], LipSync]) -> VisemeTrack:
    """The mouth over the time of `utterance`; its `complete` has yet to be called."""
    if utterance.phonemes:
        return from_phonemes(utterance.phonemes, utterance.samples, utterance.rate)
    return AudioVisemeTrack(utterance, create_lip_sync)


def from_phonemes(phonemes: Sequence[Phoneme], samples: Samples, rate: int) -> VisemeTrack:
    """The mouth of timed phonemes, opened by the loudness of the sound they are in."""
    duration = max(len(samples) / rate, phonemes[-1].end if phonemes else 0.0)
    times = np.arange(int(duration / STEP_S) + 2) * STEP_S
    opening, heard = _loudness(samples, rate, len(times))
    spans = list(_spans(_snapped(phonemes, heard)))
    forms = _fill_forms([gesture.form for _, _, gesture in spans], [gesture.amount > 0 for _, _, gesture in spans])
    targets = np.zeros((len(times), 5), np.float32)
    for (start, end, gesture), (before, after) in zip(spans, forms, strict=True):
        first, middle, last = np.searchsorted(times, (start, (start + end) / 2, end))
        targets[first:middle] = gesture.amount * np.array(before, np.float32)
        targets[middle:last] = gesture.amount * np.array(after, np.float32)
    weights = _smooth(targets, BLEND_S) * _parting(times, spans)[:, None]
    return VisemeTrack((weights * opening[:, None]).astype(np.float32))


def _spans(phonemes: Sequence[Phoneme]) -> Iterator[tuple[float, float, Gesture]]:
    for phoneme in phonemes:
        start = phoneme.start
        for gesture in gestures(phoneme.symbol):
            end = start + gesture.share * (phoneme.end - phoneme.start)
            yield start, end, gesture
            start = end


def _snapped(phonemes: Sequence[Phoneme], heard: NDArray[np.bool_]) -> list[Phoneme]:
    """Where sound comes up to SNAP_S before a pause is said to end, what follows begins with the sound."""
    out = list(phonemes)
    for place, (pause, after) in enumerate(pairwise(phonemes)):
        if gestures(pause.symbol) == (SILENCE,) and gestures(after.symbol) != (SILENCE,):
            end = int(pause.end / STEP_S)
            first = max(0, end - int(min(SNAP_S, pause.end - pause.start) / STEP_S))
            quiet = np.flatnonzero(~heard[first:end])
            start = (first + (quiet[-1] + 1 if len(quiet) else 0)) * STEP_S
            if start < pause.end:
                out[place] = replace(out[place], end=start)
                out[place + 1] = replace(after, start=start)
    return out


def _fill_forms(forms: Sequence[Form | None], sounds: Sequence[bool]) -> list[tuple[Form, Form]]:
    """For each gesture the forms of its first and second half; those without one take them from the vowels around.

    A pause cuts: nobody holds the last vowel through a silence into the next word.
    """
    before = _carried(forms, sounds)
    after = _carried(forms[::-1], sounds[::-1])[::-1]
    return [
        (own, own) if own is not None else (left or right or AAA, right or left or AAA)
        for own, left, right in zip(forms, before, after, strict=True)
    ]


def _carried(forms: Sequence[Form | None], sounds: Sequence[bool]) -> list[Form | None]:
    carried: list[Form | None] = []
    last: Form | None = None
    for form, sounding in zip(forms, sounds, strict=True):
        last = form if form is not None else last if sounding else None
        carried.append(last)
    return carried


def _smooth(values: Values, width_s: float) -> Values:
    """Convolve every column with a raised cosine of `width_s` seconds."""
    size = max(3, int(width_s / STEP_S) | 1)
    kernel = np.hanning(size + 2)[1:-1]
    kernel /= kernel.sum()
    return np.stack([np.convolve(column, kernel, "same")[: len(column)] for column in values.T], axis=1)


def _parting(times: NDArray[np.floating[Any]], spans: Sequence[tuple[float, float, Gesture]]) -> NDArray[np.float64]:
    """How far the lips are apart, 0 in the middle of m, b and p, 1 away from them."""
    parting = np.ones(len(times))
    for start, end, gesture in spans:
        if gesture.closes:
            away = np.abs(times - (start + end) / 2) - max(0.0, (end - start) / 2 - LIPS_S / 2)
            np.minimum(parting, 0.5 - 0.5 * np.cos(np.pi * np.clip(away / LIPS_S, 0, 1)), out=parting)
    return parting


def _loudness(samples: Samples, rate: int, steps: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """How far sound opens the mouth at each step, and whether there is any.

    0 in silence, SOFT_OPENS for soft speech to 1 for loud speech. A vowel's label may begin some tens of milliseconds
    before it can be heard; the mouth waits for the sound.
    """
    count = min(steps, int(len(samples) / rate / STEP_S))
    edges = (np.arange(count + 1) * STEP_S * rate).astype(np.int64)
    power = np.zeros(steps, np.float32)
    if count:
        power[:count] = np.add.reduceat(np.square(samples), edges[:-1])[:count] / np.diff(edges)
    level = np.sqrt(_smooth(power[:, None], LOUDNESS_S)[:, 0])
    loud = float(np.quantile(level[:count], 0.9)) if count else 0.0
    heard = np.sqrt(power) > max(HEARD * loud, 1e-6)
    opening = SOFT_OPENS + (1 - SOFT_OPENS) * np.clip(level / max(loud, 1e-6), 0.0, 1.0)
    return opening * _smooth(_bridged(heard)[:, None], GATE_S)[:, 0], heard


def _bridged(heard: NDArray[np.bool_]) -> Values:
    """1 where there is speech; the silence inside of k, t and their like counts as speech."""
    places = np.flatnonzero(heard)
    bridged = heard.copy()
    for before, after in pairwise(places):
        if 1 < after - before <= BRIDGE_S / STEP_S:
            bridged[before:after] = True
    return bridged.astype(np.float32)


class AudioVisemeTrack(VisemeTrack):
    """Heard ahead of the listener, so that the recogniser's delay costs nothing.

    `complete` is many times faster than the sound, and may run while that is already being played.
    """

    def __init__(self, utterance: Utterance, create_lip_sync: Callable[[], LipSync]) -> None:
        self._utterance = utterance
        self._create_lip_sync = create_lip_sync
        steps = int(len(utterance.samples) / utterance.rate / STEP_S) + 2
        super().__init__(np.zeros((steps, 5), np.float32))

    def complete(self) -> None:
        """Listen to the whole sound."""
        lip_sync, said = self._create_lip_sync(), self._utterance
        sound = np.concatenate([resampled(said.samples, said.rate, RATE), np.zeros(int(TAIL_S * RATE), np.float32)])
        size = int(BLOCK_S * RATE)
        last: tuple[int, Values] = (0, np.zeros(5, np.float32))
        for first in range(0, len(sound), size):
            block = sound[first : first + size]
            lip_sync.feed(block, (first + len(block)) / RATE)
            shape = lip_sync.latest()
            if shape is not None and (step := round((shape.time + LATE_S) / STEP_S)) > last[0]:
                now = (step, _weights(shape))
                self._write(last, now)
                last = now

    def _write(self, before: tuple[int, Values], after: tuple[int, Values]) -> None:
        (first, old), (last, new) = before, after
        for step in range(first + 1, min(last + 1, len(self.weights))):
            share = (step - first) / (last - first)
            self.weights[step] = (1 - share) * old + share * new


def _weights(shape: MouthShape) -> Values:
    return np.array((shape.aaa, shape.iii, shape.uuu, shape.eee, shape.ooo), np.float32)
