"""Her own voice taken out of what the microphone hears, by WebRTC's echo canceller as the package livekit brings it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import RATE, AudioSource, OnSamples, Samples
from vtube.errors import AudioError
from vtube.registry import optional
from vtube.signals import InputState, InputStatus
from vtube.text import first_line

HerVoice = Callable[[float, int], Samples]
"""So many samples of what she is heard saying from a moment (monotonic seconds) on, at HER_RATE; zeros for silence."""

HER_RATE = 48_000
BLOCK_S = 0.01
"""What WebRTC takes at a time."""
BLOCK, HER_BLOCK = round(BLOCK_S * RATE), round(BLOCK_S * HER_RATE)

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

SLIP_S = 0.03
"""Where the microphone's sound proves to lie so far off, her voice is read from its right place again."""
SURE_S = 1.5
"""Sound that comes later than it should has waited for a busy computer, unless all of it does for so long."""
DRIFT_WINDOWS = 40
"""Of SURE_S each: a minute tells how fast a device's clock is to a few millionths."""
ROUGH_WINDOWS = 2
"""So many at the beginning say where the clock is, and not yet how fast."""
SLEW_MOST = 500e-6 * BLOCK_S
"""No device's clock is so wrong."""
STIFF = 64.0
"""How many times more the lateness of windows wavers (1.2 ms) than clocks drift in one (0.15 ms), squared."""
CATCH_UP = 0.25
"""Of what the clock is off, in each window."""
GAP_S = 0.5
"""Or unless it comes so much later: the microphone was away."""


class SoundClock:
    """When the blocks of a microphone begin, which are told when they come: never too early, and late in bursts.

    A device's clock is some 10 to 200 millionths off the computer's: up to 3 samples in a second. A canceller whose
    echo has wandered off in a pause lets through half a second of her voice until it has found it again. So a straight
    line follows the least lateness of the last windows.
    """

    def __init__(self) -> None:
        self._next = self._since = float("-inf")
        self._least = self._moved = self._slew = 0.0
        self._windows: deque[float] = deque(maxlen=DRIFT_WINDOWS)
        self._rough = ROUGH_WINDOWS

    def begin(self, told: float) -> float:
        """When the next block begins (monotonic seconds), which by its coming would be `told`."""
        late = told - self._next
        if late < -SLIP_S or late > GAP_S:
            self._move(late, told)
        elif told - self._since > SURE_S:
            self._end_window(told)
        else:
            self._least = min(self._least, late)
        begin = self._next
        self._next += BLOCK_S + self._slew
        self._moved += self._slew
        return begin

    def _end_window(self, told: float) -> None:
        """Lateness that stays is not lateness: at once where it is much or the clock is new, else little by little."""
        if self._least > SLIP_S:
            self._move(self._least, told)
            return
        if self._rough:
            self._move(self._least, told, self._rough - 1)
            return
        self._windows.append(self._least + self._moved)
        here, slope = line_through(self._windows)
        slew = (slope + CATCH_UP * (here - self._moved)) * BLOCK_S / SURE_S
        self._slew = max(-SLEW_MOST, min(SLEW_MOST, slew))
        self._since, self._least = told, float("inf")

    def _move(self, late: float, told: float, rough: int = ROUGH_WINDOWS) -> None:
        self._next = told if late == float("inf") else self._next + late
        self._since, self._least = told, float("inf")
        self._moved = self._slew = 0.0
        self._windows.clear()
        self._rough = rough


def line_through(values: Sequence[float]) -> tuple[float, float]:
    """Where a straight line through values at equal distances is at the last one, and its slope from one to the next.

    Least squares, with a slope that is taken to be near 0 as long as the values are few.
    """
    middle = (len(values) - 1) / 2
    spread = sum((number - middle) ** 2 for number in range(len(values)))
    slope = sum((number - middle) * value for number, value in enumerate(values)) / (spread + STIFF)
    return sum(values) / len(values) + slope * middle, slope


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
