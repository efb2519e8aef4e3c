"""The eyes: an evening sky in each iris. Drawn for the left of the picture; the other one is mirrored but for light."""

from __future__ import annotations

from vtube.characters.drawing import palette as c
from vtube.characters.drawing.pen import XY, Lock, ink, mirrored, path
from vtube.characters.drawing.svg import clip, ellipse, group, linear, radial, shape

IRIS: XY = (231.6, 142.8)
IRIS_RADII: XY = (10.6, 12.6)
UPPER: list[XY] = [(216.6, 144.6), (219, 136.8), (224, 131.6), (231.2, 129.6), (238.8, 131), (243.8, 135.8), (245.6, 142.6)]
LOWER: list[XY] = [(244.4, 149), (239.6, 153.4), (232.4, 154.8), (224.8, 153.8), (219.2, 150), (216.6, 144.6)]
LASH_TOP: list[XY] = [
    (247.2, 143.6), (245.2, 135), (239.8, 128.8), (231.2, 126.2), (222.8, 127.8), (216.6, 132.8), (213, 138.6),
]
LASH_WING: list[XY] = [(214.6, 139.8), (216.4, 145.4)]
LASH_BOTTOM: list[XY] = [
    (219.8, 138.2), (224.6, 133.2), (231.4, 131.2), (238.6, 132.6), (243.4, 137), (247.2, 143.6),
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
        radial(f"glow-{side}", (x, y + 7.4), 8.2, (0, "#fff3b8", 0.95), (0.55, "#ffc672", 0.5), (1, "#ffb060", 0),
               squash=0.66),
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
            shape(path(place(UPPER), place([(238.6, 138.6), (231, 136.8), (223.4, 139), (216.6, 144.6)])), c.EYE_SHADE,
                  opacity=0.75),
            _iris(side, x, y),
            _light(x, y),
            clip_path=f"url(#white-{side})",
        ),
        _lashes(side, place),
        id=f"eye-{side}",
    )


def _iris(side: str, x: float, y: float) -> str:
    rx, ry = IRIS_RADII
    rays = "".join(
        shape(ink([(x + dx * 0.35, y + 2.5 + abs(dx) * 0.1), (x + dx, y + 10 - abs(dx) * 0.5)], 1, 0.2, 0.2), "#ffe2a0",
              opacity=0.55)
        for dx in (-7.4, -4.4, -1.4, 1.8, 4.8, 7.4)
    )
    return group(
        ellipse((x, y), (rx, ry), "#2b1a4d"),
        ellipse((x, y), (rx - 0.9, ry - 0.9), f"url(#iris-{side})"),
        ellipse((x, y + 7.4), (8.2, 5.4), f"url(#glow-{side})"),
        rays,
        ellipse((x, y - 0.8), (4.2, 5.6), "#24123f"),
        ellipse((x, y - 0.2), (2.3, 3.3), "#150927"),
        shape(path([(x - rx, y - 2), (x - rx * 0.75, y - ry * 0.8), (x, y - ry), (x + rx * 0.75, y - ry * 0.8), (x + rx, y - 2)],
                   [(x + 6, y - 7), (x, y - 8.4), (x - 6, y - 7), (x - rx, y - 2)]), "#1a0d33", opacity=0.55),
    )


def _light(x: float, y: float) -> str:
    return group(
        ellipse((x - 4.1, y - 5.4), (3.2, 3.7), "#fff", transform=f"rotate(-14 {x - 4.1} {y - 5.4})"),
        ellipse((x + 4.6, y + 5.8), (1.9, 2.1), "#fff", opacity=0.92),
        ellipse((x + 6.2, y - 4.6), (1, 1.2), "#e9d6ff", opacity=0.9),
        ellipse((x - 5.2, y + 4.6), (0.9, 1), "#fff6d8", opacity=0.85),
    )


def _lashes(side: str, place) -> str:
    band = path(
        place(LASH_TOP), place(LASH_WING), place(LASH_BOTTOM),
    )
    return group(
        shape(band, f"url(#lash-{side})"),
        shape(ink(place([(219, 150.6), (224.8, 154.8), (232.4, 156), (239.4, 154.4)]), 0.95, 0.5, 0.1, 0.3), c.LASH_WARM, opacity=0.85),
        shape(ink(place([(219.6, 128.6), (225, 124.6), (232, 123.2), (239.4, 124.8)]), 0.9, 0.1, 0.1, 0.4), c.SKIN_DEEP,
              opacity=0.6),
    )
