"""How a long fetch tells how far it is, and the bar that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID


class Progress(Protocol):
    """Called often while something is fetched or turned into another format."""

    def __call__(self, done: int, total: int | None, label: str) -> None:
        """`done` of `total` bytes (None: not known yet); `label` says in a few words what is being done."""


def silent(done: int, total: int | None, label: str) -> None:
    """A progress that nobody watches."""


@contextmanager
def progress_bar(console: Console | None = None) -> Iterator[Progress]:
    """A bar on the terminal while the `with` lasts, from the first call on: label, bytes, speed and time left."""
    from rich import progress as rich  # slow to import, and most starts fetch nothing
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.DownloadColumn(),
        rich.TransferSpeedColumn(),
        rich.TimeRemainingColumn(),
    )
    bar = rich.Progress(*columns, console=console or Console(stderr=True))
    lines: dict[str, TaskID] = {}

    def show(done: int, total: int | None, label: str) -> None:
        if label not in lines:
            bar.start()
            lines[label] = bar.add_task(label, total=total)
        bar.update(lines[label], completed=done, total=total)

    try:
        yield show
    finally:
        if lines:
            bar.stop()
