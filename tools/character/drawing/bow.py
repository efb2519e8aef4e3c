"""The coral bow with the evening star on its knot."""

from __future__ import annotations

from tools.character.drawing import palette as c
from tools.character.drawing.pen import SIDES, XY, Place, ink, joined, path
from tools.character.drawing.star import star
from tools.character.drawing.svg import group, linear, radial, shape

LOOP: tuple[list[XY], ...] = (
    [(254, 240), (242, 230.6), (229, 228), (221.6, 231.6)],
    [(219.6, 242), (222, 254), (226, 258.4)],
    [(236, 257), (247, 252), (254, 246)],
)
KNOT = path(
    [(249, 237), (256, 235.6), (263, 237)],
    [(264.6, 243), (263, 250)],
    [(256, 251.6), (249, 250)],
    [(247.4, 243), (249, 237)],
)
STAR: XY = (256, 243.4)


def definitions() -> list[str]:
    """Gradients of bow and star."""
    return [
        linear("coral", (0, 232), (0, 300), (0, "#ff9089"), (0.5, c.CORAL), (1, "#dd5f74")),
        radial("gold", (254.5, 241.5), 8, (0, c.GOLD_LIGHT), (0.55, c.GOLD), (1, c.GOLD_SHADE)),
    ]


def drawing() -> str:
    """Tails, loops and knot; one tail hangs a little lower."""
    tails = (_tail(place, drop) for (_, place), drop in zip(SIDES, (0.0, -5.0), strict=True))
    return group(*tails, *(_loop(place) for _, place in SIDES), _knot(), id="bow")


def _loop(place: Place) -> str:
    _, outer, lower = LOOP
    hollow = path(place([(254, 242), (240, 238), (230, 240)]), place([(238, 246), (254, 246)]), place([(254, 242)]))
    shadow = path(place(outer), place(lower[:2]), place([(232, 252), (226, 248), (219.6, 242)]))
    return group(
        shape(path(*map(place, LOOP), place([(254, 240)])), "url(#coral)"),
        shape(hollow, c.CORAL_SHADE),
        shape(shadow, c.CORAL_SHADE, opacity=0.6),
        shape(ink(place([(242, 232.8), (232, 230.8), (225.4, 233)]), 2, 0.05, 0.05), c.CORAL_LIGHT),
        *(shape(ink(place(run), 1.25, 0.45, 0.55), c.CORAL_LINE) for run in joined(LOOP)),
        shape(ink(place([(252, 243), (243, 241), (235, 242.6)]), 0.9, 0.6, 0.05), c.CORAL_LINE),
    )


def _tail(place: Place, drop: float) -> str:
    outer: list[XY] = [(251, 246), (244, 262), (236, 280), (229.6, 293 + drop)]
    notch: list[XY] = [(238, 292 + drop)]
    tip: list[XY] = [(243.6, 300 + drop)]
    inner: list[XY] = [(250, 284), (254, 266), (256, 248)]
    shadow = path(place([(253, 248), (248, 266), (240, 291)]), place([(243.6, 299 + drop)]), place(inner))
    runs = (outer, notch, tip, inner)
    return group(
        shape(path(*map(place, runs), place(outer[:1])), "url(#coral)"),
        shape(shadow, c.CORAL_SHADE, opacity=0.7),
        *(shape(ink(place(run), 1.2, 0.55, 0.55), c.CORAL_LINE) for run in joined(runs)),
    )


def _knot() -> str:
    x, y = STAR
    facet = path([(x, y - 6.8), (x - 1.6, y - 2.2)], [(x - 6.4, y - 1.8)], [STAR], [(x, y - 6.8)])
    return group(
        shape(KNOT, c.CORAL, stroke=c.CORAL_LINE, stroke_width=1),
        shape(path(*star(STAR, 8.4)), c.GOLD_LINE),
        shape(path(*star(STAR, 6.9)), "url(#gold)"),
        shape(facet, c.GOLD_LIGHT, opacity=0.9),
    )
