"""Where the faces of the tests come from."""

from __future__ import annotations

from dataclasses import dataclass

from vtube.signals import FaceFrame


@dataclass
class Seen:
    """A tracker that sees what the test puts there."""

    frame: FaceFrame | None = None

    def latest(self) -> FaceFrame | None:
        return self.frame
