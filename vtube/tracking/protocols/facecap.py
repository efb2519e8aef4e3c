"""Face Cap (bannaflak, iOS): OSC on port 9000, one shape, head and eyes per message.

Source: the app's documentation (index order, addresses); its right-handed space is ARKit's, so that angles have
our signs already.
"""

from __future__ import annotations

from vtube.signals import Angles, FaceFrame
from vtube.tracking.network.listening import listening
from vtube.tracking.protocols import limits
from vtube.tracking.protocols.osc import Message, OscAssembler, number, numbers
from vtube.tracking.protocols.wire import Decode, WireProtocol, stateless

PORT = 9000

SHAPES: tuple[str, ...] = (
    "browInnerUp",
    "browDownLeft",
    "browDownRight",
    "browOuterUpLeft",
    "browOuterUpRight",
    "eyeLookUpLeft",
    "eyeLookUpRight",
    "eyeLookDownLeft",
    "eyeLookDownRight",
    "eyeLookInLeft",
    "eyeLookInRight",
    "eyeLookOutLeft",
    "eyeLookOutRight",
    "eyeBlinkLeft",
    "eyeBlinkRight",
    "eyeSquintLeft",
    "eyeSquintRight",
    "eyeWideLeft",
    "eyeWideRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
    "jawOpen",
    "jawForward",
    "jawLeft",
    "jawRight",
    "mouthFunnel",
    "mouthPucker",
    "mouthLeft",
    "mouthRight",
    "mouthRollUpper",
    "mouthRollLower",
    "mouthShrugUpper",
    "mouthShrugLower",
    "mouthClose",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "tongueOut",
)
"""Face Cap's own index order."""


class FaceCapAssembler(OscAssembler):
    """Keeps what the app last said of each shape, the head and the eyes."""

    forget_s = 5.0

    def _clear(self) -> None:
        self._shapes: dict[str, float] = {}
        self._head: Angles | None = None
        self._eyes: dict[str, tuple[float, float]] = {}

    def _frame(self, time: float) -> FaceFrame:
        return FaceFrame(
            time,
            shapes=dict(self._shapes),
            head=self._head,
            eye_left=self._eyes.get("/ELR"),
            eye_right=self._eyes.get("/ERR"),
        )

    def _take(self, message: Message, _time: float) -> bool:
        if message.address == "/W":
            return self._weight(message)
        if message.address == "/HR":
            turned = limits.angles(numbers(message, 0, 3) or ())
            self._head = turned or self._head
            return turned is not None
        if message.address in ("/ELR", "/ERR"):
            gaze = limits.gaze(numbers(message, 0, 2) or ())
            if gaze is not None:
                self._eyes[message.address] = gaze
            return gaze is not None
        return False

    def _weight(self, message: Message) -> bool:
        index, value = number(message), number(message, 1)
        if index is None or value is None or not 0 <= index < len(SHAPES):
            return False
        self._shapes[SHAPES[int(index)]] = min(max(value, 0.0), 1.0)
        return True


def recognise(data: bytes) -> bool:
    """Whether a datagram holds Face Cap's messages."""
    return any(address in data for address in (b"/W\x00\x00", b"/HR\x00", b"/ELR\x00", b"/ERR\x00"))


def decoder() -> Decode:
    """A fresh decode."""
    return stateless(FaceCapAssembler().feed)


FACECAP = WireProtocol("facecap", "Face Cap", (PORT,), recognise, decoder, every=True)

create = listening(FACECAP)
"""The registry's factory."""
