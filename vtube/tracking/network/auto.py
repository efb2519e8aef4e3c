"""`auto`: listens on every port that a known sender uses and recognises what arrives by its content."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from vtube.errors import TrackingError
from vtube.signals import FaceFrame
from vtube.tracking.network.receiver import NetworkTracker, Subscriber
from vtube.tracking.protocols.wire import Datagram, Decode, Outgoing, WireProtocol


class AutoTracker(NetworkTracker):
    """Takes any known protocol on any of their ports; says in its status which one it found."""

    def __init__(
        self, protocols: Sequence[WireProtocol], host: str = "0.0.0.0", ports: Sequence[int] | None = None
    ) -> None:
        known = dict.fromkeys(port for protocol in protocols for port in protocol.ports)
        super().__init__(
            "auto",
            tuple(known) if ports is None else ports,
            self._recognise,
            host=host,
            every=True,
            keepalive=self._subscribe,
            spare=True,
        )
        self.expected = "a tracker known here"
        self._protocols = tuple(protocols)
        self._decoders: dict[str, Decode] = {}
        self._subscriber = Subscriber()
        self.found: WireProtocol | None = None

    def start(self) -> None:
        """As any tracker, but with every port taken it only says so: nobody asked for one of them by name."""
        try:
            super().start()
        except TrackingError:
            return

    def _recognise(self, datagram: Datagram) -> FaceFrame | None:
        for protocol in self._protocols:
            if protocol.recognise(datagram.data):
                frame = self._decoder(protocol)(datagram)
                if frame is not None:
                    self.found = protocol
                    return dataclasses.replace(frame, source=protocol.kind)
        return None

    def _subscribe(self, now: float, live: bool) -> Iterator[Outgoing]:
        """Ask whoever can be asked, but only the one that was found once it is heard."""
        asked = (self.found,) if live else self._protocols
        requests = [protocol.subscribe for protocol in asked if protocol is not None and protocol.subscribe is not None]
        return self._subscriber.due(now, requests)

    def _decoder(self, protocol: WireProtocol) -> Decode:
        if protocol.kind not in self._decoders:
            self._decoders[protocol.kind] = protocol.decoder()
        return self._decoders[protocol.kind]

    def _describe(self, now: float) -> str:
        told = super()._describe(now)
        return told if self.found is None else f"{self.found.title} {told}"
