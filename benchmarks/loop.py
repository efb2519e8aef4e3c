"""Does the loop keep its promise?

    python -m benchmarks.loop [--fps 60] [--seconds 60]

Runs the real loop and render thread on the real clock, once with a renderer that costs nothing and once with one
slower than the loop, and prints a Markdown table.
"""

from __future__ import annotations

import argparse
import itertools
import threading
import time
from dataclasses import dataclass, field

from vtube.clock import monotonic
from vtube.frame import Frame, blank
from vtube.metrics import quantile
from vtube.pose import Pose, neutral
from vtube.realtime.loop import FrameLoop, LoopStats
from vtube.realtime.picture import Picture
from vtube.realtime.render_thread import RenderStats, RenderThread


@dataclass
class SleepyRenderer:
    """Takes `seconds` for each frame without using the processor."""

    seconds: float
    name: str = "sleepy"
    detail: str = "draws nothing"

    def render(self, _pose: Pose) -> Frame:
        """A new, empty frame."""
        if self.seconds:
            time.sleep(self.seconds)
        return blank(8, 8)

    def close(self) -> None:
        """Nothing to give back."""


@dataclass
class Tracker:
    """A motion that follows a tracker; its odd rate meets every phase of the loop."""

    rate: float = 47.3

    def pose(self, now: float) -> Pose:
        """Another pose for every moment."""
        made = neutral()
        made[44] = now % 1
        return made

    def source_time(self) -> float:
        """When the newest datagram arrived, monotonic seconds."""
        return int(monotonic() * self.rate) / self.rate


@dataclass
class Result:
    """One run's figures."""

    fps: float
    times: list[float] = field(default_factory=list)
    deadlines: list[float] = field(default_factory=list)
    loop_cpu: float = 0.0
    process_cpu: float = 0.0
    loop: LoopStats | None = None
    rendering: RenderStats | None = None

    def row(self, name: str) -> str:
        """The figures as a row of the table."""
        assert self.loop is not None and self.rendering is not None
        period, span = 1 / self.fps, self.times[-1] - self.times[0]
        errors = [abs(b - a - period) for a, b in itertools.pairwise(self.times)]
        drift = (self.times[-1] - self.deadlines[-1]) - (self.times[0] - self.deadlines[0])
        cells = [
            name,
            str(len(self.times)),
            f"{(len(self.times) - 1) / span:.3f}",
            f"{1e3 * (quantile(errors, 0.5) or 0):.2f} / {1e3 * (quantile(errors, 0.99) or 0):.2f}",
            f"{1e3 * drift:+.2f}",
            f"{self.loop.late}",
            f"{self.rendering.render_fps:.1f}",
            f"{100 * self.loop_cpu / span:.2f}",
            f"{100 * self.process_cpu / span:.2f}",
            f"{self.rendering.latency_ms:.1f} / {self.rendering.latency_p99_ms:.1f}",
        ]
        return "| " + " | ".join(cells) + " |"


HEADER = """\
| renderer | frames | fps | interval error ms, median / p99 | drift ms | late | render fps | loop CPU % | \
all CPU % | tracking to output ms, median / p99 |
|---|---|---|---|---|---|---|---|---|---|"""


def measure(fps: float, seconds: float, render_seconds: float) -> Result:
    """Run loop and render thread for `seconds`."""
    result = Result(fps)

    def deliver(_: Picture, deadline: float) -> None:
        result.times.append(monotonic())
        result.deadlines.append(deadline)

    rendering = RenderThread(SleepyRenderer(render_seconds), Tracker(), lambda: loop.schedule)
    loop = FrameLoop(fps, rendering.newest, deliver)
    rendering.start()
    rendering.wait_for_picture()
    _run(loop, seconds, result)
    result.loop, result.rendering = loop.stats(monotonic()), rendering.stats(monotonic())
    rendering.close()
    return result


def _run(loop: FrameLoop, seconds: float, result: Result) -> None:
    def timed() -> None:
        before = time.thread_time()
        loop.run(seconds)
        result.loop_cpu = time.thread_time() - before

    before = time.process_time()
    thread = threading.Thread(target=timed)
    thread.start()
    thread.join()
    result.process_cpu = time.process_time() - before


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fps", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args()
    print(HEADER)
    for name, share in (("costs nothing", 0.0), ("half a period", 0.5), ("2.7 periods", 2.7)):
        print(measure(chosen.fps, chosen.seconds, share / chosen.fps).row(name), flush=True)


if __name__ == "__main__":
    main()
