"""VRCFaceTracking's v2 parameters (Unified Expressions) as ARKit shapes.

Source: the parameter list of VRCFaceTracking v5. Values are 0..1 unless noted; x is + to the own right, y + up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

LID_OPEN = 0.75
"""EyeLid at which the eye is open but not wide."""

_SIDED: dict[str, str] = {
    "EyeSquint": "eyeSquint",
    "BrowDown": "browDown",
    "BrowOuterUp": "browOuterUp",
    "CheekSquint": "cheekSquint",
    "NoseSneer": "noseSneer",
    "MouthSmile": "mouthSmile",
    "MouthFrown": "mouthFrown",
    "MouthStretch": "mouthStretch",
    "MouthDimple": "mouthDimple",
    "MouthPress": "mouthPress",
    "MouthUpperUp": "mouthUpperUp",
    "MouthLowerDown": "mouthLowerDown",
    "EyeWide": "eyeWide",
}
_WHOLE: dict[str, str] = {
    "JawOpen": "jawOpen",
    "MouthClosed": "mouthClose",
    "LipFunnel": "mouthFunnel",
    "LipPucker": "mouthPucker",
    "LipSuckUpper": "mouthRollUpper",
    "LipSuckLower": "mouthRollLower",
    "MouthRaiserUpper": "mouthShrugUpper",
    "MouthRaiserLower": "mouthShrugLower",
    "TongueOut": "tongueOut",
    "BrowInnerUp": "browInnerUp",
}


def _pairs() -> Iterator[tuple[str, tuple[str, ...]]]:
    for theirs, ours in _SIDED.items():
        yield theirs, (f"{ours}Left", f"{ours}Right")
        yield f"{theirs}Left", (f"{ours}Left",)
        yield f"{theirs}Right", (f"{ours}Right",)
    for theirs, ours in _WHOLE.items():
        yield theirs, (ours,)


_DIRECT: dict[str, tuple[str, ...]] = dict(_pairs())
"""Whole-face names come before sided ones: who sends both means the finer."""

Values = Mapping[str, float]
Shapes = dict[str, float]


def to_arkit(values: Values) -> Shapes:
    """ARKit shapes from the parameters that were sent; what they say nothing of is left out."""
    shapes: Shapes = {}
    for theirs, ours in _DIRECT.items():
        if theirs in values:
            shapes.update(dict.fromkeys(ours, _unit(values[theirs])))
    for convert in (_corners, _inner_brows, _outer_brows, _lids, _gaze, _sideways):
        convert(values, shapes)
    return shapes


def _corners(values: Values, shapes: Shapes) -> None:
    """The corner's pull is ARKit's smile; SmileFrown (-1..1) is the avatar authors' combination of two."""
    for side in ("Left", "Right"):
        both = _first(values, f"SmileFrown{side}", "SmileFrown", f"SmileSad{side}", "SmileSad")
        if both is not None:
            shapes.setdefault(f"mouthSmile{side}", _unit(both))
            shapes.setdefault(f"mouthFrown{side}", _unit(-both))
        pull = _first(values, f"MouthCornerPull{side}", "MouthCornerPull")
        if pull is not None:
            shapes[f"mouthSmile{side}"] = _unit(pull)


def _inner_brows(values: Values, shapes: Shapes) -> None:
    sides = [values[name] for name in ("BrowInnerUpLeft", "BrowInnerUpRight") if name in values]
    if sides:
        shapes["browInnerUp"] = _unit(sum(sides) / len(sides))


def _outer_brows(values: Values, shapes: Shapes) -> None:
    """BrowUp is the mean of inner and outer; BrowExpression (-1..1) is BrowUp less BrowDown."""
    for side in ("Left", "Right"):
        expression = _first(values, f"BrowExpression{side}", "BrowExpression")
        up = _first(values, f"BrowUp{side}", "BrowUp")
        if expression is not None:
            shapes.setdefault(f"browDown{side}", _unit(-expression))
            up = expression if up is None else up
        if up is not None:
            shapes.setdefault(f"browOuterUp{side}", _unit(up))
            shapes.setdefault("browInnerUp", _unit(up))


def _lids(values: Values, shapes: Shapes) -> None:
    for side in ("Left", "Right"):
        lid = _first(values, f"EyeLid{side}", "EyeLid")
        if lid is not None:
            shapes[f"eyeBlink{side}"] = _unit(1.0 - lid / LID_OPEN)
            shapes.setdefault(f"eyeWide{side}", _unit((lid - LID_OPEN) / (1.0 - LID_OPEN)))


def _gaze(values: Values, shapes: Shapes) -> None:
    for side, inward in (("Left", 1.0), ("Right", -1.0)):
        x = _first(values, f"Eye{side}X", "EyeX")
        y = _first(values, f"Eye{side}Y", "EyeY")
        if x is None and y is None:
            continue
        shapes[f"eyeLookIn{side}"] = _unit(inward * (x or 0.0))
        shapes[f"eyeLookOut{side}"] = _unit(-inward * (x or 0.0))
        shapes[f"eyeLookUp{side}"] = _unit(y or 0.0)
        shapes[f"eyeLookDown{side}"] = _unit(-(y or 0.0))


def _sideways(values: Values, shapes: Shapes) -> None:
    for theirs, ours in (("JawX", "jaw"), ("MouthX", "mouth")):
        if theirs in values:
            shapes[f"{ours}Right"], shapes[f"{ours}Left"] = _unit(values[theirs]), _unit(-values[theirs])
    if "JawZ" in values:
        shapes["jawForward"] = _unit(values["JawZ"])
    if "CheekPuffSuck" in values:
        shapes["cheekPuff"] = _unit(values["CheekPuffSuck"])
    for side in ("Left", "Right"):
        if f"CheekPuffSuck{side}" in values:
            shapes["cheekPuff"] = max(shapes.get("cheekPuff", 0.0), _unit(values[f"CheekPuffSuck{side}"]))


def _first(values: Values, *names: str) -> float | None:
    return next((values[name] for name in names if name in values), None)


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
