"""`outline`, `glow` and `shadow`: a flat colour behind the figure, grown from its shape."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import COLOUR_PATTERN, Colour, Plane, Scratch, behind, colour_of, figure_box
from vtube.settings import SceneSettings
from vtube.spec import Spec

SHRINK = 4
"""Soft shapes are made at a fourth of the size."""
WIDEST_SHADED = 127
"""Pixels of an outline, up to which the page's shader knows it: its rows are two runs of 128 at most."""


class OutlineOptions(Options):
    """How wide it is, in parts of the picture's height, and its colour."""

    width: float = Field(0.006, gt=0, le=0.05)
    colour: str = Field("#ffffff", pattern=COLOUR_PATTERN)


class GlowOptions(Options):
    """How strong it is, 0..2; how far it reaches, in parts of the picture's height; its colour."""

    strength: float = Field(1.0, ge=0, le=2)
    radius: float = Field(0.04, gt=0, le=0.2)
    colour: str = Field("#7fd4ff", pattern=COLOUR_PATTERN)


class ShadowOptions(Options):
    """How dark it is, 0..1; how soft and how far to the right and down, in parts of the picture's height."""

    strength: float = Field(0.45, ge=0, le=1)
    radius: float = Field(0.02, gt=0, le=0.2)
    x: float = Field(0.02, ge=-0.2, le=0.2)
    y: float = Field(0.02, ge=-0.2, le=0.2)
    colour: str = Field("#000000", pattern=COLOUR_PATTERN)


class Outline:
    """The figure grown by some pixels, one colour, behind itself."""

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        options = read_options(spec, OutlineOptions)
        self._pixels = pixels = max(1, round(options.width * scene.height))
        self._kernel: NDArray[np.uint8] = np.asarray(
            cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1)), np.uint8
        )
        self._colour = colour_of(options.colour)
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        box = figure_box(frame)
        if box is None:
            return frame
        box = box.grown(self._pixels, self._pixels, frame.shape)
        alpha, grown = (self._scratch.plane(name, box.height, box.width) for name in ("own", "grown"))
        cv2.dilate(cv2.extractChannel(box.of(frame), 3, dst=alpha), self._kernel, dst=grown)
        return behind(frame, box, grown, self._colour, self._scratch)

    def passes(self, _now: float) -> tuple[Pass, ...] | None:
        """See `ShadedEffect.passes`."""
        if self._pixels > WIDEST_SHADED:
            return None
        return (Pass("outline", {"pixels": float(self._pixels), "colour": _share_of(self._colour)}),)


class SoftShape:
    """The figure blurred, moved and in one colour, behind itself."""

    def __init__(
        self, scene: SceneSettings, radius: float, gain: float, colour: Colour, offset: tuple[float, float] = (0, 0)
    ) -> None:
        """`radius` and `offset` (right, down) in parts of the picture's height; `gain` times the coverage."""
        height = max(1, scene.height // SHRINK)
        size = 2 * max(1, round(radius * height)) + 1
        self._blur, self._gain, self._colour = (size, size), gain, colour
        self._shift = np.array([[1, 0, offset[0] * height], [0, 1, offset[1] * height]], np.float64)
        self._shader = Pass(
            "surround",
            {
                "radius": float(size // 2),
                "gain": gain,
                "shift": (offset[0] * height, offset[1] * height),
                "colour": _share_of(colour),
            },
        )
        self._reach = SHRINK * (size + 1) + math.ceil(SHRINK * height * max(map(abs, offset)))
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        box = figure_box(frame)
        if self._gain == 0 or box is None:
            return frame
        box = box.grown(self._reach, self._reach, frame.shape, SHRINK)
        alpha = cv2.extractChannel(box.of(frame), 3, dst=self._scratch.plane("own", box.height, box.width))
        return behind(frame, box, self._shape(np.asarray(alpha, np.uint8)), self._colour, self._scratch)

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return () if self._gain == 0 else (self._shader,)

    def _shape(self, alpha: Plane) -> Plane:
        height, width = alpha.shape
        small = (max(1, width // SHRINK), max(1, height // SHRINK))
        shape = cv2.blur(cv2.resize(alpha, small, interpolation=cv2.INTER_AREA), self._blur)
        shape = cv2.warpAffine(cv2.blur(shape, self._blur), self._shift, small)
        shape = cv2.convertScaleAbs(shape, alpha=self._gain)
        grown = cv2.resize(shape, (width, height), dst=self._scratch.plane("grown", height, width))
        return np.asarray(grown, np.uint8)


def _share_of(colour: Colour) -> tuple[float, float, float]:
    red, green, blue = colour
    return red / 255, green / 255, blue / 255


def create_glow(spec: Spec, scene: SceneSettings) -> SoftShape:
    """The effect `glow`.

    Raises:
        SettingsError: an option is wrong.
    """
    options = read_options(spec, GlowOptions)
    return SoftShape(scene, options.radius, 1.5 * options.strength, colour_of(options.colour))


def create_shadow(spec: Spec, scene: SceneSettings) -> SoftShape:
    """The effect `shadow`.

    Raises:
        SettingsError: an option is wrong.
    """
    options = read_options(spec, ShadowOptions)
    return SoftShape(scene, options.radius, options.strength, colour_of(options.colour), (options.x, options.y))
