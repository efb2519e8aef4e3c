"""The first column of a Live Link Face CSV as seconds, in every way that programs write it.

| looks like | is |
|---|---|
| `10:00:02:59.000` | hours, minutes, seconds, frame of the second, thousandths of a frame |
| `10:00:02;28.000` | the same at 29.97 (or 59.94) frames a second, where some frame numbers are left out |
| `10:00:02.500` | hours, minutes, seconds |
| `1.0167` | seconds |
| `61` | a frame number, 60 a second; or milliseconds, when they go up in larger steps |

How many frames a second has is nowhere said: it follows from the highest number that they reach. Source of drop-frame
counting: SMPTE ST 12-1.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

USUAL_RATES = (24, 25, 30, 48, 50, 60, 100, 120, 240)
LOOK_AHEAD = 600
"""Rows from which the rate follows: two seconds of the fastest usual one and more."""
DEFAULT_RATE = 60.0
MILLISECONDS_FROM = 8
"""Whole numbers that go up in steps of this size and more are milliseconds: 120 a second."""
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
    if any(not code.strip().isdigit() for code in codes):
        return float
    steps = sorted(int(after) - int(before) for before, after in itertools.pairwise(codes))
    in_milliseconds = bool(steps) and steps[len(steps) // 2] >= MILLISECONDS_FROM
    per_second = 1000.0 if in_milliseconds else DEFAULT_RATE
    return lambda code: int(code) / per_second
