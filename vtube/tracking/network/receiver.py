"""The shared receiver: one thread per tracker that waits on its sockets and keeps the newest frame.

It blocks until something arrives, and parses as little as will do: of senders that have shown no face, only so many
datagrams a second.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from vtube.clock import monotonic
from vtube.errors import TrackingError
from vtube.net.own_address import own_address
from vtube.signals import FaceFrame, InputStatus
from vtube.threads import Worker
from vtube.tracking.network.ports import PortTakenError, bind_udp, port_list, told_together
from vtube.tracking.network.reader import BATCH, UdpReader
from vtube.tracking.network.senders import ActiveSender, TokenBucket
from vtube.tracking.protocols.wire import Datagram, Decode, Keepalive, Outgoing
from vtube.tracking.slot import Slot

UNKNOWN_PER_S = 500.0
"""Datagrams from senders that have given no face lately, parsed per second at most."""
ACTIVE_PER_S = 20_000.0
FLOOD_PER_S = 2_000.0
FLOOD_PAUSE_S = 0.004
"""A flood is taken in batches so far apart."""
KEEPALIVE_EVERY_S = 0.25
RETRY_EVERY_S = 2.0
"""A port that is taken is tried again so often."""
PATIENCE_S = 60.0
"""After so long without a face one line says what may be wrong."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counters:
    """What happened to the datagrams of one tracker: parsed into frames, not understood, not looked at."""

    received: int = 0
    frames: int = 0
    rejected: int = 0
    dropped: int = 0


class NetworkTracker:
    """A `Tracker` on UDP ports (and on further sockets that subclasses or `watch` add).

    A port that is taken is a remark while another one can be had, and is tried again until it is free.

    Args:
        name: shown in the status, the SPEC's kind.
        ports: UDP ports to listen on; 0 takes any free one.
        decoder: makes a decode for each sender; a decode may raise only by mistake, which is logged and counted.
        host: address of the interface to listen on; IPv6 is listened on beside 0.0.0.0 and 127.0.0.1.
        every: parse each datagram in order instead of each sender's newest good one of a batch.
        keepalive: datagrams to send, asked for after every arrival and four times a second.
        cameras: sources of frames, empty for all that name none, of protocols that are `WireProtocol.camera`.

    Attributes:
        wanted: the ports it was asked to listen on.
        host: see above.
        tap: sees every datagram that gave a frame (for raw recordings).
    """

    def __init__(
        self,
        name: str,
        ports: Sequence[int],
        decoder: Callable[[], Decode],
        *,
        host: str = "0.0.0.0",
        every: bool = False,
        keepalive: Keepalive | None = None,
        cameras: Collection[str] = (),
    ) -> None:
        self.name = name
        self.expected = name
        self.wanted, self.host = tuple(ports), host
        self.counters = Counters()
        self.remarks: list[str] = []
        self.tap: Callable[[Datagram], None] | None = None
        self._every, self._keepalive = every, keepalive
        self._slot = Slot(name)
        self._senders = ActiveSender(decoder, cameras)
        self._unknown = TokenBucket(UNKNOWN_PER_S, 64)
        self._active = TokenBucket(ACTIVE_PER_S, BATCH)
        self._flood = TokenBucket(FLOOD_PER_S, 256)
        self._readers: list[UdpReader] = []
        self._taken: dict[int, str] = {}
        self._selector: selectors.BaseSelector | None = None
        self._waker: tuple[socket.socket, socket.socket] | None = None
        self._worker = Worker(f"tracker {name}", self._run, prompt=True)
        self._next_try = self._patient_until = 0.0
        self._logged = 0
        self._said: deque[bytes] = deque(maxlen=16)

    def start(self) -> None:
        """Bind and begin to receive; ports that are taken are told, and tried again.

        Raises:
            TrackingError: the host is no address of this computer.
        """
        if self._worker.alive:
            return
        self._selector = selectors.DefaultSelector()
        self._waker = socket.socketpair()
        self._waker[0].setblocking(False)
        self.watch(self._waker[0], self._wake)
        self.remarks = []
        try:
            self.open()
        except TrackingError as error:
            self._slot.fail(str(error))
            self.give_back()
            raise
        self._patient_until = monotonic() + PATIENCE_S
        self._worker.start()
        self._announce()

    def latest(self) -> FaceFrame | None:
        """The newest frame, None before the first."""
        return self._slot.latest()

    def status(self, now: float) -> InputStatus:
        """Where this input stands at `now`: its sender once there is one, else what it waits for."""
        return self._slot.status(now, "; ".join([self.describe(now), *self._taken.values(), *self.remarks]))

    def close(self) -> None:
        """Stop receiving and give the ports back."""
        self._worker.stop()
        if self._waker is not None:
            with contextlib.suppress(OSError):
                self._waker[1].send(b"!")
        self._worker.join()
        self.give_back()

    @property
    def started(self) -> bool:
        """Between `start` and `close`."""
        return self._worker.alive

    @property
    def ports(self) -> tuple[int, ...]:
        """The UDP ports really bound, while started."""
        return tuple(dict.fromkeys(reader.port for reader in self._readers))

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
        source, now = datagram.source, datagram.time
        allowed = self._active if self._senders.is_live(source, now) else self._unknown
        heard = bool(datagram.data) and datagram.data not in self._said  # what we broadcast comes back to us, too
        sender = self._senders.of(source, now) if heard and allowed.take(now) else None
        if sender is None:
            self.counters.dropped += 1
            return False
        frame = self._safely_decode(sender.decode, datagram)
        if frame is None:
            self.counters.rejected += 1
            return False
        sender.take(datagram, frame)
        face = self._senders.face(sender, now)
        if face is not None:
            self._slot.put(face, counts=sender is self._senders.active)
        self.counters.frames += 1
        if self.tap is not None:
            self.tap(datagram)
        return True

    def send(self, outgoing: Outgoing) -> None:
        """Send from the first bound port of the right kind; a network that refuses is not an error."""
        data, to = outgoing
        if data not in self._said:
            self._said.append(data)
        family = socket.AF_INET6 if ":" in to[0] else socket.AF_INET
        reader = next((reader for reader in self._readers if reader.socket.family == family), None)
        if reader is not None:
            with contextlib.suppress(OSError):
                reader.socket.sendto(data, to)

    def open(self) -> None:
        """Bind the ports; subclasses add to it.

        Raises:
            TrackingError: the host is no address of this computer.
        """
        self._taken = {}
        for port in self.wanted:
            self._bind(port)
        self._next_try = monotonic() + RETRY_EVERY_S
        reasons = list(self._taken.values()) if self.wanted and not self._readers else []
        self._slot.fail(reasons[0] if len(reasons) == 1 else "; ".join(reasons))

    def give_back(self) -> None:
        """Close every socket; subclasses add to it."""
        for sock in (*(reader.socket for reader in self._readers), *(self._waker or ())):
            sock.close()
        self._readers, self._waker = [], None
        if self._selector is not None:
            self._selector.close()
            self._selector = None

    def describe(self, now: float) -> str:
        """One line: where the face comes from, or what is waited for."""
        told = self._senders.describe(now)
        if told:
            return told
        if self.counters.rejected and not self.counters.frames:
            return f"{self._port_list()}: what arrives there is not {self.expected}"
        return self.waiting_for() if self._readers else "not listening"

    def waiting_for(self) -> str:
        """One line: the address and ports that a sender has to be told."""
        address = own_address() if self.host in ("0.0.0.0", "::") else self.host
        return f"listening on {address}, {self._port_list()}"

    def _announce(self) -> None:
        if self._readers and any(self.wanted):
            log.info("%s: %s", self.name, self.waiting_for())
        for told in (*told_together(self._taken), *self.remarks):
            log.warning("%s: %s", self.name, told)

    def _port_list(self) -> str:
        return port_list(self.ports)

    def _bind(self, port: int) -> bool:
        try:
            socks = bind_udp(self.host, port)
        except PortTakenError as error:
            self._taken[port] = str(error)
            return False
        for sock in socks:
            reader = UdpReader(sock)
            self._readers.append(reader)
            self.watch(sock, lambda now, reader=reader: self._drain(reader, now))  # type: ignore[misc]
        return True

    def _run(self, stop: threading.Event) -> None:
        selector = self._selector
        assert selector is not None
        while not stop.is_set():
            try:
                ready = selector.select(self._timeout())
                now = monotonic()
                for key, _ in ready:
                    key.data(now)
                self._do_what_is_due(now)
            except Exception as error:  # noqa: BLE001 - the receiving thread must outlive whatever arrives
                self._mishap("the receive loop", error)
                stop.wait(0.1)

    def _timeout(self) -> float | None:
        if self._keepalive is not None:
            return KEEPALIVE_EVERY_S
        return RETRY_EVERY_S if self._taken or self._patient_until else None

    def _drain(self, reader: UdpReader, now: float) -> None:
        before = reader.received, reader.rejected
        batch = reader.read(now)
        self.counters.received += reader.received - before[0]
        self.counters.rejected += reader.rejected - before[1]
        if self._every:
            for datagram in batch:
                self.accept(datagram)
        else:
            self._accept_newest(batch)
        if not self._flood.take(now, len(batch)):
            time.sleep(FLOOD_PAUSE_S)

    def _accept_newest(self, batch: list[Datagram]) -> None:
        """Of each sender the newest datagram that gives a frame."""
        done = set()
        for datagram in reversed(batch):
            if datagram.source in done:
                self.counters.dropped += 1
            elif self.accept(datagram):
                done.add(datagram.source)

    def _do_what_is_due(self, now: float) -> None:
        if self._keepalive is not None:
            for outgoing in self._keepalive(now, self._slot.live(now)):
                self.send(outgoing)
        if self._taken and now >= self._next_try:
            self._next_try = now + RETRY_EVERY_S
            self._try_again()
        if self._patient_until and now >= self._patient_until:
            self._patient_until = 0.0
            if not self.counters.frames and self._readers:
                log.info("%s: %s", self.name, self._advice())

    def _try_again(self) -> None:
        free = [port for port in tuple(self._taken) if self._bind(port)]
        for port in free:
            del self._taken[port]
        if free:
            self._slot.fail("")
            log.info("%s: %s free now; %s", self.name, port_list(free, "is", "are"), self.waiting_for())

    def _advice(self) -> str:
        return (
            f"no face in a minute ({self.describe(monotonic())}). Are both in the same network, is the address right, "
            "does the firewall let Python receive?"
        )

    def _wake(self, _now: float) -> None:
        if self._waker is not None:
            with contextlib.suppress(BlockingIOError):
                self._waker[0].recv(64)

    def _safely_decode(self, decode: Decode, datagram: Datagram) -> FaceFrame | None:
        try:
            return decode(datagram)
        except Exception as error:  # noqa: BLE001 - a parser's mistake costs one datagram
            self._mishap(f"a datagram of {len(datagram.data)} bytes from {datagram.source[0]}", error)
            return None

    def _mishap(self, where: str, error: Exception) -> None:
        self._logged += 1
        if self._logged <= 3:
            log.warning("%s: %s failed (%s: %s)", self.name, where, type(error).__name__, error)
