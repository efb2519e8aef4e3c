"""Timed phonemes to a mouth as a function of time.

Each phoneme is a target; a raised cosine smooths from one to the next, which is both coarticulation and
anticipation: the mouth begins to form a vowel before it sounds. Lips that meet do so in full, however short the
phoneme. Loud speech opens wider.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import Samples
from vtube.signals import MouthShape
from vtube.speech.base import Phoneme
from vtube.speech.phonemes import AAA, Form, Gesture, gestures

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

Values = NDArray[np.float32]


class MouthTrack:
    """A mouth over the time of an utterance: shape (steps, 5) of vowel weights every STEP_S seconds."""

    def __init__(self, weights: Values) -> None:
        self._weights = weights

    @property
    def duration(self) -> float:
        """Seconds."""
        return STEP_S * max(0, len(self._weights) - 1)

    def at(self, seconds: float, now: float) -> MouthShape:
        """The mouth `seconds` into the utterance, closed before and after it; `now` becomes the shape's time."""
        place = seconds / STEP_S
        index = int(place) if 0 <= place < len(self._weights) - 1 else -1
        if index < 0:
            return MouthShape(now, speaking=True)
        share = place - index
        weights = (1 - share) * self._weights[index] + share * self._weights[index + 1]
        aaa, iii, uuu, eee, ooo = (float(weight) for weight in weights)
        return MouthShape(now, aaa, iii, uuu, eee, ooo, open=float(weights @ np.array(OPENING)), speaking=True)


def from_phonemes(phonemes: Sequence[Phoneme], samples: Samples, rate: int) -> MouthTrack:
    """The mouth of timed phonemes, opened by the loudness of the sound they are in."""
    duration = max(len(samples) / rate, phonemes[-1].end if phonemes else 0.0)
    times = np.arange(int(duration / STEP_S) + 2) * STEP_S
    spans = list(_spans(phonemes))
    forms = _fill_forms([gesture.form for _, _, gesture in spans], [gesture.amount > 0 for _, _, gesture in spans])
    targets = np.zeros((len(times), 5), np.float32)
    for (start, end, gesture), (before, after) in zip(spans, forms, strict=True):
        first, middle, last = np.searchsorted(times, (start, (start + end) / 2, end))
        targets[first:middle] = gesture.amount * np.array(before, np.float32)
        targets[middle:last] = gesture.amount * np.array(after, np.float32)
    weights = _smooth(targets, BLEND_S) * _parting(times, spans)[:, None]
    return MouthTrack((weights * _loudness(samples, rate, len(times))[:, None]).astype(np.float32))


def from_shapes(shapes: Sequence[tuple[float, MouthShape]], duration: float) -> MouthTrack:
    """The mouth of shapes that a recogniser made out of the sound: (seconds into it, shape), in order of time."""
    times = np.arange(int(duration / STEP_S) + 2) * STEP_S
    if not shapes:
        return MouthTrack(np.zeros((len(times), 5), np.float32))
    known = np.array([moment for moment, _ in shapes])
    rows = np.array([(one.aaa, one.iii, one.uuu, one.eee, one.ooo) for _, one in shapes], np.float32)
    return MouthTrack(np.stack([np.interp(times, known, column, left=0.0, right=0.0) for column in rows.T],
                               axis=1).astype(np.float32))


def _spans(phonemes: Sequence[Phoneme]) -> Iterator[tuple[float, float, Gesture]]:
    for phoneme in phonemes:
        start = phoneme.start
        for gesture in gestures(phoneme.symbol):
            end = start + gesture.share * (phoneme.end - phoneme.start)
            yield start, end, gesture
            start = end


def _fill_forms(forms: Sequence[Form | None], sounds: Sequence[bool]) -> list[tuple[Form, Form]]:
    """For each gesture the forms of its first and second half; those without one take them from the vowels around.

    A pause cuts: nobody holds the last vowel through a silence into the next word.
    """
    before = _carried(forms, sounds)
    after = _carried(forms[::-1], sounds[::-1])[::-1]
    return [(own, own) if own is not None else (left or right or AAA, right or left or AAA)
            for own, left, right in zip(forms, before, after, strict=True)]


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
    return np.stack([np.convolve(column, kernel, "same")[:len(column)] for column in values.T], axis=1)


def _parting(times: NDArray[np.floating[Any]], spans: Sequence[tuple[float, float, Gesture]]) -> NDArray[np.float64]:
    """How far the lips are apart, 0 in the middle of m, b and p, 1 away from them."""
    parting = np.ones(len(times))
    for start, end, gesture in spans:
        if gesture.closes:
            away = np.abs(times - (start + end) / 2) - max(0.0, (end - start) / 2 - LIPS_S / 2)
            np.minimum(parting, 0.5 - 0.5 * np.cos(np.pi * np.clip(away / LIPS_S, 0, 1)), out=parting)
    return parting


def _loudness(samples: Samples, rate: int, steps: int) -> NDArray[np.float64]:
    """How far sound opens the mouth at each step: 0 in silence, SOFT_OPENS for soft speech to 1 for loud speech.

    A vowel's label begins some tens of milliseconds before it can be heard; the mouth waits for the sound.
    """
    hop = max(1, int(rate * STEP_S))
    count = len(samples) // hop
    if count < 2:
        return np.ones(steps)
    power = np.square(samples[:count * hop], dtype=np.float32).reshape(count, hop).mean(axis=1)
    level = np.sqrt(_smooth(power[:, None], LOUDNESS_S)[:, 0])
    loud = float(np.quantile(level, 0.9))
    if loud <= 0:
        return np.zeros(steps)
    opening = SOFT_OPENS + (1 - SOFT_OPENS) * np.clip(level / loud, 0.0, 1.0)
    heard = _smooth(_bridged(np.sqrt(power) > HEARD * loud)[:, None], GATE_S)[:, 0]
    grid = np.minimum(np.arange(steps) * STEP_S * rate / hop, count - 1)
    return np.interp(grid, np.arange(count), opening * heard)


def _bridged(heard: NDArray[np.bool_]) -> Values:
    """1 where there is speech; the silence inside of k, t and their like counts as speech."""
    places = np.flatnonzero(heard)
    bridged = heard.copy()
    for before, after in pairwise(places):
        if 1 < after - before <= BRIDGE_S / STEP_S:
            bridged[before:after] = True
    return bridged.astype(np.float32)
