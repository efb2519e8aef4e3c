"""The blouse and its collar."""

from __future__ import annotations

from tools.character.drawing import palette as c
from tools.character.drawing.pen import SIDES, XY, Place, ink, path
from tools.character.drawing.svg import clip, ellipse, group, linear, shape

BLOUSE: tuple[list[XY], ...] = (
    [(228, 214), (214, 262), (206, 320), (206, 372)],
    [(256, 376), (306, 372)],
    [(306, 320), (298, 262), (284, 214)],
    [(270, 224), (256, 236)],
    [(242, 224), (228, 214)],
)
COLLAR: tuple[list[XY], ...] = (
    [(240, 205), (233, 212), (229, 224)],
    [(233, 240), (240.6, 252)],
    [(249, 244), (257, 233)],
    [(246, 222), (240, 205)],
)
BOW_SHADOW = path(
    [(236, 250), (256, 262), (276, 250)],
    [(280, 272), (272, 300), (262, 306)],
    [(258, 270), (254, 270)],
    [(248, 306), (238, 300), (232, 272), (236, 250)],
)
FOLDS: tuple[tuple[list[XY], float], ...] = (
    ([(240, 268), (232, 310), (230, 364)], 4.5),
    ([(272, 268), (281, 310), (283, 364)], 4.5),
    ([(222, 300), (240, 312), (252, 308)], 3.2),
    ([(290, 306), (274, 318), (262, 314)], 3.2),
    ([(226, 372), (236, 350), (240, 330)], 3.6),
    ([(286, 372), (276, 352), (270, 334)], 3.6),
    ([(246, 372), (248, 356), (247, 340)], 2.6),
)


def definitions() -> list[str]:
    """Gradient and clip path of the blouse."""
    return [
        clip("blouse-clip", path(*BLOUSE)),
        linear("cream", (0, 215), (0, 380), (0, c.CREAM), (1, "#f1e8f0")),
    ]


def drawing() -> str:
    """The blouse without its collar."""
    under_jacket: tuple[list[XY], ...] = (
        [(234, 262), (222, 316), (214, 380)],
        [(278, 262), (290, 316), (298, 380)],
    )
    return group(
        shape(path(*BLOUSE), "url(#cream)"),
        group(
            shape(BOW_SHADOW, c.CREAM_SHADE, opacity=0.75),
            *(shape(ink(edge, 15, 0.4, 1), c.CREAM_SHADE, opacity=0.85) for edge in under_jacket),
            *(shape(ink(points, width, 0.05, 0.05), c.CREAM_SHADE, opacity=0.85) for points, width in FOLDS),
            shape(ink([(253, 262), (252.4, 320), (253, 372)], 0.9, 0.8, 0.8), c.CREAM_DEEP),
            shape(ink([(260, 262), (260.4, 320), (260, 372)], 0.9, 0.8, 0.8), c.CREAM_DEEP),
            *(_button(y) for y in (306, 328, 350)),
            clip_path="url(#blouse-clip)",
        ),
        id="blouse",
    )


def collar() -> str:
    """Both points of the collar, over the throat."""
    return group(*(_point(place) for _, place in SIDES), id="collar")


def _button(y: float) -> str:
    return ellipse((256.6, y), (2, 2), c.CREAM_LINE) + ellipse((256.4, y - 0.2), (1.5, 1.5), c.GOLD)


def _point(place: Place) -> str:
    outer, lower, inner, neck = COLLAR
    edge = [outer[-1], *lower]
    shadow = path(place(outer), place(lower), place([(247, 238), (240, 230)]), place([outer[0]]))
    return group(
        shape(path(*map(place, COLLAR)), c.CREAM),
        shape(shadow, c.CREAM_SHADE, opacity=0.55),
        shape(ink(place(edge), 1.1, 0.4, 0.6), c.CREAM_LINE),
        shape(ink(place([lower[-1], *inner]), 1.1, 0.6, 0.4), c.CREAM_LINE),
        shape(ink(place([inner[-1], *neck]), 1.0, 0.4, 0.4), c.CREAM_LINE),
    )
