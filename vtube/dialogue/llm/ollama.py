"""`ollama[:MODEL]`: the program Ollama by its own /api/chat, which honours the length of the context and `think`."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from vtube.dialogue.llm.base import Delta, Finish, ModelMessage
from vtube.dialogue.llm.http import ModelServer, Patience, RefusedError
from vtube.errors import LanguageModelError
from vtube.settings import LanguageModelSettings
from vtube.spec import Spec

ADDRESS = "http://127.0.0.1:11434"
MODEL = "qwen3"
KEEP_ALIVE = "30m"


class OllamaModel:
    """One model of Ollama."""

    def __init__(self, spec: Spec, settings: LanguageModelSettings) -> None:
        """Nothing is opened yet."""
        self.model = spec.argument or MODEL
        self.name = f"ollama:{self.model}"
        self._server = ModelServer("ollama", settings.addresses.get("ollama", ADDRESS), settings)
        self._settings = settings
        self._knows_think = True

    async def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[Delta]:
        """See `base.ChatModel`.

        Raises:
            LanguageModelError: also when the model has not been pulled; the message has the command.
        """
        try:
            async with aclosing(self._answer(self._body(messages))) as answer:
                async for delta in answer:
                    yield delta
        except RefusedError as error:
            if error.status == 404:
                raise LanguageModelError(
                    f"ollama has no model {self.model}; get it with: ollama pull {self.model}"
                ) from None
            if "think" not in str(error) or not self._knows_think:
                raise
            self._knows_think = False  # a model that never thinks refuses the word, too
            async with aclosing(self._answer(self._body(messages))) as answer:
                async for delta in answer:
                    yield delta

    async def close(self) -> None:
        """End the session."""
        await self._server.close()

    def _body(self, messages: Sequence[ModelMessage]) -> dict[str, Any]:
        options: dict[str, Any] = {
            "num_ctx": self._settings.context_tokens,
            "num_predict": self._settings.max_tokens,
        }
        if self._settings.temperature is not None:
            options["temperature"] = self._settings.temperature
        return {
            "model": self.model,
            "messages": [{"role": one.role, "content": one.content} for one in messages],
            "stream": True,
            "options": options,
            "keep_alive": KEEP_ALIVE,
            **({"think": self._settings.think} if self._knows_think else {}),
        }

    async def _answer(self, body: dict[str, Any]) -> AsyncGenerator[Delta]:
        patience = Patience(self._settings, self._server.clock)
        async with aclosing(self._server.lines("/api/chat", body, patience)) as lines:
            async for line in lines:
                if not line.strip():
                    continue
                piece = self._read(line)
                message = piece.get("message")
                text = message.get("content") if isinstance(message, dict) else None
                if isinstance(text, str) and text:
                    patience.word()
                    yield Delta(text)
                if piece.get("done") is True:
                    yield Delta(finish=Finish.LENGTH if piece.get("done_reason") == "length" else Finish.STOP)
                    return
        raise self._server.broken("the stream ended too early")

    def _read(self, line: str) -> dict[str, Any]:
        try:
            piece = json.loads(line)
        except ValueError:
            raise self._server.broken("a damaged line") from None
        if not isinstance(piece, dict):
            raise self._server.broken("a line that is no object")
        if piece.get("error"):
            raise LanguageModelError(f"ollama fails: {piece['error']}")
        return piece
