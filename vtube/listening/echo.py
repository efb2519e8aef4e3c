"""Her own voice taken out of what the microphone hears, by WebRTC's echo canceller as the package livekit brings it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import RATE, AudioSource, OnSamples, Samples
from vtube.audio.sound_clock import BLOCK_S, SoundClock
from vtube.errors import AudioError
from vtube.registry import optional
from vtube.signals import InputState, InputStatus
from vtube.text import first_line

HerVoice = Callable[[float, int], Samples]
"""So many samples of what she is heard saying from a moment (monotonic seconds) on, at HER_RATE; zeros for silence."""

HER_RATE = 48_000
BLOCK, HER_BLOCK = round(BLOCK_S * RATE), round(BLOCK_S * HER_RATE)
"""What WebRTC takes at a time."""

HOLD_BLOCKS = 4
"""The microphone's sound is looked at so many blocks late: devices do not know to the millisecond when a sound is
heard, and the canceller cannot find an echo that comes before its cause."""

LEFTOVER = 10 ** (-15 / 10)
"""While she speaks, sound of which the canceller leaves a smaller share of power than this is what it could not take
away of her: with another's voice in it, more is left."""
SOFTENED = np.float32(10 ** (-12 / 20))
"""That is not loud enough then to pass for speech; of another's first sound, taken for it too, something is left."""
EASE = 0.2
"""Of a block's power in these two powers: 50 ms count."""
ROOM_S = 0.5
"""So long her voice stays in a room."""


class EchoCanceller:
    """Fed by one thread, in order."""

    def __init__(self, her_voice: HerVoice) -> None:
        """Raises: PackageMissingError; AudioError when the package does not start."""
        rtc = optional("livekit.rtc", "echo", "echo cancelling")
        self._her_voice = her_voice
        self._frame = rtc.AudioFrame
        try:
            self._webrtc: Any = rtc.AudioProcessingModule(echo_cancellation=True, high_pass_filter=True)
            self._webrtc.set_stream_delay_ms(round(1000 * HOLD_BLOCKS * BLOCK_S))
        except Exception as error:  # noqa: BLE001 - a library of another language may fail in any way
            raise AudioError(f"the echo canceller does not start: {first_line(error)}") from None
        self._rest: Samples = np.empty(0, np.float32)
        self._held: deque[Samples] = deque([np.zeros(BLOCK, np.float32)] * HOLD_BLOCKS)
        self._clock, self._her_last = SoundClock(), float("-inf")
        self._power = self._power_left = 0.0

    def process(self, samples: Samples, heard_at: float) -> tuple[Samples, float]:
        """The samples (RATE) without her voice, HOLD_BLOCKS late, and when the last of them was heard.

        Raises:
            AudioError: the canceller fails.
        """
        self._rest = np.concatenate([self._rest, samples])
        count = len(self._rest) // BLOCK
        blocks, self._rest = self._rest[: count * BLOCK].reshape(count, BLOCK), self._rest[count * BLOCK :]
        ends = heard_at - len(self._rest) / RATE
        done = [self._without_her(block, ends - (count - n) * BLOCK_S) for n, block in enumerate(blocks)]
        return np.concatenate(done) if done else self._rest[:0], ends - HOLD_BLOCKS * BLOCK_S

    def _without_her(self, block: Samples, begin: float) -> Samples:
        begin = self._clock.begin(begin)
        hers = self._her_voice(begin, HER_BLOCK)
        self._held.append(block)
        late = self._held.popleft()
        try:
            self._webrtc.process_reverse_stream(self._frame(_pcm(hers), HER_RATE, 1, HER_BLOCK))
            frame = self._frame(_pcm(late), RATE, 1, BLOCK)
            self._webrtc.process_stream(frame)
        except RuntimeError as error:
            raise AudioError(f"the echo canceller fails: {first_line(error)}") from None
        left: Samples = np.frombuffer(frame.data, np.int16).astype(np.float32) / np.float32(32768)
        if hers.any():
            self._her_last = begin
        return SOFTENED * left if self._is_leftover(late, left, begin) else left

    def _is_leftover(self, before: Samples, left: Samples, now: float) -> bool:
        """Whether a block has only what the canceller could not take away of her."""
        self._power += EASE * (float(before @ before) - self._power)
        self._power_left += EASE * (float(left @ left) - self._power_left)
        return now - self._her_last < ROOM_S and self._power_left < LEFTOVER * self._power


class WithoutHerVoice:
    """A microphone in whose sound she does not hear herself."""

    def __init__(self, source: AudioSource, her_voice: HerVoice) -> None:
        """Nothing is opened yet. Raises: PackageMissingError; AudioError when the package does not start."""
        self._source = source
        self._canceller = EchoCanceller(her_voice)
        self._failure = ""

    def start(self, on_samples: OnSamples) -> None:
        """See `audio.base.AudioSource`."""

        def heard(samples: Samples, heard_at: float) -> None:
            try:
                on_samples(*self._canceller.process(samples, heard_at))
                self._failure = ""
            except AudioError as error:
                self._failure = first_line(error)

        self._source.start(heard)

    def status(self, now: float) -> InputStatus:
        """See `audio.base.AudioSource`."""
        status = self._source.status(now)
        return replace(status, state=InputState.LOST, detail=self._failure) if self._failure else status

    def close(self) -> None:
        """See `audio.base.AudioSource`."""
        self._source.close()


def _pcm(samples: Samples) -> bytearray:
    """As 16 bits, in memory that may be written to."""
    whole: NDArray[np.int16] = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
    return bytearray(whole.tobytes())
