"""Which part of the picture the scene shows: the whole, the upper body or the face, chosen from where the figure is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from vtube.settings import SceneSettings

CROWN = 0.06
"""Where the head ends, hair included, in a usual THA3 picture: a part of its height from the top."""

STANDS = 0.97
"""A figure that reaches down to here, in parts of the picture's height, stands on the lower edge already."""

TUCKED = 0.012
"""How far below the lower edge the end of a figure is put, so that no motion lifts it into sight."""

GLIDE_S = 0.6
"""How long the change from one shot to another takes."""

FrameKind = Literal["auto", "full", "bust", "face"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Where the figure and its head lie in the drawn picture, in parts of its width and height from the upper left."""

    left: float = 0.0
    top: float = CROWN
    right: float = 1.0
    bottom: float = 1.0
    head_x: float = 0.5
    head_y: float = 0.25
    head_size: float = 0.25
    is_cut_at_sides: bool = False
    """The figure ends at a straight line at its left and right, which nobody should see."""


TEMPLATE = Subject()
"""A picture after THA3's template: the head in its box, the body down to the lower edge."""


class Shot(NamedTuple):
    """The size of the picture against the one that fits, where its top comes to, and how far it moves sidewards.

    `top` and `x` in parts of the height and width of the result.
    """

    zoom: float
    top: float
    x: float


class FramingValues(NamedTuple):
    """What `Framing` works by; `turn` in degrees, clockwise."""

    zoom: float
    x: float
    y: float
    turn: float = 0.0


def shot(kind: FrameKind, subject: Subject, width: int, height: int) -> Shot:
    """What a scene of width x height pixels shows of a square picture."""
    fit = min(width / height, 1.0)
    if kind == "full" or (kind == "auto" and subject.bottom >= STANDS):
        return Shot(1.0, 1.0 - fit, 0.0)
    size, chin = subject.head_size, subject.head_y + subject.head_size / 2
    crown = min(subject.top, subject.head_y - size / 2)
    end = subject.bottom - TUCKED if subject.bottom < STANDS else 1.0
    middle, wide = subject.head_x, 2.2 * size
    if kind == "auto":
        first, last = subject.top - 0.1 * (end - subject.top), end
        wide = subject.right - subject.left
    elif kind == "bust":
        first, last = crown - 0.2 * size, min(end, chin + 1.1 * size)
    else:
        first, last = subject.head_y - 0.7 * size, min(end, chin + 0.3 * size)
    zoom = 1 / (fit * max(last - first, size))
    across = width / height / (fit * max(wide, size))
    if kind == "auto" and subject.is_cut_at_sides:
        middle = (subject.left + subject.right) / 2
        zoom = min(max(zoom, across), 1 / (fit * 1.3 * size))
    else:
        zoom = min(zoom, across)
    scale = fit * zoom
    if kind != "auto":
        last = min(end, last + max(0.0, 1 / scale - (last - first)) / 2)  # half of what is left over lies below
    return Shot(zoom, 1.0 - last * scale, (0.5 - middle) * scale * height / width)


def framing_values(base: Shot, scene: SceneSettings) -> FramingValues:
    """The shot with the user's own zoom and place on top of it, as `Framing` takes them."""
    fit = min(scene.width / scene.height, 1.0)
    zoom = base.zoom * scene.zoom
    fixed = base.top + CROWN * fit * base.zoom if scene.zoom > 1 else 1.0
    top = fixed + (base.top - fixed) * scene.zoom
    pivot = CROWN if zoom > 1 else 1.0
    y = 1.0 - fit * (1 - pivot) - fit * zoom * pivot - top
    return FramingValues(zoom, base.x * scene.zoom + scene.x, round(y, 9) + scene.y, scene.rotation)


class Glide:
    """The shot of every moment: after a change it moves to the new one, in `GLIDE_S` and without a jolt.

    For one thread.
    """

    def __init__(self) -> None:
        self._from: Shot | None = None
        self._to: Shot | None = None
        self._shown: Shot | None = None
        self._begun = self._last = 0.0

    def shot(self, wanted: Shot, now: float) -> Shot:
        """Where the way to `wanted` has led at `now`, monotonic seconds; at once where nothing was shown before."""
        if self._shown is None:
            self._from = self._to = wanted
        elif wanted != self._to:
            self._from, self._to, self._begun = self._shown, wanted, self._last
        self._last = now
        share = min(max((now - self._begun) / GLIDE_S, 0.0), 1.0)
        if self._from is None or share >= 1 or self._from == wanted:
            self._shown = wanted
            return wanted
        eased = share * share * (3 - 2 * share)
        steps = (one + (other - one) * eased for one, other in zip(self._from, wanted, strict=True))
        self._shown = Shot(*steps)
        return self._shown


class Move:
    """A change of zoom and place that is asked for to take its time. Begun from any thread, shown by one."""

    def __init__(self) -> None:
        self._shown: FramingValues | None = None
        self._wanted: tuple[FramingValues, float] | None = None
        """Where it begins and how long it takes; another object for each move."""
        self._moving: tuple[FramingValues, float] | None = None
        self._begun = 0.0

    def begin(self, seconds: float) -> None:
        """Go from where the picture is now to what is wanted next, in so many seconds; whole turns are forgotten."""
        shown = self._shown
        if shown is None or seconds <= 0:
            self._wanted = None
        else:
            self._wanted = FramingValues(*shown[:3], shown.turn % 360), seconds

    def at(self, target: FramingValues, now: float) -> FramingValues:
        """The framing at `now` on the way to `target`, monotonic seconds."""
        if (wanted := self._wanted) is not self._moving:
            self._moving, self._begun = wanted, now
        if wanted is None or now - self._begun >= wanted[1]:
            self._shown = target
            return target
        share = max((now - self._begun) / wanted[1], 0.0)
        eased = share * share * (3 - 2 * share)
        steps = (one + (other - one) * eased for one, other in zip(wanted[0], target, strict=True))
        self._shown = FramingValues(*steps)
        return self._shown


class Director:
    """Chooses the shot of the character on air and gives its framing, frame by frame."""

    def __init__(self, scene: SceneSettings, subject: Callable[[], Subject] = lambda: TEMPLATE) -> None:
        """`subject` knows where the figure on air is; asked for every frame, from the thread that draws."""
        self.scene = scene
        self._subject = subject
        self._glide = Glide()
        self.move = Move()

    def values(self, now: float) -> FramingValues:
        """The framing at `now`, monotonic seconds."""
        scene = self.scene
        wanted = shot(scene.frame, self._subject(), scene.width, scene.height)
        return self.move.at(framing_values(self._glide.shot(wanted, now), scene), now)
