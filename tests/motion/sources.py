"""Where the faces of the tests come from."""

from __future__ import annotations

from dataclasses import dataclass

from vtube.signals import FaceFrame


@dataclass
class Seen:
    """A tracker that sees what the test puts there."""

    frame: FaceFrame | None = None

    def poll(self, _now: float) -> FaceFrame | None:
        return self.frame
