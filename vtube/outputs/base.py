"""The seam of an output."""

from __future__ import annotations

from typing import Protocol

from vtube.frame import Frame


class Output(Protocol):
    """Somewhere frames go: a device, a file, a client. Used from one thread at a time."""

    name: str
    """As the SPEC calls it, such as `camera`."""

    detail: str
    """Where it goes, for the user: a device, an address, a path."""

    def open(self) -> None:
        """Open the device or file; may be called again after a failure or a close.

        Raises:
            OutputError: it cannot be opened now; the message says why and what to do.
        """

    def send(self, frame: Frame, now: float) -> None:
        """Hand over one frame; `now` is its deadline in monotonic seconds.

        Raises:
            OutputError: the device is gone; it may be opened again later.
        """

    def close(self) -> None:
        """Finish the file, give the device back; harmless when called twice or before `open`."""
