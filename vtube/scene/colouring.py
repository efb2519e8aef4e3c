"""A colour that the whole figure is multiplied by, before marks and effects: what plug-ins tint a model with."""

from __future__ import annotations

import colorsys
from typing import NamedTuple

import cv2
import numpy as np

from vtube.frame import Frame, Pass, changed, drawn, recipe_of
from vtube.scene.effects.pixels import empty_but_for, figure_box
from vtube.signals import PLAIN, Colouring

RAINBOW_S = 3.0
"""How long all hues take."""


class _Coloured(NamedTuple):
    """The last frame that was coloured: it stays the same object while nothing changes."""

    before: Frame
    colour: Colouring
    result: Frame


class Colourist:
    """Multiplies frames by the colour that is shown; one thread draws."""

    def __init__(self) -> None:
        self._colouring = PLAIN
        self._last: _Coloured | None = None

    def show(self, colouring: Colouring) -> None:
        """Take this colour from the next frame on; from any thread."""
        self._colouring = colouring

    def over(self, frame: Frame, now: float) -> Frame:
        """The frame in that colour at `now`, monotonic seconds; the same one where it is white."""
        colour = _at(self._colouring, now)
        if colour == PLAIN:
            self._last = None
            return frame
        last = self._last
        if last is None or last.before is not frame or last.colour != colour:
            self._last = last = _Coloured(frame, colour, _coloured(frame, colour))
        return last.result


def _at(colouring: Colouring, now: float) -> Colouring:
    """The colour of a moment."""
    if not colouring.is_rainbow:
        return colouring
    red, green, blue = colorsys.hsv_to_rgb(now / RAINBOW_S % 1.0, 1.0, 1.0)
    return Colouring(red, green, blue, colouring.alpha)


def _coloured(frame: Frame, colour: Colouring) -> Frame:
    if recipe_of(frame) is None:
        return multiplied(drawn(frame), colour)
    shader = Pass("multiply", {"colour": tuple(colour[:4])})
    return changed(frame, (shader,), lambda before: multiplied(before, colour))


def multiplied(frame: Frame, colour: Colouring) -> Frame:
    """A new frame whose colours and alpha are multiplied; an empty one is handed on."""
    box = figure_box(frame)
    if box is None:
        return frame
    table = np.rint(np.arange(256)[:, None] * np.array(colour[:4])).astype(np.uint8)[None]
    result = empty_but_for(box, frame)
    for band in box.bands():
        np.copyto(band.of(result), cv2.LUT(band.of(frame), table))
    return result
