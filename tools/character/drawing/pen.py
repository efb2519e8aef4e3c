"""The pen: smooth curves through points, tapered ink lines and locks of hair, as SVG text.

Coordinates are SVG user units of a 512 x 512 picture, x to the right, y down.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

XY = tuple[float, float]
XYW = tuple[float, float, float]
Place = Callable[[Sequence[XY]], list[XY]]
"""Puts points drawn for one side on their side of the picture."""


def number(value: float) -> str:
    """`value` with at most two decimals, as short as it goes."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _tangents(points: Sequence[Sequence[float]]) -> list[list[float]]:
    """Catmull-Rom tangents, one-sided at the ends, scaled down where a neighbour is much nearer."""
    last = len(points) - 1
    tangents = []
    for i, point in enumerate(points):
        before, after = points[max(i - 1, 0)], points[min(i + 1, last)]
        span = math.dist(before[:2], point[:2]), math.dist(point[:2], after[:2])
        total = sum(span) or 1.0
        tangents.append([(b - a) / total for a, b in zip(before, after, strict=True)])
    return tangents


def _run(points: Sequence[XY]) -> str:
    """Cubic segments of a smooth open run through `points`, without the opening move."""
    tangents = _tangents(points)
    pieces = []
    for i in range(len(points) - 1):
        (x0, y0), (x1, y1) = points[i], points[i + 1]
        third = math.dist((x0, y0), (x1, y1)) / 3
        (u0, v0), (u1, v1) = tangents[i], tangents[i + 1]
        corners = (x0 + u0 * third, y0 + v0 * third, x1 - u1 * third, y1 - v1 * third, x1, y1)
        pieces.append("C" + " ".join(map(number, corners)))
    return "".join(pieces)


def path(*runs: Sequence[XY], closed: bool = True) -> str:
    """Path data of smooth runs joined end to end; corners lie only where one run meets the next.

    Each run after the first goes on from the last point of the one before it.
    """
    pen = runs[0][0]
    data = f"M{number(pen[0])} {number(pen[1])}"
    for i, run in enumerate(runs):
        data += _run(run if i == 0 else [pen, *run])
        pen = run[-1]
    return data + ("Z" if closed else "")


def as_drawn(points: Sequence[XY]) -> list[XY]:
    """`points` where they are."""
    return list(points)


def mirrored(points: Sequence[XY]) -> list[XY]:
    """`points` reflected at the picture's middle, x = 256."""
    return [(512 - x, y) for x, y in points]


SIDES: tuple[tuple[str, Place], ...] = (("right", as_drawn), ("left", mirrored))
"""The character's own sides; what has two is drawn for her right, at the left of the picture."""


def joined(runs: Sequence[Sequence[XY]]) -> list[list[XY]]:
    """Each run of an outline with the point that it starts from."""
    return [list(runs[0]), *([before[-1], *run] for before, run in itertools.pairwise(runs))]


def both_halves(points: Sequence[XY]) -> list[XY]:
    """A run from one middle point to another, followed by its mirror image back to the start."""
    return [*points, *reversed(mirrored(points[:-1]))]


class Lock:
    """A lock of hair, or any band: a spine of (x, y, half width).

    `at(t, u)` maps a place in the lock to the picture: t from the root (0) to the tip (1), u across (-1 and 1 are
    the edges; for a lock that hangs down, the left and the right one in the picture). Shadows, light and ink are
    drawn in (t, u), so that they follow the hair.
    """

    def __init__(self, *spine: XYW) -> None:
        self._spine = spine
        self._tangents = _tangents(spine)
        lengths = [math.dist(a[:2], b[:2]) for a, b in itertools.pairwise(spine)]
        total = sum(lengths)
        self._stops = [sum(lengths[:i]) / total for i in range(len(spine))]
        self._lengths = lengths

    def _place(self, t: float) -> tuple[list[float], list[float]]:
        """Value (x, y, w) and derivative of the Hermite spline at `t`."""
        i = max(0, min(len(self._lengths) - 1, sum(stop <= t for stop in self._stops) - 1))
        length = self._lengths[i]
        s = (t - self._stops[i]) / ((self._stops[i + 1] - self._stops[i]) or 1.0)
        h = (2 * s**3 - 3 * s**2 + 1, s**3 - 2 * s**2 + s, -2 * s**3 + 3 * s**2, s**3 - s**2)
        d = (6 * s**2 - 6 * s, 3 * s**2 - 4 * s + 1, -6 * s**2 + 6 * s, 3 * s**2 - 2 * s)
        rows = zip(self._spine[i], self._tangents[i], self._spine[i + 1], self._tangents[i + 1], strict=True)
        value, slope = [], []
        for p0, m0, p1, m1 in rows:
            parts = (p0, m0 * length, p1, m1 * length)
            value.append(sum(a * b for a, b in zip(h, parts, strict=True)))
            slope.append(sum(a * b for a, b in zip(d, parts, strict=True)))
        return value, slope

    def at(self, t: float, u: float) -> XY:
        """The point at `t` along and `u` across."""
        (x, y, width), _ = self._place(t)
        right, down = self.across(t)
        reach = u * max(width, 0.0)
        return x + right * reach, y + down * reach

    def across(self, t: float) -> XY:
        """The unit vector from u = -1 towards u = 1 at `t`."""
        _, (dx, dy, _) = self._place(t)
        length = math.hypot(dx, dy) or 1.0
        return dy / length, -dx / length

    def edge(self, u: float, start: float = 0.0, end: float = 1.0, count: int = 9) -> list[XY]:
        """Points along the line `u` from `start` to `end`."""
        return [self.at(start + (end - start) * i / (count - 1), u) for i in range(count)]

    def outline(self) -> str:
        """Path data of the whole lock."""
        return path(self.edge(-1), self.edge(1)[-2::-1], [self.at(0, -1)])

    def wisp(self, start: float, end: float, u: float, width: float, lean: float = 0.0) -> str:
        """Path data of a spindle inside the lock, pointed at both ends.

        `u` is where it lies, `width` its greatest extent across and `lean` how far u moves from start to end.
        """
        left, right = [], []
        for i in range(9):
            s = i / 8
            t, middle, half = start + (end - start) * s, u + lean * s, width * math.sin(math.pi * s) ** 0.8 / 2
            left.append(self.at(t, middle - half))
            right.append(self.at(t, middle + half))
        return path(left, right[-2::-1])

    def crescent(self, start: float, end: float, side: float, depth: float, lag: float = 1.0) -> str:
        """Path data of a shadow along one edge (`side` -1 or 1), `depth` of the half width at its deepest.

        `lag` above 1 moves the deepest place towards `start`, below 1 towards `end`.
        """
        edge, inner = [], []
        for i in range(11):
            s = i / 10
            t = start + (end - start) * s
            edge.append(self.at(t, side))
            inner.append(self.at(t, side * (1 - depth * math.sin(math.pi * s ** (1 / lag)))))
        return path(edge, inner[-2::-1])

    def ink(self, width: float, u: float, start: float = 0.0, end: float = 1.0, **taper: float) -> str:
        """Path data of a tapered ink line along `u`."""
        return ink(self.edge(u, start, end), width, **taper)


def ink(points: Sequence[XY], width: float, first: float = 0.15, last: float = 0.15, peak: float = 0.5) -> str:
    """Path data of a pen line through `points`, `width` thick at `peak` (0..1) of its length.

    `first` and `last` are the thickness at the ends as parts of `width`.
    """
    band = Lock(*((x, y, 0.0) for x, y in points))
    count = max(7, min(25, 3 * len(points)))
    left, right = [], []
    for i in range(count):
        t = i / (count - 1)
        end, reach = (first, t / peak) if t < peak else (last, (1 - t) / (1 - peak))
        half = width / 2 * (end + (1 - end) * math.sin(math.pi / 2 * reach))
        (x, y), (right_x, right_y) = band.at(t, 0), band.across(t)
        left.append((x + right_x * half, y + right_y * half))
        right.append((x - right_x * half, y - right_y * half))
    return path(left, [right[-1]], right[-2::-1], [left[0]])
