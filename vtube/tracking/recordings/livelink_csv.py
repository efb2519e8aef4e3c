"""The CSV that Live Link Face records beside its videos, read by its header's names.

`Timecode` is HH:MM:SS:FF.mmm with 60 frames a second; angles are radians with the signs of the datagrams. Head
columns are all 0 when recording the head was switched off in the app: then there is no head.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping

from vtube.signals import FaceFrame
from vtube.tracking.protocols.livelink import turns
from vtube.tracking.protocols.names import collect

FRAMES_PER_S = 60.0
_DAY_S = 86_400.0
_TURNS = tuple(f"{part}{axis}" for part in ("Head", "LeftEye", "RightEye") for axis in ("Yaw", "Pitch", "Roll"))


def recognise(first_line: str) -> bool:
    """Whether the first line is this CSV's header."""
    return first_line.lstrip("\ufeff").startswith("Timecode,BlendShapeCount,")


def read_rows(lines: Iterable[str]) -> Iterator[tuple[float, FaceFrame]]:
    """(seconds from the first row, frame) for each row.

    Raises:
        ValueError: a row is damaged; the message says which.
    """
    start: float | None = None
    for row in csv.DictReader(lines):
        try:
            seconds = _seconds(row["Timecode"])
            numbers = {name: float(row[name]) for name in row if name not in ("Timecode", "BlendShapeCount")}
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ValueError("a row is damaged") from None
        start = seconds if start is None else start
        t = (seconds - start) % _DAY_S
        yield t, _frame(numbers, t)


def _frame(numbers: Mapping[str, float], t: float) -> FaceFrame:
    head, left, right = turns([numbers.get(name, 0.0) for name in _TURNS])
    if not any(numbers.get(name) for name in _TURNS[:3]):
        head = None
    return FaceFrame(t, shapes=collect(numbers.items()), head=head, eye_left=left, eye_right=right)


def _seconds(timecode: str) -> float:
    hours, minutes, seconds, frames = timecode.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0 + int(seconds) + float(frames) / FRAMES_PER_S
