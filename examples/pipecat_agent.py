"""An agent of pipecat that speaks through a camera that runs: pipecat_agent.py [ADDRESS].

Needs `pip install pipecat-ai`. `Character` stands where text-to-speech stands in other pipelines: it takes the words
of a language model as they come, and hands whole sentences to the camera, which speaks them with face and body. Put
your own services before it: a transport, speech recognition, a model. Here lines typed into the terminal are answered
by a few words, so that it runs without keys. Start the camera first: python run_vcam.py
"""

import asyncio
import sys
from typing import Any

import aiohttp
from pipecat.frames.frames import (
    EndFrame,
    Frame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.utils.string import match_endofsentence
from pipecat.workers.runner import WorkerRunner

USUAL = "http://127.0.0.1:8787"


class Mind(FrameProcessor):
    """In the place of a language model: answers a text in pieces, as models do."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Answer what is typed; all else goes on."""
        await super().process_frame(frame, direction)
        if type(frame) is not TextFrame:
            await self.push_frame(frame, direction)
            return
        await self.push_frame(LLMFullResponseStartFrame())
        for piece in ("[curiosity] [do:nod] You ", "say: ", frame.text, ". [joy] I like ", "that!"):
            await self.push_frame(LLMTextFrame(piece))
        await self.push_frame(LLMFullResponseEndFrame())


class Character(FrameProcessor):
    """Speaks through the camera: an answer's first sentence in place of what was being said, the others after it."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address, self._words, self._is_first = address, "", True
        self._session = aiohttp.ClientSession()
        self._last = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Words become sentences; an interruption is silence."""
        await super().process_frame(frame, direction)
        if isinstance(frame, LLMFullResponseStartFrame):
            self._words, self._is_first = "", True
        elif isinstance(frame, LLMTextFrame):
            self._words += frame.text
            while end := match_endofsentence(self._words):
                await self._say(self._words[:end])
                self._words = self._words[end:]
        elif isinstance(frame, LLMFullResponseEndFrame):
            await self._say(self._words)
            self._words = ""
        elif isinstance(frame, InterruptionFrame):
            self._words = ""
            await self._ask("POST", "/api/speech/stop")
        elif isinstance(frame, EndFrame):
            await self._heard()
        await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """The end of the pipeline."""
        await super().cleanup()
        await self._session.close()

    async def _say(self, sentence: str) -> None:
        if sentence.strip():
            told = await self._ask("POST", "/api/say", {"text": sentence.strip(), "interrupt": self._is_first})
            self._last, self._is_first = told["number"], False

    async def _heard(self) -> None:
        """Until all is said; what could not be said is told."""
        while self._last in (speech := (await self._ask("GET", "/api/state"))["speech"])["pending"]:
            await asyncio.sleep(0.1)
        if speech["failure"] is not None:
            print(speech["failure"]["line"])

    async def _ask(self, method: str, path: str, body: object = None) -> Any:
        async with self._session.request(method, self._address + path, json=body) as answer:
            return await answer.json()


async def main() -> None:
    """Run the pipeline on what is typed, to the end of the input."""
    worker = PipelineWorker(Pipeline([Mind(), Character(sys.argv[1] if len(sys.argv) > 1 else USUAL)]))
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)

    async def read() -> None:
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip():
                await worker.queue_frame(TextFrame(line.strip()))
        await worker.queue_frame(EndFrame())

    await asyncio.gather(runner.run(), read())


if __name__ == "__main__":
    asyncio.run(main())
