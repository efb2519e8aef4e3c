"""iFacialMocap and Facemotion3d: asks the phone in every way its apps know, and takes what comes."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator

from vtube.errors import TrackingError
from vtube.settings import Settings
from vtube.signals import FaceFrame
from vtube.spec import Spec
from vtube.tracking.network.addresses import OWN_ADDRESS, Address, is_own, phone_address, resolve
from vtube.tracking.network.ports import is_loopback, listen_tcp
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.network.tcp import TcpInbox
from vtube.tracking.protocols import fmv3, ifacialmocap
from vtube.tracking.protocols.fmv3_session import Fmv3Session
from vtube.tracking.protocols.ifacialmocap import FACEMOTION3D_PORT, TCP_PORT, UDP_PORT
from vtube.tracking.protocols.wire import Datagram, Outgoing, WireProtocol

SECRET = b"sahuasouryya9218sauhuiayeta91555dy3719"
ASK_TEXT = b"iFacialMocap_" + SECRET + b"|sendDataVersion=v2"
ASK_TCP = b"iFacialMocap_UDPTCP_" + SECRET + b"|sendDataVersion=v2"
STOP_TCP = b"iFacialMocap_UDPTCPSTOP_" + SECRET
ASK_FACEMOTION3D = b"FACEMOTION3D_OtherStreaming"
STOP_FACEMOTION3D = b"StopStreaming_FACEMOTION3D"
ASK_EVERY_S = 1.0
EVERYBODY = "255.255.255.255"


class Conversation:
    """Decodes what arrives and knows what to send when.

    Args:
        phone: address to ask; None asks everybody on the network; "" asks nobody.
        nonce: names our FMV3 requests.
    """

    def __init__(self, phone: str | None, nonce: int) -> None:
        self._to = EVERYBODY if phone is None else phone
        self._v3 = Fmv3Session(nonce)
        self._replies: deque[Outgoing] = deque(maxlen=8)
        self._upgraded: deque[str] = deque(maxlen=8)
        self._next_ask = float("-inf")
        self._round = 0

    def decode(self, datagram: Datagram) -> FaceFrame | None:
        """Text or FMV3 to a frame; v1 text from a phone is answered with the request for v2, once."""
        if fmv3.recognise(datagram.data):
            return self._v3.receive(datagram)
        frame = ifacialmocap.parse(datagram.data, datagram.time)
        host = datagram.source[0]
        if frame and ifacialmocap.is_v1(datagram.data) and host not in self._upgraded and not is_loopback(host):
            self._upgraded.append(host)
            self._replies.append((ASK_TEXT, (host, UDP_PORT)))
        return frame

    def due(self, now: float, live: bool) -> Iterator[Outgoing]:
        """Answers at once; requests every second until frames come, and again when they stop."""
        yield from self._v3.due(now)
        while self._replies:
            yield self._replies.popleft()
        if live or not self._to or now < self._next_ask:
            return
        self._next_ask = now + ASK_EVERY_S
        yield from self._requests()

    def farewell(self) -> Iterator[Outgoing]:
        """What ends the streams that outlive us."""
        yield from self._v3.farewell()
        if self._to:
            yield STOP_TCP, (self._to, UDP_PORT)
            yield STOP_FACEMOTION3D, (self._to, FACEMOTION3D_PORT)

    def _requests(self) -> Iterator[Outgoing]:
        """Text first: every app version knows it. Then, in turn, both FMV3 revisions and TCP."""
        ifm, facemotion3d = (self._to, UDP_PORT), (self._to, FACEMOTION3D_PORT)
        self._round += 1
        if self._round % 5 == 4:
            for revision in fmv3.ACK_TYPES:
                yield fmv3.hello(self._v3.nonce, revision), ifm
                yield fmv3.hello(self._v3.nonce, revision), facemotion3d
        elif self._round % 5 == 0:
            yield ASK_TCP, ifm
            yield ASK_FACEMOTION3D + b"|protocol=tcp", facemotion3d
        else:
            yield ASK_TEXT, ifm
            yield ASK_FACEMOTION3D, facemotion3d


class IFacialMocapTracker(NetworkTracker):
    """`ifacialmocap[:PHONE_IP]`; without an address the request goes to the whole local network."""

    def __init__(
        self,
        phone: str | None,
        host: str = "0.0.0.0",
        ports: tuple[int, ...] = (UDP_PORT, FACEMOTION3D_PORT),
        tcp_port: int = TCP_PORT,
    ) -> None:
        self.phone = phone
        self.tcp_port = tcp_port
        self._tcp: TcpInbox | None = None
        self._talk = Conversation("", 0)
        super().__init__(
            "ifacialmocap", ports, lambda: self._hear, host=host, every=True, keepalive=self._say, cameras=("",)
        )

    def send(self, outgoing: Outgoing) -> None:
        """By TCP to a connected peer, else by UDP."""
        if self._tcp is None or not self._tcp.send(*outgoing):
            super().send(outgoing)

    def close(self) -> None:
        """Ask the phone to stop, then give the ports back."""
        if self.started:
            for outgoing in self._talk.farewell():
                self.send(outgoing)
        super().close()

    def _hear(self, datagram: Datagram) -> FaceFrame | None:
        return self._talk.decode(datagram)

    def _say(self, now: float, live: bool) -> Iterator[Outgoing]:
        return self._talk.due(now, live)

    def open(self) -> None:
        """See `NetworkTracker.open`.

        Raises:
            TrackingError: nobody knows the phone's name, or as there.
        """
        phone = None if self.phone is None else resolve(self.phone)
        self._talk = Conversation(phone, random.getrandbits(64))
        super().open()
        if phone is not None and is_own(phone):
            self.remarks.append(OWN_ADDRESS.format(phone))
        try:
            listeners = listen_tcp(self.host, self.tcp_port)
        except TrackingError as error:
            self.remarks.append(str(error))
            return
        self._tcp = TcpInbox(listeners, self.watch, self.unwatch, self._take)

    def give_back(self) -> None:
        """See `NetworkTracker.give_back`."""
        if self._tcp is not None:
            self._tcp.close()
            self._tcp = None
        super().give_back()

    def _take(self, message: bytes, peer: Address, now: float) -> None:
        self.counters.received += 1
        self.accept(Datagram(message, peer, self.tcp_port, now))


IFACIALMOCAP = WireProtocol(
    "ifacialmocap",
    "iFacialMocap, Facemotion3d",
    (UDP_PORT, FACEMOTION3D_PORT),
    lambda data: fmv3.recognise(data) or ifacialmocap.recognise(data),
    lambda: Conversation("", random.getrandbits(64)).decode,
    every=True,
    camera=True,
)


def create(spec: Spec, settings: Settings) -> IFacialMocapTracker:
    """The registry's factory.

    Raises:
        SettingsError: the address is wrong.
    """
    return IFacialMocapTracker(phone_address(spec) if spec.argument else None, settings.receiver.host)
