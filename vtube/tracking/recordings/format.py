"""The lines of a recording: one JSON object a frame, after a first line that says what the file is.

`{"t": 1.25, "found": true, "shapes": {…}, "head": [x, y, z], "position": […], "eye_left": […], "eye_right": […],
"parameters": {…}}`; t in seconds from the start, everything else as in `FaceFrame`, absent when it was not sent.
Raw datagrams are lines of their own: `{"t": 1.25, "port": 49983, "raw": base64}`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from vtube.pose import HIGH, INDEX, LOW
from vtube.signals import FaceFrame
from vtube.tracking.protocols.limits import angles, gaze, position
from vtube.tracking.protocols.names import collect

HEADER = {"format": "vtube tracking", "version": 1}


def to_line(frame: FaceFrame, t: float) -> str:
    """One frame as a line of JSON, without the line's end; `t` is its time from the start in seconds."""
    fields: dict[str, Any] = {"t": round(t, 6), "found": frame.found}
    if frame.shapes:
        fields["shapes"] = _rounded(frame.shapes)
    for key, values in (
        ("head", frame.head),
        ("position", frame.head_position),
        ("eye_left", frame.eye_left),
        ("eye_right", frame.eye_right),
    ):
        if values is not None:
            fields[key] = [round(value, 6) for value in values]
    if frame.parameters:
        fields["parameters"] = _rounded(frame.parameters)
    return json.dumps(fields, separators=(",", ":"))


def from_fields(fields: Mapping[str, Any], t: float) -> FaceFrame:
    """The frame a line describes, at time `t`; fields of a wrong kind count as absent."""
    shapes = fields.get("shapes")
    head, place = _list(fields.get("head")), _list(fields.get("position"))
    return FaceFrame(
        t,
        found=fields.get("found") is not False,
        shapes=collect(_numbers(shapes).items()) if isinstance(shapes, Mapping) else {},
        head=angles(head),
        head_position=position(place),
        eye_left=gaze(_list(fields.get("eye_left"))),
        eye_right=gaze(_list(fields.get("eye_right"))),
        parameters=parameters_of(fields.get("parameters")),
    )


def parameters_of(values: object) -> dict[str, float]:
    """The pose parameters in a mapping, inside their ranges; unknown names and non-numbers are left out."""
    if not isinstance(values, Mapping):
        return {}
    lower = {name.lower(): value for name, value in _numbers(values).items()}
    known = {name: value for name, value in lower.items() if name in INDEX and math.isfinite(value)}
    return {name: float(min(max(value, LOW[INDEX[name]]), HIGH[INDEX[name]])) for name, value in known.items()}


def number(value: object) -> float | None:
    """A finite float, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _numbers(values: Mapping[Any, Any]) -> dict[str, float]:
    found = {str(name): number(value) for name, value in values.items()}
    return {name: value for name, value in found.items() if value is not None}


def _list(values: object) -> list[float]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        return []
    found = [number(value) for value in values[:3]]
    return [value for value in found if value is not None] if None not in found else []


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in values.items()}
