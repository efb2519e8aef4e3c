"""The seam of an effect."""

from __future__ import annotations

from typing import Protocol

from vtube.frame import Frame


class Effect(Protocol):
    """Changes the picture after the renderer and before the outputs."""

    def process(self, frame: Frame, now: float, /) -> Frame:
        """The changed frame, or the same one when there is nothing to do; the input is not written to."""
