"""The fixed-rate loop: exactly `fps` frames a second for the outputs, whatever the renderer manages."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from vtube.clock import Clock, Sleep, monotonic, sleep_until
from vtube.frame import Frame
from vtube.metrics import Rate, Recent, quantile
from vtube.priority import urgent_thread

SLEW = 0.001
"""Deadlines are moved by this share of a period a frame at most: 8 ms take eight seconds, and nobody sees it."""
CATCH_UP_S = 0.25
"""A delay up to this is caught up frame by frame; a longer one (suspended laptop, debugger) skips periods."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Deadline n is `start + n / fps`, always computed from n: nothing adds up, nothing drifts."""

    start: float
    fps: float

    @property
    def period(self) -> float:
        """Seconds from one deadline to the next."""
        return 1 / self.fps

    def deadline(self, index: int) -> float:
        """Monotonic seconds at which frame `index` leaves."""
        return self.start + index / self.fps

    def index_from(self, moment: float) -> int:
        """The first index whose deadline is not before `moment` (a microsecond before counts as at it)."""
        return math.ceil((moment - self.start - 1e-6) * self.fps)

    def deadline_from(self, moment: float) -> float:
        """The first deadline that is not before `moment`."""
        return self.deadline(self.index_from(moment))

    def moved(self, seconds: float) -> Schedule:
        """The same deadlines, all later by `seconds`."""
        return Schedule(self.start + seconds, self.fps) if seconds else self


@dataclass(frozen=True, slots=True)
class LoopStats:
    """How well the loop keeps its promise.

    Attributes:
        output_fps: frames a second handed to the outputs, over the last two seconds.
        interval_p99_ms: 99 % of the last 1,000 intervals are no further from 1/fps than this.
        frames: handed over since the start.
        repeated: of these, how many were the same picture as the one before.
        late: of these, how many left more than half a period after their deadline.
        skipped: deadlines given up after a long stall.
    """

    output_fps: float
    interval_p99_ms: float
    frames: int
    repeated: int
    late: int
    skipped: int


class FrameLoop:
    """Hands the newest frame to the outputs at each deadline of an absolute schedule.

    A short delay is caught up at once, so that the count of frames stays exact; after a stall of more than
    `CATCH_UP_S` the missed periods are skipped, so that no burst of hundreds of frames follows. `move` shifts all
    deadlines by a part of a period; the frames of a span of time stay as many.
    """

    def __init__(
        self,
        fps: float,
        newest_frame: Callable[[float], Frame | None],
        deliver: Callable[[Frame, float], None],
        *,
        clock: Clock = monotonic,
        sleep: Sleep = time.sleep,
    ) -> None:
        """`newest_frame(deadline)` and `deliver(frame, deadline)` return at once and do not raise.

        While `newest_frame` has none (None), deadlines pass without a frame.
        """
        self._fps = fps
        self._newest_frame = newest_frame
        self._deliver = deliver
        self._clock = clock
        self._sleep = sleep
        self._stopped = threading.Event()
        self._schedule = self._nominal = Schedule(clock(), fps)
        self._offset = self._wanted_offset = 0.0
        self._last_frame: Frame | None = None
        self._rate = Rate()
        self._sent = Recent(1001)
        self._frames = self._repeated = self._late = self._skipped = 0

    @property
    def schedule(self) -> Schedule:
        """The deadlines as they stand; replaced when the loop starts, when the rate changes and when they are moved."""
        return self._schedule

    @property
    def nominal(self) -> Schedule:
        """The deadlines if nobody had moved them."""
        return self._nominal

    def run(self, seconds: float | None = None) -> None:
        """Send frames until `stop()`, or for `seconds`: then their number is exactly `seconds` times `fps`.

        The first deadline is now. Returns within 0.1 s of `stop()`. Meanwhile the calling thread runs before
        ordinary ones where the system allows it.
        """
        start = self._clock()
        with urgent_thread():
            self._run(start, math.inf if seconds is None else start + seconds - 1e-6)

    def stop(self) -> None:
        """End `run()`; may be called from any thread or signal handler."""
        self._stopped.set()

    def change_fps(self, fps: float) -> None:
        """Go on at `fps` frames a second from the next deadline on."""
        self._fps = fps

    def move(self, seconds: float) -> None:
        """Let deadlines come `seconds` after the nominal ones, by and by (`SLEW`); negative is before them."""
        self._wanted_offset = seconds

    def stats(self, now: float) -> LoopStats:
        """The figures at `now`, monotonic seconds; may be called from any thread."""
        return LoopStats(
            output_fps=self._rate.per_second(now),
            interval_p99_ms=self._interval_p99() * 1e3,
            frames=self._frames,
            repeated=self._repeated,
            late=self._late,
            skipped=self._skipped,
        )

    def _run(self, start: float, end: float) -> None:
        self._restart(start)
        index = 0
        while self._nominal.deadline(index) < end:
            deadline = self._schedule.deadline(index)
            if not sleep_until(deadline, self._stopped.is_set, self._clock, self._sleep):
                return
            if self._fps != self._schedule.fps:
                self._restart(deadline)
                self._wanted_offset, index = 0.0, 0
            index = self._tick(index, deadline)
            self._slew()

    def _restart(self, start: float) -> None:
        self._schedule = self._nominal = Schedule(start, self._fps)
        self._offset = 0.0

    def _slew(self) -> None:
        most = SLEW * self._nominal.period
        step = min(max(self._wanted_offset - self._offset, -most), most)
        if step:
            self._offset += step
            self._schedule = self._nominal.moved(self._offset)

    def _tick(self, index: int, deadline: float) -> int:
        """Send the frame of this deadline; gives the index of the next one."""
        now = self._clock()
        if now - deadline > CATCH_UP_S:
            due = self._schedule.index_from(now)
            self._skipped += due - index
            return due
        frame = self._newest_frame(deadline)
        if frame is not None:
            self._deliver(frame, deadline)
            self._count(frame, now, deadline)
        return index + 1

    def _count(self, frame: Frame, now: float, deadline: float) -> None:
        self._frames += 1
        self._repeated += frame is self._last_frame
        self._late += now - deadline > 0.5 / self._schedule.fps
        self._last_frame = frame
        self._rate.add(now)
        self._sent.add(now)

    def _interval_p99(self) -> float:
        times, period = self._sent.values(), self._schedule.period
        errors = [abs(after - before - period) for before, after in itertools.pairwise(times)]
        return quantile(errors, 0.99) or 0.0
