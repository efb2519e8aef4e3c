"""VRM's expression presets, old names and new, as ARKit shapes and THA3 mouth vowels.

For senders that know no ARKit shapes. Presets mean a finished expression, so that most stand for several shapes;
vowels go straight to the mouth. Source of the names: the VRM 0.x and 1.0 specifications.
"""

from __future__ import annotations

from collections.abc import Mapping

Weights = tuple[tuple[str, float], ...]

_SMILE: Weights = (
    ("mouthSmileLeft", 1.0),
    ("mouthSmileRight", 1.0),
    ("cheekSquintLeft", 0.5),
    ("cheekSquintRight", 0.5),
)
_EASE: Weights = (("mouthSmileLeft", 0.4), ("mouthSmileRight", 0.4))
_ANGER: Weights = (("browDownLeft", 0.8), ("browDownRight", 0.8), ("mouthFrownLeft", 0.3), ("mouthFrownRight", 0.3))
_GRIEF: Weights = (("browInnerUp", 0.8), ("mouthFrownLeft", 0.5), ("mouthFrownRight", 0.5))
_SURPRISE: Weights = (
    ("eyeWideLeft", 1.0),
    ("eyeWideRight", 1.0),
    ("browInnerUp", 0.8),
    ("browOuterUpLeft", 0.8),
    ("browOuterUpRight", 0.8),
)
_BLINK_LEFT: Weights = (("eyeBlinkLeft", 1.0),)
_BLINK_RIGHT: Weights = (("eyeBlinkRight", 1.0),)
_AAA: Weights = (("mouth_aaa", 1.0),)
_III: Weights = (("mouth_iii", 1.0),)
_UUU: Weights = (("mouth_uuu", 1.0),)
_EEE: Weights = (("mouth_eee", 1.0),)
_OOO: Weights = (("mouth_ooo", 1.0),)

PRESETS: dict[str, Weights] = {
    "joy": _SMILE,
    "happy": _SMILE,
    "fun": _EASE,
    "relaxed": _EASE,
    "angry": _ANGER,
    "sorrow": _GRIEF,
    "sad": _GRIEF,
    "surprised": _SURPRISE,
    "blink": _BLINK_LEFT + _BLINK_RIGHT,
    "blink_l": _BLINK_LEFT,
    "blinkleft": _BLINK_LEFT,
    "blink_r": _BLINK_RIGHT,
    "blinkright": _BLINK_RIGHT,
    "a": _AAA,
    "aa": _AAA,
    "i": _III,
    "ih": _III,
    "u": _UUU,
    "ou": _UUU,
    "e": _EEE,
    "ee": _EEE,
    "o": _OOO,
    "oh": _OOO,
    "lookup": (("eyeLookUpLeft", 1.0), ("eyeLookUpRight", 1.0)),
    "lookdown": (("eyeLookDownLeft", 1.0), ("eyeLookDownRight", 1.0)),
    "lookleft": (("eyeLookOutLeft", 1.0), ("eyeLookInRight", 1.0)),
    "lookright": (("eyeLookInLeft", 1.0), ("eyeLookOutRight", 1.0)),
    "neutral": (),
}
"""Preset name in lower case to what it stands for."""


def expressions(values: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """(ARKit shapes, THA3 parameters) of preset weights 0..1; where presets meet, the stronger wins."""
    shapes: dict[str, float] = {}
    parameters: dict[str, float] = {}
    for preset, value in values.items():
        for name, gain in PRESETS[preset]:
            into = parameters if name.startswith("mouth_") else shapes
            into[name] = max(into.get(name, 0.0), gain * value)
    _complete_gaze(shapes)
    return shapes, parameters


def _complete_gaze(shapes: dict[str, float]) -> None:
    """Who sends one direction of the gaze means the others to be 0."""
    if any(name.startswith("eyeLook") for name in shapes):
        for way in ("Up", "Down", "In", "Out"):
            for side in ("Left", "Right"):
                shapes.setdefault(f"eyeLook{way}{side}", 0.0)
