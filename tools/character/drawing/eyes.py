"""The eyes: an evening sky in each iris.

Their size is what THA3 closes without shards: a taller eye, a lash with spikes, a dark crease above it or hair across
the lash leave smudges on a closed lid.
"""

from __future__ import annotations

from tools.character.drawing import palette as c
from tools.character.drawing.pen import SIDES, XY, Place, ink, path
from tools.character.drawing.svg import clip, ellipse, group, linear, radial, shape

IRIS: XY = (231.6, 142.8)
RX, RY = 10.6, 12.6
UPPER: list[XY] = [
    (216.6, 144.6),
    (219, 136.8),
    (224, 131.6),
    (231.2, 129.6),
    (238.8, 131),
    (243.8, 135.8),
    (245.6, 142.6),
]
LOWER: list[XY] = [(244.4, 149), (239.6, 153.4), (232.4, 154.8), (224.8, 153.8), (219.2, 150), (216.6, 144.6)]
LID_SHADOW: list[XY] = [(238.6, 138.6), (231, 136.8), (223.4, 139), (216.6, 144.6)]
LASH_TOP: list[XY] = [
    (247.2, 143.6),
    (245.2, 135),
    (239.8, 128.8),
    (231.2, 126.2),
    (222.8, 127.8),
    (216.6, 132.8),
    (213, 138.6),
]
LASH_WING: list[XY] = [(214.6, 139.8), (216.4, 145.4)]
LASH_BOTTOM: list[XY] = [
    (219.8, 138.2),
    (224.6, 133.2),
    (231.4, 131.2),
    (238.6, 132.6),
    (243.4, 137),
    (247.2, 143.6),
]
LOWER_LASH: list[XY] = [(219, 150.6), (224.8, 154.8), (232.4, 156), (239.4, 154.4)]
CREASE: list[XY] = [(219.6, 128.6), (225, 124.6), (232, 123.2), (239.4, 124.8)]


def definitions() -> list[str]:
    """Gradients and clip paths of both eyes."""
    return [definition for side, place in SIDES for definition in _definitions(side, place)]


def drawing() -> str:
    """Both eyes."""
    return group(*(_eye(side, place) for side, place in SIDES), id="eyes")


def _definitions(side: str, place: Place) -> list[str]:
    (x, y), (outer, _), (inner, _) = place([IRIS, (212, 0), (248, 0)])
    return [
        clip(f"white-{side}", path(place(UPPER), place(LOWER))),
        linear(
            f"iris-{side}",
            (x, y - RY),
            (x, y + RY),
            (0, c.IRIS[0]),
            (0.3, c.IRIS[1]),
            (0.55, c.IRIS[2]),
            (0.78, c.IRIS[3]),
            (1, c.IRIS[4]),
        ),
        radial(
            f"glow-{side}",
            (x, y + 7.4),
            8.2,
            (0, "#fff3b8", 0.95),
            (0.55, "#ffc672", 0.5),
            (1, "#ffb060", 0),
            squash=0.66,
        ),
        linear(
            f"lash-{side}", (outer, 0), (inner, 0), (0, c.LASH_WARM), (0.22, c.LASH), (0.75, c.LASH), (1, c.LASH_WARM)
        ),
    ]


def _eye(side: str, place: Place) -> str:
    x, y = place([IRIS])[0]
    return group(
        shape(path(place(UPPER), place(LOWER)), c.EYE_WHITE),
        group(
            shape(path(place(UPPER), place(LID_SHADOW)), c.EYE_SHADE, opacity=0.75),
            _iris(side, x, y),
            _light(x, y),
            clip_path=f"url(#white-{side})",
        ),
        shape(path(place(LASH_TOP), place(LASH_WING), place(LASH_BOTTOM)), f"url(#lash-{side})"),
        shape(ink(place(LOWER_LASH), 0.95, 0.5, 0.1, 0.3), c.LASH_WARM, opacity=0.85),
        shape(ink(place(CREASE), 0.9, 0.1, 0.1, 0.4), c.SKIN_DEEP, opacity=0.6),
        id=f"eye-{side}",
    )


def _iris(side: str, x: float, y: float) -> str:
    top = [(x - RX, y - 2), (x - RX * 0.75, y - RY * 0.8), (x, y - RY), (x + RX * 0.75, y - RY * 0.8), (x + RX, y - 2)]
    under = [(x + 6, y - 7), (x, y - 8.4), (x - 6, y - 7), (x - RX, y - 2)]
    return group(
        ellipse((x, y), (RX, RY), c.IRIS_RIM),
        ellipse((x, y), (RX - 0.9, RY - 0.9), f"url(#iris-{side})"),
        ellipse((x, y + 7.4), (8.2, 5.4), f"url(#glow-{side})"),
        *(_ray(x, y, reach) for reach in (-7.4, -4.4, -1.4, 1.8, 4.8, 7.4)),
        ellipse((x, y - 0.8), (4.2, 5.6), "#24123f"),
        ellipse((x, y - 0.2), (2.3, 3.3), "#150927"),
        shape(path(top, under), "#1a0d33", opacity=0.55),
    )


def _ray(x: float, y: float, reach: float) -> str:
    """A thread of light from the pupil down to the iris's rim."""
    thread = [(x + reach * 0.35, y + 2.5 + abs(reach) * 0.1), (x + reach, y + 10 - abs(reach) * 0.5)]
    return shape(ink(thread, 1, 0.2, 0.2), "#ffe2a0", opacity=0.55)


def _light(x: float, y: float) -> str:
    """The lamp stands at the left of the picture: the highlights are not mirrored."""
    return group(
        ellipse((x - 4.1, y - 5.4), (3.2, 3.7), "#fff", transform=f"rotate(-14 {x - 4.1:.1f} {y - 5.4:.1f})"),
        ellipse((x + 4.6, y + 5.8), (1.9, 2.1), "#fff", opacity=0.92),
        ellipse((x + 6.2, y - 4.6), (1, 1.2), "#e9d6ff", opacity=0.9),
        ellipse((x - 5.2, y + 4.6), (0.9, 1), "#fff6d8", opacity=0.85),
    )
