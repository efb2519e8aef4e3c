"""Recordings of one JSON object a line: our own frames, iFacialMocap's text in `{"text": …}`, VTube Studio's datagrams.

The names of the fields may be in any case. Times stand in one of `TIMES`: as numbers in any unit, which follows from
their steps, as dates, or as timecodes; our own format's are seconds. Lines of text without any are 60 a second, as the
app sends.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vtube.signals import FaceFrame
from vtube.tracking.protocols import ifacialmocap, vts
from vtube.tracking.recordings.format import HEADER, from_fields, number
from vtube.tracking.recordings.timecode import Steady, clock_of, units_per_second

TIMES = ("t", "time", "timestamp", "timecode", "ts", "seconds")
LOOK_AHEAD = 120
"""Lines from which the unit of the times follows."""
FROM_THE_START_S = 10.0
"""A recording whose times begin later than this counts from somewhere else, as from 1970."""
Fields = Mapping[str, Any]


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[float, FaceFrame]]:
    """(seconds from the start, frame) of each line that holds one; a last line that is cut off is left out.

    Raises:
        ValueError: another line is damaged.
    """
    objects = _objects(lines)
    first, damage = _first(objects)
    ours = bool(first) and first[0].get("format") == HEADER["format"]
    time_of = number_of_seconds if ours else _clock(first)
    packets = Steady()
    for fields in itertools.chain(first, objects):
        if "raw" in fields:
            continue
        clock = time_of(fields)
        if "text" in fields:
            yield from _timed(ifacialmocap.parse(str(fields["text"]).encode(), t := packets.at(clock)), t)
        elif "blendshapes" in fields:
            yield from _timed(vts.parse(json.dumps(fields["packet"]).encode(), t := packets.at(clock)), t)
        elif clock is not None:
            yield clock, from_fields(fields, clock)
    if damage:
        raise damage


def _first(objects: Iterator[Fields]) -> tuple[list[Fields], ValueError | None]:
    """The first lines, and what is wrong with the one after them, if they are fewer because of that."""
    first: list[Fields] = []
    try:
        for fields in itertools.islice(objects, LOOK_AHEAD):
            first.append(fields)
    except ValueError as error:
        return first, error
    return first, None


def number_of_seconds(fields: Fields) -> float | None:
    """The time of a line of our own format."""
    return number(fields.get("t"))


def _timed(frame: FaceFrame | None, t: float) -> Iterator[tuple[float, FaceFrame]]:
    if frame is not None:
        yield t, frame


def _clock(first: list[Fields]) -> Callable[[Fields], float | None]:
    """What gives the seconds of a line, from the first time where that is no 0; None without a time."""
    times = [fields[key] for fields in first if (key := _time_key(fields))]
    numbers = [value for value in map(number, times) if value is not None]
    if times and not numbers:
        read = clock_of([str(value) for value in times])
        begin = read(str(times[0]))
        return lambda fields: None if (key := _time_key(fields)) is None else read(str(fields[key])) - begin
    per_second = units_per_second(numbers)
    earliest = min(numbers, default=0.0)
    start = earliest if abs(earliest / per_second) > FROM_THE_START_S else 0.0

    def seconds(fields: Fields) -> float | None:
        value = number(fields.get(_time_key(fields) or ""))
        return None if value is None else (value - start) / per_second

    return seconds


def _time_key(fields: Fields) -> str | None:
    return next((key for key in TIMES if fields.get(key) is not None), None)


def _objects(lines: Iterable[bytes]) -> Iterator[Fields]:
    for line in lines:
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except ValueError:
            if line.endswith(b"\n"):
                raise
            return
        if not isinstance(fields, dict):
            raise ValueError("a line is not an object")
        lower = {str(name).lower(): value for name, value in fields.items()}
        yield {**lower, "packet": fields} if "blendshapes" in lower else lower
