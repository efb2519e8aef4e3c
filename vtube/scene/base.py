"""The seam of an effect, and effects one after the other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from vtube.clock import Clock, monotonic
from vtube.frame import Frame, Pass
from vtube.metrics import RollingWindow

COUNTED = 60
"""Frames of which the median is told."""


EVERY = slice(None)


class Effect(Protocol):
    """Changes the picture after the renderer and before the outputs."""

    def process(self, frame: Frame, now: float, /) -> Frame:
        """The changed frame, or the same one when there is nothing to do; the input is not written to."""


@runtime_checkable
class ShadedEffect(Effect, Protocol):
    """An effect that graphics cards can make, too."""

    def passes(self, now: float, /) -> tuple[Pass, ...] | None:
        """What does the same as `process` at that moment; None where these options have no shader."""


@dataclass(frozen=True, slots=True)
class EffectCost:
    """What one effect takes: its SPEC, and the median of its last frames in milliseconds, None before the first."""

    effect: str
    ms: float | None


class EffectChain:
    """An effect made of effects, each with the SPEC it was made from; it knows what each costs.

    From any thread: one frame after the other.
    """

    def __init__(self, effects: Sequence[tuple[str, Effect]], clock: Clock = monotonic) -> None:
        self._links = tuple((text, effect, RollingWindow(COUNTED)) for text, effect in effects)
        self._clock = clock
        self._lock = threading.Lock()

    def process(self, frame: Frame, now: float, links: slice = EVERY) -> Frame:
        """The frame after all effects, or after some of them, in order."""
        with self._lock:  # only while watchers change is there a second thread
            begun = self._clock()
            for _, effect, seconds in self._links[links]:
                frame = effect.process(frame, now)
                done = self._clock()
                seconds.add(done - begun)
                begun = done
            return frame

    def passes(self, now: float, links: slice = EVERY) -> tuple[Pass, ...] | None:
        """What the effects are on a graphics card at that moment, in order; None where one of them has no shader."""
        found: list[Pass] = []
        for _, effect, _ in self._links[links]:
            passes = effect.passes(now) if isinstance(effect, ShadedEffect) else None
            if passes is None:
                return None
            found += passes
        return tuple(found)

    def costs(self) -> list[EffectCost]:
        """What each effect takes, in order. From any thread."""
        medians = [(text, seconds.quantile(0.5)) for text, _, seconds in self._links]
        return [EffectCost(text, None if one is None else round(1000 * one, 3)) for text, one in medians]
