"""Where speech is played: a sound device, or nowhere at the same pace."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import Samples
from vtube.audio.portaudio import ALSA_NAMES, NAMES, SOUND, WITHOUT, Device, Direction, SoundLibrary, Stream
from vtube.audio.pulse import PLAYBACK, PulseStream
from vtube.audio.served import find_served
from vtube.audio.sound_clock import LoudspeakerClock
from vtube.audio.soundcards import served
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
LOOK_S = 2.0
"""How often it is looked whether the device is there; a server hands over another one when it goes."""
LONGEST_DELAY_S = 2.0
"""A device that claims more than this between block and ear does not know."""


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

    def __init__(self, name: str | None, fill: Fill, buffer: Buffer | None = None, sound: SoundLibrary = SOUND) -> None:
        """Open the device whose name contains `name` (any case), or the default one, and begin to ask.

        Args:
            name: as above.
            fill: gives the sound.
            buffer: how much is kept ahead; learns when that was too little.
            sound: whose devices they are.

        Raises:
            AudioError: there is none, or it cannot be opened.
        """
        self.rate = SILENT_RATE
        self.strained = self._lost = False
        self._fill = fill
        self._buffer = buffer or Buffer()
        self._latency, self._heard = 0.0, LoudspeakerClock()
        self._stream: Stream | None = None

        def arguments(device: Device) -> dict[str, Any]:
            self.rate = int(device["default_samplerate"])
            self._asked = monotonic()
            return {
                "channels": min(2, device["max_output_channels"]),
                "samplerate": self.rate,
                "dtype": "float32",
                "latency": self._buffer.seconds,
                "callback": self._play,
            }

        self._stream = sound.open(Direction.OUTPUT, name, arguments)
        self._latency = self._stream.latency
        self.name = str(self._stream.device["name"])

    def alive(self, now: float) -> bool:
        """False once the device was unplugged, closed for a moment, or is the default one no more."""
        stream = self._stream
        self._lost = stream is None or not stream.alive() or now - self._asked >= STALLED_AFTER_S
        return not self._lost

    def close(self) -> None:
        """Give the device back."""
        if self._stream is not None:
            self._stream.close(lost=self._lost)

    def _play(self, block: NDArray[np.float32], frames: int, time: Any, status: Any) -> None:
        if status.output_underflow and self._buffer.ran_dry():
            self.strained = True
        now = self._asked = monotonic()
        delay = time.outputBufferDacTime - time.currentTime
        if not 0.0 < delay < LONGEST_DELAY_S:
            delay = self._latency or BUFFER_S
        block[:] = self._fill(frames, self._heard.begin(now + delay, frames / self.rate), self.rate)[:, None]


class ServedSink:
    """A loudspeaker of a sound server of Linux."""

    def __init__(self, name: str | None, fill: Fill, buffer: Buffer | None = None) -> None:
        """As `DeviceSink`."""
        device = find_loudspeaker(name)
        self.name, self.rate = str(device.name), SILENT_RATE
        self.strained = False
        self._wanted, self._id = name, device.id
        self._fill, self._buffer = fill, buffer or Buffer()
        self._asked = monotonic()
        self._look_at, self._there = self._asked + LOOK_S, True
        self._stream = PulseStream(str(device.id), PLAYBACK, self.rate, self._buffer.seconds)
        self._asking = Worker("sound device", self._run, prompt=True)
        self._asking.start()

    def alive(self, now: float) -> bool:
        """False once the device was unplugged, or is the default one no more."""
        return self._asking.alive and now - self._asked < STALLED_AFTER_S and self._is_there(now)

    def close(self) -> None:
        """Give the device back."""
        self._asking.close()

    def _is_there(self, now: float) -> bool:
        if self._there and now >= self._look_at:
            self._look_at = now + LOOK_S
            try:
                self._there = bool(find_loudspeaker(self._wanted).id == self._id)
            except AudioError:
                self._there = False
        return self._there

    def _run(self, stopping: threading.Event) -> None:
        frames, heard = int(SILENT_BLOCK_S * self.rate), LoudspeakerClock()
        with contextlib.closing(self._stream) as stream, contextlib.suppress(AudioError):
            while not stopping.is_set():
                now = monotonic()
                late = now - self._asked > self._buffer.seconds + SILENT_BLOCK_S
                if late and self._buffer.ran_dry():
                    self.strained = True
                self._asked = now
                when = heard.begin(now + stream.delay_s(), SILENT_BLOCK_S)
                stream.write(self._fill(frames, when, self.rate))


def find_loudspeaker(name: str | None) -> Any:
    """The loudspeaker of the sound server whose name or id contains `name`, or the default one.

    Raises:
        AudioError: there is none; the message lists those there are.
    """
    return find_served(
        name,
        lambda soundcard: list(soundcard.all_speakers()),
        lambda soundcard: soundcard.default_speaker(),
        NAMES[Direction.OUTPUT],
        WITHOUT[Direction.OUTPUT],
    )


def open_sink(name: str | None, fill: Fill, buffer: Buffer) -> Sink:
    """The sound device of that name; see `DeviceSink`.

    Raises:
        AudioError: there is none, or it cannot be opened.
    """
    if not served():
        return DeviceSink(name, fill, buffer)
    return ServedSink(None if name in ALSA_NAMES else name, fill, buffer)


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
