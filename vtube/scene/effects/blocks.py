"""`pixelate` and `posterize`: fewer places, fewer shades."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from vtube.frame import Frame
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch, with_alpha_of
from vtube.settings import SceneSettings
from vtube.spec import Spec


class PixelateOptions(Options):
    """How large a block is, in parts of the picture's height."""

    size: float = Field(0.015, gt=0, le=0.25)


class PosterizeOptions(Options):
    """How many shades each colour has."""

    levels: int = Field(6, ge=2, le=64)


class Pixelate:
    """Shrinks the picture and repeats its pixels."""

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        block = max(1.0, read_options(spec, PixelateOptions).size * scene.height)
        self._small = max(1, round(scene.width / block)), max(1, round(scene.height / block))
        self._off = block <= 1
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        if self._off:
            return frame
        height, width = frame.shape[:2]
        front = cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA, dst=self._scratch.picture("front", height, width))
        small = cv2.resize(front, self._small, interpolation=cv2.INTER_AREA)
        small = cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA)
        return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


class Posterize:
    """Rounds each colour to one of a few shades."""

    def __init__(self, spec: Spec, _scene: SceneSettings) -> None:
        steps = read_options(spec, PosterizeOptions).levels - 1
        self._shades = np.rint(np.rint(np.arange(256) / 255 * steps) / steps * 255).astype(np.uint8)
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        # One table for all channels is quicker on one long row; the alpha is put back.
        result = np.empty_like(frame)
        cv2.LUT(frame.reshape(1, -1), self._shades, dst=result.reshape(1, -1))
        return with_alpha_of(result, frame, self._scratch)
