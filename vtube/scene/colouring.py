"""A colour that the whole figure is multiplied by, before marks and effects: what plug-ins tint a model with."""

from __future__ import annotations

import colorsys

import cv2
import numpy as np

from vtube.frame import Frame, Pass, changed
from vtube.scene.effects.pixels import empty_but_for, figure_box
from vtube.scene.repeated import Repeated
from vtube.signals import PLAIN, Colouring

RAINBOW_S = 3.0
"""How long all hues take."""


class Colourist:
    """Multiplies frames by the colour that is shown; one thread draws."""

    def __init__(self) -> None:
        self._colouring = PLAIN
        self._repeated = Repeated()

    def show(self, colouring: Colouring) -> None:
        """Take this colour from the next frame on; from any thread."""
        self._colouring = colouring

    def over(self, frame: Frame, now: float) -> Frame:
        """The frame in that colour at `now`, monotonic seconds; the same one where it is white."""
        colour = _at(self._colouring, now)
        if colour == PLAIN:
            self._repeated.forget()
            return frame
        return self._repeated.of(frame, colour, lambda: _coloured(frame, colour))


def _at(colouring: Colouring, now: float) -> Colouring:
    """The colour of a moment."""
    if not colouring.is_rainbow:
        return colouring
    red, green, blue = colorsys.hsv_to_rgb(now / RAINBOW_S % 1.0, 1.0, 1.0)
    return Colouring(red, green, blue, colouring.alpha)


def _coloured(frame: Frame, colour: Colouring) -> Frame:
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
