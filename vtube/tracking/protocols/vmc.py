"""The VMC protocol ("VirtualMotionCapture protocol"), OSC on ports 39539 (Marionette) and 39540 (Performer).

Blend values, in VRM 0, VRM 1 or Perfect Sync (ARKit) names, count from the next Apply on, or at once from
senders that never apply. Senders name every clip of their model and every bone: which of clips, shapes, bones and
gaze target moves a part of the face is seen by what moves. The head is what spine, chest, neck and head turn together;
where it is follows from the bones between hips and head, for the lean. Values that are not sent again keep. Source:
protocol.vmc.info (V3.1).
"""

from __future__ import annotations

import math
from dataclasses import replace

from vtube.signals import Angles, FaceFrame
from vtube.tracking.network.listening import listening
from vtube.tracking.parts import Layer, PartChooser
from vtube.tracking.protocols.limits import position
from vtube.tracking.protocols.names import arkit_name
from vtube.tracking.protocols.osc import Message, OscAssembler, number, numbers, text
from vtube.tracking.protocols.quaternion import IDENTITY, Quaternion, multiply, normalised, rotate, unity_angles
from vtube.tracking.protocols.vrm_presets import expressions, preset_of
from vtube.tracking.protocols.wire import Decode, WireProtocol, stateless

PORTS = (39539, 39540)
APPLY_MEMORY_S = 1.0
"""A sender that has applied within this time means its values to wait for the next Apply."""
MAX_NAMES = 512
FARTHEST_GAZE_DEG = 45.0

_CHAIN = ("hips", "spine", "chest", "upperchest", "neck", "head")
"""From the bottom to the top; each bone's place and rotation are in the frame of the one before."""
_TURNING = _CHAIN[1:]
"""The bones over which senders spread the turn of a head; the hips turn the whole figure."""
_EYES = ("lefteye", "righteye")
_BONES = {*_CHAIN, *_EYES}
_ORIGIN = (0.0, 0.0, 0.0)

ARKIT, BONES, PRESETS, TARGET = "arkit", "bones", "presets", "target"
"""The ways in which a VMC sender can say something of a face, the finer first."""


class VmcAssembler(OscAssembler):
    """Puts the messages of one sender together; each datagram that says something of the face gives a frame."""

    forget_s = 5.0

    def _clear(self) -> None:
        self._waiting: dict[str, float] = {}
        self._arkit: dict[str, float] = {}
        self._presets: dict[str, float] = {}
        self._bones: dict[str, Quaternion] = {}
        self._places: dict[str, tuple[float, ...]] = {}
        self._arkit_layer = self._preset_layer = FaceFrame(0.0)
        self._target: tuple[float, float] | None = None
        self._tracking = True
        self._applied_at = float("-inf")
        self._parts = PartChooser(explicit=False)

    def _settled(self, time: float) -> bool:
        return time - self._applied_at > APPLY_MEMORY_S and self._apply()

    def _take(self, message: Message, time: float) -> bool:
        if message.address == "/VMC/Ext/Blend/Val":
            self._blend(message)
            return False
        if message.address == "/VMC/Ext/Blend/Apply":
            self._applied_at = time
            return self._apply()
        if message.address == "/VMC/Ext/Bone/Pos":
            return self._bone(message)
        if message.address == "/VMC/Ext/Set/Eye":
            return self._look_at(message)
        if message.address == "/VMC/Ext/OK":
            return self._status(message)
        return False

    def _blend(self, message: Message) -> None:
        name, value = text(message), number(message, 1)
        if name is not None and value is not None and len(self._waiting) < MAX_NAMES:
            self._waiting[name] = min(max(value, 0.0), 1.0)

    def _apply(self) -> bool:
        known = False
        for name, value in self._waiting.items():
            shape = arkit_name(name)
            preset = preset_of(name) if shape is None else None
            if shape is not None:
                self._arkit[shape] = value
            elif preset is not None:
                self._presets[preset] = value
            known |= shape is not None or preset is not None
        self._waiting.clear()
        if known:
            shapes, parameters = expressions(self._presets)
            self._arkit_layer = FaceFrame(self._applied_at, shapes=dict(self._arkit))
            self._preset_layer = FaceFrame(self._applied_at, shapes=shapes, parameters=parameters)
        return known

    def _bone(self, message: Message) -> bool:
        bone = (text(message) or "").lower()
        place, rotation = numbers(message, 1, 3), numbers(message, 4, 4)
        turned = normalised(rotation) if rotation is not None and bone in _BONES else None
        if turned is None:
            return False
        self._bones[bone] = turned
        if place is not None and bone in _CHAIN:
            self._places[bone] = place
        return bone in _EYES or bone in ("neck", "head")

    def _look_at(self, message: Message) -> bool:
        """A point before the head that the eyes look at, in Unity's axes; 0 first switches it off."""
        enabled, point = number(message), numbers(message, 1, 3)
        if enabled is None or point is None:
            return False
        x, y, z = point
        self._target = None
        if enabled != 0 and z > 0.0:
            down, left = -math.degrees(math.atan2(y, math.hypot(x, z))), -math.degrees(math.atan2(x, z))
            self._target = _within(down), _within(left)
        return True

    def _status(self, message: Message) -> bool:
        tracking = number(message, 3)
        changed = tracking is not None and (tracking != 0) != self._tracking
        if tracking is not None:
            self._tracking = tracking != 0
        return changed

    def _frame(self, time: float) -> FaceFrame:
        if not self._tracking:
            return FaceFrame(time, found=False)
        layers = [
            Layer(ARKIT, self._arkit_layer),
            Layer(
                BONES,
                FaceFrame(
                    time,
                    head=self._head(),
                    head_position=self._place(),
                    eye_left=self._eye("lefteye"),
                    eye_right=self._eye("righteye"),
                ),
            ),
            Layer(PRESETS, self._preset_layer),
        ]
        if self._target is not None:
            layers.append(Layer(TARGET, FaceFrame(time, eye_left=self._target, eye_right=self._target)))
        return replace(self._parts.choose(layers, time), time=time)

    def _head(self) -> Angles | None:
        if "neck" not in self._bones and "head" not in self._bones:
            return None
        turned = IDENTITY
        for bone in _TURNING:
            turned = multiply(turned, self._bones.get(bone, IDENTITY))
        return unity_angles(turned)

    def _place(self) -> Angles | None:
        """Where the head is; None from senders that leave all places at the origin.

        Unity's X is the own right, Y up, and Z the way the character faces, as ours are.
        """
        if not any(map(any, self._places.values())):
            return None
        place, turned = _ORIGIN, IDENTITY
        for bone in _CHAIN:
            step = rotate(turned, self._places.get(bone, _ORIGIN))
            place = (place[0] + step[0], place[1] + step[1], place[2] + step[2])
            turned = multiply(turned, self._bones.get(bone, IDENTITY))
        return position(place)

    def _eye(self, bone: str) -> tuple[float, float] | None:
        if bone not in self._bones:
            return None
        pitch, turn, _ = unity_angles(self._bones[bone])
        return pitch, turn


def _within(degrees: float) -> float:
    return max(-FARTHEST_GAZE_DEG, min(FARTHEST_GAZE_DEG, degrees))


def recognise(data: bytes) -> bool:
    """Whether a datagram holds VMC messages."""
    return b"/VMC/Ext/" in data


def decoder() -> Decode:
    """A fresh decode."""
    return stateless(VmcAssembler().feed)


VMC = WireProtocol("vmc", "VMC protocol", PORTS, recognise, decoder, every=True)

create = listening(VMC)
"""The registry's factory."""
