"""Darker towards the corners, as a lens does."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Plane, Scratch, shade
from vtube.settings import SceneSettings
from vtube.spec import Spec


class VignetteOptions(Options):
    """How dark the corners are, 0..1, and where it begins, in parts of the way from the middle to a corner."""

    strength: float = Field(0.5, ge=0, le=1)
    start: float = Field(0.4, ge=0, lt=1)


class Vignette:
    """Multiplies the colours by a light that is made once."""

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        options = read_options(spec, VignetteOptions)
        self._light = _light(scene.width, scene.height, options)
        self._off = options.strength == 0
        self._passes = (Pass("vignette", {"strength": options.strength, "start": options.start}),)
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        return frame if self._off else shade(frame, self._light, self._scratch)

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return () if self._off else self._passes


def _light(width: int, height: int, options: VignetteOptions) -> Plane:
    rows, columns = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    reach = np.hypot(rows, columns) / np.sqrt(2)
    share = np.clip((reach - options.start) / (1 - options.start), 0, 1)
    light: Plane = np.rint(255 * (1 - options.strength * share * share * (3 - 2 * share))).astype(np.uint8)
    return light
