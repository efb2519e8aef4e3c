"""Tracking parameters: their list and values, new ones, and what is sent for them."""

from __future__ import annotations

import re
from typing import Any

from vtube.pose import PARAMETERS
from vtube.vts_api.channels import DEFAULTS, LIVE2D, Channel
from vtube.vts_api.injection import ControlledByOtherError, Mode, Value
from vtube.vts_api.messages import ApiError, Data, ErrorID, number_of, text_of
from vtube.vts_api.plugins import MAX_PARAMETERS, MAX_PARAMETERS_EACH, Parameter
from vtube.vts_api.session import Session, Shared

NAME = re.compile(r"[A-Za-z0-9]{4,32}")
MOST = 1_000_000.0
MAX_EXPLANATION = 256
MAX_VALUES = 400
STUDIO = "VTube Studio"


async def face_found(session: Session, _: Data) -> Data:
    """FaceFoundRequest."""
    return {"found": found(session.shared)}


def found(shared: Shared) -> bool:
    """Whether there is a face: a tracker's, or one that a plug-in tells of."""
    return shared.program.sees_face() or shared.injections.found(shared.clock())


async def parameters(session: Session, _: Data) -> Data:
    """InputParameterListRequest."""
    shared = session.shared
    return {
        **shared.model(),
        "customParameters": [_custom(shared, *one) for one in shared.plugins.parameters().values()],
        "defaultParameters": [_default(shared, name, channel) for name, channel in DEFAULTS.items()],
    }


async def parameter(session: Session, data: Data) -> Data:
    """ParameterValueRequest.

    Raises:
        ApiError: there is no such parameter.
    """
    shared, name = session.shared, text_of(data.get("name"))
    if name in DEFAULTS:
        return _default(shared, name, DEFAULTS[name])
    made = shared.plugins.parameters().get(name)
    if made is None:
        raise ApiError(ErrorID.PARAMETER_NOT_FOUND, "there is no parameter of that name")
    return _custom(shared, *made)


async def live2d(session: Session, _: Data) -> Data:
    """Live2DParameterListRequest: Live2D's standard parameters, and the 45 that there really are."""
    shared = session.shared
    pose = shared.program.pose()
    rows = [_row(name, None, channel.read(pose), channel) for name, channel in LIVE2D.items()]
    own = [
        {"name": one.name, "value": float(pose[one.index]), "min": one.low, "max": one.high, "defaultValue": 0.0}
        for one in PARAMETERS
    ]
    return {**shared.model(), "parameters": [*rows, *own]}


async def create(session: Session, data: Data) -> Data:
    """ParameterCreationRequest.

    Raises:
        ApiError: name or values cannot be, it is somebody else's, or there are too many.
    """
    name = _own_name(data, ErrorID.PARAMETER_NAME_INVALID)
    if name in DEFAULTS:
        raise ApiError(ErrorID.PARAMETER_IS_DEFAULT, f"{name} is there already")
    values = [number_of(data.get(key)) for key in ("min", "max", "defaultValue")]
    low, high, default = (MOST + 1 if value is None else value for value in values)
    if not all(abs(value) <= MOST for value in (low, high, default)):
        raise ApiError(ErrorID.PARAMETER_VALUES_INVALID, f"min, max and defaultValue are numbers up to {MOST:g}")
    explanation = data.get("explanation") or ""
    if not isinstance(explanation, str) or len(explanation) >= MAX_EXPLANATION:
        raise ApiError(ErrorID.PARAMETER_EXPLANATION_TOO_LONG, f"the explanation is under {MAX_EXPLANATION} characters")
    _check_room(session, name)
    made = Parameter(name, low, high, default, explanation)
    await session.shared.blocking(session.shared.plugins.put, session.key, made)
    return {"parameterName": name}


async def delete(session: Session, data: Data) -> Data:
    """ParameterDeletionRequest.

    Raises:
        ApiError: there is none of that name, or it is not this plug-in's.
    """
    name = _own_name(data, ErrorID.DELETION_NAME_INVALID)
    if name in DEFAULTS:
        raise ApiError(ErrorID.DELETION_OF_DEFAULT, f"{name} cannot be deleted")
    made = session.shared.plugins.parameters().get(name)
    if made is None:
        raise ApiError(ErrorID.DELETION_NOT_FOUND, "there is no parameter of that name")
    if made[0].key != session.key:
        raise ApiError(ErrorID.DELETION_OF_OTHER_PLUGIN, f"{name} is {made[0].name}'s")
    await session.shared.blocking(session.shared.plugins.remove, session.key, name)
    return {"parameterName": name}


async def inject(session: Session, data: Data) -> Data:
    """InjectParameterDataRequest.

    Raises:
        ApiError: a value, a weight, a name or the mode cannot be, or another plug-in sets one of them.
    """
    shared = session.shared
    values = _values(data.get("parameterValues"))
    custom = shared.plugins.parameters()
    for one in values:
        if one.name not in DEFAULTS and one.name not in custom:
            raise ApiError(ErrorID.INJECT_NAME_NOT_FOUND, f"there is no parameter {one.name}; create it first")
    says = data.get("faceFound")
    try:
        shared.injections.put(
            session.number,
            session.name,
            values,
            _mode(data.get("mode")),
            says if isinstance(says, bool) else None,
            shared.clock(),
        )
    except ControlledByOtherError as error:
        raise ApiError(ErrorID.INJECT_OF_OTHER_PLUGIN, str(error)) from None
    return {}


def _values(rows: object) -> list[Value]:
    if not isinstance(rows, list) or not rows or len(rows) > MAX_VALUES:
        raise ApiError(ErrorID.INJECT_NO_DATA, f"parameterValues has 1 to {MAX_VALUES} entries")
    return [_value(row if isinstance(row, dict) else {}) for row in rows]


def _value(row: dict[str, Any]) -> Value:
    name, value = text_of(row.get("id")), number_of(row.get("value"))
    if value is None or abs(value) > MOST:
        raise ApiError(ErrorID.INJECT_VALUE_INVALID, f"value is a number up to {MOST:g}")
    weight = 1.0 if row.get("weight") is None else number_of(row.get("weight"))
    if weight is None or not 0 <= weight <= 1:
        raise ApiError(ErrorID.INJECT_WEIGHT_INVALID, "weight is a number from 0 to 1")
    return Value(name, value, weight)


def _mode(value: object) -> Mode:
    if value in (None, "", "set"):
        return "set"
    if value == "add":
        return "add"
    raise ApiError(ErrorID.INJECT_MODE_UNKNOWN, 'mode is "set" or "add"')


def _own_name(data: Data, number: ErrorID) -> str:
    name = text_of(data.get("parameterName"))
    if not NAME.fullmatch(name):
        raise ApiError(number, "parameterName has 4 to 32 letters and digits")
    return name


def _check_room(session: Session, name: str) -> None:
    custom = session.shared.plugins.parameters()
    made = custom.get(name)
    if made is not None and made[0].key != session.key:
        raise ApiError(ErrorID.PARAMETER_OF_OTHER_PLUGIN, f"{name} is {made[0].name}'s")
    if made is None and len(custom) >= MAX_PARAMETERS:
        raise ApiError(ErrorID.PARAMETERS_EXCEEDED, f"there are {MAX_PARAMETERS} custom parameters")
    own = [one for plugin, one in custom.values() if plugin.key == session.key]
    if made is None and len(own) >= MAX_PARAMETERS_EACH:
        raise ApiError(ErrorID.PARAMETERS_OF_PLUGIN_EXCEEDED, f"a plug-in has {MAX_PARAMETERS_EACH} at most")


def _default(shared: Shared, name: str, channel: Channel) -> Data:
    set_by = shared.injections.setting(name, shared.clock())
    value = set_by.value if set_by is not None and set_by.weight == 1 else channel.read(shared.driver.shown)
    return _row(name, STUDIO, value, channel)


def _custom(shared: Shared, plugin: Any, made: Parameter) -> Data:
    one = shared.injections.setting(made.name, shared.clock())
    return {
        "name": made.name,
        "addedBy": plugin.name,
        "value": made.default if one is None else one.value,
        "min": made.minimum,
        "max": made.maximum,
        "defaultValue": made.default,
    }


def _row(name: str, by: str | None, value: float, channel: Channel) -> Data:
    return {
        "name": name,
        **({} if by is None else {"addedBy": by}),
        "value": float(value),
        "min": channel.low,
        "max": channel.high,
        "defaultValue": channel.default,
    }
