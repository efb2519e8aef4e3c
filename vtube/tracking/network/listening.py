"""Trackers of protocols whose senders just send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from vtube.settings import Settings
from vtube.spec import Spec, port_argument
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.protocols.wire import Keepalive, Outgoing, WireProtocol

SUBSCRIBE_EVERY_S = 2.0


class Subscriber:
    """Asks programs on this computer for all they have, again and again: one that starts anew has forgotten."""

    def __init__(self) -> None:
        self._next = float("-inf")

    def due(self, now: float, requests: Iterable[Outgoing]) -> Iterator[Outgoing]:
        """All of `requests` when it is time."""
        if now >= self._next:
            self._next = now + SUBSCRIBE_EVERY_S
            yield from requests


def listening(protocol: WireProtocol) -> Callable[[Spec, Settings], NetworkTracker]:
    """The factory of `kind[:PORT]` for such a protocol."""

    def create(spec: Spec, settings: Settings) -> NetworkTracker:
        return NetworkTracker(
            protocol.kind,
            protocol.ports if spec.argument is None else (port_argument(spec, 0),),
            protocol.decoder,
            host=settings.receiver.host,
            every=protocol.every,
            keepalive=_subscribing(protocol),
            cameras=("",) if protocol.camera else (),
        )

    return create


def _subscribing(protocol: WireProtocol) -> Keepalive | None:
    if protocol.subscribe is None:
        return None
    subscriber, requests = Subscriber(), (protocol.subscribe,)
    return lambda now, _live: subscriber.due(now, requests)
