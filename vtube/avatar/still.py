"""The picture as it was drawn: what is shown while an engine is being loaded."""

from __future__ import annotations

from vtube.avatar.picture.character import Character
from vtube.frame import Frame
from vtube.pose import Pose


class StillRenderer:
    """Shows the same frame for every pose."""

    name = "still"

    def __init__(self, character: Character, detail: str = "the engine is being loaded") -> None:
        self._picture = character.frame
        self.detail = detail

    def render(self, pose: Pose) -> Frame:  # noqa: ARG002 - a picture has no pose
        """The picture itself."""
        return self._picture

    def close(self) -> None:
        """Nothing to give back."""
