"""What every output is told when it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vtube.frame import Frame, Rgb
from vtube.outputs.broadcast import FrameBroadcast

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
