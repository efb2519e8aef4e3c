"""`scanlines` and `banding`: rows that are darker, as on a tube screen and with a poor cable."""

from __future__ import annotations

import math

import numpy as np
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch, shade
from vtube.settings import SceneSettings
from vtube.spec import Spec

OTHERS, CYCLE = 2.7, 10.0
"""So many of the others come with each wave, and after so many waves both begin anew."""


class ScanlinesOptions(Options):
    """How dark a line is, 0..1; how many lines the picture has; how many of them go by in a second, + down."""

    strength: float = Field(0.35, ge=0, le=1)
    lines: int = Field(170, ge=8, le=1080)
    speed: float = Field(2.0, ge=-200, le=200)


class BandingOptions(Options):
    """How dark a band is, 0..1; how many there are; how many go by in a second, + down."""

    strength: float = Field(0.15, ge=0, le=1)
    bands: float = Field(2.5, ge=0.5, le=20)
    speed: float = Field(0.3, ge=-20, le=20)


class RowLight:
    """Multiplies each row by a light that depends on its place and the time: one or two waves that wander."""

    def __init__(
        self, scene: SceneSettings, strength: float, count: float, speed: float, waves: tuple[float, float]
    ) -> None:
        """`count` waves from top to bottom, `speed` of them a second; `waves`: of them and of others 2.7 times as many.

        `strength`: how dark the darkest row is where both come to 1/2, 0..1.
        """
        self._strength, self._count, self._speed, self._waves = strength, count, speed, waves
        self._places = (np.arange(scene.height) + 0.5) / scene.height
        self._scratch = Scratch()

    def process(self, frame: Frame, now: float) -> Frame:
        """See `Effect.process`."""
        phase = math.tau * (self._places * self._count - self._shift(now))
        first, second = self._waves
        light = 1 - self._strength * (0.5 - first * np.cos(phase) - second * np.cos(OTHERS * phase))
        plane = self._scratch.plane("light", *frame.shape[:2])
        plane[:] = np.rint(255 * light)[:, None]
        return shade(frame, plane, self._scratch)

    def passes(self, now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        shift = self._shift(now)
        wave = Pass("rows", {"strength": self._strength, "count": self._count, "shift": shift, "waves": self._waves})
        return (wave,)

    def _shift(self, now: float) -> float:
        return math.fmod(self._speed * now, CYCLE)


def create_scanlines(spec: Spec, scene: SceneSettings) -> RowLight:
    """The effect `scanlines`.

    Raises:
        SettingsError: an option is wrong.
    """
    options = read_options(spec, ScanlinesOptions)
    return RowLight(scene, options.strength, min(options.lines, scene.height // 3), options.speed, (0.5, 0.0))


def create_banding(spec: Spec, scene: SceneSettings) -> RowLight:
    """The effect `banding`.

    Raises:
        SettingsError: an option is wrong.
    """
    options = read_options(spec, BandingOptions)
    return RowLight(scene, options.strength, options.bands, options.speed, (0.35, 0.15))
