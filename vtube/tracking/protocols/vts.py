"""VTube Studio's phone app, and MeowFace, which speaks the same: one JSON object a datagram, sent on request.

Rotation is (turn, nod, tilt) in degrees. Its signs are nowhere stated; they are taken as the eyes' are (x + down,
y + to the own left, measured), which is how receivers in use read them. The unit of Position is unknown: not used.
Source: DenchiSoft's VTubeStudioBlendshapeUDPReceiverTest.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from vtube.errors import NO_JSON
from vtube.settings import Settings
from vtube.signals import FaceFrame
from vtube.spec import Spec
from vtube.tracking.network.addresses import OWN_ADDRESS, is_own, phone_address, resolve
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.network.senders import SequenceFilter
from vtube.tracking.protocols.limits import angles, gaze
from vtube.tracking.protocols.names import collect, fill_cheeks
from vtube.tracking.protocols.wire import Datagram, Decode, Outgoing, WireProtocol

PHONE_PORT = 21412
MEOWFACE_PORT = 12345
"""MeowFace listens on another port than the app it imitates, and sends to this one when it is told an address."""
MAX_PACKET_BYTES = 32_768
LEASE_S = 4.0
RENEW_EVERY_S = 1.0
REORDER_MS = 2_000


def recognise(data: bytes) -> bool:
    """Whether `data` looks like this JSON."""
    return data[:1] == b"{" and len(data) <= MAX_PACKET_BYTES and b'"BlendShapes"' in data


def read_packet(data: bytes) -> Mapping[str, Any] | None:
    """The JSON object; None for anything else. Never raises."""
    if not recognise(data):
        return None
    try:
        packet = json.loads(data)
    except NO_JSON:
        return None
    return packet if isinstance(packet, dict) and isinstance(packet.get("BlendShapes"), list) else None


def to_frame(packet: Mapping[str, Any], time: float) -> FaceFrame | None:
    """The packet as a frame; without a face found its numbers are stale and left out."""
    if packet.get("FaceFound") is False:
        return FaceFrame(time, found=False)
    shapes = fill_cheeks(collect(_weights(packet["BlendShapes"])))
    turn, nod, tilt = _vector(packet.get("Rotation"))
    head = angles((nod, turn, tilt))
    if not shapes and head is None:
        return None
    return FaceFrame(
        time,
        shapes=shapes,
        head=head,
        eye_left=gaze(_vector(packet.get("EyeLeft"))),
        eye_right=gaze(_vector(packet.get("EyeRight"))),
    )


def parse(data: bytes, time: float) -> FaceFrame | None:
    """One datagram to a frame; None for anything else. Never raises."""
    packet = read_packet(data)
    return None if packet is None else to_frame(packet, time)


def decoder() -> Decode:
    """A decode that drops datagrams overtaken on the way, by the phone's clock."""
    order = SequenceFilter(REORDER_MS)

    def decode(datagram: Datagram) -> FaceFrame | None:
        packet = read_packet(datagram.data)
        if packet is None:
            return None
        stamp = _number(packet.get("Timestamp"))
        if not math.isnan(stamp) and not order.accepts(stamp, datagram.time):
            return None
        return to_frame(packet, datagram.time)

    return decode


def request(port: int, lease_s: float = LEASE_S) -> bytes:
    """The datagram that asks the phone for `lease_s` seconds of frames to our `port`."""
    asked = {
        "messageType": "iOSTrackingDataRequest",
        "time": lease_s,
        "sendForSeconds": lease_s,
        "sentBy": "vtube",
        "ports": [port],
    }
    return json.dumps(asked).encode()


class VtsTracker(NetworkTracker):
    """`vts:PHONE_IP`: renews its lease every second, receives on a port of its own."""

    def __init__(
        self, phone: str, host: str = "0.0.0.0", phone_ports: tuple[int, ...] = (PHONE_PORT, MEOWFACE_PORT)
    ) -> None:
        super().__init__("vts", (0,), decoder, host=host, every=True, keepalive=self._renew, cameras=("",))
        self._phone, self.phone_ports = phone, phone_ports
        self._phone_address = ""
        self._next = float("-inf")

    def open(self) -> None:
        """See `NetworkTracker.open`.

        Raises:
            TrackingError: nobody knows the phone's name, or as there.
        """
        self._phone_address = resolve(self._phone)
        self._next = float("-inf")
        super().open()
        if is_own(self._phone_address):
            self.remarks.append(OWN_ADDRESS.format(self._phone_address))

    def waiting_for(self) -> str:
        """See `NetworkTracker.waiting_for`."""
        return f"asking {self._phone}"

    def _renew(self, now: float, _live: bool) -> Iterator[Outgoing]:
        if now >= self._next:
            self._next = now + RENEW_EVERY_S
            for port in self.phone_ports:
                yield request(self.ports[0]), (self._phone_address, port)


VTS = WireProtocol("vts", "VTube Studio, MeowFace", (MEOWFACE_PORT,), recognise, decoder, every=True, camera=True)


def _weights(entries: list[Any]) -> Iterator[tuple[str, float]]:
    for entry in entries[:256]:
        if isinstance(entry, dict) and isinstance(entry.get("k"), str):
            yield entry["k"], _number(entry.get("v"))


def _vector(value: object) -> tuple[float, float, float]:
    found = value if isinstance(value, dict) else {}
    return _number(found.get("x")), _number(found.get("y")), _number(found.get("z"))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def create(spec: Spec, settings: Settings) -> VtsTracker:
    """The registry's factory.

    Raises:
        SettingsError: the address is missing or wrong.
    """
    return VtsTracker(phone_address(spec), settings.receiver.host)
