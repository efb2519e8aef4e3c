"""`openai[:MODEL]`: any server with OpenAI's streamed /chat/completions.

OpenAI, LM Studio, llama.cpp, vLLM, OpenRouter, Gemini's compatible address and many more; `dialogue.model.addresses`
says where.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from vtube.dialogue.llm.base import Delta, Finish, ModelMessage, Tool
from vtube.dialogue.llm.calls import CallPieces, as_data_url
from vtube.dialogue.llm.http import ModelServer, Patience, RefusedError, key_of
from vtube.dialogue.llm.sse import Events
from vtube.errors import NO_JSON, LanguageModelError
from vtube.settings import LanguageModelSettings
from vtube.spec import Spec

ADDRESS = "https://api.openai.com/v1"
MODEL = "gpt-4o-mini"
KEY_VARIABLE = "OPENAI_API_KEY"
DONE = "[DONE]"
_FINISHES = {"length": Finish.LENGTH, "max_tokens": Finish.LENGTH, "content_filter": Finish.FILTERED}


class OpenAiModel:
    """One model of one server."""

    takes_tools: Literal[True] = True

    def __init__(self, spec: Spec, settings: LanguageModelSettings) -> None:
        """Nothing is opened yet."""
        self.model = spec.argument or MODEL
        self.name = f"openai:{self.model}"
        key = key_of("openai", settings, KEY_VARIABLE)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        address = settings.addresses.get("openai", ADDRESS)
        self._server = ModelServer("openai", address, settings, headers, secret=key)
        self._settings = settings
        self._token_limit = "max_tokens"

    async def stream(
        self, messages: Sequence[ModelMessage], tools: Sequence[Tool] = (), *, may_call: bool = True
    ) -> AsyncGenerator[Delta]:
        """See `base.ToolModel`."""
        body = self._body(messages, tools, may_call)
        try:
            async with aclosing(self._answer(body)) as answer:
                async for delta in answer:
                    yield delta
        except RefusedError as error:  # before the first word
            if "max_completion_tokens" not in str(error):
                raise
            self._token_limit = "max_completion_tokens"
            async with aclosing(self._answer(self._body(messages, tools, may_call))) as answer:
                async for delta in answer:
                    yield delta

    async def close(self) -> None:
        """End the session."""
        await self._server.close()

    def _body(self, messages: Sequence[ModelMessage], tools: Sequence[Tool], may_call: bool) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [_written(one) for one in messages],
            "stream": True,
            self._token_limit: self._settings.max_tokens,
        }
        if self._settings.temperature is not None:
            body["temperature"] = self._settings.temperature
        if tools:
            body["tools"] = [
                {
                    "type": "function",
                    "function": {"name": one.name, "description": one.description, "parameters": one.parameters},
                }
                for one in tools
            ]
            if not may_call:
                body["tool_choice"] = "none"
        return body

    async def _answer(self, body: dict[str, Any]) -> AsyncGenerator[Delta]:
        patience, events, calls = Patience(self._settings, self._server.clock), Events(), CallPieces()
        finish: Finish | None = None
        ended = False
        async with aclosing(self._server.lines("/chat/completions", body, patience)) as lines:
            async for line in lines:
                event = events.feed(line)
                if event is None:
                    continue
                if event.data.strip() == DONE:
                    ended = True
                    break
                text, finish = self._read(event.data, finish, calls)
                if text or calls:
                    patience.word()
                if text:
                    yield Delta(text)
        last = None if ended else events.end()
        if last is not None and last.data.strip() == DONE:
            ended = True
        elif last is not None:
            text, finish = self._read(last.data, finish, calls)
            if text:
                yield Delta(text)
        if finish is None and not ended:
            raise self._server.broken("the stream ended too early")
        yield Delta(finish=finish or Finish.STOP, calls=calls.whole())

    def _read(self, data: str, finish: Finish | None, calls: CallPieces) -> tuple[str, Finish | None]:
        """The words of one chunk, and why the answer ended, if it says so.

        Raises:
            LanguageModelError: the chunk is an error, or damaged.
        """
        try:
            chunk = json.loads(data)
        except NO_JSON:
            raise self._server.broken("a damaged chunk") from None
        if not isinstance(chunk, dict):
            raise self._server.broken("a chunk that is none")
        if (error := _error_of(chunk)) is not None:
            raise LanguageModelError(self._server.safe(f"openai fails: {error}"))
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        delta = choice.get("delta")
        delta = delta if isinstance(delta, dict) else {}
        text = delta.get("content")
        calls.add_openai(delta.get("tool_calls"))
        reason = choice.get("finish_reason")
        if reason == "error":
            raise self._server.broken("the model failed")
        if isinstance(reason, str):
            finish = _FINISHES.get(reason, Finish.STOP)
        return text if isinstance(text, str) else "", finish


def _written(one: ModelMessage) -> dict[str, Any]:
    """A message as the protocol has it."""
    if one.call is not None:
        return {"role": "tool", "tool_call_id": one.call.id, "content": one.content}
    if one.calls:
        calls = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in one.calls
        ]
        return {"role": one.role, "content": one.content or None, "tool_calls": calls}
    if one.pictures:
        pictures = [{"type": "image_url", "image_url": {"url": as_data_url(data)}} for data in one.pictures]
        return {"role": one.role, "content": [{"type": "text", "text": one.content}, *pictures]}
    return {"role": one.role, "content": one.content}


def _error_of(chunk: dict[str, Any]) -> str | None:
    """What went wrong, where a chunk says that something did."""
    error = chunk.get("error")
    if error:
        return str(error.get("message") or error) if isinstance(error, dict) else str(error)
    return str(chunk.get("message") or "an error") if chunk.get("object") == "error" else None
