"""Raw RGBA frames in a NUT container: FFmpeg's own, the one that carries raw video with alpha over a pipe."""

from __future__ import annotations

from fractions import Fraction

import av

from vtube.frame import Frame

TICKS_PER_SECOND = 1000
BUFFER_BYTES = 1 << 20
FLUSH_EACH_PACKET = {"fflags": "+flush_packets"}


class NutMuxer:
    """One client's container; frames all have the size it was made for."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._pieces = _Pieces()
        self._container = av.open(self._pieces, "w", format="nut", options=FLUSH_EACH_PACKET, buffer_size=BUFFER_BYTES)
        self._stream = self._container.add_stream("rawvideo", rate=TICKS_PER_SECOND)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "rgba"
        self._container.start_encoding()
        self._start: float | None = None
        self._tick = -1

    def mux(self, frame: Frame, time: float) -> bytes:
        """The container's next bytes: they hold `frame`, shown at `time` (seconds, counted from the first)."""
        if self._start is None:
            self._start = time
        self._tick = max(self._tick + 1, round((time - self._start) * TICKS_PER_SECOND))
        packet = av.Packet(frame.tobytes())
        packet.stream = self._stream
        packet.pts = packet.dts = self._tick
        packet.time_base = Fraction(1, TICKS_PER_SECOND)
        packet.is_keyframe = True
        self._container.mux(packet)
        return self._pieces.take()

    def close(self) -> None:
        """Give FFmpeg's memory back."""
        self._container.close()


class _Pieces:
    """A file that FFmpeg can only write to, and so doesn't try to seek in."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        whole = b"".join(self._written)
        self._written.clear()
        return whole
