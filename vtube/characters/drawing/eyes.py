"""The eyes: an evening sky in each iris. Drawn for the left of the picture; the other one is mirrored but for light."""

from __future__ import annotations

from vtube.characters.drawing import palette as c
from vtube.characters.drawing.pen import XY, Lock, ink, mirrored, path
from vtube.characters.drawing.svg import clip, ellipse, group, linear, radial, shape

IRIS: XY = (232, 141.6)
IRIS_RADII: XY = (11.8, 14.6)
UPPER: list[XY] = [(215.4, 144.6), (217.4, 135.6), (222.8, 129), (231, 126.2), (239.6, 127.6), (245.4, 133), (247.6, 141)]
LOWER: list[XY] = [(246.4, 149), (241, 154.2), (233, 155.8), (224.4, 154.8), (218.4, 150.8), (215.4, 144.6)]
LASH_TOP: list[XY] = [
    (248.8, 142), (246.8, 132.4), (240.8, 125.2), (231.2, 122.2), (222, 123.8), (215, 129.6), (210.2, 136.4),
]
LASH_BOTTOM: list[XY] = [
    (218.2, 136.8), (223.4, 130.8), (231.2, 128.2), (239.4, 129.4), (245, 134.4), (248.8, 142),
]


def definitions() -> list[str]:
    """Gradients and clip paths of both eyes."""
    return [*_definitions("right", lambda points: list(points)), *_definitions("left", mirrored)]


def drawing() -> str:
    """Both eyes: the character's right one first (left in the picture)."""
    return group(
        _eye("right", lambda points: list(points), 1.0),
        _eye("left", mirrored, -1.0),
        id="eyes",
    )


def _definitions(side: str, place) -> list[str]:
    (x, y), = place([IRIS])
    (outer_x, _), (inner_x, _) = place([(212, 0), (248, 0)])
    rx, ry = IRIS_RADII
    return [
        clip(f"white-{side}", path(place(UPPER), place(LOWER))),
        linear(f"iris-{side}", (x, y - ry), (x, y + ry), (0, "#2a1b57"), (0.3, "#56338f"), (0.55, "#b44d97"),
               (0.78, "#f58a72"), (1, "#ffd27a")),
        radial(f"glow-{side}", (x, y + 8.6), 8.4, (0, "#fff3b8", 0.95), (0.55, "#ffc672", 0.5), (1, "#ffb060", 0),
               squash=0.72),
        linear(f"lash-{side}", (outer_x, 0), (inner_x, 0), (0, c.LASH_WARM), (0.22, c.LASH), (0.75, c.LASH),
               (1, c.LASH_WARM)),
        linear(f"lid-shade-{side}", (0, 123), (0, 137), (0, c.EYE_SHADE, 0.95), (0.5, c.EYE_SHADE, 0.75),
               (1, c.EYE_SHADE, 0)),
    ]


def _eye(side: str, place, sign: float) -> str:
    (x, y), = place([IRIS])
    return group(
        shape(path(place(UPPER), place(LOWER)), c.EYE_WHITE),
        group(
            _iris(side, x, y),
            shape(path(place(UPPER), place([(240, 135.5), (231, 133.6), (222, 136), (215.4, 144.6)])), c.EYE_SHADE,
                  opacity=0.55),
            _light(x, y),
            clip_path=f"url(#white-{side})",
        ),
        _lashes(side, place),
        id=f"eye-{side}",
    )


def _iris(side: str, x: float, y: float) -> str:
    rx, ry = IRIS_RADII
    rays = "".join(
        shape(ink([(x + dx * 0.35, y + 2.5 + abs(dx) * 0.1), (x + dx, y + 11 - abs(dx) * 0.45)], 1.1, 0.2, 0.2), "#ffe2a0",
              opacity=0.55)
        for dx in (-7.4, -4.4, -1.4, 1.8, 4.8, 7.4)
    )
    return group(
        ellipse((x, y), (rx, ry), "#2b1a4d"),
        ellipse((x, y), (rx - 0.9, ry - 0.9), f"url(#iris-{side})"),
        ellipse((x, y + 8.6), (8.4, 6.1), f"url(#glow-{side})"),
        rays,
        ellipse((x, y - 0.8), (4.4, 6.4), "#24123f"),
        ellipse((x, y - 0.2), (2.4, 3.8), "#150927"),
        shape(path([(x - rx, y - 2), (x - rx * 0.75, y - ry * 0.8), (x, y - ry), (x + rx * 0.75, y - ry * 0.8), (x + rx, y - 2)],
                   [(x + 6, y - 7), (x, y - 8.4), (x - 6, y - 7), (x - rx, y - 2)]), "#1a0d33", opacity=0.55),
    )


def _light(x: float, y: float) -> str:
    return group(
        ellipse((x - 4.4, y - 6.2), (3.5, 4.2), "#fff", transform=f"rotate(-14 {x - 4.4} {y - 6.2})"),
        ellipse((x + 4.9, y + 6.6), (2, 2.4), "#fff", opacity=0.92),
        ellipse((x + 6.6, y - 5.4), (1.1, 1.4), "#e9d6ff", opacity=0.9),
        ellipse((x - 5.6, y + 5.2), (0.9, 1.1), "#fff6d8", opacity=0.85),
    )


def _lashes(side: str, place) -> str:
    band = path(
        place(LASH_TOP), place([(212.4, 138.4), (215.2, 145.5)]), place(LASH_BOTTOM),
    )
    flicks = [
        place([(217, 129.4), (213, 130), (209.6, 128.6)]),
        place([(214, 133.6), (210.6, 135.6), (207.6, 135.4)]),
        place([(213.6, 137), (211.4, 139.6), (209, 140.6)]),
    ]
    return group(
        shape(band, f"url(#lash-{side})"),
        *(shape(ink(flick, 2.3, 1, 0.05, 0.1), c.LASH) for flick in flicks),
        shape(ink(place([(218.4, 151.8), (224.6, 155.9), (232.8, 157.2), (240.4, 155.6)]), 1.25, 0.5, 0.1, 0.35), c.LASH_WARM),
        shape(ink(place([(219, 151.8), (216.4, 154)]), 1.1, 0.9, 0.1, 0.1), c.LASH_WARM),
        shape(ink(place([(222.4, 154.6), (220.6, 157)]), 1.0, 0.9, 0.1, 0.1), c.LASH_WARM),
        shape(ink(place([(217.4, 125), (223.6, 120), (232, 118.6), (240.2, 120.4)]), 1.0, 0.1, 0.1, 0.4), c.SKIN_LINE,
              opacity=0.75),
    )
