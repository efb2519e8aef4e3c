"""Phones and programs that send a given face, each in its own way: for `benchmarks.trackers`.

The real recordings go out as they are. Everything else is encoded here, OSC by python-osc.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from vtube.pose import NAMES
from vtube.signals import ARKIT_SHAPES, Angles, FaceFrame
from vtube.tracking.protocols import fmv3
from vtube.tracking.protocols.facecap import SHAPES as FACECAP_SHAPES
from vtube.tracking.protocols.vrcft import HEAD_DEG
from vtube.tracking.protocols.vrcft_names import LID_OPEN

HERE = "127.0.0.1"
PHONE = "127.0.0.2"
"""A second address of this computer for phones that have the port which the camera has, too (not on macOS)."""
PATIENCE_S = 15.0

Encode = Callable[[FaceFrame, int], bytes]
"""A face and its number to a datagram."""


class Phone:
    """Sends datagrams to a port of this computer."""

    def __init__(self, port: int, encode: Encode) -> None:
        self._to = (HERE, port)
        self._encode = encode
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def meet(self) -> None:
        """Wait until the camera is ready, where it has to ask first."""

    def send(self, frame: FaceFrame, number: int) -> None:
        """Send one face."""
        self._socket.sendto(self._encode(frame, number), self._to)

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def _listen(self, host: str, port: int) -> None:
        self._socket.bind((host, port))
        self._socket.settimeout(PATIENCE_S)


class VtsPhone(Phone):
    """VTube Studio's app: sends where it is asked to."""

    def __init__(self) -> None:
        super().__init__(0, vts)
        self._listen(HERE, 21412)

    def meet(self) -> None:
        """See `Phone.meet`."""
        request, (host, _) = self._socket.recvfrom(2000)
        self._to = (host, json.loads(request)["ports"][0])


class Fmv3Phone(Phone):
    """iFacialMocap of 2026: says its schema when asked, then sends numbers."""

    def __init__(self) -> None:
        super().__init__(49983, fmv3_frame)
        self._listen(PHONE, 49983)

    def meet(self) -> None:
        """See `Phone.meet`."""
        schema = fmv3.START.pack(0, 60, 1200, 10_000, 4)
        schema += json.dumps({"blend_names": ARKIT_SHAPES, "blend_encoding": "i16"}).encode()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            data, asker = self._socket.recvfrom(2000)
            header = fmv3.read_header(data)
            if header is not None and header.type == fmv3.HELLO and data.endswith(struct.pack("<I", 4)):
                self._send_parts(3, schema.replace(bytes(8), struct.pack("<Q", header.session), 1), asker)
            elif header is not None and header.type == fmv3.ACK_TYPES[4]:
                return
        raise TimeoutError("the camera never acknowledged the schema")

    def _send_parts(self, kind: int, body: bytes, to: tuple[str, int]) -> None:
        chunks = [body[at : at + 600] for at in range(0, len(body), 600)]
        for index, chunk in enumerate(chunks):
            header = fmv3.HEADER.pack(fmv3.MAGIC, kind, 0, 40, 7, 1, 0, 0, len(body), index, len(chunks), len(chunk))
            self._socket.sendto(header + chunk, to)


class TcpPhone(Phone):
    """iFacialMocap by TCP: connects to the computer."""

    def __init__(self) -> None:
        super().__init__(49986, lambda frame, number: text(frame, "&") + b"___iFacialMocap")

    def meet(self) -> None:
        """See `Phone.meet`."""
        self._socket = socket.create_connection(self._to)

    def send(self, frame: FaceFrame, number: int) -> None:
        """See `Phone.send`."""
        self._socket.sendall(self._encode(frame, number))


@dataclass(frozen=True)
class Recorded:
    """Datagrams as they were recorded, in the order of the faces they hold."""

    datagrams: Mapping[float, bytes]

    def __call__(self, frame: FaceFrame, number: int) -> bytes:
        """The datagram of the face that was recorded at the frame's time."""
        return self.datagrams[frame.time]


def text(frame: FaceFrame, mark: str, full_names: bool = False) -> bytes:
    """IFacialMocap's text (v1 with `-`, v2 with `&`), or Facemotion3d's with full names."""
    fields = [
        f"{name if full_names else short(name)}{mark}{round(max(weight, 0.0) * 100)}|"
        for name, weight in frame.shapes.items()
    ]
    left, right = frame.eye_left or (0.0, 0.0), frame.eye_right or (0.0, 0.0)
    turns = ",".join(f"{angle:.5f}" for angle in frame.head or (0.0, 0.0, 0.0))
    return (
        f"{''.join(fields)}=head#{turns},0.01,0.02,-0.4|rightEye#{right[0]:.4f},{right[1]:.4f},0|"
        f"leftEye#{left[0]:.4f},{left[1]:.4f},0|"
    ).encode()


def short(name: str) -> str:
    """ARKit's name as iFacialMocap writes it."""
    if name in ("jawLeft", "jawRight", "mouthLeft", "mouthRight"):
        return name
    return (
        name.removesuffix("Left") + "_L"
        if name.endswith("Left")
        else (name.removesuffix("Right") + "_R" if name.endswith("Right") else name)
    )


def vts(frame: FaceFrame, number: int) -> bytes:
    """VTube Studio's JSON."""
    pitch, yaw, roll = frame.head or (0.0, 0.0, 0.0)
    (left_x, left_y), (right_x, right_y) = frame.eye_left or (0.0, 0.0), frame.eye_right or (0.0, 0.0)
    return json.dumps(
        {
            "Timestamp": number * 16,
            "Hotkey": -1,
            "FaceFound": True,
            "Position": {"x": 0.0, "y": 0.0, "z": 0.0},
            "Rotation": {"x": yaw, "y": pitch, "z": roll},
            "EyeLeft": {"x": left_x, "y": left_y, "z": 0.0},
            "EyeRight": {"x": right_x, "y": right_y, "z": 0.0},
            "BlendShapes": [{"k": pascal(name), "v": weight} for name, weight in frame.shapes.items()],
        }
    ).encode()


def openseeface(frame: FaceFrame, number: int) -> bytes:
    """OpenSeeFace's face, as far as its features go: head, lids and the open mouth."""
    pitch, yaw, roll = frame.head or (0.0, 0.0, 0.0)
    euler = (180.0 + pitch, yaw, 90.0 + roll)
    lids = [1.0 - frame.shapes.get(f"eyeBlink{side}", 0.0) for side in ("Right", "Left")]
    features = [0.0] * 12 + [frame.shapes.get("jawOpen", 0.0), 0.0]
    points = [0.0] * (66 * 3) + [0.0, 0.0, -0.1] * 2 + [0.0] * 6
    return struct.pack(
        "<di2f2fB1f4f3f3f68f136f210f14f",
        number / 60,
        0,
        640.0,
        480.0,
        *lids,
        1,
        10.0,
        0.0,
        0.0,
        0.0,
        1.0,
        *euler,
        0.0,
        0.0,
        5.0,
        *[0.9] * 68,
        *[100.0] * 136,
        *points,
        *features,
    )


def vmc(frame: FaceFrame, number: int) -> bytes:
    """A VMC bundle: Perfect Sync blends, Apply, the head's bone."""
    blends = [("/VMC/Ext/Blend/Val", pascal(name), float(weight)) for name, weight in frame.shapes.items()]
    turned = unity_rotation(frame.head or (0.0, 0.0, 0.0))
    return bundle(*blends, ("/VMC/Ext/Blend/Apply",), ("/VMC/Ext/Bone/Pos", "Head", 0.0, 0.0, 0.0, *turned))


def vrcft(frame: FaceFrame, number: int) -> bytes:
    """VRCFaceTracking's v2 parameters, the ones that map onto ARKit one to one."""
    s, (pitch, yaw, roll) = frame.shapes, frame.head or (0.0, 0.0, 0.0)
    values = {
        "JawOpen": s["jawOpen"],
        "MouthClosed": s["mouthClose"],
        "LipFunnel": s["mouthFunnel"],
        "LipPucker": s["mouthPucker"],
        "BrowInnerUp": s["browInnerUp"],
        "Head/Pitch": pitch / HEAD_DEG,
        "Head/Yaw": -yaw / HEAD_DEG,
        "Head/Roll": -roll / HEAD_DEG,
    }
    for side in ("Left", "Right"):
        values[f"EyeLid{side}"] = (1 - s[f"eyeBlink{side}"]) * LID_OPEN + s[f"eyeWide{side}"] * (1 - LID_OPEN)
        for theirs, ours in (
            ("MouthCornerPull", "mouthSmile"),
            ("MouthFrown", "mouthFrown"),
            ("BrowDown", "browDown"),
            ("BrowOuterUp", "browOuterUp"),
        ):
            values[theirs + side] = s[ours + side]
    return bundle(*((f"/avatar/parameters/FT/v2/{name}", float(value)) for name, value in values.items()))


def facecap(frame: FaceFrame, number: int) -> bytes:
    """Face Cap's weights by number, head and eyes."""
    weights = [("/W", index, float(frame.shapes[name])) for index, name in enumerate(FACECAP_SHAPES)]
    eyes = [("/ELR", *(frame.eye_left or (0.0, 0.0))), ("/ERR", *(frame.eye_right or (0.0, 0.0)))]
    return bundle(*weights, ("/HR", *(frame.head or (0.0, 0.0, 0.0))), *eyes)


def generic_osc(frame: FaceFrame, number: int) -> bytes:
    """Our own addresses."""
    axes = zip(("head_pitch", "head_yaw", "head_roll"), frame.head or (0.0, 0.0, 0.0), strict=True)
    return bundle(*((f"/vtube/{name}", float(value)) for name, value in [*frame.shapes.items(), *axes]))


def whole_pose(frame: FaceFrame, number: int) -> bytes:
    """All 45 parameters in one message."""
    return bundle(("/vtube/pose", *(float(frame.parameters[name]) for name in NAMES)))


def fmv3_frame(frame: FaceFrame, number: int) -> bytes:
    """FMV3's FRAME of the 52 shapes."""
    percents = [round(frame.shapes.get(name, 0.0) * 100) for name in ARKIT_SHAPES]
    left, right = frame.eye_left or (0.0, 0.0), frame.eye_right or (0.0, 0.0)
    pose = (*(frame.head or (0.0, 0.0, 0.0)), 0.0, 0.0, -0.4, *right, 0.0, *left, 0.0)
    body = struct.pack(f"<{len(percents)}h12f", *percents, *pose)
    size = len(body)
    return fmv3.HEADER.pack(fmv3.MAGIC, fmv3.FRAME, fmv3.TRACKING, 40, 7, 1, number + 1, 0, size, 0, 1, size) + body


def unity_rotation(head: Angles) -> tuple[float, float, float, float]:
    """Our angles as Unity's quaternion x, y, z, w, Euler order YXZ."""
    halves = [math.radians(angle) / 2 for angle in (head[0], -head[1], -head[2])]
    (sx, cx), (sy, cy), (sz, cz) = ((math.sin(half), math.cos(half)) for half in halves)
    return (
        cy * sx * cz + sy * cx * sz,
        sy * cx * cz - cy * sx * sz,
        cy * cx * sz - sy * sx * cz,
        cy * cx * cz + sy * sx * sz,
    )


def pascal(name: str) -> str:
    """ARKit's name with a capital letter."""
    return name[:1].upper() + name[1:]


def bundle(*contents: tuple[Any, ...]) -> bytes:
    """An OSC bundle of messages, each an (address, argument …)."""
    whole = OscBundleBuilder(IMMEDIATELY)
    for address, *arguments in contents:
        message = OscMessageBuilder(address)
        for argument in arguments:
            message.add_arg(argument)
        whole.add_content(message.build())
    data: bytes = whole.build().dgram
    return data
