"""Expressions by name, as ARKit shapes: what a key stands for when there is no tracker."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from vtube.errors import SettingsError


def _both(**shapes: float) -> dict[str, float]:
    return {f"{name}{side}": weight for name, weight in shapes.items() for side in ("Left", "Right")}


EXPRESSIONS: Mapping[str, Mapping[str, float]] = {
    "smile": _both(mouthSmile=0.8, cheekSquint=0.4),
    "laugh": _both(mouthSmile=0.9, eyeBlink=0.9) | {"jawOpen": 0.5},
    "sad": _both(mouthFrown=0.6) | {"browInnerUp": 0.7},
    "angry": _both(browDown=0.7, mouthFrown=0.4),
    "surprised": _both(eyeWide=0.8, browOuterUp=0.8) | {"browInnerUp": 0.8, "jawOpen": 0.3},
    "wink": {"eyeBlinkLeft": 0.9, "mouthSmileLeft": 0.5, "mouthSmileRight": 0.5},
    "closed": _both(eyeBlink=1.0),
    "open": {"jawOpen": 0.6},
}

AT_REST: tuple[str, ...] = tuple(
    sorted({name for shapes in EXPRESSIONS.values() for name in shapes if not name.startswith("eyeBlink")})
)
"""Shapes that are 0 when no expression is shown; lids are left to idle motion's blinking."""


def check_expressions(names: Iterable[str]) -> None:
    """Raise unless all of these are EXPRESSIONS.

    Raises:
        SettingsError: one is not; the line offers the nearest.
    """
    for name in names:
        if name not in EXPRESSIONS:
            near = difflib.get_close_matches(name, EXPRESSIONS, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise SettingsError(
                f"the setting 'pointer.keys': there is no expression {name!r}; {hint}Known: {', '.join(EXPRESSIONS)}"
            )


def blended(names: Iterable[str]) -> dict[str, float]:
    """The shapes of the shown expressions together, the stronger where they meet; at rest all others are 0."""
    shapes = dict.fromkeys(AT_REST, 0.0)
    for name in names:
        for shape, weight in EXPRESSIONS[name].items():
            shapes[shape] = max(shapes.get(shape, 0.0), weight)
    return shapes
