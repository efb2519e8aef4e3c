"""The seam of an output, and what every output is told when it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from vtube.errors import OutputError
from vtube.frame import Frame, Rgb
from vtube.outputs.broadcast import FrameBroadcast


class OutputEndedError(OutputError):
    """This output is over for good, such as a closed window or a full disk: it is not opened again."""


class Output(Protocol):
    """Somewhere frames go: a device, a file, a client. Used from one thread at a time."""

    name: str
    """As the SPEC calls it, such as `camera`."""

    detail: str
    """Where it goes, for the user: a device, an address, a path."""

    keeps_every_frame: bool
    """A file wants every frame, in order; a live output only ever wants the newest one."""

    def open(self) -> None:
        """Open the device or file; may be called again after a failure or a close.

        Raises:
            OutputError: it cannot be opened now; the message says why and what to do.
            OutputEndedError: it can never be opened; trying again is useless.
        """

    def send(self, frame: Frame, now: float, /) -> None:
        """Hand over one frame; `now` is its deadline in monotonic seconds.

        Raises:
            OutputError: the device is gone; it may be opened again later.
            OutputEndedError: it is over for good.
        """

    def close(self) -> None:
        """Finish the file, give the device back; harmless when called twice or before `open`."""


Flatten = Callable[[Frame], Rgb]
"""Lays a frame over the background. Called from every output's thread; nobody writes to the result."""


@dataclass(frozen=True, slots=True)
class OutputContext:
    """The format all frames come in, and how to make them opaque.

    Attributes:
        width, height: of every frame, pixels, both even.
        fps: frames a second that the loop sends.
        flatten: for outputs that know no transparency.
        preview: the same for people's eyes, where nothing must not look like black.
        broadcast: where the server finds the newest frame.
        page: the address of the server's transparent page, for the user.
    """

    width: int
    height: int
    fps: float
    flatten: Flatten
    preview: Flatten
    broadcast: FrameBroadcast = field(default_factory=FrameBroadcast)
    page: str = ""

    @property
    def size(self) -> str:
        """As people write it: `512x512`."""
        return f"{self.width}x{self.height}"
