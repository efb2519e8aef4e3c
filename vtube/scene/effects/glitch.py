"""Digital glitches: now and then, for a moment, bands of the picture lie elsewhere and lose a colour."""

from __future__ import annotations

from pydantic import Field

from vtube.frame import Frame
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


class Glitch:
    """Moves bands of rows sidewards, round the edge."""

    def __init__(self, spec: Spec, _scene: SceneSettings) -> None:
        self._options = read_options(spec, GlitchOptions)

    def process(self, frame: Frame, now: float) -> Frame:
        """See `Effect.process`."""
        options = self._options
        chance = generator(options.seed, step_of(now, 1 / STEP_S))
        if options.strength == 0 or chance.random() >= options.share:
            return frame
        height, width = frame.shape[:2]
        result = frame.copy()
        furthest = max(1, round(options.strength * width / 10))
        for _ in range(options.bands):
            top = int(chance.integers(0, height))
            bottom = min(height, top + int(chance.integers(2, max(3, height // 16))))
            shift = int(chance.integers(-furthest, furthest + 1))
            roll(result[top:bottom], frame[top:bottom], shift)
            if chance.random() < 0.5:
                channel = int(chance.integers(0, 3))
                roll(result[top:bottom, :, channel], frame[top:bottom, :, channel], -shift)
        return result
