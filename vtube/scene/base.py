"""The seam of an effect, and effects one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vtube.frame import Frame


class Effect(Protocol):
    """Changes the picture after the renderer and before the outputs."""

    def process(self, frame: Frame, now: float, /) -> Frame:
        """The changed frame, or the same one when there is nothing to do; the input is not written to."""


class EffectChain:
    """An effect made of effects."""

    def __init__(self, effects: Sequence[Effect]) -> None:
        self._effects = tuple(effects)

    def process(self, frame: Frame, now: float) -> Frame:
        """The frame after all effects, in order."""
        for effect in self._effects:
            frame = effect.process(frame, now)
        return frame
