"""The picture as it was drawn: what is shown while an engine is being loaded."""

from __future__ import annotations

from vtube.frame import Frame
from vtube.pose import Pose


class StillRenderer:
    """Shows the same frame for every pose."""

    name = "still"

    def __init__(self, picture: Frame, detail: str = "the engine is being loaded") -> None:
        self._picture = picture
        self.detail = detail

    def render(self, pose: Pose) -> Frame:
        """The picture itself."""
        return self._picture

    def close(self) -> None:
        """Nothing to give back."""
