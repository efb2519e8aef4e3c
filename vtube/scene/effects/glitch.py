"""Digital glitches: now and then, for a moment, bands of the picture lie elsewhere and lose a colour."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.chance import generator, step_of
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import roll
from vtube.settings import SceneSettings
from vtube.spec import Spec

STEP_S = 0.08
"""How long one arrangement of bands stands."""


class GlitchOptions(Options):
    """How far bands move, 0..1 of a tenth of the width; how many bands; what share of the time there are any."""

    strength: float = Field(0.6, ge=0, le=1)
    bands: int = Field(6, ge=1, le=64)
    share: float = Field(0.12, ge=0, le=1)
    seed: int = 0


class Band(NamedTuple):
    """Rows that lie elsewhere.

    Attributes:
        top, bottom: its rows; the last one not included.
        shift: pixels to the right, round the edge.
        channel: the colour that lies as far to the left instead; None for none.
    """

    top: int
    bottom: int
    shift: int
    channel: int | None


class Glitch:
    """Moves bands of rows sidewards, round the edge."""

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        self._options = read_options(spec, GlitchOptions)
        self._size = scene.height, scene.width

    def process(self, frame: Frame, now: float) -> Frame:
        """See `Effect.process`."""
        bands = self._bands(now)
        if not bands:
            return frame
        result = frame.copy()
        for top, bottom, shift, channel in bands:
            roll(result[top:bottom], frame[top:bottom], shift)
            if channel is not None:
                roll(result[top:bottom, :, channel], frame[top:bottom, :, channel], -shift)
        return result

    def passes(self, now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        bands = self._bands(now)
        if not bands:
            return ()
        told = [(one.top, one.bottom, one.shift, -1 if one.channel is None else one.channel) for one in bands]
        values = tuple(float(value) for band in told for value in band)
        return (Pass("glitch", {"count": float(len(bands)), "bands": values}),)

    def _bands(self, now: float) -> list[Band]:
        """Those of this moment, in the order in which they are drawn over each other."""
        options, (height, width) = self._options, self._size
        chance = generator(options.seed, step_of(now, 1 / STEP_S))
        if options.strength == 0 or chance.random() >= options.share:
            return []
        furthest = max(1, round(options.strength * width / 10))
        bands = []
        for _ in range(options.bands):
            top = int(chance.integers(0, height))
            bottom = min(height, top + int(chance.integers(2, max(3, height // 16))))
            shift = int(chance.integers(-furthest, furthest + 1))
            channel = int(chance.integers(0, 3)) if chance.random() < 0.5 else None
            bands.append(Band(top, bottom, shift, channel))
        return bands
