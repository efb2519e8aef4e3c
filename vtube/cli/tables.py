"""Tables in a terminal of any width: where words would be cut, each row is a paragraph of its own."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_table(table: Table, console: Console | None = None) -> None:
    """Print a table on standard output, whole: names and commands in it are there to be copied."""
    console = console or Console()
    if not _is_cut(table, console):
        console.print(table)
        return
    for row in _rows(table):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            if cell:
                heading = f"{column.header}: " if table.show_header and place else ""
                console.print("  " * bool(place) + heading + cell, soft_wrap=True, highlight=False)


def _is_cut(table: Table, console: Console) -> bool:
    """Whether letters are lost; Rich puts one `…` in place of two or more."""
    headings = [str(column.header) for column in table.columns] if table.show_header else []
    cells = [cell for row in _rows(table) for cell in row]
    written = _letters(Text.from_markup(text).plain for text in (*headings, *cells))
    return _letters(segment.text for segment in console.render(table)) < written


def _letters(texts: Iterable[str]) -> int:
    return sum(len("".join(text.split())) for text in texts)


def _rows(table: Table) -> list[tuple[str, ...]]:
    """The cells, row by row; all of ours are texts."""
    return list(zip(*([str(cell) for cell in column.cells] for column in table.columns), strict=True))
