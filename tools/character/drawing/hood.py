"""The hood that lies around the neck, with its coral lining."""

from __future__ import annotations

from tools.character.drawing import palette as c
from tools.character.drawing.cloth import fold, outline
from tools.character.drawing.pen import SIDES, XY, Place, ink, path
from tools.character.drawing.svg import clip, group, shape

INNER: list[XY] = [(240, 258), (236, 240), (234, 222), (236, 203)]
HOOD: tuple[list[XY], ...] = (
    [(236, 203), (222, 203.5), (207, 210), (197, 222), (196, 235), (204, 245), (220, 254), (237, 270)],
    INNER,
)
LINING: tuple[list[XY], ...] = (
    [(236, 203), (226, 209), (221.6, 222), (223, 238), (229, 254), (237, 270)],
    INNER,
)


def definitions() -> list[str]:
    """Clip paths of the hood."""
    return [clip(f"hood-{side}", path(*map(place, HOOD))) for side, place in SIDES]


def drawing() -> str:
    """Both halves, over blouse and bow."""
    return group(*(_half(side, place) for side, place in SIDES), id="hood")


def _half(side: str, place: Place) -> str:
    shadow = ink(place([(202, 243), (218, 254), (232, 268)]), 6, 0.2, 0.3)
    return group(
        shape(shadow, c.NAVY_LINE, opacity=0.35),
        shape(path(*map(place, HOOD)), "url(#navy)"),
        group(
            fold(place, [(224, 205), (210, 216), (206, 234), (214, 250)], 4.4),
            fold(place, [(214, 207), (203, 218), (200, 234)], 3.4, c.NAVY_LIGHT, 0.8),
            fold(place, [(197, 238), (212, 246), (232, 264)], 4),
            shape(path(*map(place, LINING)), c.CORAL),
            fold(place, [(238, 200), (230, 216), (231, 238), (240, 262)], 7, c.CORAL_SHADE, 0.9),
            fold(place, [(226, 212), (223.4, 226), (226, 242)], 1.8, c.CORAL_LIGHT, 0.9),
            clip_path=f"url(#hood-{side})",
        ),
        outline(place, HOOD[0], 1.3),
        outline(place, LINING[0], colour=c.CORAL_LINE),
        outline(place, [(237, 270), *INNER], colour=c.CORAL_LINE),
    )
