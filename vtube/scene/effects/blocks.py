"""`pixelate` and `posterize`: fewer places, fewer shades."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch, copy_alpha, empty_but_for, figure_box
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
        self._block = max(1, round(read_options(spec, PixelateOptions).size * scene.height))
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        box = figure_box(frame)
        if self._block == 1 or box is None:
            return frame
        box = box.grown(0, 0, frame.shape, self._block)
        rows, columns = -(-box.height // self._block), -(-box.width // self._block)
        whole = self._scratch.picture("whole", rows * self._block, columns * self._block)
        whole[box.height :], whole[:, box.width :] = 0, 0  # beyond the picture there is nothing
        cv2.cvtColor(box.of(frame), cv2.COLOR_RGBA2mRGBA, dst=whole[: box.height, : box.width])
        small = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
        small = cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA)
        cv2.resize(small, (whole.shape[1], whole.shape[0]), dst=whole, interpolation=cv2.INTER_NEAREST)
        result = empty_but_for(box, frame)
        np.copyto(box.of(result), whole[: box.height, : box.width])
        return result

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return () if self._block == 1 else (Pass("pixelate", {"block": float(self._block)}),)


class Posterize:
    """Rounds each colour to one of a few shades."""

    def __init__(self, spec: Spec, _scene: SceneSettings) -> None:
        steps = read_options(spec, PosterizeOptions).levels - 1
        self._passes = (Pass("posterize", {"steps": float(steps)}),)
        self._shades = np.rint(np.rint(np.arange(256) / 255 * steps) / steps * 255).astype(np.uint8)

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        result = np.empty_like(frame)
        # One table for all channels is quicker on one long row; the alpha is put back.
        cv2.LUT(frame.reshape(1, -1), self._shades, dst=result.reshape(1, -1))
        copy_alpha(frame, result)
        return result

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return self._passes
