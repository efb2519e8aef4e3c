"""The seam of an output."""

from __future__ import annotations

from typing import Protocol

from vtube.errors import OutputError
from vtube.frame import Frame


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
