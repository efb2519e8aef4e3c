"""The character lets the background through."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch
from vtube.settings import SceneSettings
from vtube.spec import Spec


class TranslucencyOptions(Options):
    """How much of the character is left, 0..1."""

    opacity: float = Field(0.7, ge=0, le=1)


class Translucency:
    """Scales the alpha."""

    def __init__(self, spec: Spec, _scene: SceneSettings) -> None:
        opacity = read_options(spec, TranslucencyOptions).opacity
        self._levels = np.rint(np.arange(256) * opacity).astype(np.uint8)
        self._off = opacity == 1
        self._passes = (Pass("translucency", {"opacity": opacity}),)
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        if self._off:
            return frame
        alpha = cv2.extractChannel(frame, 3, dst=self._scratch.plane("alpha", *frame.shape[:2]))
        result = frame.copy()
        cv2.insertChannel(cv2.LUT(alpha, self._levels), result, 3)
        return result

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return () if self._off else self._passes
