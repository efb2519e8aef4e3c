"""Outputs without a device: nowhere, and the server's pages and streams."""

from __future__ import annotations

from vtube.frame import Frame
from vtube.outputs.base import OutputContext
from vtube.outputs.broadcast import FrameBroadcast
from vtube.spec import Spec


class NullOutput:
    """Takes every frame and does nothing with it."""

    name = "null"
    keeps_every_frame = False

    def __init__(self, _spec: Spec, _context: OutputContext) -> None:
        self.detail = "frames are thrown away"

    def open(self) -> None:
        """Nothing to open."""

    def send(self, frame: Frame, _now: float) -> None:
        """Nothing to send."""

    def close(self) -> None:
        """Nothing to close."""


class BrowserOutput:
    """Puts frames on the server's broadcast; whoever is connected takes them from there."""

    name = "browser"
    keeps_every_frame = False

    def __init__(self, broadcast: FrameBroadcast, address: str) -> None:
        """`address` is where people look, such as the transparent page's."""
        self._broadcast = broadcast
        self.detail = address

    def open(self) -> None:
        """Nothing to open: the server runs on its own."""

    def send(self, frame: Frame, now: float) -> None:
        """Hang up `frame` as the newest one."""
        self._broadcast.publish(frame, now)

    def close(self) -> None:
        """Nothing to give back."""


def create_browser(_spec: Spec, context: OutputContext) -> BrowserOutput:
    """The output `browser`, which takes no argument."""
    return BrowserOutput(context.broadcast, context.page)
