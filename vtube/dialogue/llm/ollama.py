"""`ollama[:MODEL]`: the program Ollama by its own /api/chat, which honours the length of the context and `think`."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from vtube.dialogue.llm.base import Delta, Finish, ModelMessage, Tool
from vtube.dialogue.llm.calls import CallPieces, as_base64, as_object
from vtube.dialogue.llm.http import ModelServer, Patience, RefusedError
from vtube.errors import NO_JSON, LanguageModelError
from vtube.settings import LanguageModelSettings
from vtube.spec import Spec

ADDRESS = "http://127.0.0.1:11434"
MODEL = "qwen3"
KEEP_ALIVE = "30m"
NAMED = 5
"""Models that are named where the one that is wanted is missing."""


class OllamaModel:
    """One model of Ollama."""

    takes_tools: Literal[True] = True

    def __init__(self, spec: Spec, settings: LanguageModelSettings) -> None:
        """Nothing is opened yet."""
        self.model = spec.argument or MODEL
        self.name = f"ollama:{self.model}"
        self._server = ModelServer("ollama", settings.addresses.get("ollama", ADDRESS), settings)
        self._settings = settings
        self._knows_think = True

    async def stream(
        self, messages: Sequence[ModelMessage], tools: Sequence[Tool] = (), *, may_call: bool = True
    ) -> AsyncGenerator[Delta]:
        """See `base.ToolModel`; the protocol has no word for tools that may not be called, so they are left out.

        Raises:
            LanguageModelError: also when the model has not been pulled; the message has the command.
        """
        offered = tools if may_call else ()
        try:
            async with aclosing(self._answer(self._body(messages, offered))) as answer:
                async for delta in answer:
                    yield delta
        except RefusedError as error:
            if error.status == 404:
                there = ", ".join(await self._pulled())
                raise LanguageModelError(
                    f"ollama has no model {self.model}; get it with: ollama pull {self.model}"
                    + (f", or take one that is there: {there}" if there else ""),
                    "model.pull",
                    name=self.model,
                    setting="llm",
                ) from None
            if "think" not in str(error) or not self._knows_think:
                raise
            self._knows_think = False  # a model that never thinks refuses the word, too
            async with aclosing(self._answer(self._body(messages, offered))) as answer:
                async for delta in answer:
                    yield delta

    async def close(self) -> None:
        """End the session."""
        await self._server.close()

    async def _pulled(self) -> list[str]:
        """Names of some models that it has."""
        models = (await self._server.asked("/api/tags")).get("models")
        names = [one.get("name") for one in models if isinstance(one, dict)] if isinstance(models, list) else []
        return [name for name in names if isinstance(name, str)][:NAMED]

    def _body(self, messages: Sequence[ModelMessage], tools: Sequence[Tool]) -> dict[str, Any]:
        options: dict[str, Any] = {
            "num_ctx": self._settings.context_tokens,
            "num_predict": self._settings.max_tokens,
        }
        if self._settings.temperature is not None:
            options["temperature"] = self._settings.temperature
        return {
            "model": self.model,
            "messages": [_written(one) for one in messages],
            "stream": True,
            "options": options,
            "keep_alive": KEEP_ALIVE,
            **({"think": self._settings.think} if self._knows_think else {}),
            **({"tools": [_offered(one) for one in tools]} if tools else {}),
        }

    async def _answer(self, body: dict[str, Any]) -> AsyncGenerator[Delta]:
        patience, calls = Patience(self._settings, self._server.clock), CallPieces()
        async with aclosing(self._server.lines("/api/chat", body, patience)) as lines:
            async for line in lines:
                if not line.strip():
                    continue
                piece = self._read(line)
                message = piece.get("message")
                message = message if isinstance(message, dict) else {}
                text = message.get("content")
                calls.add_ollama(message.get("tool_calls"))
                if isinstance(text, str) and text:
                    patience.word()
                    yield Delta(text)
                if piece.get("done") is True:
                    finish = Finish.LENGTH if piece.get("done_reason") == "length" else Finish.STOP
                    yield Delta(finish=finish, calls=calls.whole())
                    return
        raise self._server.broken("the stream ended too early")

    def _read(self, line: str) -> dict[str, Any]:
        try:
            piece = json.loads(line)
        except NO_JSON:
            raise self._server.broken("a damaged line") from None
        if not isinstance(piece, dict):
            raise self._server.broken("a line that is no object")
        if piece.get("error"):
            raise LanguageModelError(f"ollama fails: {piece['error']}")
        return piece


def _written(one: ModelMessage) -> dict[str, Any]:
    """A message as the protocol has it."""
    written: dict[str, Any] = {"role": one.role, "content": one.content}
    if one.call is not None:
        written["tool_name"] = one.call.name
    if one.calls:
        written["tool_calls"] = [
            {"function": {"name": call.name, "arguments": as_object(call.arguments)}} for call in one.calls
        ]
    if one.pictures:
        written["images"] = [as_base64(data) for data in one.pictures]
    return written


def _offered(one: Tool) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {"name": one.name, "description": one.description, "parameters": one.parameters},
    }
