"""Real recordings as FaceFrames, read here without the trackers' own parsers."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import struct
from typing import Any

from tests.captures import captures
from vtube.signals import ARKIT_SHAPES, FaceFrame

START_S = 100.0
CSV_FPS = 30.0


def csv_faces() -> list[FaceFrame]:
    """4030 rows of a face that goes through its whole range, 30 fps, no head."""
    text = gzip.decompress((captures() / "livelinkface_rom_3.csv.gz").read_bytes()).decode()
    rows = csv.DictReader(io.StringIO(text))
    return [
        FaceFrame(
            START_S + index / CSV_FPS,
            head=(0.0, 0.0, 0.0),
            shapes={name: float(row[name[0].upper() + name[1:]]) for name in ARKIT_SHAPES},
        )
        for index, row in enumerate(rows)
    ]


def live_link_faces() -> list[FaceFrame]:
    """180 datagrams, 60 fps, strong head motion, winks."""
    data = gzip.decompress((captures() / "livelinkface_udp.gesichter").read_bytes())
    frames, at, first = [], 5, None
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        number, values = _datagram(data[at + 4 : at + 4 + size])
        first = number if first is None else first
        yaw, pitch, roll = (math.degrees(angle) for angle in values[52:55])
        frames.append(
            FaceFrame(
                START_S + (number - first) / 60.0,
                head=(-pitch, yaw, roll),
                shapes=dict(zip(ARKIT_SHAPES, values, strict=False)),
            )
        )
        at += 4 + size
    return frames


def phone_faces() -> dict[str, FaceFrame]:
    """Two iFacialMocap packets by their id."""
    lines = (captures() / "ifacialmocap_packets.jsonl").read_text(encoding="utf-8").splitlines()
    return {packet["id"]: _phone_face(packet["text"]) for packet in map(json.loads, lines)}


def oracle() -> list[dict[str, Any]]:
    """Cases of the unmodified THA3 converter: an input and the pose it makes of it."""
    cases: list[dict[str, Any]] = json.loads((captures() / "tha3_converter_oracle.json").read_text())["cases"]
    return cases


def pose_stream() -> list[list[float]]:
    """2000 poses of a real session, 20 fps."""
    data = gzip.decompress((captures() / "tha3_pose_stream_20fps.json.gz").read_bytes())
    poses: list[list[float]] = json.loads(data)
    return poses


def _datagram(data: bytes) -> tuple[int, tuple[float, ...]]:
    at = 1
    for _ in ("device", "subject"):
        at += 4 + struct.unpack_from(">i", data, at)[0]
    return struct.unpack_from(">i", data, at)[0], struct.unpack_from(">61f", data, at + 17)


def _phone_face(text: str) -> FaceFrame:
    shapes, _, turns = text.partition("=head#")
    pairs = (token.split("-", 1) for token in shapes.split("|") if "-" in token)
    named = {name.replace("_L", "Left").replace("_R", "Right"): int(value) / 100 for name, value in pairs}
    pitch, yaw, roll = (float(number) for number in turns.split("|")[0].split(",")[:3])
    return FaceFrame(
        START_S, head=(pitch, yaw, roll), shapes={name: value for name, value in named.items() if name in ARKIT_SHAPES}
    )
