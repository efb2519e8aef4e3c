"""The vectors of drawn marks: blush, sweat, tears and the like, each a function of the seconds since it came.

Coordinates are in sizes of the head (from the top of the hair to the chin) from its middle: x to the right of the
picture, y down.
The eyes are at (+-0.2, 0.09), the cheeks at (+-0.26, 0.27), the end of the hair at the top at y = -0.6.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Shape (n, 2)."""
Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
PINK, ROSE = (255, 104, 128), (226, 70, 104)
WATER, DEEP = (196, 232, 255), (66, 128, 204)
GOLD, AMBER = (255, 238, 140), (232, 164, 44)
RED, NIGHT = (226, 38, 50), (44, 44, 96)


@dataclass(frozen=True, slots=True)
class Shape:
    """One area or line of one colour.

    Attributes:
        points: its corners.
        colour: sRGB.
        opacity: 0..1.
        width: of the line along the points; 0 fills what they surround.
        is_closed: whether the line ends where it begins.
        soft: how far its edge is blurred (standard deviation).
    """

    points: Points
    colour: Colour
    opacity: float = 1.0
    width: float = 0.0
    is_closed: bool = False
    soft: float = 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of mark.

    Attributes:
        shapes: what is drawn after so many seconds, the last one on top.
        depth: how much it moves along when the head turns and nods; 1 lies on the face, 0 floats beside it.
        on_figure: it is seen on the figure only, and not beside it.
        is_thing: it is drawn as a thing, and a weak one is still nearly opaque; else as a colour on the skin.
    """

    shapes: Callable[[float], Sequence[Shape]]
    depth: float
    on_figure: bool = False
    is_thing: bool = True

    def opacity(self, strength: float) -> float:
        """How much covers what is behind it, 0..1: at a half a colour covers a half and a thing seven eighths."""
        return 1.0 - (1.0 - strength) ** 3 if self.is_thing else strength


def _at(points: Points, x: float, y: float, size: float = 1.0, turn: float = 0.0) -> Points:
    """The points larger by `size`, turned (radians, clockwise) and moved."""
    cos, sin = math.cos(turn), math.sin(turn)
    return np.asarray(size * points @ np.array([[cos, sin], [-sin, cos]]) + (x, y))


def _edged(points: Points, fill: Colour, edge: Colour, width: float, opacity: float = 1.0) -> list[Shape]:
    """An area with a line round it, half of it outside."""
    return [
        Shape(points, edge, opacity, width, is_closed=True),
        Shape(points, fill, opacity),
    ]


def _ellipse(wide: float, high: float, count: int = 40) -> Points:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([wide * np.cos(angle), high * np.sin(angle)], axis=1)


def _curve(start: Sequence[float], bend: Sequence[float], end: Sequence[float], count: int = 14) -> Points:
    """A quadratic Bezier curve."""
    share = np.linspace(0, 1, count)[:, None]
    return np.asarray(
        (1 - share) ** 2 * np.array(start) + 2 * share * (1 - share) * np.array(bend) + share**2 * np.array(end)
    )


def _drop() -> Points:
    """A drop of height 1 whose point is at the top, its middle at (0, 0)."""
    angle = np.linspace(-0.75 * np.pi, 0.75 * np.pi, 30)
    round_ = np.stack([0.33 * np.sin(angle), 0.17 + 0.33 * np.cos(angle)], axis=1)
    return np.vstack([round_, [(0.05, -0.36), (0.0, -0.5), (-0.05, -0.36)]])


def _heart() -> Points:
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = 16 * np.sin(angle) ** 3
    y = -(13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle))
    return np.stack([x, y + 2.5], axis=1) / 32


def _star() -> Points:
    """Four points, bent in between."""
    arms = [_curve((0, -1), (0.1, -0.1), (1, 0)), _curve((1, 0), (0.1, 0.1), (0, 1))]
    half = np.vstack([arm[:-1] for arm in arms])
    return np.vstack([half, -half])


DROP, HEART, STAR = _drop(), _heart(), _star()


def _pop(seconds: float) -> float:
    """A size that passes 1 and comes back to it, as something that springs up."""
    return 1 - math.exp(-9 * max(seconds, 0.0)) * math.cos(11 * seconds)


def _round(seconds: float, period: float, delay: float = 0.0) -> float:
    """0..1, again and again; below 0 before its first time."""
    return -1.0 if seconds < delay else (seconds - delay) / period % 1.0


def blush(seconds: float) -> list[Shape]:
    """Both cheeks, with three strokes each; the colour comes and goes a little, as it does."""
    shapes, warmth = [], 0.6 + 0.06 * math.sin(2 * math.pi * 0.4 * seconds)
    for side in (-1, 1):
        shapes.append(Shape(_at(_ellipse(0.105, 0.058), 0.255 * side, 0.275), PINK, warmth, soft=0.03))
        for place in (-1, 0, 1):
            x = 0.255 * side + 0.042 * place
            line = np.array([(x + 0.018, 0.25), (x - 0.018, 0.302)])
            shapes.append(Shape(line, ROSE, 0.75, 0.012))
    return shapes


def sweat(seconds: float) -> list[Shape]:
    """A drop that slides down the temple, ever again."""
    share = _round(seconds, 2.8)
    y = -0.19 + 0.16 * share**2
    opacity = min(1.0, 8 * share, 6 * (1 - share))
    drop = _at(DROP, 0.37, y, 0.2, -0.14)
    shine = _at(_curve((-0.17, 0.1), (-0.2, 0.33), (0.0, 0.37)), 0.37, y, 0.2, -0.14)
    return [*_edged(drop, WATER, DEEP, 0.02, opacity), Shape(shine, WHITE, opacity, 0.016)]


def tears(seconds: float) -> list[Shape]:
    """They well up under both eyes, and drops run down the cheeks by turns."""
    shapes, swell = [], min(1.0, seconds / 0.8)
    for side in (-1, 1):
        pool = _at(_ellipse(0.085, 0.022 * swell), 0.195 * side, 0.196)
        shapes += [Shape(pool, WATER, 0.85), Shape(pool[:21], DEEP, 0.6, 0.008)]
        share = _round(seconds, 1.9, 0.7 if side > 0 else 1.55)
        if share < 0:
            continue
        x, y = side * (0.215 + 0.03 * share), 0.20 + 0.26 * share**1.6
        way = np.stack([side * (0.215 + 0.03 * np.linspace(0, share, 8)), np.linspace(0.20, y, 8)], axis=1)
        opacity = min(1.0, 10 * share, 5 * (1 - share))
        shapes += [
            Shape(way, WATER, 0.55 * opacity, 0.026),
            *_edged(_at(DROP, x, y, 0.085 + 0.02 * share), WATER, DEEP, 0.014, opacity),
            Shape(_at(_ellipse(0.012, 0.016), x - 0.01, y + 0.01), WHITE, opacity),
        ]
    return shapes


SPARKS = ((-0.74, -0.30, 0.13), (0.76, -0.22, 0.15), (0.84, 0.12, 0.08), (-0.84, 0.02, 0.08), (-0.56, -0.60, 0.09))


def sparkles(seconds: float) -> list[Shape]:
    """Stars around the head that twinkle."""
    shapes: list[Shape] = []
    for number, (x, y, size) in enumerate(SPARKS):
        light = math.sin(math.pi * _round(seconds, 1.5, 0.22 * number)) if seconds >= 0.22 * number else 0.0
        if light > 0.02:
            star = _at(STAR, x, y, size * (0.35 + 0.65 * light), 0.25 * light)
            shapes += _edged(star, GOLD, AMBER, 0.016, min(1.0, 1.6 * light))
            shapes.append(Shape(_at(star - (x, y), x, y, 0.5), WHITE, min(1.0, 1.6 * light)))
    return shapes


def anger(seconds: float) -> list[Shape]:
    """The swollen veins of a temple, as four bent lines; they throb."""
    size = 0.125 * _pop(seconds) * (1 + 0.1 * math.sin(2 * math.pi * 1.5 * seconds))
    arm = _curve((1.0, 0.24), (0.24, 0.24), (0.24, 1.0))
    lines = [_at(arm, 0.30, -0.30, size, math.pi / 2 * quarter + 0.2) for quarter in range(4)]
    return [
        *(Shape(line, WHITE, width=0.06) for line in lines),
        *(Shape(line, RED, width=0.036) for line in lines),
    ]


def gloom(seconds: float) -> list[Shape]:
    """A shadow over the brow, with lines that come down."""
    down = min(1.0, 0.4 + seconds / 0.7)
    shade = np.array([(-0.4, -0.4), (0.4, -0.4), (0.38, 0.02), (-0.38, 0.02)])
    lines = [
        Shape(np.array([(x, -0.36), (x, -0.36 + down * length)]), NIGHT, 0.62, 0.012)
        for x, length in zip(
            np.linspace(-0.3, 0.3, 9), (0.3, 0.38, 0.33, 0.42, 0.35, 0.41, 0.32, 0.39, 0.3), strict=True
        )
    ]
    return [Shape(shade, NIGHT, 0.42, soft=0.05), *lines]


RISING = ((0.62, 0.15, 0.0), (-0.66, 0.1, 0.9), (0.78, 0.05, 1.7))


def hearts(seconds: float) -> list[Shape]:
    """They rise on both sides of the head, swaying."""
    shapes: list[Shape] = []
    for x, size, delay in RISING:
        share = _round(seconds, 2.6, delay)
        if share < 0:
            continue
        place = x + 0.05 * math.sin(5 * share), -0.05 - 0.55 * share
        opacity = min(1.0, 6 * share, 4 * (1 - share))
        grown = (size + 0.1) * (0.5 + 0.5 * min(1.0, 3 * share))
        shapes += _edged(_at(HEART, *place, grown, 0.25 * math.sin(5 * share)), PINK, ROSE, 0.022, opacity)
        shine = _at(_curve((-0.3, 0.0), (-0.36, -0.26), (-0.12, -0.24)), *place, grown, 0.25 * math.sin(5 * share))
        shapes.append(Shape(shine, WHITE, opacity, 0.012))
    return shapes


def _sign(parts: Sequence[Shape], edge: Colour) -> list[Shape]:
    """Lines and areas with an edge of another colour around all of them."""
    behind = [replace(one, colour=edge, width=one.width + 0.045, is_closed=one.width == 0) for one in parts]
    return [*behind, *parts]


def question(seconds: float) -> list[Shape]:
    """It leans to and fro beside the head."""
    size, turn = 0.17 * _pop(seconds), 0.2 + 0.1 * math.sin(2 * math.pi * 0.5 * seconds)
    hook = np.vstack(
        [
            _curve((-0.5, -0.5), (-0.5, -1.0), (0.0, -1.0)),
            _curve((0.0, -1.0), (0.5, -1.0), (0.5, -0.55)),
            _curve((0.5, -0.55), (0.45, -0.15), (0.0, 0.0)),
            [(0.0, 0.3)],
        ]
    )
    dot = _at(_ellipse(0.19, 0.19), 0.0, 0.8)
    return _sign(
        [Shape(_at(hook, 0.60, -0.58, size, turn), AMBER, width=0.05), Shape(_at(dot, 0.60, -0.58, size, turn), AMBER)],
        WHITE,
    )


def exclamation(seconds: float) -> list[Shape]:
    """It springs up beside the head."""
    size = 0.19 * _pop(seconds)
    wedge = np.array([(-0.24, -1.0), (0.24, -1.0), (0.1, 0.35), (-0.1, 0.35)])
    dot = _at(_ellipse(0.2, 0.2), 0.0, 0.85)
    return _sign([Shape(_at(part, 0.58, -0.58, size, 0.22), RED) for part in (wedge, dot)], WHITE)


MARKS: dict[str, Mark] = {
    "gloom": Mark(gloom, 1.0, on_figure=True, is_thing=False),
    "blush": Mark(blush, 1.0, on_figure=True, is_thing=False),
    "tears": Mark(tears, 1.0, on_figure=True),
    "sweat": Mark(sweat, 0.8),
    "anger": Mark(anger, 0.8),
    "hearts": Mark(hearts, 0.1),
    "sparkles": Mark(sparkles, 0.1),
    "question": Mark(question, 0.2),
    "exclamation": Mark(exclamation, 0.2),
}
"""In the order in which they are drawn."""
