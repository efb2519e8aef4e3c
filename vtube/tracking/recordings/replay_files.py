"""Recordings of any kind, read frame by frame; told apart by how they begin. Any of them may be gzipped, or UTF-16.

| begins with | is |
|---|---|
| `{` | JSON lines: our own recordings, packets as `{"text": …}`, VTube Studio's datagrams |
| `[` | a JSON list of poses, 45 numbers or {parameter: value} each, 20 a second |
| `Timecode`, in any case | Live Link Face's CSV |
| byte 6 | Live Link Face datagrams: version, count (u32), then size (u32) and datagram each, big-endian |
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from vtube.errors import TrackingError
from vtube.paths import plain_file
from vtube.pose import COUNT, NAMES
from vtube.signals import FaceFrame
from vtube.tracking.protocols import livelink
from vtube.tracking.recordings import json_lines, livelink_csv
from vtube.tracking.recordings.format import parameters_of
from vtube.tracking.recordings.timecode import MOST_GAP_S, Steady

Timed = Iterator[tuple[float, FaceFrame]]
MAX_LINE_BYTES = 1 << 20
MAX_POSES_BYTES = 256 << 20
MAX_DATAGRAM_BYTES = 65_535
POSES_PER_S = 20.0
MOST_LATE_S = 1.5
"""A frame that is further behind the one before it begins another take."""
UTF_16 = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE
_SIZE = struct.Struct(">I")
_DAMAGE = (ValueError, csv.Error, KeyError, TypeError, EOFError, zlib.error, struct.error, RecursionError, MemoryError)


def frames_of(path: Path) -> Timed:
    """(seconds from the start, frame) of every frame in the recording `path`, as fast as it can be read.

    Times never go back; a clock that jumps, as where two takes were put together, goes on with the next frame. A
    recording cut off in the middle of its last line, row, pose or datagram is read up to there.

    Raises:
        TrackingError: the file cannot be read, is no recording, holds no frame or is damaged.
    """
    count, lead, clock = 0, 0.0, Steady(overtaken_s=MOST_LATE_S)
    try:
        with _open(path) as stream:
            for t, frame in _read(stream, path):
                if not count and 0.0 < t <= MOST_GAP_S:
                    lead = t
                count += 1
                yield lead + clock.at(t), frame
    except OSError as error:
        why = str(error.strerror or error)
        raise TrackingError(f"cannot read {path}: {why}", "file.read", name=str(path), reason=why) from None
    except _DAMAGE as error:
        raise TrackingError(f"{path} is damaged after {count} frames: {error or type(error).__name__}") from None
    if not count:
        raise TrackingError(f"{path} holds no tracking frames")


def _open(path: Path) -> BinaryIO:
    path = plain_file(path)
    with path.open("rb") as file:
        begin = file.read(2)
        if begin in UTF_16:
            return cast(BinaryIO, io.BufferedReader(io.BytesIO((begin + _read_all(file)).decode("utf-16").encode())))
    zipped = begin == b"\x1f\x8b"
    return cast(BinaryIO, io.BufferedReader(cast(Any, gzip.open(path, "rb")))) if zipped else path.open("rb")


def _read(stream: BinaryIO, path: Path) -> Timed:
    start = cast(io.BufferedReader, stream).peek(64)[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:1] == b"\x06":
        return _datagrams(stream)
    if start[:1] == b"{":
        return json_lines.read_lines(_lines(stream))
    if start[:1] == b"[":
        return _poses(stream)
    if livelink_csv.recognise(start.decode("utf-8", "replace")):
        return livelink_csv.read_rows(_text_lines(stream))
    raise TrackingError(f"{path} is no recording: expected JSON lines, a list of poses, or Live Link Face's CSV")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines; a compressed file that breaks off ends with the last one that is whole."""
    with contextlib.suppress(EOFError):
        while line := stream.readline(MAX_LINE_BYTES):
            if len(line) == MAX_LINE_BYTES:
                raise ValueError("a line is too long")
            yield line


def _text_lines(stream: BinaryIO) -> Iterator[str]:
    return (line.decode("utf-8-sig") for line in _lines(stream))


def _poses(stream: BinaryIO) -> Timed:
    for index, pose in enumerate(_whole_poses(_read_all(stream))):
        named = dict(zip(NAMES, pose, strict=True)) if isinstance(pose, list) and len(pose) == COUNT else pose
        values = parameters_of(named)
        if not isinstance(named, dict) or (named and not values):
            raise ValueError(f"pose {index} is no list of {COUNT} numbers, and no object of parameter: value")
        t = index / POSES_PER_S
        yield t, FaceFrame(t, parameters=values)


def _read_all(stream: BinaryIO) -> bytes:
    """Everything, in pieces: Windows touches every page of the buffer that a read is given.

    Raises:
        ValueError: it is too large.
    """
    pieces, size = [], 0
    with contextlib.suppress(EOFError):
        while piece := stream.read(1 << 20):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_POSES_BYTES:
                raise ValueError("it is too large")
    return b"".join(pieces)


def _whole_poses(data: bytes) -> list[Any]:
    """The poses of a list that may be cut off in its last one."""
    try:
        poses = json.loads(data)
    except ValueError:
        poses = json.loads(data[: data.rfind(b"]") + 1] + b"]")
    return poses if isinstance(poses, list) else []


def _datagrams(stream: BinaryIO) -> Timed:
    _, count = struct.unpack(">BI", _exactly(stream, 5))
    clock = Steady()
    with contextlib.suppress(EOFError):
        for index in range(count):
            (size,) = _SIZE.unpack(_exactly(stream, _SIZE.size))
            if size > MAX_DATAGRAM_BYTES:
                raise ValueError(f"datagram {index} claims {size} bytes")
            packet = livelink.read_packet(_exactly(stream, size))
            t = clock.at(None if packet is None else packet.seconds)
            frame = None if packet is None else livelink.to_frame(packet, t)
            if frame is not None:
                yield t, frame


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("it ends too early")
    return data
