"""Chance that remembers, for effects: the same whenever it is asked, and on a graphics card, too."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

WORD = 0xFFFF_FFFF
EVEN_BYTES, LOW_HALF = np.uint32(0x00FF00FF), np.uint32(0xFFFF)
BELL_MEAN, BELL_DEVIATION = 510.0, math.sqrt((256**2 - 1) / 3)
"""Of the sum of four bytes of chance."""


def step_of(now: float, rate: float) -> int:
    """The number of the step that the moment `now` (seconds) lies in, at `rate` steps a second."""
    return math.floor(now * rate)


def generator(seed: int, step: int) -> np.random.Generator:
    """The chance of one step."""
    return np.random.Generator(np.random.PCG64([seed & WORD, step & WORD]))


def scrambled(words: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A word of chance for each word, always the same; `static/effects/chance.js` has it in GLSL.

    Two rounds of shift and multiplication, with the numbers of lowbias32, which Chris Wellons' search for such hashes
    found (hash-prospector, 2018).
    """
    mixed = words ^ (words >> np.uint32(16))
    for factor, shift in ((0x7FEB352D, 15), (0x846CA68B, 16)):
        mixed *= np.uint32(factor)
        mixed ^= mixed >> np.uint32(shift)
    return mixed


def field(seed: int, top: int, left: int, height: int, width: int) -> NDArray[np.uint32]:
    """A word of chance for each pixel of a picture, shape (height, width), whose upper left one is at (left, top).

    The same pixel of the endless plane has the same word in every picture that shows it.
    """
    rows = scrambled(np.arange(top, top + height).astype(np.uint32) + np.uint32(seed & WORD))
    return scrambled(rows[:, None] + np.arange(left, left + width).astype(np.uint32))


def bell(words: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Each word as a number about 0 with the deviation 1, nearly normal: its four bytes' sum."""
    pairs = (words & EVEN_BYTES) + ((words >> np.uint32(8)) & EVEN_BYTES)
    sums = (pairs & LOW_HALF) + (pairs >> np.uint32(16))
    return (sums.astype(np.float32) - np.float32(BELL_MEAN)) / np.float32(BELL_DEVIATION)


def share(words: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Each word as a number from 0 to below 1: its upper 24 bits."""
    return (words >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24)
