"""Packets as the senders make them, and a socket to send them from."""

from __future__ import annotations

import gzip
import json
import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.captures import captures
from vtube.signals import ARKIT_SHAPES

IFM_V1 = (
    "trackingStatus-1|eyeBlink_L-20|eyeBlink_R-0|jawOpen-35|mouthLeft-4|browInnerUp-50|hapihapi-0|"
    "=head#-10.5,4.25,2.5,0.03,-0.08,-0.4|rightEye#8.5,-4.5,-0.7|leftEye#8.25,-9.0,-1.4|"
)


def v2(text: str = IFM_V1) -> str:
    """v1 text with v2's separator."""
    shapes, mark, rest = text.partition("=")
    return "|".join(field.replace("-", "&", 1) for field in shapes.split("|")) + mark + rest


def livelink(
    values: Sequence[float] = (), frame: int = 1, subject: str = "iPhone", rate: int = 60, per: int = 1
) -> bytes:
    """A version 6 datagram; without values the no-face one."""
    device, name = b"01234567-89AB-CDEF-0123-456789ABCDEF", subject.encode()
    head = b"\x06" + struct.pack(">i", len(device)) + device + struct.pack(">i", len(name)) + name
    clock = struct.pack(">ifii", frame, 0.25, rate, per)
    return head + clock + (struct.pack(f">B{len(values)}f", len(values), *values) if values else b"")


def livelink_values(shapes: Mapping[str, float], turns: Sequence[float] = (0.0,) * 9) -> list[float]:
    """61 values from shapes and nine angles in radians."""
    return [shapes.get(name, 0.0) for name in ARKIT_SHAPES] + list(turns)


def vts(stamp: int = 1, found: bool = True, keys: Mapping[str, float] | None = None, **fields: Any) -> bytes:
    """A VTube Studio datagram."""
    shapes = [{"k": name, "v": value} for name, value in (keys or {"JawOpen": 0.5}).items()]
    packet = {
        "Timestamp": stamp,
        "Hotkey": -1,
        "FaceFound": found,
        "Rotation": {"x": 10.0, "y": 5.0, "z": -3.0},
        "Position": {"x": 0.5, "y": 1.3, "z": 4.7},
        "EyeLeft": {"x": 4.0, "y": 9.0, "z": 0.0},
        "EyeRight": {"x": 4.5, "y": 8.0, "z": 0.0},
        "BlendShapes": shapes,
    }
    return json.dumps(packet | fields).encode()


def openseeface(
    euler: Sequence[float] = (180.0, 0.0, 90.0),
    *,
    features: Sequence[float] = (0.0,) * 14,
    open_right_left: Sequence[float] = (1.0, 1.0),
    face: int = 0,
    success: int = 1,
    gaze: Sequence[float] = (0.0, 0.0, -0.1),
) -> bytes:
    """One 1785-byte face; `gaze` is the pupil's place before the eyeball's centre, for both eyes."""
    points = [0.0] * (66 * 3) + list(gaze) * 2 + [0.0] * 6
    numbers = [1.0, face, 640.0, 480.0, *open_right_left, success, 10.0, 0.0, 0.0, 0.0, 1.0, *euler, 0.0, 0.0, 5.0]
    return struct.pack("<di2f2fB1f4f3f3f68f136f210f14f", *numbers, *[0.9] * 68, *[100.0] * 136, *points, *features)


def recorded_datagrams() -> list[bytes]:
    """The 180 real Live Link Face datagrams; skips where they are absent."""
    data = gzip.decompress((captures() / "livelinkface_udp.gesichter").read_bytes())
    found, at = [], 5
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def recorded_texts() -> list[str]:
    """The real iFacialMocap packets; skips where they are absent."""
    lines = (captures() / "ifacialmocap_packets.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@contextmanager
def sender() -> Iterator[socket.socket]:
    """A UDP socket on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5.0)
        yield sock


def has_ipv6() -> bool:
    """Whether this computer can talk to itself by IPv6."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
            return True
    except OSError:
        return False
