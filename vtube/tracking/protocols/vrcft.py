"""VRCFaceTracking's parameters, v2 and v1, and VRChat's eye tracking, OSC on VRChat's port 9000.

We sit in VRChat's place. A parameter comes under any prefix (`/avatar/parameters/FT/v2/JawOpen`), as a float, a
bool, or spread over bools ("binary": `JawOpen1`, `JawOpen2`, `JawOpen4`, `JawOpenNegative`), and only when it
changes, so that values persist. By itself it sends only what VRChat's avatar asks for; told so on its own port, it
sends all parameters. Source: VRCFaceTracking v5, docs.vrchat.com.
"""

from __future__ import annotations

import re

from vtube.signals import Angles, FaceFrame
from vtube.tracking.network.listening import listening
from vtube.tracking.protocols import limits
from vtube.tracking.protocols.osc import Message, OscAssembler, number, numbers
from vtube.tracking.protocols.vrcft_names import V1_NAMES, from_v1, to_arkit
from vtube.tracking.protocols.wire import Decode, WireProtocol, stateless

PORT = 9000
MAX_NAMES = 1024
MAX_BITS = 8
SEND_ALL = (b"/vrcft/settings/forceRelevant\x00\x00\x00,T\x00\x00", ("127.0.0.1", 9001))
"""What VRCFaceTracking is told, and the port it listens on."""
HEAD_DEG = 90.0
"""Head rotation at a parameter of 1."""

_EYES = "/tracking/eye/"
_PARAMETERS = "/avatar/parameters/"
_V1 = re.compile(rb"/avatar/parameters/(?:[^\x00]*/)?(?:%s)\x00" % "|".join(V1_NAMES).encode())
_ACTIVE = ("EyeTrackingActive", "ExpressionTrackingActive", "LipTrackingActive")


class BinaryFloats:
    """Floats that come as bools: the sum of the bits that are set over the sum of all known bits, signed."""

    def __init__(self) -> None:
        self._bits: dict[str, dict[int, bool]] = {}
        self._negative: dict[str, bool] = {}

    def take(self, name: str, on: bool) -> tuple[str, float] | None:
        """Note a bool; the parameter it belongs to and its new value, None when it is no part of one."""
        base, weight = split_bit(name)
        if not weight and not name.endswith("Negative"):
            return None
        if weight:
            self._bits.setdefault(base, {})[weight] = on
        else:
            base = name.removesuffix("Negative")
            self._negative[base] = on
        return base, self._value(base)

    def _value(self, base: str) -> float:
        bits = self._bits.get(base, {})
        if not bits:
            return 0.0
        share = sum(weight for weight, on in bits.items() if on) / (2 * max(bits) - 1)
        return -share if self._negative.get(base) else share


def split_bit(name: str) -> tuple[str, int]:
    """(`JawOpen`, 4) of `JawOpen4`; a weight of 0 when the name ends in no power of two up to 128."""
    base = name.rstrip("0123456789")
    digits = name[len(base) :]
    weight = int(digits) if 0 < len(digits) <= 3 else 0
    if not base or weight not in {1 << bit for bit in range(MAX_BITS)}:
        return name, 0
    return base, weight


class VrcftAssembler(OscAssembler):
    """Keeps the newest value of each parameter; each datagram that holds one gives a frame."""

    forget_s = 30.0

    def _clear(self) -> None:
        self._values: dict[str, float] = {}
        self._v1: dict[str, float] = {}
        self._binary = BinaryFloats()
        self._active: dict[str, bool] = {}
        self._closed: float | None = None
        self._eye_left: tuple[float, float] | None = None
        self._eye_right: tuple[float, float] | None = None

    def _take(self, message: Message, _time: float) -> bool:
        if message.address.startswith(_EYES):
            return self._vrchat_eyes(message)
        _, v2, name = message.address.rpartition("v2/")
        value = number(message)
        last_part = message.address.rpartition("/")[2]
        if last_part in _ACTIVE and value is not None:
            self._active[last_part] = value != 0
            return True
        if not v2 and value is not None and message.address.startswith(_PARAMETERS):
            return self._set_v1(last_part, value)
        if not v2 or value is None or not name:
            return False
        return self._set(name, message.arguments[0], value)

    def _set(self, name: str, argument: object, value: float) -> bool:
        known = split_bit(name)[0].removesuffix("Negative") if isinstance(argument, bool) else name
        if len(self._values) >= MAX_NAMES and not {name, known} & self._values.keys():
            return False
        part = self._binary.take(name, argument) if isinstance(argument, bool) else None
        name, value = part or (name, value)
        self._values[name] = min(max(value, -1.0), 1.0)
        return True

    def _set_v1(self, name: str, value: float) -> bool:
        found = dict(from_v1(name, min(max(value, -1.0), 1.0)))
        self._v1.update(found)
        return bool(found)

    def _vrchat_eyes(self, message: Message) -> bool:
        kind = message.address.removeprefix(_EYES)
        if kind == "EyesClosedAmount":
            self._closed = number(message)
            return self._closed is not None
        if kind in ("CenterPitchYaw", "CenterPitchYawDist"):
            both = numbers(message, 0, 2)
            return both is not None and self._look(both, both)
        four = numbers(message, 0, 4) if kind == "LeftRightPitchYaw" else None
        return four is not None and self._look(four[:2], four[2:])

    def _look(self, left: tuple[float, ...], right: tuple[float, ...]) -> bool:
        self._eye_left = limits.gaze((left[0], -left[1]))
        self._eye_right = limits.gaze((right[0], -right[1]))
        return True

    def _frame(self, time: float) -> FaceFrame:
        if self._active and not any(self._active.values()):
            return FaceFrame(time, found=False)
        shapes = self._of_what_is_tracked(to_arkit({**self._v1, **self._values}))
        if self._closed is not None:
            closed = min(max(self._closed, 0.0), 1.0)
            shapes.setdefault("eyeBlinkLeft", closed)
            shapes.setdefault("eyeBlinkRight", closed)
        return FaceFrame(time, shapes=shapes, head=self._head(), eye_left=self._eye_left, eye_right=self._eye_right)

    def _of_what_is_tracked(self, shapes: dict[str, float]) -> dict[str, float]:
        """Without the half of the face for which there is no tracker: its parameters are sent all the same."""
        eyes = self._active.get("EyeTrackingActive", True)
        below = [on for name, on in self._active.items() if name != "EyeTrackingActive"]
        face = any(below) if below else True
        return {name: value for name, value in shapes.items() if (eyes if name.startswith("eye") else face)}

    def _head(self) -> Angles | None:
        """Ours from a left-handed yaw to the own right, pitch down, roll to the own left."""
        turns = [self._values.get(f"Head/{axis}") for axis in ("Pitch", "Yaw", "Roll")]
        if all(turn is None for turn in turns):
            return None
        pitch, yaw, roll = (turn or 0.0 for turn in turns)
        return pitch * HEAD_DEG, -yaw * HEAD_DEG, -roll * HEAD_DEG


def recognise(data: bytes) -> bool:
    """Whether a datagram holds parameters of v2 or v1, or VRChat's eyes."""
    if b"/avatar/parameters/" in data:
        return b"v2/" in data or _V1.search(data) is not None
    return b"/tracking/eye/" in data


def decoder() -> Decode:
    """A fresh decode."""
    return stateless(VrcftAssembler().feed)


VRCFT = WireProtocol("vrcft", "VRCFaceTracking", (PORT,), recognise, decoder, every=True, subscribe=SEND_ALL)

create = listening(VRCFT)
"""The registry's factory."""
