"""Grain: brightness that trembles, and transparency, too."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.chance import WORD, bell, field, generator, scrambled, share, step_of
from vtube.scene.effects.options import Options, read_options
from vtube.settings import SceneSettings
from vtube.spec import Spec

SPARE = 64
"""The grain is drawn once, larger than the picture by so many pixels, and lies elsewhere at each step."""
MEANT_FOR = 512
"""The rows of a picture in which `soft` is the standard deviation of the blur in pixels."""
REACH = 3
"""Standard deviations up to which a blur looks."""
FURTHEST = 2.5
"""Standard deviations at which grain ends."""
STRENGTH, MOST_GAIN = 0.7, 4.0
"""How strong soft grain is beside hard grain, as far as so much more of it is enough."""
BRIGHTNESS = 100
"""Of 255: a deviation of grain of strength 1."""


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
        self._sigma = options.soft * scene.height / MEANT_FOR
        reach = math.ceil(REACH * self._sigma)
        words = field(options.seed, -reach, -reach, scene.height + SPARE + 2 * reach, scene.width + SPARE + 2 * reach)
        grain, holes = np.clip(bell(words), -FURTHEST, FURTHEST), share(scrambled(words))
        self._gains = 1.0, 1.0
        if reach:
            (grain, more), (holes, further) = _softened(grain, 0.0, self._sigma), _softened(holes, 0.5, self._sigma)
            self._gains = more, further
        self._brighter, self._darker = (
            np.repeat(
                (np.clip(side * options.luma * BRIGHTNESS * grain, 0, 255)).astype(np.uint8)[..., None], 4, axis=2
            )
            for side in (1, -1)
        )
        self._brighter[..., 3] = 0
        self._darker[..., 3] = np.clip(options.alpha * 255 * holes, 0, 255)

    def process(self, frame: Frame, now: float) -> Frame:
        """See `Effect.process`."""
        if self._is_off:
            return frame
        height, width = frame.shape[:2]
        top, left = self._place(now)
        part = slice(top, top + height), slice(left, left + width)
        result = cv2.add(frame, self._brighter[part])
        return np.asarray(cv2.subtract(result, self._darker[part], dst=result), np.uint8)

    def passes(self, now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        if self._is_off:
            return ()
        options, (top, left), seed = self._options, self._place(now), self._options.seed & WORD
        values: dict[str, float | tuple[float, ...]] = {
            "luma": options.luma * BRIGHTNESS,
            "alpha": options.alpha * 255,
            "place": (float(left), float(top)),
            "seed": (float(seed >> 16), float(seed & 0xFFFF)),
            "sigma": self._sigma,
            "gains": self._gains,
        }
        return (Pass("noise", values),)

    @property
    def _is_off(self) -> bool:
        return self._options.luma == 0 and self._options.alpha == 0

    def _place(self, now: float) -> tuple[int, int]:
        top, left = generator(self._options.seed, step_of(now, self._options.rate)).integers(0, SPARE, 2)
        return int(top), int(left)


def _softened(grain: NDArray[np.float32], mean: float, sigma: float) -> tuple[NDArray[np.float32], float]:
    """Larger grains about the same mean, as strong as can be, without the borders that were needed; and the gain."""
    reach = math.ceil(REACH * sigma)
    side = 2 * reach + 1
    blurred = cv2.GaussianBlur(grain, (side, side), sigma)[reach:-reach, reach:-reach]
    gain = min(STRENGTH * float(grain.std()) / float(blurred.std()), MOST_GAIN)
    return np.asarray(mean + (blurred - mean) * gain, np.float32), gain
