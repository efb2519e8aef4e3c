"""VRCFaceTracking's parameters, v2 (Unified Expressions) and v1 (SRanipal's), as ARKit shapes.

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


_V1_SIDED = {
    "{}EyeX": ("Eye{}X",),
    "{}EyeY": ("Eye{}Y",),
    "{}EyeWiden": ("EyeWide{}",),
    "{}EyeSqueeze": ("EyeSquint{}",),
    "MouthSad{}": ("MouthFrown{}",),
    "MouthSmile{}": ("MouthSmile{}",),
    "MouthUpperUp{}": ("MouthUpperUp{}",),
    "MouthLowerDown{}": ("MouthLowerDown{}",),
    "CheekPuff{}": ("CheekPuffSuck{}",),
    "PuffSuck{}": ("CheekPuffSuck{}",),
    "SmileSad{}": ("SmileSad{}",),
}
_V1_WHOLE = {
    "EyesX": ("EyeX",),
    "EyesY": ("EyeY",),
    "EyesWiden": ("EyeWide",),
    "EyesSqueeze": ("EyeSquint",),
    "JawOpen": ("JawOpen",),
    "JawX": ("JawX",),
    "JawForward": ("JawZ",),
    "MouthX": ("MouthX",),
    "MouthPout": ("LipPucker",),
    "MouthApeShape": ("MouthClosed",),
    "MouthUpper": ("MouthX",),
    "MouthLower": ("MouthX",),
    "MouthUpperInside": ("LipSuckUpper",),
    "MouthLowerInside": ("LipSuckLower",),
    "MouthLowerOverlay": ("MouthRaiserLower",),
    "MouthUpperOverturn": ("LipFunnel",),
    "MouthLowerOverturn": ("LipFunnel",),
    "PuffSuck": ("CheekPuffSuck",),
    "SmileSad": ("SmileSad",),
    "TongueLongStep1": ("TongueOut",),
    "TongueOut": ("TongueOut",),
}
V1_LIDS = {
    **{f"{side}EyeLid": (f"EyeLid{side}",) for side in ("Left", "Right")},
    **{f"{side}EyeLidExpanded": (f"EyeLid{side}",) for side in ("Left", "Right")},
    "CombinedEyeLid": ("EyeLid",),
    "CombinedEyeLidExpanded": ("EyeLid",),
    "EyesLid": ("EyeLid",),
}
"""v1 lids: 1 is open; of those that are expanded 0.8 is, and 1 is wide."""
V1_OPEN_EXPANDED = 0.8
V1_NAMES: dict[str, tuple[str, ...]] = {
    **_V1_WHOLE,
    **{
        theirs.format(side): tuple(name.format(side) for name in ours)
        for theirs, ours in _V1_SIDED.items()
        for side in ("Left", "Right")
    },
    **V1_LIDS,
}
"""v1 name to the names of v2 that mean the same."""


def from_v1(name: str, value: float) -> Iterator[tuple[str, float]]:
    """The v2 parameters, with their values, that a v1 parameter amounts to; none for an unknown name."""
    if name in V1_LIDS:
        value = _lid_of_v1(value, V1_OPEN_EXPANDED if name.endswith("Expanded") else 1.0)
    for ours in V1_NAMES.get(name, ()):
        yield ours, value


def _lid_of_v1(value: float, opened: float) -> float:
    if value <= opened:
        return LID_OPEN * value / opened
    return LID_OPEN + (1.0 - LID_OPEN) * (value - opened) / (1.0 - opened)


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
