"""Tracker kinds by the name their SPEC starts with; a new tracker is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vtube.settings import Settings
from vtube.spec import Spec, parse_spec, port_argument
from vtube.tracking.base import NoTracker, Tracker
from vtube.tracking.group import TrackerGroup
from vtube.tracking.network.auto import AutoTracker
from vtube.tracking.network.receiver import NetworkTracker, Subscriber
from vtube.tracking.pointer import PointerTracker
from vtube.tracking.protocols.facecap import FACECAP
from vtube.tracking.protocols.generic_osc import osc_protocol
from vtube.tracking.protocols.ifacialmocap_tracker import IFACIALMOCAP, IFacialMocapTracker
from vtube.tracking.protocols.livelink import LIVELINK
from vtube.tracking.protocols.openseeface import OPENSEEFACE
from vtube.tracking.protocols.vmc import VMC
from vtube.tracking.protocols.vrcft import VRCFT
from vtube.tracking.protocols.vts import VTS, VtsTracker
from vtube.tracking.protocols.wire import Keepalive, WireProtocol
from vtube.tracking.recordings.replay import ReplayTracker
from vtube.tracking.webcam import WebcamTracker

Factory = Callable[[Spec, Settings], Tracker]

PROTOCOLS: tuple[WireProtocol, ...] = (IFACIALMOCAP, VTS, LIVELINK, OPENSEEFACE, VMC, VRCFT, FACECAP)
"""What `auto` listens for, in the order of recognition."""


def listening(protocol: WireProtocol) -> Factory:
    """The factory of `kind[:PORT]` for a protocol whose senders just send."""

    def create(spec: Spec, settings: Settings) -> Tracker:
        ports = protocol.ports if spec.argument is None else (port_argument(spec, 0),)
        return NetworkTracker(
            protocol.kind,
            ports,
            protocol.decoder(),
            host=settings.receiver.host,
            every=protocol.every,
            keepalive=_subscribing(protocol),
            spare=True,
        )

    return create


def _subscribing(protocol: WireProtocol) -> Keepalive | None:
    if protocol.subscribe is None:
        return None
    subscriber, requests = Subscriber(), (protocol.subscribe,)
    return lambda now, live: subscriber.due(now, requests)


def _auto(spec: Spec, settings: Settings) -> Tracker:
    return AutoTracker((*PROTOCOLS, osc_protocol(settings.osc)), settings.receiver.host)


def _osc(spec: Spec, settings: Settings) -> Tracker:
    return listening(osc_protocol(settings.osc))(spec, settings)


TRACKERS: dict[str, Factory] = {
    "auto": _auto,
    "facecap": listening(FACECAP),
    "ifacialmocap": IFacialMocapTracker.from_spec,
    "livelink": listening(LIVELINK),
    "none": lambda spec, settings: NoTracker(),
    "openseeface": listening(OPENSEEFACE),
    "osc": _osc,
    "pointer": PointerTracker.from_spec,
    "replay": ReplayTracker.from_spec,
    "vmc": listening(VMC),
    "vrcft": listening(VRCFT),
    "vts": VtsTracker.from_spec,
    "webcam": WebcamTracker.from_spec,
}


def create_tracker(text: str, settings: Settings) -> Tracker:
    """The tracker that the SPEC `text` names, not yet started.

    Raises:
        SettingsError: an unknown kind or a wrong argument.
    """
    spec = parse_spec(text, TRACKERS, "tracker")
    return TRACKERS[spec.kind](spec, settings)


def create_trackers(texts: Sequence[str], settings: Settings) -> TrackerGroup:
    """All of the SPECs `texts` behind one seam, the most important first.

    Raises:
        SettingsError: an unknown kind or a wrong argument.
    """
    return TrackerGroup([create_tracker(text, settings) for text in texts])
