"""The mouth of an utterance: by its phonemes, or, where a voice gives none, by listening to its sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vtube.audio.base import BLOCK_S, RATE, LipSync, Samples
from vtube.signals import MouthShape
from vtube.speech.base import Utterance
from vtube.speech.sound import resampled
from vtube.speech.track import MouthTrack, from_phonemes, from_shapes

TAIL_S = 0.1
"""Silence after the sound, until the recogniser has said everything."""


def mouth_of(utterance: Utterance, create_lip_sync: Callable[[], LipSync]) -> MouthTrack:
    """The mouth over the time of `utterance`."""
    if utterance.phonemes:
        return from_phonemes(utterance.phonemes, utterance.samples, utterance.rate)
    return listen(utterance.samples, utterance.rate, create_lip_sync())


def listen(samples: Samples, rate: int, lip_sync: LipSync) -> MouthTrack:
    """The mouth that `lip_sync` makes of the sound; heard ahead of time, so that its delay costs nothing."""
    sound = np.concatenate([resampled(samples, rate, RATE), np.zeros(int(TAIL_S * RATE), np.float32)])
    size = int(BLOCK_S * RATE)
    shapes: list[tuple[float, MouthShape]] = []
    for first in range(0, len(sound), size):
        block = sound[first:first + size]
        lip_sync.feed(block, (first + len(block)) / RATE)
        shape = lip_sync.latest()
        if shape is not None and (not shapes or shape.time > shapes[-1][0]):
            shapes.append((shape.time, shape))
    return from_shapes(shapes, len(samples) / rate)
