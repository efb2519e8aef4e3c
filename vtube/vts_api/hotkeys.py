"""Hotkeys and expressions: the expressions that there are, gestures, other characters, calibration."""

from __future__ import annotations

from typing import NamedTuple

from vtube.errors import VtubeError
from vtube.vts_api.messages import ApiError, Data, ErrorID, text_of
from vtube.vts_api.program import Program
from vtube.vts_api.session import Session, identity

NEUTRAL = "neutral"
FILE_END = ".exp3.json"
TOGGLE, ANIMATION, MODEL, SCENE = "ToggleExpression", "TriggerAnimation", "ChangeVTSModel", "MoveModel"
REMOVE_ALL, CALIBRATE = "RemoveAllExpressions", "CalibrateCam"


class Hotkey(NamedTuple):
    """One hotkey: its name, VTube Studio's word for what it does, the file that stands for it, and a sentence."""

    name: str
    action: str
    file: str
    description: str

    @property
    def number(self) -> str:
        """Its ID."""
        return identity(self.action, self.name)


def hotkeys_of(program: Program, models: list[str]) -> list[Hotkey]:
    """Every hotkey; `models` are the characters that are kept."""
    names = [name for name in program.emotion.names() if name != NEUTRAL]
    return [
        *(Hotkey(name, TOGGLE, name + FILE_END, "Shows an expression, or ends it") for name in names),
        *(Hotkey(name, ANIMATION, f"{name}.motion3.json", "Makes a gesture") for name in program.gesture.names()),
        Hotkey(NEUTRAL, REMOVE_ALL, "", "Ends every expression"),
        Hotkey("calibrate", CALIBRATE, "", "Takes the face of this moment as the neutral one"),
        *(Hotkey(name, MODEL, f"{name}.vtube.json", "Shows another character") for name in models),
        *(Hotkey(name, SCENE, f"{name}.json", "Changes the scene") for name in program.scenes.all()),
    ]


async def hotkeys(session: Session, data: Data) -> Data:
    """HotkeysInCurrentModelRequest.

    Raises:
        ApiError: another model or an item was asked for.
    """
    shared = session.shared
    current = shared.model()
    wanted = text_of(data.get("modelID"))
    if wanted and wanted != current["modelID"]:
        raise ApiError(ErrorID.MODEL_ID_NOT_FOUND, "only the character on air tells its hotkeys")
    if not wanted and text_of(data.get("live2DItemFileName")):
        raise ApiError(ErrorID.ITEM_NOT_FOUND, "there are no items")
    return {**current, "availableHotkeys": [_row(one) for one in await _all(session)]}


async def trigger(session: Session, data: Data) -> Data:
    """HotkeyTriggerRequest.

    Raises:
        ApiError: there is no such hotkey, or what it does fails.
    """
    if text_of(data.get("itemInstanceID")):
        raise ApiError(ErrorID.HOTKEY_ITEM_NOT_FOUND, "there are no items")
    wanted = text_of(data.get("hotkeyID"))
    found = _find(wanted, await _all(session))
    if found is None:
        raise ApiError(ErrorID.HOTKEY_NOT_FOUND, "there is no hotkey of that ID or name")
    try:
        await session.shared.blocking(_act, session.shared.program, found)
    except VtubeError as error:
        raise ApiError(ErrorID.HOTKEY_FAILED, str(error)) from None
    session.shared.told(found.name, found.action, found.file, found.number)
    return {"hotkeyID": found.number}


async def expression_state(session: Session, data: Data) -> Data:
    """ExpressionStateRequest.

    Raises:
        ApiError: there is no such expression.
    """
    program = session.shared.program
    file = text_of(data.get("expressionFile"))
    names = [name for name in program.emotion.names() if name != NEUTRAL]
    if file:
        number = ErrorID.EXPRESSION_STATE_FILE_INVALID, ErrorID.EXPRESSION_STATE_NOT_FOUND
        names = [_expression(file, names, *number)]
    details, values = data.get("details") is True, program.emotion.everyone()
    rows = [_state(name, program.emotion.current, values.get(name, {}) if details else None) for name in names]
    return {**session.shared.model(), "expressions": rows}


async def activate(session: Session, data: Data) -> Data:
    """ExpressionActivationRequest: one expression at a time; a new one takes the place of the last.

    Raises:
        ApiError: there is no such expression.
    """
    emotion = session.shared.program.emotion
    file = text_of(data.get("expressionFile"))
    name = _expression(file, emotion.names(), ErrorID.EXPRESSION_FILE_INVALID, ErrorID.EXPRESSION_NOT_FOUND)
    if data.get("active") is True:
        emotion.show(name)
    elif emotion.current == name:
        emotion.show(NEUTRAL)
    return {}


async def _all(session: Session) -> list[Hotkey]:
    return hotkeys_of(session.shared.program, await session.shared.blocking(models_of, session.shared.program))


def models_of(program: Program) -> list[str]:
    """The characters that are kept. Blocks."""
    try:
        return [str(one["name"]) for one in program.wardrobe.all()]
    except VtubeError:
        return []


def _find(wanted: str, found: list[Hotkey]) -> Hotkey | None:
    by_number = {one.number: one for one in found}
    by_name = {one.name.casefold(): one for one in reversed(found)}
    return by_number.get(wanted) or by_name.get(wanted.casefold())


def _act(program: Program, hotkey: Hotkey) -> None:
    if hotkey.action == TOGGLE:
        program.emotion.show(NEUTRAL if program.emotion.current == hotkey.name else hotkey.name)
    elif hotkey.action == ANIMATION:
        program.gesture.act(hotkey.name)
    elif hotkey.action == MODEL:
        program.wardrobe.show(hotkey.name)
    elif hotkey.action == SCENE:
        program.scenes.show(hotkey.name)
    elif hotkey.action == CALIBRATE:
        program.face.calibrate()
    else:
        program.emotion.show(NEUTRAL)


def _row(hotkey: Hotkey) -> Data:
    return {
        "name": hotkey.name,
        "type": hotkey.action,
        "description": hotkey.description,
        "file": hotkey.file,
        "hotkeyID": hotkey.number,
        "keyCombination": [],
        "onScreenButtonID": -1,
    }


def _expression(file: str, names: list[str], invalid: ErrorID, missing: ErrorID) -> str:
    if not file.endswith(FILE_END):
        raise ApiError(invalid, f"expressionFile ends in {FILE_END}")
    name = file.removesuffix(FILE_END).strip()
    for one in names:
        if one.casefold() == name.casefold():
            return one
    raise ApiError(missing, "there is no expression of that name")


def _state(name: str, current: str, values: dict[str, float] | None) -> Data:
    hotkey = Hotkey(name, TOGGLE, "", "")
    return {
        "name": name,
        "file": name + FILE_END,
        "active": name == current,
        "deactivateWhenKeyIsLetGo": False,
        "autoDeactivateAfterSeconds": False,
        "secondsRemaining": 0,
        "usedInHotkeys": [] if values is None else [{"name": name, "id": hotkey.number}],
        "parameters": [] if values is None else [{"name": one, "value": value} for one, value in values.items()],
    }
