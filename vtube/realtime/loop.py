"""The fixed-rate loop: exactly `fps` frames a second for the outputs, whatever the renderer manages."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from vtube.clock import Clock, Sleep, monotonic, sleep_until
from vtube.metrics import Rate, RollingWindow, quantile
from vtube.realtime.phase_lock import PhaseLock
from vtube.realtime.picture import Picture
from vtube.realtime.schedule import Schedule
from vtube.settings import Settings
from vtube.threads import live_process, urgent_thread

SLEW = 0.001
"""Deadlines are moved by this share of a period a frame at most: 8 ms take eight seconds, and nobody sees it."""
CATCH_UP_S = 0.25
"""A delay up to this is caught up frame by frame; a longer one (suspended laptop, debugger) skips periods."""


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
    """Hands the newest picture to the outputs at each deadline of an absolute schedule.

    A short delay is caught up at once, so that the count of frames stays exact; after a stall of more than
    `CATCH_UP_S` the missed periods are skipped, so that no burst of hundreds of frames follows. A phase lock shifts
    all deadlines by a part of a period; the frames of a span of time stay as many.

    The thread in `run` writes the schedule and the figures; any thread may read them, and may ask for another rate
    or for the phase lock, which the loop takes over at its next deadline.
    """

    def __init__(
        self,
        fps: float,
        newest: Callable[[float], Picture | None],
        deliver: Callable[[Picture, float], None],
        *,
        phase_lock: PhaseLock | None = None,
        clock: Clock = monotonic,
        sleep: Sleep = time.sleep,
    ) -> None:
        """Nothing runs yet.

        Args:
            fps: frames a second.
            newest: gives the newest picture for a deadline; while there is none (None), deadlines pass without.
            deliver: takes the picture of a deadline. Both return at once and do not raise.
            phase_lock: keeps the deadlines in step with the tracker; None leaves them where they are.
            clock: monotonic seconds.
            sleep: waits.
        """
        self._fps = fps
        self._newest = newest
        self._deliver = deliver
        self._clock = clock
        self._sleep = sleep
        self._stopped = threading.Event()
        self._schedule = self._nominal = Schedule(clock(), fps)
        self._phase_lock = phase_lock
        self._offset = self._wanted_offset = 0.0
        self._last: Picture | None = None
        self._rate = Rate()
        self._sent = RollingWindow(1001)
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
        with live_process(), urgent_thread():
            self._run(start, math.inf if seconds is None else start + seconds - 1e-6)

    def stop(self) -> None:
        """End `run()`; may be called from any thread or signal handler."""
        self._stopped.set()

    @property
    def fps(self) -> float:
        """Frames a second, as asked for."""
        return self._fps

    def change_fps(self, fps: float) -> None:
        """Go on at `fps` frames a second from the next deadline on."""
        self._fps = fps

    def lock_phase(self, lock: PhaseLock | None) -> None:
        """Let `lock` move the deadlines by and by (`SLEW`); None lets them glide back to the nominal ones."""
        self._phase_lock = lock

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Another rate, with or without the phase lock; see `settings.Room`."""
        wanted = settings.loop

        def commit() -> None:
            self.change_fps(wanted.fps)
            if wanted.phase_lock != (self._phase_lock is not None):
                self.lock_phase(PhaseLock() if wanted.phase_lock else None)

        return commit

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
        picture = self._newest(deadline)
        if picture is not None:
            self._deliver(picture, deadline)
            self._count(picture, now, deadline)
            self._follow(picture)
        return index + 1

    def _follow(self, picture: Picture) -> None:
        lock = self._phase_lock
        self._wanted_offset = 0.0 if lock is None else lock.offset(picture.source_time, picture.lead, self._nominal)

    def _count(self, picture: Picture, now: float, deadline: float) -> None:
        self._frames += 1
        self._repeated += self._last is not None and picture.frame is self._last.frame
        self._late += now - deadline > 0.5 / self._schedule.fps
        self._last = picture
        self._rate.add(now)
        self._sent.add(now)

    def _interval_p99(self) -> float:
        times, period = self._sent.values(), self._schedule.period
        errors = [abs(after - before - period) for before, after in itertools.pairwise(times)]
        return quantile(errors, 0.99) or 0.0
