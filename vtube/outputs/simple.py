"""Outputs without a device: nowhere, and the server's pages and streams."""

from __future__ import annotations

from vtube.frame import Frame
from vtube.outputs.base import Output, OutputContext
from vtube.spec import Spec


class NullOutput(Output):
    """Takes every frame and does nothing with it."""

    name = "null"

    def __init__(self, _spec: Spec, _context: OutputContext) -> None:
        self.detail = "frames are thrown away"

    def open(self) -> None:
        """Nothing to open."""

    def send(self, frame: Frame, _now: float) -> None:
        """Nothing to send."""

    def close(self) -> None:
        """Nothing to close."""


class BrowserOutput(Output):
    """Publishes frames for the server; whoever is connected takes them from there."""

    name = "browser"
    takes_pixels = False

    def __init__(self, _spec: Spec, context: OutputContext) -> None:
        self._context = context
        self.detail = context.page

    def open(self) -> None:
        """Say where people look; the server runs on its own."""
        self.detail = self._context.page

    def send(self, frame: Frame, now: float) -> None:
        """Publish `frame` as the newest one."""
        self._context.broadcast.publish(frame, now)

    def close(self) -> None:
        """Nothing to give back."""
