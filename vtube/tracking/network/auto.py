"""`auto`: listens on every port that a known sender uses and recognises what arrives by its content."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from vtube.settings import Settings
from vtube.signals import FaceFrame
from vtube.spec import Spec
from vtube.tracking.network.listening import Subscriber
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.protocols.facecap import FACECAP
from vtube.tracking.protocols.generic_osc import osc_protocol
from vtube.tracking.protocols.ifacialmocap_tracker import IFACIALMOCAP
from vtube.tracking.protocols.livelink import LIVELINK
from vtube.tracking.protocols.openseeface import OPENSEEFACE
from vtube.tracking.protocols.vmc import VMC
from vtube.tracking.protocols.vrcft import VRCFT
from vtube.tracking.protocols.vts import VTS
from vtube.tracking.protocols.wire import Datagram, Decode, Outgoing, WireProtocol

PROTOCOLS: tuple[WireProtocol, ...] = (IFACIALMOCAP, VTS, LIVELINK, OPENSEEFACE, VMC, VRCFT, FACECAP)
"""What `auto` listens for, in the order of recognition; OSC from the settings' table comes last."""


class AutoTracker(NetworkTracker):
    """Takes any known protocol on any of their ports; says in its status which one it found."""

    def __init__(
        self, protocols: Sequence[WireProtocol], host: str = "0.0.0.0", ports: Sequence[int] | None = None
    ) -> None:
        known = dict.fromkeys(port for protocol in protocols for port in protocol.ports)
        super().__init__(
            "auto",
            tuple(known) if ports is None else ports,
            self._decoder,
            host=host,
            every=True,
            keepalive=self.due,
            cameras={protocol.kind for protocol in protocols if protocol.camera},
        )
        self.expected = "a tracker known here"
        self._protocols = {protocol.kind: protocol for protocol in protocols}
        self._subscriber = Subscriber()

    @property
    def found(self) -> WireProtocol | None:
        """The protocol of the newest face, None before the first."""
        frame = self.latest()
        return None if frame is None else self._protocols.get(frame.source)

    def due(self, now: float, live: bool) -> Iterator[Outgoing]:
        """Ask whoever can be asked, but only the one that was found once it is heard."""
        asked = (self.found,) if live else self._protocols.values()
        requests = [one.subscribe for one in asked if one is not None and one.subscribe is not None]
        return self._subscriber.due(now, requests)

    def describe(self, now: float) -> str:
        """See `NetworkTracker.describe`."""
        told, found = super().describe(now), self.found
        return told if found is None else f"{found.title} {told}"

    def _decoder(self) -> Decode:
        """Of one sender, which may speak any of the protocols."""
        decodes: dict[str, Decode] = {}

        def decode(datagram: Datagram) -> FaceFrame | None:
            for kind, protocol in self._protocols.items():
                if protocol.recognise(datagram.data):
                    if kind not in decodes:
                        decodes[kind] = protocol.decoder()
                    frame = decodes[kind](datagram)
                    if frame is not None:
                        return dataclasses.replace(frame, source=kind)
            return None

        return decode


def create(_spec: Spec, settings: Settings) -> AutoTracker:
    """The registry's factory."""
    return AutoTracker((*PROTOCOLS, osc_protocol(settings.osc)), settings.receiver.host)
