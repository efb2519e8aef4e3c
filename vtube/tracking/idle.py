"""`none`: no tracker at all, so that idle motion has the face to itself."""

from __future__ import annotations

from vtube.settings import Settings
from vtube.signals import FaceFrame, InputState, InputStatus
from vtube.spec import Spec


class NoTracker:
    """Never sees a face."""

    @classmethod
    def from_spec(cls, spec: Spec, settings: Settings) -> NoTracker:
        """The registry's factory."""
        return cls()

    def start(self) -> None:
        """Nothing to start."""

    def latest(self) -> FaceFrame | None:
        """Never a frame."""
        return None

    def status(self, now: float) -> InputStatus:
        """Waiting for ever."""
        return InputStatus("none", InputState.WAITING, detail="no tracker")

    def close(self) -> None:
        """Nothing to give back."""
