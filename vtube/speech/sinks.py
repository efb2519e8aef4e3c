"""Where speech is played: a sound device, or nowhere at the same pace."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import Samples
from vtube.audio.portaudio import Direction, find_device, portaudio
from vtube.clock import Clock, monotonic, sleep_until
from vtube.errors import AudioError
from vtube.threads import Worker

Fill = Callable[[int, float, int], Samples]
"""Asked for so many samples, heard from that moment on, at that rate; answers with exactly as many."""

BUFFER_S, WIDE_BUFFER_S = 0.04, 0.06
"""Sound kept ahead of the ear: so little that a stop is silence within 0.1 s; and for a device that ran dry with that.

It delays nothing that is seen: the mouth knows of it.
"""

MOST_DRY = 3
"""A device that ran dry more often is opened anew, with more sound ahead."""

SILENT_RATE = 48_000
SILENT_BLOCK_S = 0.01
STALLED_AFTER_S = 2.0
LONGEST_DELAY_S = 2.0
"""A device that claims more than this between block and ear does not know."""

_log = logging.getLogger(__name__)


class Sink(Protocol):
    """Something that asks for samples at `rate` until it is closed."""

    name: str
    rate: int
    strained: bool
    """Whether it ran dry, and is better opened anew when nothing is said."""

    def alive(self, now: float) -> bool:
        """Whether it still asks."""

    def close(self) -> None:
        """Stop; harmless when called twice."""


class Buffer:
    """How much sound a device keeps ahead: little, until it has run dry several times."""

    def __init__(self) -> None:
        self.seconds = BUFFER_S
        self._dry = 0

    def ran_dry(self) -> bool:
        """It did; whether more is kept ahead from the next opening on."""
        self._dry += 1
        if self._dry <= MOST_DRY or self.seconds >= WIDE_BUFFER_S:
            return False
        self.seconds = WIDE_BUFFER_S
        return True


class DeviceSink:
    """A loudspeaker or virtual cable through PortAudio."""

    def __init__(self, name: str | None, fill: Fill, buffer: Buffer | None = None) -> None:
        """Open the device whose name contains `name` (any case), or the default one, and begin to ask.

        Args:
            name: as above.
            fill: gives the sound.
            buffer: how much is kept ahead; learns when that was too little.

        Raises:
            AudioError: there is none, or it cannot be opened.
        """
        sounddevice = portaudio()
        device = find_device(sounddevice, Direction.OUTPUT, name)
        self.name = str(device["name"])
        self.rate = int(device["default_samplerate"])
        self.strained = False
        self._fill = fill
        self._buffer = buffer or Buffer()
        self._asked = monotonic()
        self._latency = 0.0
        self._stream: Any = None
        try:
            self._stream = sounddevice.OutputStream(
                device=device["index"],
                channels=min(2, device["max_output_channels"]),
                samplerate=self.rate,
                dtype="float32",
                latency=self._buffer.seconds,
                callback=self._play,
            )
            self._latency = float(self._stream.latency)
            self._stream.start()
        except Exception as error:  # noqa: BLE001 - PortAudio's own errors are of any type
            self.close()
            raise AudioError(f"cannot open the sound device {self.name!r}: {error}") from None

    def alive(self, now: float) -> bool:
        """False once the device was unplugged."""
        stream = self._stream
        return stream is not None and bool(stream.active) and now - self._asked < STALLED_AFTER_S

    def close(self) -> None:
        """Give the device back."""
        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                stream.close()
            except Exception as error:  # noqa: BLE001 - a device that is gone may refuse to close
                _log.debug("closing the sound device: %s", error)

    def _play(self, block: NDArray[np.float32], frames: int, time: Any, status: Any) -> None:
        if status.output_underflow and self._buffer.ran_dry():
            self.strained = True
        now = self._asked = monotonic()
        delay = time.outputBufferDacTime - time.currentTime
        if not 0.0 < delay < LONGEST_DELAY_S:
            delay = self._latency
        block[:] = self._fill(frames, now + delay, self.rate)[:, None]


AHEAD_S = BUFFER_S
"""How long before its time silence is asked for, as a device does: a late thread leaves no gap in what is said."""


class SilentSink:
    """No sound, but the same course of time, so that the mouth moves on a computer without a sound device."""

    name = "none"
    strained = False

    def __init__(self, fill: Fill, rate: int = SILENT_RATE, clock: Clock = monotonic) -> None:
        self.rate = rate
        self._fill = fill
        self._clock = clock
        self._asking = Worker("silent speech", self._run)
        self._asking.start()

    def alive(self, now: float) -> bool:  # noqa: ARG002 - a device's answer depends on it
        """Always."""
        return True

    def close(self) -> None:
        """End the thread."""
        self._asking.close()

    def _run(self, stopping: threading.Event) -> None:
        frames = int(SILENT_BLOCK_S * self.rate)
        when = self._clock() + AHEAD_S
        while sleep_until(when - AHEAD_S, stopping.is_set, self._clock):
            if self._clock() - when > STALLED_AFTER_S:  # the computer slept
                when = self._clock() + AHEAD_S
            self._fill(frames, when, self.rate)
            when += frames / self.rate
