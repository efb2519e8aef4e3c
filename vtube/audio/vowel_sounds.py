"""The vowel layer of a language in which one shape of the mouth is several sounds, which follow each other fast.

Mandarin's u and ü are both rounded, the i of si is another sound than that of xi, the e of le than that of ye. One
border for both is a poor border, so each vowel has two, and its probability is the sum of theirs. Within a final the
mouth goes from vowel to vowel in some 50 ms, so the layer also sees how the memory has changed.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

SOUNDS = 10
"""Sounds of vowels, two for each of a i u e o: sound n is heard as vowel n % 5."""

EARLIER = (1, 4)
"""How many frames (10 ms) ago the memories are that the layer sees the change since."""

LOOKS = 1 + len(EARLIER)
"""How many memories are put side by side: that of now, and its change since each of EARLIER."""


class VowelSounds:
    """Names the vowels of one voice frame by frame; keeps the memories of the last frames."""

    def __init__(self, weight: Array, bias: Array) -> None:
        """`weight` (SOUNDS, LOOKS * hidden), `bias` (SOUNDS,)."""
        self._weight, self._bias = weight.astype(np.float32), bias.astype(np.float32)
        self._hidden = weight.shape[1] // LOOKS
        self._earlier: deque[Array] = deque(maxlen=max(EARLIER))
        self.forget()

    def forget(self) -> None:
        """Begin anew, as the network does."""
        self._earlier.extend(np.zeros(self._hidden, np.float32) for _ in range(max(EARLIER)))

    def move(self, weight: Array, bias: Array) -> None:
        """Move both sounds of each vowel by so much: (5, hidden) and (5,)."""
        self._weight[:, : self._hidden] += np.tile(weight, (SOUNDS // 5, 1))
        self._bias += np.tile(bias, SOUNDS // 5)

    def vowels(self, memory: Array) -> Array:
        """(5,) probabilities of the vowels, from the network's next memory."""
        changes = [memory - self._earlier[-frames] for frames in EARLIER]
        self._earlier.append(memory)
        sounds = softmax(self._weight @ np.concatenate((memory, *changes)) + self._bias)
        return np.asarray(sounds.reshape(-1, 5).sum(axis=0), np.float32)


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)
