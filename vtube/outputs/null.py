"""Nowhere: for measuring the rest of the program."""

from __future__ import annotations

from vtube.frame import Frame
from vtube.outputs.context import OutputContext
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
