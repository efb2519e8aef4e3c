"""A server of language models that sends the bytes a test wrote, in the pieces and at the times it wrote them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.waiting import break_off
from tests.web import serving


class Refusal:
    """An answer with another status."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self.status, self.headers = status, headers or {}
        self.body = body if isinstance(body, str) else json.dumps(body)


class Abort:
    """The connection ends here, without an end of the answer."""


class Stall:
    """Nothing more comes."""


Script = Sequence[Any] | Refusal


class LlmServer:
    """Answers each POST by the next script, the last one again and again; notes bodies, headers and who left early."""

    def __init__(self, *scripts: Script, kind: str = "text/event-stream") -> None:
        self.scripts = list(scripts)
        self.kind = kind
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.left = asyncio.Event()
        self.address = ""
        self.pulled: list[str] = []

    @asynccontextmanager
    async def run(self) -> AsyncIterator[LlmServer]:
        app = web.Application()
        app.add_routes([web.get("/api/tags", self.tags), web.post("/{path:.*}", self.answer)])
        async with serving(app) as self.address:
            yield self

    async def tags(self, _request: web.Request) -> web.Response:
        """Ollama's list of models."""
        return web.json_response({"models": [{"name": name} for name in self.pulled]})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.json())
        self.headers.append(dict(request.headers))
        self.paths.append(request.path)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        if isinstance(script, Refusal):
            return web.Response(status=script.status, text=script.body, headers=script.headers)
        response = web.StreamResponse(headers={"Content-Type": self.kind})
        await response.prepare(request)
        try:
            for step in script:
                if isinstance(step, Abort):
                    await break_off(request.transport)
                    return response
                if isinstance(step, Stall):
                    await asyncio.sleep(30)
                elif isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    await response.write(step if isinstance(step, bytes) else str(step).encode())
            await response.write_eof()
        except (asyncio.CancelledError, ConnectionError):
            self.left.set()
            raise
        return response


def chunk(text: str | None = None, finish: str | None = None, **delta: Any) -> str:
    """One chunk of OpenAI's stream."""
    value = {"choices": [{"index": 0, "delta": {"content": text, **delta}, "finish_reason": finish}]}
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


DONE = "data: [DONE]\n\n"


def line(text: str = "", *, done: bool = False, **more: Any) -> str:
    """One line of Ollama's."""
    return (
        json.dumps({"message": {"role": "assistant", "content": text}, "done": done, **more}, ensure_ascii=False) + "\n"
    )


def event(name: str, **value: Any) -> str:
    """One event of Anthropic's."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **value}, ensure_ascii=False)}\n\n"


def words(text: str) -> str:
    """An event with a piece of text."""
    return event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
