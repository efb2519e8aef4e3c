"""Gestures by name, such as a nod: what a language model, a client or a crowd asks for."""

from __future__ import annotations

from collections.abc import Callable

from vtube.motion.body_mouth import LAUGH_HZ, laughing, sighing
from vtube.motion.strokes import Stroke
from vtube.pose import INDEX

_HEAD_X, _HEAD_Y, _NECK_Z = INDEX["head_x"], INDEX["head_y"], INDEX["neck_z"]
_BODY_Y, _BODY_Z, _BREATHING = INDEX["body_y"], INDEX["body_z"], INDEX["breathing"]
_IRIS_X, _IRIS_Y = INDEX["iris_rotation_x"], INDEX["iris_rotation_y"]
_BROWS = INDEX["eyebrow_raised_left"], INDEX["eyebrow_raised_right"]
_HAPPY_EYES = INDEX["eye_happy_wink_left"], INDEX["eye_happy_wink_right"]
_SHUT = INDEX["eye_wink_left"], INDEX["eye_wink_right"]
_TROUBLED = INDEX["eyebrow_troubled_left"], INDEX["eyebrow_troubled_right"]
_MOUTH_OPEN, _MOUTH_ROUND = INDEX["mouth_aaa"], INDEX["mouth_ooo"]
_CORNERS = INDEX["mouth_raised_corner_left"], INDEX["mouth_raised_corner_right"]


def _look(index: int, amount: float, start: float, rise: float, hold: float, fall: float) -> Stroke:
    """To a place in the room, wherever idle motion looks just then."""
    return Stroke(index, amount, start, rise, hold, fall, leads=True)


def _nod(now: float) -> list[Stroke]:
    return [Stroke(_HEAD_X, -0.55, now + 0.42 * turn, 0.18, 0.0, 0.24) for turn in range(2)]


def _shake(now: float) -> list[Stroke]:
    sides = (0.5, -0.6, 0.5, -0.3)
    return [Stroke(_HEAD_Y, side, now + 0.24 * turn, 0.2, 0.0, 0.24) for turn, side in enumerate(sides)]


def _tilt(now: float) -> list[Stroke]:
    return [Stroke(_NECK_Z, 0.7, now, 0.35, 1.0, 0.6), *(Stroke(brow, 0.3, now, 0.3, 1.0, 0.5) for brow in _BROWS)]


def _bow(now: float) -> list[Stroke]:
    return [
        Stroke(_HEAD_X, -0.75, now, 0.7, 0.5, 0.8),
        Stroke(_IRIS_X, -0.25, now, 0.5, 0.6, 0.7),
        *(Stroke(eye, 1.0, now + 0.25, 0.2, 0.9, 0.4) for eye in _HAPPY_EYES),
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
        Stroke(_HEAD_X, -0.25, now, 0.2, 0.9, 0.4, shakes_hz=LAUGH_HZ),
        Stroke(_BREATHING, 0.8, now, 0.2, 0.9, 0.5, shakes_hz=LAUGH_HZ),
        *laughing(now, 0.9),
    ]


def _sigh(now: float) -> list[Stroke]:
    return [
        Stroke(_BREATHING, 0.9, now, 0.45, 0.1, 1.2),
        Stroke(_HEAD_X, -0.4, now + 0.5, 0.8, 0.4, 0.9),
        *sighing(now + 0.45),
    ]


def _bounce(now: float) -> list[Stroke]:
    bounces = [Stroke(_HEAD_X, 0.3, now + 0.36 * turn, 0.14, 0.0, 0.2) for turn in range(3)]
    return [*bounces, Stroke(_BODY_Z, 0.4, now, 0.18, 0.8, 0.3, shakes_hz=2.8)]


def _away(now: float) -> list[Stroke]:
    return [_look(_IRIS_Y, 0.6, now, 0.12, 1.0, 0.25), _look(_HEAD_Y, 0.5, now, 0.35, 0.9, 0.6)]


def _listen(now: float) -> list[Stroke]:
    """A look to where a chat stands, below and to the side, and a small nod at what is read there."""
    return [
        _look(_IRIS_X, -0.35, now, 0.12, 0.9, 0.2),
        _look(_IRIS_Y, 0.4, now, 0.12, 0.9, 0.2),
        _look(_HEAD_X, -0.18, now, 0.3, 0.8, 0.5),
        _look(_HEAD_Y, 0.2, now, 0.3, 0.8, 0.5),
        Stroke(_HEAD_X, -0.22, now + 1.3, 0.2, 0.0, 0.35),
    ]


def _small_nod(now: float) -> list[Stroke]:
    return [Stroke(_HEAD_X, -0.32, now, 0.2, 0.0, 0.36)]


def _look_host(now: float) -> list[Stroke]:
    """Eyes, then head, to where a host stands beside the screen, and back after a while."""
    return [
        _look(_IRIS_Y, 0.45, now, 0.1, 0.35, 0.5),
        _look(_IRIS_Y, 0.15, now + 0.5, 0.3, 1.6, 0.4),
        _look(_HEAD_Y, 0.42, now + 0.12, 0.45, 2.0, 0.8),
        Stroke(_NECK_Z, 0.14, now + 0.2, 0.6, 1.6, 0.8),
    ]


def _lean_in(now: float) -> list[Stroke]:
    return [
        Stroke(_BODY_Y, 0.3, now, 0.6, 1.6, 0.9),
        Stroke(_HEAD_X, -0.16, now, 0.6, 1.6, 0.9),
        _look(_IRIS_Y, 0.2, now, 0.12, 2.0, 0.5),
        _look(_HEAD_Y, 0.3, now + 0.1, 0.6, 1.5, 0.9),
        *(Stroke(brow, 0.35, now + 0.1, 0.3, 1.2, 0.6) for brow in _BROWS),
    ]


def _raise_brows(now: float) -> list[Stroke]:
    return [*(Stroke(brow, 0.6, now, 0.16, 0.35, 0.4) for brow in _BROWS), Stroke(_HEAD_X, 0.1, now, 0.2, 0.3, 0.4)]


def _smile(now: float) -> list[Stroke]:
    return [
        *(Stroke(corner, 0.6, now, 0.5, 1.8, 0.9) for corner in _CORNERS),
        *(Stroke(eye, 0.25, now + 0.1, 0.4, 1.6, 0.8) for eye in _HAPPY_EYES),
    ]


def _shift(now: float) -> list[Stroke]:
    """Another posture for a while, taken with a breath."""
    return [
        Stroke(_BODY_Z, 0.42, now, 1.3, 6.0, 2.0),
        Stroke(_BODY_Y, 0.3, now + 0.1, 1.4, 5.5, 2.0),
        Stroke(_NECK_Z, -0.22, now + 0.2, 1.4, 5.0, 2.0),
        Stroke(_BREATHING, 0.5, now, 0.9, 0.1, 1.2),
    ]


def _stretch(now: float) -> list[Stroke]:
    """The neck to one side, then to the other, with shut eyes and a deep breath."""
    return [
        Stroke(_NECK_Z, 0.85, now, 0.9, 0.7, 0.8),
        Stroke(_NECK_Z, -0.85, now + 2.0, 0.9, 0.7, 0.9),
        Stroke(_BODY_Z, -0.3, now, 1.0, 0.6, 0.9),
        Stroke(_BODY_Z, 0.3, now + 2.0, 1.0, 0.6, 0.9),
        Stroke(_HEAD_X, 0.3, now + 0.2, 1.0, 2.2, 1.0),
        *(Stroke(lid, 1.0, now + 0.5, 0.3, 2.6, 0.35) for lid in _SHUT),
        Stroke(_BREATHING, 0.9, now, 1.6, 0.8, 1.8),
    ]


def _look_round(now: float) -> list[Stroke]:
    return [
        _look(_IRIS_Y, -0.5, now, 0.1, 0.9, 0.2),
        _look(_HEAD_Y, -0.3, now + 0.12, 0.5, 0.7, 0.6),
        _look(_IRIS_Y, 0.55, now + 1.4, 0.12, 1.1, 0.25),
        _look(_IRIS_X, 0.25, now + 1.4, 0.12, 1.1, 0.25),
        _look(_HEAD_Y, 0.35, now + 1.5, 0.6, 0.9, 0.8),
    ]


def _look_clock(now: float) -> list[Stroke]:
    """A glance up to the side, raised brows, and back to the viewer with a small nod."""
    return [
        _look(_IRIS_Y, -0.55, now, 0.1, 1.0, 0.15),
        _look(_IRIS_X, 0.45, now, 0.1, 1.0, 0.15),
        _look(_HEAD_Y, -0.25, now + 0.15, 0.4, 0.8, 0.6),
        _look(_HEAD_X, 0.2, now + 0.15, 0.4, 0.8, 0.6),
        *(Stroke(brow, 0.4, now + 0.5, 0.2, 0.7, 0.4) for brow in _BROWS),
        Stroke(_HEAD_X, -0.18, now + 1.8, 0.2, 0.0, 0.3),
    ]


def _hum(now: float) -> list[Stroke]:
    """Rocking to a tune that only she hears."""
    return [
        Stroke(_NECK_Z, 0.3, now, 0.8, 3.2, 0.9, shakes_hz=0.8),
        Stroke(_BODY_Z, 0.35, now, 0.8, 3.2, 0.9, shakes_hz=0.8),
        Stroke(_HEAD_X, -0.12, now, 0.8, 3.2, 0.9, shakes_hz=1.6),
        *(Stroke(corner, 0.45, now, 0.5, 3.4, 0.8) for corner in _CORNERS),
        *(Stroke(eye, 1.0, now + 0.3, 0.4, 2.6, 0.5) for eye in _HAPPY_EYES),
    ]


def _yawn(now: float) -> list[Stroke]:
    """Some five seconds, as people's do (Provine 1986): a long breath in through an open mouth, a short one out."""
    return [
        Stroke(_BREATHING, 1.0, now, 2.6, 0.6, 1.6),
        Stroke(_MOUTH_OPEN, 1.0, now + 0.5, 1.5, 0.9, 0.8),
        Stroke(_MOUTH_ROUND, 0.8, now + 0.7, 1.4, 0.8, 0.8),
        Stroke(_HEAD_X, 0.4, now + 0.6, 1.5, 0.8, 1.4),
        *(Stroke(lid, 1.0, now + 1.2, 0.5, 1.4, 0.45) for lid in _SHUT),
        *(Stroke(brow, 0.7, now + 0.7, 1.0, 1.0, 0.8) for brow in _TROUBLED),
        Stroke(_NECK_Z, 0.15, now + 0.5, 1.5, 1.0, 1.2),
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
    "small_nod": _small_nod,
    "look_host": _look_host,
    "lean_in": _lean_in,
    "raise_brows": _raise_brows,
    "smile": _smile,
    "shift": _shift,
    "stretch": _stretch,
    "look_round": _look_round,
    "look_clock": _look_clock,
    "hum": _hum,
    "yawn": _yawn,
}
"""Each gesture's strokes from a moment on, monotonic seconds."""

ONE_SIDED = frozenset({"tilt", "look_away", "shift", "stretch", "look_round", "look_clock", "hum", "yawn"})
"""Those that go to either side, by chance; a host and a chat have their place."""

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
    "look_around": "look_round",
    "sway": "hum",
    "dance": "hum",
}
"""Other words for them, as models write them; she has no hands, so she waves with her whole self."""


def known(word: str) -> str:
    """The gesture that `word` names, or an empty text."""
    word = word.strip().casefold().replace(" ", "_").replace("-", "_")
    word = ALIASES.get(word, word)
    return word if word in ACTS else ""
