"""`auto`: listens on every port that a known sender uses and recognises what arrives by its content."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from vtube.errors import TrackingError
from vtube.signals import FaceFrame
from vtube.tracking.network.knock import Knocker
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.protocols.protocol import Datagram, Decode, Outgoing, Protocol


class AutoTracker(NetworkTracker):
    """Takes any known protocol on any of their ports; says in its status which one it found."""

    def __init__(
        self, protocols: Sequence[Protocol], host: str = "0.0.0.0", ports: Sequence[int] | None = None
    ) -> None:
        known = dict.fromkeys(port for protocol in protocols for port in protocol.ports)
        super().__init__(
            "auto",
            tuple(known) if ports is None else ports,
            self._recognise,
            host=host,
            every=True,
            greet=self._knock,
            spare=True,
        )
        self.expected = "a tracker known here"
        self._protocols = tuple(protocols)
        self._decoders: dict[str, Decode] = {}
        self._knocker = Knocker()
        self.found: Protocol | None = None

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

    def _knock(self, now: float, live: bool) -> Iterator[Outgoing]:
        """Ask whoever can be asked, but only the one that was found once it is heard."""
        asked = (self.found,) if live else self._protocols
        knocks = [protocol.knock for protocol in asked if protocol is not None and protocol.knock is not None]
        return self._knocker.due(now, knocks)

    def _decoder(self, protocol: Protocol) -> Decode:
        if protocol.kind not in self._decoders:
            self._decoders[protocol.kind] = protocol.decoder()
        return self._decoders[protocol.kind]

    def _describe(self, now: float) -> str:
        told = super()._describe(now)
        return told if self.found is None else f"{self.found.title} {told}"
