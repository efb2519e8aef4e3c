"""Grain: brightness that trembles, and transparency, too."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtube.frame import Frame
from vtube.scene.effects.chance import generator, step_of
from vtube.scene.effects.options import Options, read_options
from vtube.settings import SceneSettings
from vtube.spec import Spec

SPARE = 64
"""The grain is drawn once, larger than the picture by so many pixels, and lies elsewhere at each step."""


MEANT_FOR = 512
"""The rows of a picture in which `soft` is the standard deviation of the blur in pixels."""


class NoiseOptions(Options):
    """How strong the grain is in brightness and in transparency, 0..1; how often it changes; how soft it is."""

    luma: float = Field(0.15, ge=0, le=1)
    alpha: float = Field(0.0, ge=0, le=1)
    rate: float = Field(24.0, ge=1, le=120)
    soft: float = Field(0.0, ge=0, le=8)
    seed: int = 0


class Noise:
    """Adds grain to what is not transparent; transparency only ever grows."""

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        self._options = options = read_options(spec, NoiseOptions)
        shape = (scene.height + SPARE, scene.width + SPARE)
        grain = np.clip(generator(options.seed, -1).normal(0, 1, shape), -2.5, 2.5).astype(np.float32)
        holes = generator(options.seed, -2).random(shape, np.float32)
        if options.soft > 0:
            grain, holes = (_softened(one, options.soft * scene.height / MEANT_FOR) for one in (grain, holes))
        self._brighter, self._darker = (
            np.repeat((np.clip(side * options.luma * 100 * grain, 0, 255)).astype(np.uint8)[..., None], 4, axis=2)
            for side in (1, -1)
        )
        self._brighter[..., 3] = 0
        self._darker[..., 3] = np.clip(options.alpha * 255 * holes, 0, 255)

    def process(self, frame: Frame, now: float) -> Frame:
        """See `Effect.process`."""
        if self._options.luma == 0 and self._options.alpha == 0:
            return frame
        height, width = frame.shape[:2]
        top, left = generator(self._options.seed, step_of(now, self._options.rate)).integers(0, SPARE, 2)
        part = slice(top, top + height), slice(left, left + width)
        result = cv2.add(frame, self._brighter[part])
        return np.asarray(cv2.subtract(result, self._darker[part], dst=result), np.uint8)


def _softened(grain: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Larger grains with the same mean; about as strong, so that they are still seen."""
    blurred = cv2.GaussianBlur(grain, (0, 0), sigma)
    mean, before, after = float(grain.mean()), float(grain.std()), float(blurred.std())
    return np.asarray(mean + (blurred - mean) * min(0.7 * before / after, 4.0), np.float32)
