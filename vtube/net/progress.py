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

    def __call__(self, done: int, total: int | None, label: str, files: bool = False) -> None:
        """`done` of `total` bytes, or `files` (None: not known yet); `label` says in a few words what is being done."""


def silent(done: int, total: int | None, label: str, files: bool = False) -> None:
    """A progress that nobody watches."""


@contextmanager
def progress_bar(console: Console | None = None) -> Iterator[Progress]:
    """A bar on the terminal while the `with` lasts, from the first call on: label, how much, speed and time left."""
    from rich import progress as rich  # slow to import, and most starts fetch nothing
    from rich.console import Console
    from rich.text import Text

    class Amount(rich.ProgressColumn):
        """Files as files; bytes in their sizes, with the speed."""

        def render(self, task: rich.Task) -> Text:
            if task.fields["files"]:
                return Text(f"{task.completed:.0f} of {task.total or 0:.0f} files")
            return Text.assemble(rich.DownloadColumn().render(task), " ", rich.TransferSpeedColumn().render(task))

    columns = (rich.TextColumn("{task.description}"), rich.BarColumn(), Amount(), rich.TimeRemainingColumn())
    bar = rich.Progress(*columns, console=console or Console(stderr=True))
    lines: dict[str, TaskID] = {}

    def show(done: int, total: int | None, label: str, files: bool = False) -> None:
        if label not in lines:
            bar.start()
            lines[label] = bar.add_task(label, total=total, files=files)
        bar.update(lines[label], completed=done, total=total)

    try:
        yield show
    finally:
        if lines:
            bar.stop()
