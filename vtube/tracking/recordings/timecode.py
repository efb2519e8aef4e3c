"""The times of a recording as seconds, in every way that programs write them.

| looks like | is |
|---|---|
| `10:00:02:59.000` | hours, minutes, seconds, frame of the second, thousandths of a frame |
| `10:00:02;28.000` | the same at 29.97 (or 59.94) frames a second, where some frame numbers are left out |
| `10:00:02.500` | hours, minutes, seconds |
| `2026-01-31T10:00:02.5Z` | a date and a time |
| `1.0167` | seconds; or milli-, micro- or nanoseconds, by the size of their steps |
| `61` | a frame number, 60 a second, where the steps are small; as `1.0167` otherwise |

How many frames a second has is nowhere said: it follows from the highest number that they reach. Source of drop-frame
counting: SMPTE ST 12-1.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

USUAL_RATES = (24, 25, 30, 48, 50, 60, 100, 120, 240)
LOOK_AHEAD = 600
"""Rows from which the rate follows: two seconds of the fastest usual one and more."""
DEFAULT_RATE = 60.0
FRAMES_UP_TO = 8
"""Whole numbers that go up in smaller steps than this are frame numbers; 8 ms are 120 a second."""
UNITS = (4.0, 1.0), (4e3, 1e3), (4e6, 1e6)
"""(step, units a second): the first whose step is larger than the recording's is its unit. The steps are those of 240
frames a second in the next smaller unit: slower than 0.25 a second nothing is recorded."""
NANOSECONDS = 1e9
MOST_GAP_S = 3600.0
OVERTAKEN_S = 0.5
_FRAMES = re.compile(r"(\d+):(\d+):(\d+)([:;.,])(\d+(?:\.\d+)?)")
_Clock = Callable[[str], float]


def clock_of(codes: Sequence[str]) -> _Clock:
    """What turns the timecodes of a recording, of which `codes` are the first, into seconds.

    The function raises ValueError for a timecode that it cannot read.
    """
    parts = [match.groups() for code in codes if (match := _FRAMES.fullmatch(code))]
    if not parts:
        return _plain_clock(codes)
    if all(separator in ".," for *_, separator, _ in parts):
        return _seconds_of_day
    rate = _rate(parts)
    return lambda code: _frames_of_day(code, rate)


def _rate(parts: Sequence[Sequence[str]]) -> float:
    """Frames a second: above the highest frame number, once a whole second has been seen."""
    most = max(int(float(frame)) for *_, frame in parts) + 1
    whole = len({tuple(part[:3]) for part in parts}) > 2
    least = most if whole else max(most, int(DEFAULT_RATE))
    return float(next((rate for rate in USUAL_RATES if rate >= least), most))


def _frames_of_day(code: str, rate: float) -> float:
    match = _FRAMES.fullmatch(code)
    if match is None:
        raise ValueError(f"{code!r} is no timecode")
    hours, minutes, seconds = (int(part) for part in match.groups()[:3])
    separator, frame = match[4], float(match[5])
    whole = hours * 3600 + minutes * 60 + seconds
    if separator != ";":
        return whole + frame / rate
    dropped = round(rate / 15) * (hours * 60 + minutes - (hours * 60 + minutes) // 10)
    return (whole * rate + frame - dropped) * 1.001 / rate


def _seconds_of_day(code: str) -> float:
    hours, minutes, seconds = code.replace(",", ".").split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0 + float(seconds)


def _plain_clock(codes: Sequence[str]) -> _Clock:
    try:
        numbers = [float(code) for code in codes]
    except ValueError:
        return _seconds_of_date
    if all(code.strip().isdigit() for code in codes) and step_of(numbers) < FRAMES_UP_TO:
        return lambda code: int(code) / DEFAULT_RATE
    per_second = units_per_second(numbers)
    return lambda code: float(code) / per_second


def units_per_second(times: Sequence[float]) -> float:
    """1 when the times of a recording are seconds, 1000 when they are milliseconds, and so on, by their steps."""
    step = step_of(times)
    return next((per_second for most, per_second in UNITS if step < most), NANOSECONDS)


def step_of(times: Sequence[float]) -> float:
    """The median step forward; 0 where there is none."""
    steps = sorted(after - before for before, after in itertools.pairwise(times) if after > before)
    return steps[len(steps) // 2] if steps else 0.0


def _seconds_of_date(code: str) -> float:
    moment = datetime.fromisoformat(code.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


class Steady:
    """Turns clocks that jump into time that goes on.

    A step back, or one of more than an hour, is another sender, a restart or midnight, and counts as one frame's step.
    A short one back was overtaken on the way, and is of the same moment as the frame before.

    Args:
        step: between two frames, in seconds, where nothing better is known.
        overtaken_s: how far a frame may be behind the one before it and still be one that was overtaken, seconds.
    """

    def __init__(self, step: float = 1.0 / DEFAULT_RATE, overtaken_s: float = OVERTAKEN_S) -> None:
        self._step, self._t = step, -step
        self._overtaken_s = overtaken_s
        self._clock: float | None = None

    def at(self, clock: float | None) -> float:
        """Seconds from the first frame, for the next frame, whose own clock says `clock`; None where it has none."""
        passed = self._step if clock is None or self._clock is None else clock - self._clock
        if -self._overtaken_s < passed < 0.0:
            return self._t
        self._t += passed if 0.0 <= passed <= MOST_GAP_S else self._step
        self._clock = clock
        return max(self._t, 0.0)
