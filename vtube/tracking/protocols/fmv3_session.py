"""The receiving side of a Face Motion v3 stream: parts put together, schemas acknowledged, the lease kept."""

from __future__ import annotations

from vtube.signals import FaceFrame
from vtube.tracking.network.addresses import Address
from vtube.tracking.protocols import fmv3
from vtube.tracking.protocols.fmv3 import Header, Schema
from vtube.tracking.protocols.wire import Datagram, Outgoing

PING_EVERY_S = 3.0
ASK_EVERY_S = 1.0
PATIENCE_S = {True: 3.0, False: 0.25}
"""How long an unfinished message is kept: schemas (True), frames (False)."""
MAX_UNFINISHED = 8
TAKEOVER_S = 3.0
"""A new session replaces one whose frames have stopped for this long."""


class _Unfinished:
    def __init__(self, header: Header, time: float) -> None:
        self.header = header
        self.until = time + PATIENCE_S[header.type in fmv3.SCHEMA_TYPES]
        self.parts: dict[int, bytes] = {}

    def add(self, header: Header, chunk: bytes) -> bytes | None:
        """The whole payload once the last part is in."""
        self.parts[header.part] = chunk
        if len(self.parts) < header.parts:
            return None
        body = b"".join(self.parts[index] for index in range(header.parts))
        return body if len(body) == header.total else None


class Fmv3Session:
    """Takes datagrams, gives frames; what has to be answered waits in `outbox`."""

    def __init__(self, nonce: int) -> None:
        self.nonce = nonce or 1
        self.outbox: list[Outgoing] = []
        self._schema: Schema | None = None
        self._peer: Address | None = None
        self._sequence: int | None = None
        self._unfinished: dict[tuple[int, ...], _Unfinished] = {}
        self._last_frame = float("-inf")
        self._next_ping = 0.0
        self._next_ask = 0.0
        self._pings = 0

    def receive(self, datagram: Datagram) -> FaceFrame | None:
        """One message or part of one; a frame when a whole new FRAME is in."""
        header = fmv3.read_header(datagram.data)
        if header is None:
            return None
        body = self._assemble(header, datagram)
        if body is None:
            return None
        if header.type in fmv3.SCHEMA_TYPES:
            self._adopt(header, body, datagram)
        elif header.type == fmv3.FRAME:
            return self._frame(header, body, datagram)
        return None

    def due(self, now: float) -> list[Outgoing]:
        """Answers waiting to be sent, and the PING that keeps the lease while frames come."""
        out, self.outbox = self.outbox, []
        if self._schema and self._peer and now - self._last_frame < TAKEOVER_S and now >= self._next_ping:
            self._next_ping = now + PING_EVERY_S
            self._pings += 1
            out.append((fmv3.message(fmv3.PING, self._schema.session, sequence=self._pings), self._peer))
        return out

    def farewell(self) -> list[Outgoing]:
        """The STOP that ends the stream, where there is one."""
        if self._schema is None or self._peer is None:
            return []
        return [(fmv3.message(fmv3.STOP, self._schema.session), self._peer)]

    def _assemble(self, header: Header, datagram: Datagram) -> bytes | None:
        chunk = datagram.data[fmv3.HEADER.size :]
        if header.parts == 1:
            return chunk if header.chunk == header.total else None
        self._unfinished = {key: old for key, old in self._unfinished.items() if old.until > datagram.time}
        key = (header.type, header.session, header.schema, header.sequence, header.total, header.parts)
        if key not in self._unfinished and len(self._unfinished) >= MAX_UNFINISHED:
            return None
        unfinished = self._unfinished.setdefault(key, _Unfinished(header, datagram.time))
        body = unfinished.add(header, chunk)
        if body is not None:
            del self._unfinished[key]
        return body

    def _adopt(self, header: Header, body: bytes, datagram: Datagram) -> None:
        schema = fmv3.read_schema(header, body)
        if schema is None or schema.nonce not in (0, self.nonce):
            return
        known = self._schema
        if known is not None and known.session != schema.session:
            if datagram.time - self._last_frame < TAKEOVER_S:
                return
            self._sequence = None
        elif known is not None and schema.id < known.id:
            return
        self._schema, self._peer = schema, datagram.source
        self.outbox.append((fmv3.acknowledge(schema), datagram.source))
        del self.outbox[:-8]

    def _frame(self, header: Header, body: bytes, datagram: Datagram) -> FaceFrame | None:
        schema = self._schema
        if schema is None or header.session != schema.session:
            return None
        if header.schema != schema.id:
            self._ask_for_schema(schema, datagram)
            return None
        if self._sequence is not None and not 0 < (header.sequence - self._sequence) % 2**32 < 2**31:
            return None
        frame = fmv3.read_frame(header, body, schema, datagram.time)
        if frame is not None:
            self._sequence, self._last_frame, self._peer = header.sequence, datagram.time, datagram.source
        return frame

    def _ask_for_schema(self, schema: Schema, datagram: Datagram) -> None:
        if datagram.time >= self._next_ask:
            self._next_ask = datagram.time + ASK_EVERY_S
            self.outbox.append((fmv3.message(fmv3.GET_SCHEMA, schema.session), datagram.source))
