"""The calls of tools in a streamed answer, put together from their pieces, in the three protocols' shapes."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from vtube.dialogue.llm.base import ToolCall
from vtube.errors import NO_JSON

MOST_CALLS = 16
MOST_CHARACTERS = 20_000
"""Of one call's arguments; what is longer is cut, and so no JSON any more."""


@dataclass(slots=True)
class _Piece:
    id: str = ""
    name: str = ""
    arguments: str = ""


class CallPieces:
    """Add what comes; `whole` in the end. Is true once there is a call."""

    def __init__(self) -> None:
        self._by_place: dict[int, _Piece] = {}

    def __bool__(self) -> bool:
        return bool(self._by_place)

    def add_openai(self, pieces: object) -> None:
        """`delta.tool_calls`: fragments by their `index`; servers that send calls whole may leave it out."""
        for piece in pieces if isinstance(pieces, list) else ():
            if not isinstance(piece, dict):
                continue
            place = piece.get("index")
            place = place if isinstance(place, int) else len(self._by_place)
            function = piece.get("function")
            function = function if isinstance(function, dict) else {}
            self._add(place, piece.get("id"), function.get("name"), function.get("arguments"))

    def add_ollama(self, calls: object) -> None:
        """`message.tool_calls`: whole, the arguments an object, no number."""
        for call in calls if isinstance(calls, list) else ():
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict):
                self._add(len(self._by_place), None, function.get("name"), function.get("arguments"))

    def add_anthropic(self, event: dict[str, Any]) -> None:
        """A block of `tool_use` that begins, or a piece of its JSON."""
        place, block, delta = event.get("index"), event.get("content_block"), event.get("delta")
        if not isinstance(place, int):
            return
        if isinstance(block, dict) and block.get("type") == "tool_use":
            self._add(place, block.get("id"), block.get("name"), block.get("input") or None)
        elif isinstance(delta, dict) and delta.get("type") == "input_json_delta" and place in self._by_place:
            self._add(place, None, None, delta.get("partial_json"))

    def whole(self) -> tuple[ToolCall, ...]:
        """The calls in their order; those without a number get one."""
        return tuple(
            ToolCall(one.id or f"call_{place}", one.name, one.arguments or "{}")
            for place, one in sorted(self._by_place.items())
            if one.name
        )

    def _add(self, place: int, number: object, name: object, arguments: object) -> None:
        if place not in self._by_place and len(self._by_place) >= MOST_CALLS:
            return
        piece = self._by_place.setdefault(place, _Piece())
        if isinstance(number, str) and number:
            piece.id = number
        if isinstance(name, str) and name:
            piece.name = name[:200]
        if arguments is not None:
            said = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
            piece.arguments = (piece.arguments + said)[:MOST_CHARACTERS]


def as_object(arguments: str) -> dict[str, Any]:
    """Arguments as the object that some protocols want back; empty where a model wrote none."""
    try:
        value = json.loads(arguments)
    except NO_JSON:
        return {}
    return value if isinstance(value, dict) else {}


def as_base64(data: bytes) -> str:
    """A file as text."""
    return base64.b64encode(data).decode()


def as_data_url(jpeg: bytes) -> str:
    """A JPEG as an address."""
    return f"data:image/jpeg;base64,{as_base64(jpeg)}"
