"""The skirt: six pleats that open from the middle, a high waistband with gold buttons."""

from __future__ import annotations

from tools.character.drawing import palette as c
from tools.character.drawing.pen import XY, ink, path
from tools.character.drawing.svg import clip, ellipse, group, linear, shape

SKIRT: tuple[list[XY], ...] = (
    [(204, 362), (256, 367), (308, 362)],
    [(316, 384), (332, 440), (343, 514)],
    [(169, 514)],
    [(180, 440), (196, 384), (204, 362)],
)
BAND: tuple[list[XY], ...] = (
    [(203, 362), (256, 367.4), (309, 362)],
    [(312, 381)],
    [(256, 388), (200, 381)],
    [(203, 362)],
)
PLEATS = ((209, 183, 8), (222, 207, 12), (240, 238, 15), (276, 280, -14), (292, 305, -12), (304, 327, -8))
"""Each pleat's x at the waist and at the bottom, and how far its shadow reaches inwards there."""


def definitions() -> list[str]:
    """Gradient and clip path of the skirt."""
    return [
        clip("skirt-clip", path(*SKIRT)),
        linear("plum", (0, 362), (0, 512), (0, "#67507f"), (1, "#4b3865")),
    ]


def drawing() -> str:
    """The skirt, down to the picture's edge."""
    sides: tuple[list[XY], ...] = ([(196, 384), (180, 440), (169, 514)], [(316, 384), (332, 440), (343, 514)])
    return group(
        shape(path(*SKIRT), "url(#plum)"),
        group(
            *(_pleat(*pleat) for pleat in PLEATS),
            shape(ink([(190, 400), (256, 410), (322, 400)], 16, 0.3, 0.3), c.PLUM_LINE, opacity=0.3),
            _band(),
            clip_path="url(#skirt-clip)",
        ),
        *(shape(ink(side, 1.3, 0.5, 1), c.PLUM_LINE) for side in sides),
        id="skirt",
    )


def _pleat(top: float, foot: float, depth: float) -> str:
    middle = (top + foot) / 2 + (1 if depth > 0 else -1)
    edge: list[XY] = [(top, 376), (middle, 436), (foot, 514)]
    shadow = path(edge, [(foot + depth, 514)], [(middle + depth * 0.42, 436), (top, 376)])
    light = [(top - depth * 0.3, 382), (middle - depth * 0.3, 442), (foot - depth * 0.45, 500)]
    return group(
        shape(shadow, c.PLUM_SHADE, opacity=0.85),
        shape(ink(edge, 1.1, 0.3, 1), c.PLUM_LINE),
        shape(ink(light, 3, 0.05, 0.05), c.PLUM_LIGHT, opacity=0.65),
    )


def _band() -> str:
    return group(
        shape(path(*BAND), "#705889"),
        shape(ink([(200, 381), (256, 388), (312, 381)], 1.2, 0.6, 0.6), c.PLUM_LINE),
        shape(ink([(203, 363), (256, 368), (309, 363)], 1.4, 0.6, 0.6), c.PLUM_LINE),
        *(_button(x, 379.4) for x in (238, 274)),
    )


def _button(x: float, y: float) -> str:
    return group(
        ellipse((x, y), (3.4, 3.4), c.GOLD_LINE),
        ellipse((x, y), (2.7, 2.7), c.GOLD),
        ellipse((x - 0.8, y - 0.9), (1, 0.9), c.GOLD_LIGHT),
    )
