"""The render thread: samples the motion and draws just in time for the loop's next deadline."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vtube.avatar.base import Renderer
from vtube.avatar.sight import Scene, Sight
from vtube.clock import Clock, Sleep, monotonic, sleep_until
from vtube.frame import WHOLE, Frame, drawn
from vtube.metrics import Rate, RollingWindow
from vtube.pose import Pose, neutral
from vtube.realtime.crossfade import Crossfade, keeps_up
from vtube.realtime.frame_pacer import FramePacer
from vtube.realtime.picture import Picture
from vtube.realtime.schedule import Schedule
from vtube.threads import join_all, prompt_thread

log = logging.getLogger(__name__)

LONGEST_LEAD_S = 0.1
"""Motion is computed for the moment it is seen, but never further ahead than this: a slow renderer must not make
the newest tracking look lost."""

STUCK_S = 10.0
"""A picture that takes so long will not come: an engine or a driver hangs."""

FIRST_RETRY_S, LONGEST_RETRY_S = 0.25, 5.0


class Motion(Protocol):
    """What the character does; asked by the render thread alone."""

    def pose(self, now: float) -> Pose:
        """The pose of a moment (monotonic seconds); a new array each time."""

    def source_time(self) -> float | None:
        """When the tracking that the last pose shows arrived (monotonic seconds), or None."""


@dataclass(frozen=True, slots=True)
class RenderStats:
    """How fast pictures are made.

    Attributes:
        render_fps: pictures drawn a second over the last two seconds; an unchanged pose is not drawn again.
        frame_ms: median time to make one (pose, renderer, effects); None before the first.
        latency_ms, latency_p99_ms: from a tracking datagram's arrival to the first frame that shows it leaving
            for the outputs, over the last 250 of them; None without tracking.
        failure: why the renderer cannot draw at the moment, or None.
        stuck_s: how long the picture in the making has taken, where it hangs in an engine or a driver; else None.
    """

    render_fps: float
    frame_ms: float | None
    latency_ms: float | None
    latency_p99_ms: float | None
    failure: str | None
    stuck_s: float | None = None


class RenderThread:
    """Draws poses in a thread of its own and keeps the newest picture.

    With a renderer faster than the loop, each frame is begun so late that it is finished just before its
    deadline: what a viewer sees is as fresh as it can be, and at most one frame is drawn per deadline. With a
    slower one, frames are drawn back to back. A pose equal to the last one is not drawn again. When the renderer
    or the motion raises, the last picture stays, the error is logged once, and it is tried again, ever less often.

    The render thread writes everything but the next renderer, which any thread may set under the swap lock, and the
    latencies, which the loop's thread adds; any thread may read the figures.
    """

    def __init__(
        self,
        renderer: Renderer,
        motion: Motion,
        schedule: Callable[[], Schedule],
        *,
        scene: Scene | None = None,
        needed: Callable[[], bool] = lambda: True,
        clock: Clock = monotonic,
        sleep: Sleep = time.sleep,
    ) -> None:
        """The thread takes over `renderer` and closes it.

        Args:
            renderer: draws the character.
            motion: what the character does.
            schedule: the loop's deadlines as they stand.
            scene: what is done to a drawn frame for each deadline; None leaves it as it is.
            needed: whether anybody takes pixels at the moment, rather than recipes; see `frame.drawn`.
            clock, sleep: monotonic seconds, and how to wait.
        """
        self._renderer = renderer
        self._motion = motion
        self._schedule = schedule
        self._sight = Sight(scene)
        self._needed = needed
        self._clock = clock
        self._sleep = sleep
        self._pacer = FramePacer(clock())
        self._next_renderer: Renderer | None = None
        self._next_fades = False
        self._fade: Crossfade | None = None
        self._leaving: Renderer | None = None
        self._swap_lock = threading.Lock()
        self._drawn: Frame | None = None
        self._drawn_pose, self._drawn_view = neutral(), WHOLE
        self._picture: Picture | None = None
        self._first = threading.Event()
        self._stopped = threading.Event()
        self._motion_time = float("-inf")
        self._retry_at, self._retry_after = float("-inf"), FIRST_RETRY_S
        self._failure: str | None = None
        self._drawing_since: float | None = None
        self._rate, self._durations, self._latencies = Rate(), RollingWindow(250), RollingWindow(250)
        self._counted_source: float | None = None
        self._thread = threading.Thread(target=self._run, name="render", daemon=True)
        self._closing: threading.Thread | None = None

    def start(self) -> None:
        """Begin to draw."""
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """After `close`: wait for what may still be inside an engine; whether nothing is."""
        return join_all((self._thread, self._closing), seconds)

    def wait_for_picture(self, timeout: float | None = None) -> bool:
        """Wait until there is something to show; False when there is nothing after `timeout` seconds."""
        return self._first.wait(timeout)

    def newest(self, _: float) -> Picture | None:
        """The newest finished picture, for the loop to send now; None before the first. Measures the latency."""
        picture = self._picture
        if picture is None:
            return None
        source = picture.source_time
        if source is not None and source != self._counted_source:
            self._counted_source = source
            self._latencies.add(self._clock() - source)
        return picture

    def swap_renderer(self, renderer: Renderer, *, fade: bool = False) -> None:
        """Draw with `renderer` from the next frame on; returns at once. The present one is closed then.

        `fade`: both show the same character; let the one's picture dissolve into the other's.
        """
        with self._swap_lock:
            unused, self._next_renderer = self._next_renderer, renderer
            self._next_fades = fade and (unused is None or self._next_fades)
        if unused is not None:
            unused.close()

    def throttle(self, duty_cycle: float) -> None:
        """Let a renderer slower than the loop draw for this share of the time (0 < share <= 1) and rest otherwise."""
        self._pacer.duty_cycle = duty_cycle

    def stats(self, now: float) -> RenderStats:
        """The figures at `now`, monotonic seconds; may be called from any thread."""
        since = self._drawing_since
        taken = 0.0 if since is None else now - since
        hangs = f"a picture has been in the making for {taken:.0f} s" if taken > STUCK_S else None
        return RenderStats(
            self._rate.per_second(now),
            _ms(self._durations.quantile(0.5)),
            _ms(self._latencies.quantile(0.5)),
            _ms(self._latencies.quantile(0.99)),
            hangs or self._failure,
            taken if hangs else None,
        )

    def is_drawing(self, now: float) -> bool:
        """Whether a picture is in the making that may still be finished."""
        since = self._drawing_since
        return since is not None and now - since <= STUCK_S

    def close(self) -> None:
        """End the thread and close the renderer; harmless when called twice or before `start`."""
        self._stopped.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(5.0)
            if self._thread.is_alive():
                log.warning("the renderer does not finish its frame; leaving it behind")
                return
        with self._swap_lock:
            waiting, self._next_renderer = self._next_renderer, None
        for renderer in (waiting, self._leaving, self._renderer):
            if renderer is not None:
                renderer.close()

    def step(self) -> None:
        """One round of the thread: wait until it is time, make the picture for the next deadline, publish it."""
        self._take_next_renderer()
        now = self._clock()
        if now < self._retry_at:
            sleep_until(min(self._retry_at, now + 0.1), self._stopped.is_set, self._clock, self._sleep)
            return
        start, deadline = self._pacer.plan(now, self._schedule())
        if not sleep_until(start, self._stopped.is_set, self._clock, self._sleep):
            return
        self._drawing_since = self._clock()
        try:
            self._make_picture(start, deadline)
        except Exception as error:  # noqa: BLE001 - whatever a renderer or driver raises, the show goes on
            self._fail(error)
        else:
            self._recover()
        finally:
            self._drawing_since = None

    def _run(self) -> None:
        with prompt_thread():
            while not self._stopped.is_set():
                self.step()

    def _make_picture(self, start: float, deadline: float) -> None:
        self._motion_time = max(self._motion_time, min(deadline, self._clock() + LONGEST_LEAD_S))
        pose = self._motion.pose(self._motion_time)
        source_time = self._motion.source_time()
        self._sight.look(self._motion_time)
        before, shown = self._drawn, self._picture
        drawn = self._draw(pose)
        if drawn is before and shown is not None:
            source_time = shown.source_time
        self._picture = Picture(self._sight.finish(drawn), source_time, self._pacer.lead)
        self._first.set()
        if drawn is before:
            self._pacer.rest(self._clock(), self._schedule())
        else:
            self._measure(start)

    def _draw(self, pose: Pose) -> Frame:
        """The picture of `pose`; the last one when the pose and what is shown of it are the same."""
        if self._fade is not None:
            return self._draw_fading(self._fade, pose)
        same = np.array_equal(pose, self._drawn_pose) and self._sight.view == self._drawn_view
        if self._drawn is None or not same:
            self._drawn = self._sight.draw(self._renderer, pose, lazily=not self._needed())
            self._drawn_pose, self._drawn_view = pose, self._sight.view
        return self._drawn

    def _measure(self, start: float) -> None:
        finished = self._clock()
        self._pacer.add(start, finished, self._schedule())
        self._durations.add(finished - start)
        self._rate.add(finished)

    def _draw_fading(self, fade: Crossfade, pose: Pose) -> Frame:
        now = self._clock()
        if fade.is_over(now):
            self._fade, self._drawn = None, None
            self._leave()
            return self._draw(pose)
        self._drawn, self._drawn_pose = fade.draw(self._sight.draw, self._renderer, pose, now), pose
        return self._drawn

    def _take_next_renderer(self) -> None:
        if self._next_renderer is None:
            return
        self._leave()
        with self._swap_lock:
            self._leaving, self._renderer, self._next_renderer = self._renderer, self._next_renderer, None
            fades = self._next_fades
        self._fade = self._begun_fade(self._leaving) if fades else None
        if self._fade is None:
            self._leave()
        self._drawn = None
        self._durations.clear()
        self._pacer.forget()
        self._retry_at = float("-inf")

    def _begun_fade(self, old: Renderer) -> Crossfade | None:
        """From the picture as it is; None when there is none, or nothing drew it."""
        if self._drawn is None or self._failure is not None:
            return None
        beside = keeps_up(self._durations.quantile(0.5), self._schedule().period)
        if not beside:
            self._leaving = None
            self._closing = threading.Thread(target=old.close, name="closing", daemon=True)
            self._closing.start()  # THA3 takes half a second
        return Crossfade(old if beside else None, drawn(self._drawn), self._drawn_pose, self._clock())

    def _leave(self) -> None:
        """Close the renderer of before."""
        self._sight.forget()
        old, self._leaving = self._leaving, None
        if old is not None:
            old.close()

    def _fail(self, error: Exception) -> None:
        if self._failure is None:
            log.error("the picture stands still, trying again: %s", error, exc_info=error)
        self._failure = f"{type(error).__name__}: {error}"
        self._retry_at = self._clock() + self._retry_after
        self._retry_after = min(2 * self._retry_after, LONGEST_RETRY_S)

    def _recover(self) -> None:
        if self._failure is not None:
            log.warning("the picture moves again")
            self._failure, self._retry_after = None, FIRST_RETRY_S


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else 1e3 * seconds
