"""Effects one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from vtube.frame import Frame
from vtube.scene.base import Effect


class EffectChain:
    """An effect made of effects."""

    def __init__(self, effects: Sequence[Effect]) -> None:
        self._effects = tuple(effects)

    def process(self, frame: Frame, now: float) -> Frame:
        """The frame after all effects, in order."""
        for effect in self._effects:
            frame = effect.process(frame, now)
        return frame
