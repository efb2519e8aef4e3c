"""A finished frame on its way from the render thread to the loop."""

from __future__ import annotations

from dataclasses import dataclass

from vtube.frame import Frame


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished frame and what the loop has to know about it.

    Attributes:
        frame: as the outputs get it.
        source_time: when the newest tracking that it shows arrived (monotonic seconds), or None.
        lead: how long before its deadline such a frame is begun, seconds.
    """

    frame: Frame
    source_time: float | None = None
    lead: float = 0.0
