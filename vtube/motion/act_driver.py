"""Gestures as a layer: those that somebody asks for, and those that pass the time until something happens."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vtube.errors import SettingsError
from vtube.motion.acts import ACTS, ONE_SIDED, known
from vtube.motion.adding import added
from vtube.motion.body_mouth import MOUTH, SHUT, opening
from vtube.motion.noise import between, uniform
from vtube.motion.strokes import Stroke, Strokes
from vtube.pose import INDEX, Pose
from vtube.settings import GestureSettings
from vtube.text import unknown

MOST_WAITING = 8
"""Gestures that begin with one frame, at most."""
LED = 0.8
"""So much of idle motion a look takes away; the rest keeps her alive meanwhile."""
LETS_GO_S = 0.5
"""A gesture that passes the time ends within this when something happens."""
_MIRRORED = tuple(INDEX[name] for name in ("head_y", "neck_z", "body_y", "body_z", "iris_rotation_y"))
_LIDS = tuple(INDEX[f"eye_{form}_{side}"] for form in ("wink", "happy_wink") for side in ("left", "right"))
"""However small a gesture is, a lid that it shuts is shut: at 0.9 a sliver of the iris is seen."""
_SIDE, _SIZE, _PACE = 920, 921, 922


class ActDriver:
    """Moves what a gesture moves, over what the face does; nothing in between.

    Attributes:
        settings: how strongly; may be replaced while running.
        mouth: what the gestures make of the mouth in the last pose; it goes under that of a voice.
    """

    def __init__(self, settings: GestureSettings, tracked: Callable[[], float] = lambda: 0.0) -> None:
        """`tracked`: how much of the head is a tracked face's, 0..1; a look is only added to that."""
        self.settings = settings
        self._tracked = tracked
        self.mouth = SHUT
        self._asked, self._passing = Strokes(), Strokes()
        self._count = 0
        self._waiting: deque[tuple[str, Strokes]] = deque(maxlen=MOST_WAITING)
        self._lets_go = self._breaks_off = False

    def names(self) -> list[str]:
        """The gestures that there are."""
        return list(ACTS)

    def act(self, word: str) -> None:
        """Begin a gesture with the next frame; any thread may.

        Raises:
            SettingsError: there is none of that name.
        """
        name = known(word)
        if not name:
            raise SettingsError(unknown("gesture", word, ACTS))
        self._waiting.append((name, self._asked))

    def offer(self, word: str) -> None:
        """Begin the gesture that a language model names, if there is one."""
        if name := known(word):
            self._waiting.append((name, self._asked))

    def pass_time(self, word: str) -> None:
        """Begin a gesture of somebody with nothing to do, which `let_go` ends."""
        if name := known(word):
            self._waiting.append((name, self._passing))

    def let_go(self) -> None:
        """Something happens: end what only passes the time, within LETS_GO_S."""
        self._lets_go = True

    def break_off(self) -> None:
        """End what is under way within `strokes.BREAKS_OFF_S`, and begin nothing that waits; any thread may."""
        self._waiting = deque(maxlen=MOST_WAITING)
        self._breaks_off = True

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        if self._breaks_off:
            self._breaks_off = False
            self._asked.break_off(now)
            self._passing.break_off(now)
        if self._lets_go:
            self._lets_go = False
            self._passing.break_off(now, LETS_GO_S)
        waiting = self._waiting
        while waiting:
            name, strokes = waiting.popleft()
            strokes.add(*self._varied(name, now))
        if len(self._asked) or len(self._passing):
            self._move(pose, now)

    def _move(self, pose: Pose, now: float) -> None:
        asked, passing, strength = self._asked, self._passing, self.settings.strength
        moved = asked.sum(now) + passing.sum(now)
        share = max(asked.share(now, MOUTH), passing.share(now, MOUTH))
        self.mouth = opening(moved, share, strength)
        more = strength * moved
        more[MOUTH] = 0.0
        led = np.maximum(asked.led(now), passing.led(now))
        led *= LED * min(strength, 1.0) * (1.0 - self._tracked())
        pose[:] = added((1.0 - led) * pose, more)

    def _varied(self, name: str, now: float) -> list[Stroke]:
        """A gesture as nobody makes it twice: a little larger or smaller, faster or slower, to this side or that."""
        self._count += 1
        side, size, pace = (uniform(self.settings.seed, stream, self._count) for stream in (_SIDE, _SIZE, _PACE))
        mirror = -1.0 if name in ONE_SIDED and side < 0.5 else 1.0
        return [
            _scaled(one, now, between(0.85, 1.1, size), between(0.9, 1.12, pace), mirror) for one in ACTS[name](now)
        ]


def _scaled(one: Stroke, now: float, size: float, pace: float, mirror: float) -> Stroke:
    larger = 1.0 if one.index in _LIDS else size
    return replace(
        one,
        amount=one.amount * larger * (mirror if one.index in _MIRRORED else 1.0),
        start=now + pace * (one.start - now),
        rise=pace * one.rise,
        hold=pace * one.hold,
        fall=pace * one.fall,
        shakes_hz=one.shakes_hz / pace,
    )
