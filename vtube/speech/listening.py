"""The mouth of an utterance: by its phonemes, or, where a voice gives none, by listening to its sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vtube.audio.base import BLOCK_S, RATE, LipSync
from vtube.signals import MouthShape
from vtube.speech.base import Utterance
from vtube.speech.sound import resampled
from vtube.speech.visemes import STEP_S, Values, VisemeTrack, from_phonemes

TAIL_S = 0.1
"""Silence after the sound, until the recogniser has said everything."""

LATE_S = 0.015
"""So much later than the recogniser says is right: it knows an onset before it is loud (measured on Open JTalk)."""


def viseme_track(utterance: Utterance, create_lip_sync: Callable[[], LipSync]) -> VisemeTrack:
    """The mouth over the time of `utterance`; its `complete` has yet to be called."""
    if utterance.phonemes:
        return from_phonemes(utterance.phonemes, utterance.samples, utterance.rate)
    return AudioVisemeTrack(utterance, create_lip_sync)


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
