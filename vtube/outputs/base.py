"""The seam of an output, and what every output is told when it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from vtube.errors import OutputError
from vtube.frame import Frame, Rgb
from vtube.outputs.broadcast import FrameBroadcast
from vtube.outputs.soundtrack import Soundtrack
from vtube.settings import StreamSettings

Flatten = Callable[[Frame], Rgb]
"""Lays a frame over the background. Called from every output's thread; nobody writes to the result."""


class OutputEndedError(OutputError):
    """This output is over for good, such as a closed window or a full disk: it is not opened again."""


class OutputAwayError(OutputError):
    """The other side is away, and is not to be asked again before `retry_s` seconds."""

    def __init__(self, message: str, retry_s: float) -> None:
        super().__init__(message)
        self.retry_s = retry_s


class Output(Protocol):
    """Somewhere frames go: a device, a file, a client. Used from one thread at a time.

    Attributes:
        name: as the SPEC calls it, such as `camera`.
        detail: where it goes, for the user: a device, an address, a path.
        keeps_every_frame: a file wants every frame, in order; a live output only ever wants the newest one.
        real_time: it is a device that other programs read at its rate: its thread runs before ordinary ones.
        takes_pixels: it looks at pixels; otherwise it gets frames that may not be drawn yet, see `frame.drawn`.
        announces_rate: it tells somebody the frame rate when it is opened, so it is opened again when that changes.
    """

    name: str
    detail: str
    keeps_every_frame: bool = False
    real_time: bool = False
    announces_rate: bool = False
    takes_pixels: bool = True

    def open(self) -> None:
        """Open the device or file; may be called again after a failure or a close.

        Raises:
            OutputError: it cannot be opened now; the message says why and what to do.
            OutputEndedError: it can never be opened; trying again is useless.
            PackageMissingError: the same, for want of an optional package.
        """

    def send(self, frame: Frame, now: float, /) -> None:
        """Hand over one frame; `now` is its deadline in monotonic seconds.

        Raises:
            OutputError: the device is gone; it may be opened again later.
            OutputEndedError: it is over for good.
        """

    def close(self) -> None:
        """Finish the file, give the device back; harmless when called twice or before `open`."""


class Backdrop(Protocol):
    """Makes frames opaque. Called from every output's thread; nobody writes to what it gives."""

    def flatten(self, frame: Frame) -> Rgb:
        """The frame over the background."""

    def preview(self, frame: Frame) -> Rgb:
        """The same for people's eyes, where nothing must not look like black."""


@dataclass(slots=True)
class OutputContext:
    """The format all frames come in, and how to make them opaque.

    Attributes:
        width, height: of every frame, pixels, both even.
        fps: frames a second that the loop sends; changes while the camera runs.
        backdrop: for outputs that know no transparency.
        broadcast: where the server finds the newest frame.
        page: the address of the server's transparent page, for the user.
        stream: what a stream sends.
        soundtrack: makes a stream's sound of everything that is to be heard in it.
    """

    width: int
    height: int
    fps: float
    backdrop: Backdrop
    broadcast: FrameBroadcast = field(default_factory=FrameBroadcast)
    page: str = ""
    stream: StreamSettings = field(default_factory=StreamSettings)
    soundtrack: Callable[[], Soundtrack] = Soundtrack

    @property
    def size(self) -> str:
        """As people write it: `512x512`."""
        return f"{self.width}x{self.height}"
