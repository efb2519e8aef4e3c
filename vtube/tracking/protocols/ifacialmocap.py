"""The text that iFacialMocap (v1, v2), Facemotion3d and MeowFace send, one packet a frame.

`name&percent|…=head#rx,ry,rz,px,py,pz|rightEye#rx,ry,rz|leftEye#rx,ry,rz|`, in v1 with `-` before the percent.
Degrees; head and gaze already have our axes. Source: the vendor's page for developers, packets seen in the wild.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from vtube.signals import FaceFrame
from vtube.tracking.protocols.limits import angles, gaze, position
from vtube.tracking.protocols.names import collect, fill_cheeks

UDP_PORT = 49983
FACEMOTION3D_PORT = 49993
TCP_PORT = 49986
MAX_PACKET_BYTES = 16_384
_FIELD_ENDS = re.compile(r"[|=]")


def recognise(data: bytes) -> bool:
    """Whether `data` looks like this text."""
    return len(data) <= MAX_PACKET_BYTES and b"|" in data and (b"head#" in data or b"eyeBlink" in data)


def parse(data: bytes, time: float) -> FaceFrame | None:
    """One packet to a frame; None for anything that is not such text. Never raises.

    Whatever is well formed is used; unknown fields, numbers missing at the end, rubbish after the last field
    and blanks around names and values are passed over.
    """
    if not recognise(data):
        return None
    fields = _FIELD_ENDS.split(data.decode("utf-8", "replace"))
    turns = {name.strip().lower(): _numbers(values) for name, mark, values in _split(fields, "#") if mark}
    percents = dict(_percents(field for field in fields if "#" not in field))
    shapes = fill_cheeks(collect((name, value / 100.0) for name, value in percents.items()))
    head = angles(turns.get("head", []))
    if not shapes and head is None:
        return None
    return FaceFrame(
        time,
        found=percents.get("trackingStatus") != 0.0,
        shapes=shapes,
        head=head,
        head_position=_in_own_sense(turns.get("head", [])[3:6]),
        eye_left=gaze(turns.get("lefteye", [])),
        eye_right=gaze(turns.get("righteye", [])),
    )


def is_v1(data: bytes) -> bool:
    """Whether the text is the first version's, which a handshake can turn into the second."""
    return b"&" not in data


def _split(fields: Iterable[str], mark: str) -> Iterator[tuple[str, str, str]]:
    return (field.partition(mark) for field in fields)


def _percents(fields: Iterable[str]) -> Iterator[tuple[str, float]]:
    for field in fields:
        name, mark, text = field.partition("&" if "&" in field else "-")
        value = _number(text) if mark else None
        if value is not None:
            yield name.strip(), value


def _numbers(text: str) -> list[float]:
    """The numbers before the first thing that is none."""
    found: list[float] = []
    for part in text.split(",", 12)[:12]:
        value = _number(part)
        if value is None:
            break
        found.append(value)
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _in_own_sense(metres: list[float]) -> tuple[float, float, float] | None:
    """ARKit's camera space (x to the person's left, y up, z from the scene to the camera) to right, up, nearer."""
    placed = position(metres)
    return None if placed is None else (-placed[0], placed[1], placed[2])
