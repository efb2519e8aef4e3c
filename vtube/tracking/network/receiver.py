"""The shared receiver: one thread per tracker that waits on its sockets and keeps the newest frame.

It blocks until something arrives, and parses as little as will do: strangers' datagrams are not looked at while
somebody is live, and only so many a second otherwise.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from vtube.clock import monotonic
from vtube.errors import TrackingError
from vtube.signals import FaceFrame, InputStatus
from vtube.tracking.network.addresses import own_address
from vtube.tracking.network.ports import bind_udp
from vtube.tracking.network.reader import BATCH, Counters, UdpReader
from vtube.tracking.network.senders import ActiveSender, Address, TokenBucket
from vtube.tracking.protocols.wire import Datagram, Decode, Keepalive, Outgoing
from vtube.tracking.slot import Slot

UNKNOWN_PER_S = 500.0
"""Datagrams from senders that are not (yet) believed, parsed per second at most."""
ACTIVE_PER_S = 20_000.0
KEEPALIVE_EVERY_S = 0.25

SUBSCRIBE_EVERY_S = 2.0

log = logging.getLogger(__name__)


class Subscriber:
    """Asks programs on this computer for all they have, again and again: one that starts anew has forgotten."""

    def __init__(self) -> None:
        self._next = float("-inf")

    def due(self, now: float, requests: Iterable[Outgoing]) -> Iterator[Outgoing]:
        """All of `requests` when it is time."""
        if now >= self._next:
            self._next = now + SUBSCRIBE_EVERY_S
            yield from requests


class NetworkTracker:
    """A `Tracker` on UDP ports (and on further sockets that subclasses or `watch` add).

    Args:
        name: shown in the status, the SPEC's kind.
        ports: UDP ports to listen on; 0 takes any free one.
        decode: datagram to frame or None; may raise only by mistake, which is logged and counted.
        host: address of the interface to listen on.
        every: parse each datagram in order instead of the newest good one of a batch.
        keepalive: datagrams to send, asked for after every arrival and four times a second.
        spare: a port that is taken is only a remark while another one can be had.
        tap: sees every datagram of a believed sender before it is parsed (for raw recordings).
    """

    def __init__(
        self,
        name: str,
        ports: Sequence[int],
        decode: Decode,
        *,
        host: str = "0.0.0.0",
        every: bool = False,
        keepalive: Keepalive | None = None,
        spare: bool = False,
    ) -> None:
        self.name = name
        self.expected = name
        self.counters = Counters()
        self.remarks: list[str] = []
        self.tap: Callable[[Datagram], None] | None = None
        self._ports, self._host, self._spare = tuple(ports), host, spare
        self._decode, self._greet = decode, keepalive
        self._slot = Slot(name)
        self._senders = ActiveSender()
        self._strangers = TokenBucket(UNKNOWN_PER_S, 64)
        self._believed = TokenBucket(ACTIVE_PER_S, BATCH)
        self._inbox = UdpReader(self.counters, self.admits, self.accept, every)
        self._sockets: list[socket.socket] = []
        self._address = host
        self._selector: selectors.BaseSelector | None = None
        self._waker: tuple[socket.socket, socket.socket] | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._logged = 0

    def start(self) -> None:
        """Bind and begin to receive.

        Raises:
            TrackingError: a port is taken (with `spare`: all of them are).
        """
        if self._thread is not None:
            return
        self._stop.clear()
        try:
            self._open()
        except TrackingError as error:
            self._slot.fail(str(error))
            self._give_back()
            raise
        self._slot.fail("")
        self._thread = threading.Thread(target=self._run, name=f"tracker {self.name}", daemon=True)
        self._thread.start()

    def latest(self) -> FaceFrame | None:
        """The newest frame, None before the first."""
        return self._slot.latest()

    def status(self, now: float) -> InputStatus:
        """Where this input stands at `now`: its sender once there is one, else what it waits for."""
        return self._slot.status(now, "; ".join([self._describe(now), *self.remarks]))

    def close(self) -> None:
        """Stop receiving and give the ports back."""
        thread, self._thread = self._thread, None
        self._stop.set()
        if self._waker is not None:
            with contextlib.suppress(OSError):
                self._waker[1].send(b"!")
        if thread is not None:
            thread.join(timeout=2.0)
        self._give_back()

    @property
    def started(self) -> bool:
        """Between `start` and `close`."""
        return self._thread is not None

    @property
    def ports(self) -> tuple[int, ...]:
        """The UDP ports really bound, while started."""
        return tuple(sock.getsockname()[1] for sock in self._sockets)

    def watch(self, sock: socket.socket, ready: Callable[[float], None]) -> None:
        """Call `ready(now)` on the receiving thread whenever `sock` can be read."""
        if self._selector is not None:
            self._selector.register(sock, selectors.EVENT_READ, ready)

    def unwatch(self, sock: socket.socket) -> None:
        """Forget a socket given to `watch`."""
        if self._selector is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(sock)

    def accept(self, datagram: Datagram) -> bool:
        """Parse one datagram; True when it gave a frame. For the receiving thread only."""
        budget = self._believed if datagram.source == self._senders.holder else self._strangers
        if not budget.take(datagram.time):
            self.counters.dropped += 1
            return False
        frame = self._safely_decode(datagram)
        if frame is None:
            self.counters.rejected += 1
            return False
        self._senders.confirm(datagram.source, datagram.time)
        self._slot.put(frame)
        self.counters.frames += 1
        if self.tap is not None:
            self.tap(datagram)
        return True

    def admits(self, source: Address, now: float) -> bool:
        """Whether `source` is the believed sender or may become it."""
        return self._senders.admits(source, now)

    def send(self, outgoing: Outgoing) -> None:
        """Send from the first bound port; a network that refuses is not an error."""
        if self._sockets:
            with contextlib.suppress(OSError):
                self._sockets[0].sendto(*outgoing)

    def _open(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._waker = socket.socketpair()
        self.watch(self._waker[0], lambda now: None)
        self.remarks = []
        self._address = own_address() if self._host == "0.0.0.0" else self._host
        for port in self._ports:
            try:
                sock = bind_udp(self._host, port)
            except TrackingError as error:
                if not self._spare:
                    raise
                self.remarks.append(str(error))
                continue
            self._sockets.append(sock)
            self.watch(sock, self._inbox.reader(sock))
        if not self._sockets and self._ports:
            raise TrackingError("; ".join(self.remarks))

    def _give_back(self) -> None:
        for sock in (*self._sockets, *(self._waker or ())):
            sock.close()
        self._sockets, self._waker = [], None
        if self._selector is not None:
            self._selector.close()
            self._selector = None

    def _run(self) -> None:
        selector, timeout = self._selector, None if self._greet is None else KEEPALIVE_EVERY_S
        assert selector is not None
        while not self._stop.is_set():
            try:
                ready = selector.select(timeout)
                now = monotonic()
                for key, _ in ready:
                    key.data(now)
                self._greet_if_due(now)
            except Exception as error:
                self._mishap("the receive loop", error)
                self._stop.wait(0.1)

    def _greet_if_due(self, now: float) -> None:
        if self._greet is not None:
            for outgoing in self._greet(now, self._slot.live(now)):
                self.send(outgoing)

    def _safely_decode(self, datagram: Datagram) -> FaceFrame | None:
        try:
            return self._decode(datagram)
        except Exception as error:
            self._mishap(f"a datagram of {len(datagram.data)} bytes from {datagram.source[0]}", error)
            return None

    def _mishap(self, where: str, error: Exception) -> None:
        self._logged += 1
        if self._logged <= 3:
            log.warning("%s: %s failed (%s: %s)", self.name, where, type(error).__name__, error)

    def _describe(self, now: float) -> str:
        holder = self._senders.holder
        if holder is not None:
            return f"from {holder[0]}"
        ports = ", ".join(str(port) for port in self.ports)
        if self.counters.rejected and not self.counters.frames:
            return f"port {ports}: what arrives there is not {self.expected}"
        return f"listening on {self._address}, port {ports}" if self._sockets else "not listening"
