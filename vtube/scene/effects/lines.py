"""`scanlines` and `banding`: rows that are darker, as on a tube screen and with a poor cable."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtube.frame import Frame
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch, shade
from vtube.settings import SceneSettings
from vtube.spec import Spec

Rows = NDArray[np.float64]


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
    """Multiplies each row by a light that depends on its place and the time."""

    def __init__(self, scene: SceneSettings, light: Callable[[Rows, float], Rows]) -> None:
        """`light` gives 0..1 for places 0..1 from the top, at a moment in seconds."""
        self._light = light
        self._places = (np.arange(scene.height) + 0.5) / scene.height
        self._scratch = Scratch()

    def process(self, frame: Frame, now: float) -> Frame:
        """See `Effect.process`."""
        plane = self._scratch.plane("light", *frame.shape[:2])
        plane[:] = np.rint(255 * self._light(self._places, now))[:, None]
        return shade(frame, plane, self._scratch)


def create_scanlines(spec: Spec, scene: SceneSettings) -> RowLight:
    """The effect `scanlines`.

    Raises:
        SettingsError: an option is wrong.
    """
    options = read_options(spec, ScanlinesOptions)
    count = min(options.lines, scene.height // 3)

    def light(places: Rows, now: float) -> Rows:
        phase = np.cos(math.tau * (places * count - math.fmod(options.speed * now, 1.0)))
        return 1 - options.strength * (0.5 - 0.5 * phase)

    return RowLight(scene, light)


def create_banding(spec: Spec, scene: SceneSettings) -> RowLight:
    """The effect `banding`.

    Raises:
        SettingsError: an option is wrong.
    """
    options = read_options(spec, BandingOptions)

    def light(places: Rows, now: float) -> Rows:
        phase = math.tau * (places * options.bands - options.speed * now)
        return 1 - options.strength * (0.5 - 0.35 * np.cos(phase) - 0.15 * np.cos(2.7 * phase))

    return RowLight(scene, light)
