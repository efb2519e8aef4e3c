"""`anthropic[:MODEL]`: Anthropic's streamed /v1/messages; the key comes from ANTHROPIC_API_KEY."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from vtube.dialogue.llm.base import Delta, Finish, ModelMessage, Tool
from vtube.dialogue.llm.calls import CallPieces, as_base64, as_object
from vtube.dialogue.llm.http import ModelServer, Patience, key_of
from vtube.dialogue.llm.sse import Event, Events
from vtube.errors import NO_JSON, LanguageModelError
from vtube.settings import LanguageModelSettings
from vtube.spec import Spec

ADDRESS = "https://api.anthropic.com"
MODEL = "claude-haiku-4-5"
KEY_VARIABLE = "ANTHROPIC_API_KEY"
VERSION = "2023-06-01"
_FINISHES = {"max_tokens": Finish.LENGTH, "refusal": Finish.FILTERED}


class AnthropicModel:
    """One model of Anthropic's, or of a server that speaks its protocol."""

    takes_tools: Literal[True] = True

    def __init__(self, spec: Spec, settings: LanguageModelSettings) -> None:
        """Nothing is opened yet."""
        self.model = spec.argument or MODEL
        self.name = f"anthropic:{self.model}"
        key = key_of("anthropic", settings, KEY_VARIABLE)
        headers = {"anthropic-version": VERSION, **({"x-api-key": key} if key else {})}
        address = settings.addresses.get("anthropic", ADDRESS).removesuffix("/v1")
        self._server = ModelServer("anthropic", address, settings, headers, secret=key)
        self._settings = settings

    async def stream(
        self, messages: Sequence[ModelMessage], tools: Sequence[Tool] = (), *, may_call: bool = True
    ) -> AsyncGenerator[Delta]:
        """See `base.ToolModel`."""
        patience, events, calls = Patience(self._settings, self._server.clock), Events(), CallPieces()
        finish: Finish | None = None
        body = self._body(messages, tools, may_call)
        async with aclosing(self._server.lines("/v1/messages", body, patience)) as lines:
            async for line in lines:
                event = events.feed(line)
                if event is None:
                    continue
                piece = self._read(event)
                calls.add_anthropic(piece)
                if text := _text_of(piece):
                    patience.word()
                    yield Delta(text)
                finish = _finish_of(piece) or finish
                if piece.get("type") == "message_stop":
                    yield Delta(finish=finish or Finish.STOP, calls=calls.whole())
                    return
        if finish is None:
            raise self._server.broken("the stream ended too early")
        yield Delta(finish=finish, calls=calls.whole())

    async def close(self) -> None:
        """End the session."""
        await self._server.close()

    def _body(self, messages: Sequence[ModelMessage], tools: Sequence[Tool], may_call: bool) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": self._settings.max_tokens,
            "messages": turns(messages),
            "stream": True,
        }
        if system := "\n\n".join(one.content for one in messages if one.role == "system"):
            body["system"] = system
        if self._settings.temperature is not None:
            body["temperature"] = min(self._settings.temperature, 1.0)
        if tools:
            body["tools"] = [
                {"name": one.name, "description": one.description, "input_schema": one.parameters} for one in tools
            ]
            if not may_call:
                body["tool_choice"] = {"type": "none"}
        return body

    def _read(self, event: Event) -> dict[str, Any]:
        try:
            piece = json.loads(event.data)
        except NO_JSON:
            raise self._server.broken("a damaged event") from None
        if not isinstance(piece, dict):
            raise self._server.broken("an event that is no object")
        if piece.get("type") == "error" or event.name == "error":
            error = piece.get("error")
            line = error.get("message") if isinstance(error, dict) else error
            raise LanguageModelError(self._server.safe(f"anthropic fails: {line or 'an error'}"))
        return piece


def turns(messages: Sequence[ModelMessage]) -> list[dict[str, Any]]:
    """The conversation as the protocol wants it: the user first, then by turns; what follows its like is joined."""
    result: list[dict[str, Any]] = []
    for one in messages:
        role = "user" if one.role == "tool" else one.role
        if role == "system" or (not result and role != "user"):
            continue
        if result and result[-1]["role"] == role:
            result[-1]["content"] = _joined(result[-1]["content"], _content(one))
        else:
            result.append({"role": role, "content": _content(one)})
    return result


def _content(one: ModelMessage) -> str | list[dict[str, Any]]:
    """Plain words, or blocks where there is more."""
    if one.call is not None:
        return [{"type": "tool_result", "tool_use_id": one.call.id, "content": one.content}]
    blocks: list[dict[str, Any]] = [
        {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": as_base64(data)}}
        for data in one.pictures
    ]
    blocks += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": as_object(call.arguments)} for call in one.calls
    ]
    return [*_blocks(one.content), *blocks] if blocks else one.content


def _joined(first: str | list[dict[str, Any]], then: str | list[dict[str, Any]]) -> str | list[dict[str, Any]]:
    if isinstance(first, str) and isinstance(then, str):
        return f"{first}\n\n{then}"
    return [*_blocks(first), *_blocks(then)]


def _blocks(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(content, list):
        return content
    return [{"type": "text", "text": content}] if content.strip() else []


def _text_of(piece: dict[str, Any]) -> str:
    delta = piece.get("delta")
    if piece.get("type") != "content_block_delta" or not isinstance(delta, dict):
        return ""
    text = delta.get("text") if delta.get("type") == "text_delta" else ""
    return text if isinstance(text, str) else ""


def _finish_of(piece: dict[str, Any]) -> Finish | None:
    delta = piece.get("delta")
    reason = delta.get("stop_reason") if piece.get("type") == "message_delta" and isinstance(delta, dict) else None
    return _FINISHES.get(reason, Finish.STOP) if isinstance(reason, str) else None
