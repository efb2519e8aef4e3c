"""When the blocks of a device's stream are heard, by what the device tells of each: evenly, as its clock goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

BLOCK_S = 0.01
"""Length of a block where nothing else is said."""
SLIP_S = 0.03
"""Where the sound proves to lie so far off, it is taken to be there."""
SURE_S = 1.5
"""Sound that comes later than it should has waited for a busy computer, unless all of it does for so long."""
DRIFT_WINDOWS = 40
"""Of SURE_S each: a minute tells how fast a device's clock is to a few millionths."""
SLEW_MOST = 500e-6
"""No device's clock is so wrong."""
GAP_S = 0.5
"""What comes so much later was away meanwhile."""


class SoundClock:
    """When the blocks of a microphone begin, which are told when they come: never too early, and late in bursts.

    A device's clock is some 10 to 200 millionths off the computer's: up to 3 samples in a second. A canceller whose
    echo has wandered off in a pause lets through half a second of her voice until it has found it again. So a straight
    line follows the least lateness of the last windows.
    """

    STIFF = 64.0
    """How many times more the lateness of windows wavers (1.2 ms) than clocks drift in one (0.15 ms), squared."""
    CATCH_UP = 0.25
    """Of what the clock is off, in each window."""
    ROUGH_WINDOWS = 2
    """So many at the beginning say where the clock is, and not yet how fast."""

    def __init__(self) -> None:
        self._next = self._since = float("-inf")
        self._late: list[float] = []
        self._moved = self._slew = 0.0
        self._windows: deque[float] = deque(maxlen=DRIFT_WINDOWS)
        self._rough = self.ROUGH_WINDOWS

    def begin(self, told: float, length_s: float = BLOCK_S) -> float:
        """When the next block begins (monotonic seconds), which by what the device tells would be `told`."""
        late = told - self._next
        if self._is_elsewhere(late):
            self._move(late, told)
        elif told - self._since > SURE_S:
            self._end_window(told)
        else:
            self._late.append(late)
        begin = self._next
        slewed = self._slew * length_s
        self._next += length_s + slewed
        self._moved += slewed
        return begin

    def _is_elsewhere(self, late: float) -> bool:
        """Whether a block tells at once that all is elsewhere."""
        return late < -SLIP_S or late > GAP_S

    def _lateness(self) -> float:
        """Of the window's blocks; infinite for none."""
        return min(self._late, default=float("inf"))

    def _end_window(self, told: float) -> None:
        """Lateness that stays is not lateness: at once where it is much or the clock is new, else little by little."""
        late = self._lateness()
        if abs(late) > SLIP_S:
            self._move(late, told)
            return
        if self._rough:
            rough = self._rough - 1
            self._move(late, told)
            self._rough = rough
            return
        self._windows.append(late + self._moved)
        here, slope = line_through(self._windows, self.STIFF)
        slew = (slope + self.CATCH_UP * (here - self._moved)) / SURE_S
        self._slew = max(-SLEW_MOST, min(SLEW_MOST, slew))
        self._since, self._late = told, []

    def _move(self, late: float, told: float) -> None:
        self._next = told if late == float("inf") else self._next + late
        self._since, self._late = told, []
        self._moved = self._slew = 0.0
        self._windows.clear()
        self._rough = self.ROUGH_WINDOWS


class LoudspeakerClock(SoundClock):
    """When the blocks for a loudspeaker are heard, of which a sound server tells now too much and now too little.

    What it tells wanders by 1 to 3 ms in some seconds (PulseAudio), on a busy computer by 20, while the sound itself
    goes on evenly. A canceller needs her voice where it was the last time, to the sample, rather than where it is.
    """

    STIFF = 400.0
    CATCH_UP = 0.02
    ROUGH_WINDOWS = 0
    """Where it was taken to be at first may be wrong by some milliseconds: better so than moved in her first words."""
    RUN = 5
    """Blocks in a row that lie elsewhere: so the sound was broken off."""

    def __init__(self) -> None:
        super().__init__()
        self._off = 0

    def _is_elsewhere(self, late: float) -> bool:
        self._off = self._off + 1 if abs(late) > SLIP_S else 0
        return self._off >= self.RUN or abs(late) > GAP_S

    def _lateness(self) -> float:
        return float(np.median(self._late)) if self._late else float("inf")


def line_through(values: Sequence[float], stiff: float) -> tuple[float, float]:
    """Where a straight line through values at equal distances is at the last one, and its slope from one to the next.

    Least squares, with a slope that is taken to be near 0 as long as the values are few; `stiff` is how much the values
    waver more than the slope is away from 0, squared.
    """
    middle = (len(values) - 1) / 2
    spread = sum((number - middle) ** 2 for number in range(len(values)))
    slope = sum((number - middle) * value for number, value in enumerate(values)) / (spread + stiff)
    return sum(values) / len(values) + slope * middle, slope
