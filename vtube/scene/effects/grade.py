"""`grade` and `tint`: brightness, contrast and colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import COLOUR_PATTERN, Scratch, colour_of, copy_alpha, empty_but_for, figure_box
from vtube.settings import SceneSettings
from vtube.spec import Spec

MIDDLE = 127.5


class GradeOptions(Options):
    """Saturation, contrast (1 unchanged), brightness (-1..1) and warmth (-1 blue, 1 red)."""

    saturation: float = Field(1.1, ge=0, le=3)
    contrast: float = Field(1.05, ge=0, le=3)
    brightness: float = Field(0.0, ge=-1, le=1)
    warmth: float = Field(0.0, ge=-1, le=1)


class TintOptions(Options):
    """How much of the picture's own colours gives way, 0..1, and to which colour."""

    strength: float = Field(1.0, ge=0, le=1)
    colour: str = Field("#ffffff", pattern=COLOUR_PATTERN)


class Grade:
    """Mixes the picture with its own grey, and with a constant: two additions for all of it."""

    def __init__(self, own: float, grey: float, offset: tuple[float, float, float], tint: NDArray[np.uint8]) -> None:
        """Result = own · colour + grey · tinted grey + offset; `tint`, shape (256, 1, 3), makes a grey coloured."""
        self._own, self._grey, self._offset = own, grey, offset
        self._tint = tint
        self._passes = (_shader(own, grey, offset, tint),)
        self._plain = bool((tint[:, 0] == np.arange(256)[:, None]).all())
        self._off = (own, grey, offset) == (1.0, 0.0, (0.0, 0.0, 0.0))
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        if self._off:
            return frame
        box = figure_box(frame)
        if box is None:
            return frame
        result = empty_but_for(box, frame)
        for band in box.bands():
            self._mix(band.of(frame), band.of(result))
        return result

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return () if self._off else self._passes

    def _mix(self, source: Frame, target: Frame) -> None:
        height, width = source.shape[:2]
        grey = self._scratch.plane("grey", height, width)
        cv2.cvtColor(source, cv2.COLOR_RGBA2GRAY, dst=grey)
        greys = self._scratch.picture("greys", height, width)
        if self._plain:
            cv2.cvtColor(grey, cv2.COLOR_GRAY2RGBA, dst=greys)
        else:
            cv2.merge([*(cv2.LUT(grey, self._tint[:, 0, channel]) for channel in range(3)), grey], dst=greys)
        red, green, blue = self._offset
        if red == green == blue:
            cv2.addWeighted(source, self._own, greys, self._grey, red, dst=target)
        else:
            cv2.addWeighted(source, self._own, greys, self._grey, 0, dst=target)
            cv2.add(target, (max(red, 0), max(green, 0), max(blue, 0), 0), dst=target)
            cv2.subtract(target, (max(-red, 0), max(-green, 0), max(-blue, 0), 0), dst=target)
        copy_alpha(source, target)


def _shader(own: float, grey: float, offset: tuple[float, float, float], tint: NDArray[np.uint8]) -> Pass:
    """The same for a graphics card; `even` is added before the rounding, `offset` after it."""
    even = offset[0] if len(set(offset)) == 1 else 0.0
    apart = (0.0, 0.0, 0.0) if len(set(offset)) == 1 else offset
    brightest = tint[255, 0] / 255
    colour = (float(brightest[0]), float(brightest[1]), float(brightest[2]))
    return Pass("grade", {"own": own, "grey": grey, "even": even, "offset": apart, "colour": colour})


def create_grade(spec: Spec, _scene: SceneSettings) -> Grade:
    """The effect `grade`.

    Raises:
        SettingsError: an option is wrong.
    """
    options = read_options(spec, GradeOptions)
    contrast, saturation = options.contrast, options.saturation
    base = MIDDLE * (1 - contrast) + 255 * options.brightness
    warm = 40 * options.warmth
    return Grade(
        contrast * saturation, contrast * (1 - saturation), (base + warm, base, base - warm), _greys((255,) * 3)
    )


def create_tint(spec: Spec, _scene: SceneSettings) -> Grade:
    """The effect `tint`; white takes the colours out.

    Raises:
        SettingsError: an option is wrong.
    """
    options = read_options(spec, TintOptions)
    return Grade(1 - options.strength, options.strength, (0.0, 0.0, 0.0), _greys(colour_of(options.colour)))


def _greys(colour: tuple[int, ...]) -> NDArray[np.uint8]:
    """What each grey becomes, shape (256, 1, 3)."""
    table: NDArray[np.uint8] = np.rint(np.arange(256)[:, None, None] * np.array(colour) / 255).astype(np.uint8)
    return table
