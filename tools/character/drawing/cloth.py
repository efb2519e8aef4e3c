"""Strokes that make cloth: folds and outlines."""

from __future__ import annotations

from collections.abc import Sequence

from tools.character.drawing import palette as c
from tools.character.drawing.pen import XY, Place, ink
from tools.character.drawing.svg import shape


def fold(
    place: Place,
    points: Sequence[XY],
    width: float,
    colour: str = c.NAVY_SHADE,
    opacity: float = 0.75,
) -> str:
    """A soft-ended stroke of shadow or light, broadest in its first half."""
    return shape(ink(place(points), width, 0.05, 0.05, 0.35), colour, opacity=opacity)


def outline(place: Place, points: Sequence[XY], width: float = 1.1, colour: str = c.NAVY_LINE) -> str:
    """An ink line that thins at its ends."""
    return shape(ink(place(points), width, 0.3, 0.3), colour)
