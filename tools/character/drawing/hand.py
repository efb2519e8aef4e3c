"""A hand that hangs from its sleeve: four fingers seen from the back."""

from __future__ import annotations

from tools.character.drawing import palette as c
from tools.character.drawing.pen import XY, Place, ink, joined, path
from tools.character.drawing.svg import group, shape

OUTLINE: tuple[list[XY], ...] = (
    [(139, 432), (137.4, 444), (139.4, 453)],
    [(143, 455.4), (145, 452)],
    [(145.6, 459), (149, 459.6), (151, 454)],
    [(152, 459.6), (156, 458.6), (157.4, 452)],
    [(159.4, 455.6), (162.6, 453), (163.6, 444), (164, 434)],
)
SHADOW: tuple[list[XY], ...] = ([(138, 432), (137.6, 441), (150, 446)], [(164, 443), (164, 434)], [(138, 432)])
BETWEEN_FINGERS = (((145, 452), (146, 445)), ((151, 454), (151.4, 446)), ((157.4, 452), (157, 446)))


def hand(place: Place) -> str:
    """One hand."""
    return group(
        shape(path(*map(place, OUTLINE), place([(139, 432)])), c.SKIN),
        shape(path(*map(place, SHADOW)), c.SKIN_SHADE),
        *(shape(ink(place(run), 1.0, 0.4, 0.4), c.SKIN_LINE) for run in joined(OUTLINE)),
        *(shape(ink(place(line), 0.9, 1, 0.1), c.SKIN_LINE) for line in BETWEEN_FINGERS),
    )
