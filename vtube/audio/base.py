"""The seams of the audio room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vtube.signals import InputStatus, MouthShape

RATE = 16_000
"""Samples a second that every source delivers and the recogniser takes."""

BLOCK_S = 0.01
"""Seconds of sound in one block, about."""

Samples = NDArray[np.float32]
"""Mono PCM, float32 in [-1, 1]."""

OnSamples = Callable[[Samples, float], None]
"""Called with samples at RATE and the monotonic time at which the last of them was heard."""


class AudioSource(Protocol):
    """Sound as it is heard: a microphone, what the computer plays, a file in real time."""

    def start(self, on_samples: OnSamples) -> None:
        """Open the device and call `on_samples` from a thread of its own, about every 10 ms.

        Raises:
            AudioError: the device or file cannot be used; the message says which and what to do.
        """

    def status(self, now: float) -> InputStatus:
        """Where this input stands at `now` (monotonic seconds)."""

    def close(self) -> None:
        """Stop and give the device back; harmless when called twice."""


class LipSync(Protocol):
    """Turns sound, as it arrives, into mouth shapes. Causal: never waits for later sound."""

    def feed(self, samples: Samples, heard_at: float) -> None:
        """Take the next samples; `heard_at` is the monotonic time of the last one."""

    def latest(self) -> MouthShape | None:
        """The newest mouth shape, None before the first. Never blocks."""
