"""How far a film is: a bar with time left and speed, or lines of JSON for another program."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from vtube.clock import monotonic
from vtube.offline.clip import Clip
from vtube.text import printable

EVERY_S = 0.5


class Told(Protocol):
    """Somebody who is told how far a film is."""

    def speaking(self, done: int, total: int) -> None:
        """So many sentences are spoken."""

    def drawing(self, clip: Clip) -> Callable[[int], None]:
        """What gets the number of frames that are done."""

    def finished(self, path: Path, clip: Clip) -> None:
        """The film is there."""


@contextmanager
def told(kind: str, quiet: bool) -> Iterator[Told]:
    """`kind`: bar or json."""
    if kind == "json":
        yield JsonLines()
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from vtube.cli.log import stderr

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[speed]}"),
    )
    with Progress(*columns, console=stderr(), disable=quiet) as bar:
        yield Bar(bar)


class Bar:
    """On a terminal."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._spoken: Any = None

    def speaking(self, done: int, total: int) -> None:
        """See `Told`."""
        if self._spoken is None:
            self._spoken = self._bar.add_task("speaking", total=total, speed="")
        self._bar.update(self._spoken, completed=done)

    def drawing(self, clip: Clip) -> Callable[[int], None]:
        """See `Told`."""
        task, pace = self._bar.add_task("rendering", total=clip.count, speed=""), Pace(clip)

        def advance(done: int) -> None:
            self._bar.update(task, completed=done, speed=pace.shown(done))

        return advance

    def finished(self, path: Path, clip: Clip) -> None:
        """See `Told`."""
        self._bar.stop()
        print(printable(f"{path}: {clip.count} frames"))


class JsonLines:
    """On standard output, two lines a second at most."""

    def __init__(self) -> None:
        self._said = 0.0

    def speaking(self, done: int, total: int) -> None:
        """See `Told`."""
        self._say({"stage": "speaking", "done": done, "of": total})

    def drawing(self, clip: Clip) -> Callable[[int], None]:
        """See `Told`."""
        pace = Pace(clip)

        def advance(done: int) -> None:
            now = monotonic()
            pace.follow(done)
            if now - self._said >= EVERY_S or done == clip.count:
                self._said = now
                told = {"stage": "drawing", "done": done, "of": clip.count}
                self._say({**told, "speed": round(pace.speed(done), 3), "left_s": pace.left_s(done)})

        return advance

    def finished(self, path: Path, clip: Clip) -> None:
        """See `Told`."""
        self._say({"stage": "finished", "path": str(path), "frames": clip.count, "seconds": round(clip.seconds, 3)})

    def _say(self, line: dict[str, Any]) -> None:
        print(json.dumps(line), flush=True)


class Pace:
    """How fast a film comes to be, against how long it is."""

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        self._begun: tuple[float, int] | None = None

    def follow(self, done: int) -> None:
        """So many frames are done; the first call says how many were there before."""
        if self._begun is None:
            self._begun = monotonic(), done

    def speed(self, done: int) -> float:
        """Seconds of film in a second; 0 while nothing is known."""
        if self._begun is None:
            return 0.0
        since = monotonic() - self._begun[0]
        return (done - self._begun[1]) / self._clip.fps / since if since > 0 else 0.0

    def left_s(self, done: int) -> float | None:
        """Seconds to go; None while nothing is known."""
        speed = self.speed(done)
        return round((self._clip.count - done) / self._clip.fps / speed, 1) if speed else None

    def shown(self, done: int) -> str:
        """The speed as people read it."""
        self.follow(done)
        return f"{self.speed(done):.1f}x"
