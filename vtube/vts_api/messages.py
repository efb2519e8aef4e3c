"""The envelope of every message, and the numbers of what can go wrong, as VTube Studio has them."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from vtube.errors import NO_JSON

API_NAME = "VTubeStudioPublicAPI"
API_VERSION = "1.0"
STUDIO_VERSION = "1.32.0"
"""The version of VTube Studio whose API this follows; plug-ins compare it with what they need."""
MAX_ID = 64

Data = dict[str, Any]


class ErrorID(IntEnum):
    """VTube Studio's `ErrorID`: those that can happen here."""

    INTERNAL = 0
    ACCESS_DEACTIVATED = 1
    JSON_INVALID = 2
    API_NAME_INVALID = 3
    API_VERSION_INVALID = 4
    REQUEST_ID_INVALID = 5
    TYPE_MISSING = 6
    TYPE_UNKNOWN = 7
    NEEDS_AUTHENTICATION = 8
    TOKEN_DENIED = 50
    TOKEN_ONGOING = 51
    TOKEN_PLUGIN_NAME = 52
    TOKEN_DEVELOPER_NAME = 53
    TOKEN_ICON = 54
    AUTHENTICATION_TOKEN_MISSING = 100
    AUTHENTICATION_NAME_MISSING = 101
    AUTHENTICATION_DEVELOPER_MISSING = 102
    MODEL_ID_MISSING = 150
    MODEL_ID_INVALID = 151
    MODEL_ID_NOT_FOUND = 152
    MODEL_LOAD_COOLDOWN = 153
    MODEL_CANNOT_CHANGE = 154
    HOTKEY_NOT_FOUND = 202
    HOTKEY_FAILED = 206
    HOTKEY_ITEM_NOT_FOUND = 207
    TINT_MISSING = 251
    TINT_INVALID = 252
    MOVE_MISSING = 301
    MOVE_OUT_OF_RANGE = 302
    PARAMETER_NAME_INVALID = 350
    PARAMETER_VALUES_INVALID = 351
    PARAMETER_OF_OTHER_PLUGIN = 352
    PARAMETER_EXPLANATION_TOO_LONG = 353
    PARAMETER_IS_DEFAULT = 354
    PARAMETERS_OF_PLUGIN_EXCEEDED = 355
    PARAMETERS_EXCEEDED = 356
    DELETION_NAME_INVALID = 400
    DELETION_NOT_FOUND = 401
    DELETION_OF_OTHER_PLUGIN = 402
    DELETION_OF_DEFAULT = 403
    INJECT_NO_DATA = 450
    INJECT_VALUE_INVALID = 451
    INJECT_WEIGHT_INVALID = 452
    INJECT_NAME_NOT_FOUND = 453
    INJECT_OF_OTHER_PLUGIN = 454
    INJECT_MODE_UNKNOWN = 455
    PARAMETER_NOT_FOUND = 500
    NDI_RESOLUTION_INVALID = 551
    EXPRESSION_STATE_FILE_INVALID = 600
    EXPRESSION_STATE_NOT_FOUND = 601
    EXPRESSION_FILE_INVALID = 650
    EXPRESSION_NOT_FOUND = 651
    NO_PHYSICS = 701
    ITEM_NOT_FOUND = 751
    ITEM_CANNOT_LOAD = 753
    ITEM_ANIMATION_NOT_FOUND = 850
    ITEM_MOVE_NOT_FOUND = 900
    EVENT_UNKNOWN = 950
    ART_MESHES_CANNOT_SELECT = 1001
    ITEM_PIN_NOT_LOADED = 1050
    PERMISSION_UNKNOWN = 1100
    EFFECTS_FILTER_INVALID = 1150
    EFFECTS_CANNOT_UPDATE = 1200
    EFFECTS_FADE_INVALID = 1201
    EFFECTS_PRESET_AND_VALUES = 1202
    ITEM_SORT_NOT_FOUND = 1250
    EVENT_TEST_MESSAGE_TOO_LONG = 100_000
    EVENT_MODEL_ID_INVALID = 100_050
    EVENT_HOTKEY_ACTION_INVALID = 100_100


class ApiError(Exception):
    """A request is refused: the number and one line, which the plug-in gets."""

    def __init__(self, number: ErrorID, line: str) -> None:
        super().__init__(line)
        self.number = number


@dataclass(frozen=True, slots=True)
class Request:
    """A message of a plug-in, its envelope checked.

    Attributes:
        kind: the messageType.
        number: the requestID, one of our own where the plug-in gave none.
        data: the object `data`, empty where there was none.
    """

    kind: str
    number: str
    data: Data


def read_request(text: str | bytes) -> Request:
    """The request in a text message.

    Raises:
        BadEnvelopeError: it is none.
    """
    try:
        message = json.loads(text)
    except NO_JSON:
        message = None
    if not isinstance(message, dict):
        raise BadEnvelopeError(ErrorID.JSON_INVALID, "the message is no JSON object", _new_id())
    number = message.get("requestID")
    if number is None:
        number = _new_id()
    if not (isinstance(number, str) and 0 < len(number) <= MAX_ID and number.isascii()):
        raise BadEnvelopeError(ErrorID.REQUEST_ID_INVALID, f"requestID is 1 to {MAX_ID} ASCII characters", _new_id())
    if message.get("apiName") != API_NAME:
        raise BadEnvelopeError(ErrorID.API_NAME_INVALID, f"apiName is {API_NAME}", number)
    if message.get("apiVersion") != API_VERSION:
        raise BadEnvelopeError(ErrorID.API_VERSION_INVALID, f"apiVersion is {API_VERSION}", number)
    kind, data = message.get("messageType"), message.get("data")
    if not isinstance(kind, str) or not kind:
        raise BadEnvelopeError(ErrorID.TYPE_MISSING, "messageType is missing", number)
    return Request(kind, number, data if isinstance(data, dict) else {})


class BadEnvelopeError(ApiError):
    """A message that is no request; `request_id` is the one to answer to."""

    def __init__(self, number: ErrorID, line: str, request_id: str) -> None:
        super().__init__(number, line)
        self.request_id = request_id


def answer(kind: str, request_id: str, data: Mapping[str, Any]) -> str:
    """A message to a plug-in as text."""
    message = {
        "apiName": API_NAME,
        "apiVersion": API_VERSION,
        "timestamp": round(time.time() * 1000),
        "messageType": kind,
        "requestID": request_id,
        "data": dict(data),
    }
    return json.dumps(message, ensure_ascii=False)


def refusal(error: ApiError, request_id: str) -> str:
    """The message that tells a plug-in of an error."""
    return answer("APIError", request_id, {"errorID": int(error.number), "message": str(error)})


def number_of(value: object) -> float | None:
    """A finite number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= 1e12 else None  # NaN compares false


def text_of(value: object, most: int = 256) -> str:
    """A text of at most `most` characters, empty for anything else."""
    return value if isinstance(value, str) and len(value) <= most else ""


def _new_id() -> str:
    return uuid.uuid4().hex
