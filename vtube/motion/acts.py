"""Gestures by name, such as a nod: what a language model, a client or a crowd asks for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from vtube.errors import SettingsError
from vtube.motion.strokes import Stroke, Strokes
from vtube.pose import INDEX, Pose
from vtube.settings import GestureSettings
from vtube.text import unknown

MOST_WAITING = 8
"""Gestures that begin with one frame, at most."""

_HEAD_X, _HEAD_Y, _NECK_Z = INDEX["head_x"], INDEX["head_y"], INDEX["neck_z"]
_BODY_Y, _BODY_Z, _BREATHING = INDEX["body_y"], INDEX["body_z"], INDEX["breathing"]
_IRIS_X, _IRIS_Y = INDEX["iris_rotation_x"], INDEX["iris_rotation_y"]
_BROWS = INDEX["eyebrow_raised_left"], INDEX["eyebrow_raised_right"]
_HAPPY_EYES = INDEX["eye_happy_wink_left"], INDEX["eye_happy_wink_right"]
_CORNERS = INDEX["mouth_raised_corner_left"], INDEX["mouth_raised_corner_right"]


def _nod(now: float) -> list[Stroke]:
    return [Stroke(_HEAD_X, -0.55, now + 0.42 * turn, 0.18, 0.0, 0.24) for turn in range(2)]


def _shake(now: float) -> list[Stroke]:
    sides = (0.5, -0.6, 0.5, -0.3)
    return [Stroke(_HEAD_Y, side, now + 0.24 * turn, 0.2, 0.0, 0.24) for turn, side in enumerate(sides)]


def _tilt(now: float) -> list[Stroke]:
    return [Stroke(_NECK_Z, 0.7, now, 0.35, 1.0, 0.6), *(Stroke(brow, 0.3, now, 0.3, 1.0, 0.5) for brow in _BROWS)]


def _bow(now: float) -> list[Stroke]:
    return [
        Stroke(_HEAD_X, -0.95, now, 0.45, 0.6, 0.6),
        Stroke(_IRIS_X, -0.3, now, 0.4, 0.6, 0.5),
        *(Stroke(eye, 0.9, now + 0.1, 0.25, 0.7, 0.4) for eye in _HAPPY_EYES),
    ]


def _wink(now: float) -> list[Stroke]:
    return [
        Stroke(_HAPPY_EYES[0], 1.0, now, 0.09, 0.3, 0.16),
        Stroke(_NECK_Z, 0.35, now, 0.2, 0.4, 0.4),
        *(Stroke(corner, 0.6, now, 0.2, 0.5, 0.4) for corner in _CORNERS),
    ]


def _laugh(now: float) -> list[Stroke]:
    return [
        *(Stroke(eye, 1.0, now, 0.2, 0.9, 0.5) for eye in _HAPPY_EYES),
        *(Stroke(corner, 0.9, now, 0.25, 0.9, 0.5) for corner in _CORNERS),
        Stroke(_HEAD_X, 0.25, now, 0.3, 0.8, 0.5),
        Stroke(_HEAD_X, -0.25, now, 0.2, 0.9, 0.4, shakes_hz=4.5),
        Stroke(_BREATHING, 0.8, now, 0.2, 0.9, 0.5, shakes_hz=4.5),
    ]


def _sigh(now: float) -> list[Stroke]:
    return [Stroke(_BREATHING, 0.9, now, 0.45, 0.1, 1.2), Stroke(_HEAD_X, -0.4, now + 0.5, 0.8, 0.4, 0.9)]


def _bounce(now: float) -> list[Stroke]:
    bounces = [Stroke(_HEAD_X, 0.3, now + 0.36 * turn, 0.14, 0.0, 0.2) for turn in range(3)]
    return [*bounces, Stroke(_BODY_Z, 0.4, now, 0.18, 0.8, 0.3, shakes_hz=2.8)]


def _away(now: float) -> list[Stroke]:
    return [Stroke(_IRIS_Y, 0.6, now, 0.12, 1.0, 0.25), Stroke(_HEAD_Y, 0.5, now, 0.35, 0.9, 0.6)]


def _listen(now: float) -> list[Stroke]:
    """A look to where a chat stands, below and to the side, and a small nod at what is read there."""
    return [
        Stroke(_IRIS_X, -0.35, now, 0.12, 0.9, 0.2),
        Stroke(_IRIS_Y, 0.4, now, 0.12, 0.9, 0.2),
        Stroke(_HEAD_X, -0.18, now, 0.3, 0.8, 0.5),
        Stroke(_HEAD_Y, 0.2, now, 0.3, 0.8, 0.5),
        Stroke(_HEAD_X, -0.22, now + 1.3, 0.2, 0.0, 0.35),
    ]


ACTS: dict[str, Callable[[float], list[Stroke]]] = {
    "nod": _nod,
    "shake": _shake,
    "tilt": _tilt,
    "bow": _bow,
    "wink": _wink,
    "laugh": _laugh,
    "sigh": _sigh,
    "bounce": _bounce,
    "look_away": _away,
    "listen": _listen,
}
"""Each gesture's strokes from a moment on, monotonic seconds."""

ALIASES = {
    "yes": "nod",
    "agree": "nod",
    "no": "shake",
    "shake_head": "shake",
    "headshake": "shake",
    "head_tilt": "tilt",
    "wonder": "tilt",
    "thank": "bow",
    "giggle": "laugh",
    "jump": "bounce",
    "cheer": "bounce",
    "clap": "bounce",
    "wave": "bounce",
    "look_chat": "listen",
}
"""Other words for them, as models write them; she has no hands, so she waves with her whole self."""


class ActDriver:
    """Moves what a gesture moves, over what the face does; nothing in between.

    Attributes:
        settings: how strongly; may be replaced while running.
    """

    def __init__(self, settings: GestureSettings) -> None:
        self.settings = settings
        self._strokes = Strokes()
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)

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
        self._waiting.append(name)

    def offer(self, word: str) -> None:
        """Begin the gesture that a language model names, if there is one."""
        if name := known(word):
            self._waiting.append(name)

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        while self._waiting:
            self._strokes.add(*ACTS[self._waiting.popleft()](now))
        if len(self._strokes):
            pose += (self.settings.strength * self._strokes.sum(now)).astype(np.float32)


def known(word: str) -> str:
    """The gesture that `word` names, or an empty text."""
    word = word.strip().casefold().replace(" ", "_").replace("-", "_")
    word = ALIASES.get(word, word)
    return word if word in ACTS else ""
