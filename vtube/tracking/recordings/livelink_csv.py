"""The CSV that Live Link Face and others record beside their videos, read by its header's names, whatever their case.

A spreadsheet may have saved it anew: with semicolons or tabs between the columns, and commas in the numbers.

Angles are radians with the signs of the datagrams. Head or eye columns are all 0 when recording that part was switched
off in the app: then there is none.
"""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping

from vtube.signals import FaceFrame
from vtube.tracking.protocols.livelink import turns
from vtube.tracking.protocols.names import collect
from vtube.tracking.recordings.timecode import LOOK_AHEAD, clock_of

_DAY_S = 86_400.0
_TIME, _COUNT = "timecode", "blendshapecount"
_TURNS = tuple(f"{part}{axis}".lower() for part in ("Head", "LeftEye", "RightEye") for axis in ("Yaw", "Pitch", "Roll"))
Row = tuple[str, list[str]]


def recognise(first_line: str) -> bool:
    """Whether the first line is this CSV's header."""
    return _name(re.split("[,;\t\r\n]", first_line.lstrip("\ufeff"), maxsplit=1)[0]) == _TIME


def read_rows(lines: Iterable[str]) -> Iterator[tuple[float, FaceFrame]]:
    """(seconds from the first row, frame) for each row; a last row that is cut off is left out.

    Raises:
        ValueError: another row is damaged; the message says which.
    """
    rows = iter(lines)
    header = next(rows, "").lstrip("\ufeff")
    delimiter = max(",;\t", key=header.count)
    names = [_name(name) for name in next(csv.reader([header], delimiter=delimiter), [])]
    table = _whole_rows(_cells(rows, delimiter), len(names))
    first = list(itertools.islice(table, LOOK_AHEAD))
    at = names.index(_TIME)
    clock = clock_of([cells[at].strip() for cells in first])
    start: float | None = None
    for number, cells in enumerate(itertools.chain(first, table), 2):
        try:
            seconds = clock(cells[at].strip())
            numbers = {name: float(cell) for name, cell in zip(names, cells, strict=True) if _counts(name, cell)}
        except ValueError:
            raise ValueError(f"row {number} is damaged") from None
        start = seconds if start is None else start
        t = (seconds - start) % _DAY_S
        yield t, _frame(numbers, t)


def _cells(rows: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The cells of each row that is not empty, with points in the numbers."""
    for cells in csv.reader(rows, delimiter=delimiter):
        if cells:
            yield cells if delimiter == "," else [cell.replace(",", ".") for cell in cells]


def _whole_rows(table: Iterator[list[str]], columns: int) -> Iterator[list[str]]:
    """The rows, without a last one that ends too early.

    Raises:
        ValueError: another row has too few or too many cells.
    """
    for number, cells in enumerate(table, 2):
        while len(cells) > columns and not cells[-1].strip():
            cells.pop()
        if len(cells) != columns or not _readable(cells):
            if next(table, None) is None and (number > 2) and len(cells) <= columns:
                return
            raise ValueError(f"row {number} is damaged")
        yield cells


def _readable(cells: list[str]) -> bool:
    try:
        return all(math.isfinite(float(cell)) for cell in cells[-1:] if cell.strip())
    except ValueError:
        return False


def _counts(name: str, cell: str) -> bool:
    return name not in (_TIME, _COUNT) and bool(cell.strip())


def _name(text: str) -> str:
    return "".join(sign for sign in text.strip().strip('"').lower() if sign not in " _-")


def _frame(numbers: Mapping[str, float], t: float) -> FaceFrame:
    head, left, right = turns([numbers.get(name, 0.0) for name in _TURNS])
    return FaceFrame(t, shapes=collect(numbers.items()), head=head, eye_left=left, eye_right=right)
