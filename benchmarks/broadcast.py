"""How soon a message is answered with sound, and how soon a stop is silence.

    python -m benchmarks.broadcast [--answers 20] [--stops 20] [--rate 50] [--voice openjtalk] [--busy 0] [--json]

A model that is a script sends so many tokens a second over HTTP, as OpenAI's servers do. The voice is a real one; the
sound goes nowhere, at the pace of a device. Of the time from a message to the first sound, what the model takes to its
first clause and what the voice takes for it are told apart from ours. A stop is counted from the call to the last
sample that is heard, an emotion from the first sample of its sentence to the pose that first shows it. `--busy` starts
so many processes that do nothing but compute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

from aiohttp import web

from vtube.clock import monotonic
from vtube.dialogue.broadcast import Broadcast
from vtube.dialogue.casting import Body
from vtube.errors import AudioError
from vtube.motion.animator import Animator
from vtube.motion.emotion_classifier import load_classifier
from vtube.settings import Settings, SpeechSettings, parse
from vtube.speech.base import Utterance, Voice
from vtube.speech.player import Player
from vtube.speech.queue import SpeechQueue
from vtube.speech.registry import create_voice
from vtube.speech.sinks import DeviceSink, Fill
from vtube.threads import Worker
from vtube.tracking.group import TrackerGroup

ANSWER = "[joy] そうですね、今夜は星がとてもきれいに見えますよ。あとで一緒に空を見上げてみましょうか。"
PATIENCE_S = 30.0
FPS = 30.0


class Model:
    """The scripted model: two characters a token."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.address = ""
        self.clause_at = 0.0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One streamed answer; notes when its first clause was out."""
        await request.read()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        sent = ""
        for start in range(0, len(ANSWER), 2):
            await asyncio.sleep(1 / self.rate)
            piece = ANSWER[start : start + 2]
            chunk = {"choices": [{"index": 0, "delta": {"content": piece}}]}
            try:
                await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
            except ConnectionError:  # it was stopped
                return response
            sent += piece
            if "、" in sent[:-1] and not self.clause_at:  # a clause is one when more has come behind it
                self.clause_at = monotonic()
        await response.write(b"data: [DONE]\n\n")
        return response


class Served:
    """The model behind HTTP, in a thread of its own."""

    def __init__(self, model: Model) -> None:
        self._model, self._loop = model, asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_forever()

    async def _serve(self) -> None:
        app = web.Application()
        app.add_routes([web.post("/v1/chat/completions", self._model.answer)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._model.address = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        self._ready.set()


class TimedVoice:
    """A voice; notes how long each sentence took, and when it was handed over."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self.first_s = 0.0
        self.asked_at = 0.0

    def synthesize(self, text: str) -> Utterance:
        """As the voice does."""
        began = monotonic()
        said = self._voice.synthesize(text)
        if self.first_s == 0.0:
            self.asked_at, self.first_s = began, monotonic() - began
        return said


def no_device(fill: Fill) -> DeviceSink:
    """Silence, at a device's pace."""
    raise AudioError("the benchmark is silent")


class Face:
    """The character's poses at FPS; notes when an emotion is first in one, after `await_emotion`."""

    def __init__(self, settings: Settings, speech: SpeechQueue) -> None:
        self.animator = Animator(settings, TrackerGroup([]), speech.mouth, speech.cues)
        self.shown_at: float | None = None
        self._classify = load_classifier().classify
        self._worker = Worker("poses", self._run)
        speech.on_sentence(self.feel)
        self._worker.start()

    def feel(self, name: str) -> None:
        """As the studio does."""
        self.animator.emotion.feel(name, self._classify)

    def await_emotion(self) -> None:
        """A face without one, and from now on the next."""
        self.feel("neutral")
        self.shown_at = None

    def close(self) -> None:
        """No more poses."""
        self._worker.close()

    def _run(self, stopping: threading.Event) -> None:
        frame, began = 0, monotonic()
        while not stopping.is_set():
            frame += 1
            time.sleep(max(0.0, began + frame / FPS - monotonic()))
            now = monotonic()
            before = self.animator.emotion.current
            self.animator.mixer.pose(now)
            if self.shown_at is None and before != "neutral":  # it was there as this pose was made
                self.shown_at = now


class Show:
    """A broadcast with that model and that voice."""

    def __init__(self, rate: float, voice: str) -> None:
        self.model = Model(rate)
        Served(self.model)
        values = {
            "llm": "openai:script",
            "speech": {"voice": voice},
            "dialogue": {
                "idle_s": 0,
                "model": {"addresses": {"openai": self.model.address}},
                "memory": {"enabled": False},
                "selection": {"cooldown_s": 0},
            },
        }
        settings: Settings = parse(values)
        self.voice = TimedVoice(create_voice(voice, settings.speech))
        self.player = Player(no_device)
        self.speech = SpeechQueue(settings, self.player, create=lambda *_: self.voice)
        self.face = Face(settings, self.speech)
        body = Body(
            self.speech,
            classify=load_classifier().classify,
            feel=self.face.feel,
            emotions=self.face.animator.emotion.names,
            speech_settings=SpeechSettings,
        )
        self.broadcast = Broadcast(settings, body)
        self.speech.start()
        self.broadcast.start()
        self.number = 0

    def ask(self) -> float:
        """A viewer writes; when."""
        self.number += 1
        self.model.clause_at = self.voice.first_s = 0.0
        asked = monotonic()
        self.broadcast.post({"text": f"今夜の星はどうですか {self.number}", "user": f"v{self.number}"})
        return asked

    def sounds(self) -> bool:
        """Whether something is heard now."""
        return self.player.heard(monotonic()) is not None

    def answer(self) -> dict[str, float]:
        """One message, heard to its end: milliseconds to the first sound, whose they are, and to the emotion."""
        self.face.await_emotion()
        asked = self.ask()
        until(self.sounds)
        heard = monotonic()
        began = self.player.playback.recent(heard, 1.0)[-1].start
        until(lambda: not self.speech.status(monotonic())["pending"])
        whole, model = 1000 * (heard - asked), 1000 * max(0.0, self.model.clause_at - asked)
        voice = 1000 * self.voice.first_s
        felt = 1000 * ((self.face.shown_at or heard + PATIENCE_S) - began)
        return {"first_sound": whole, "model": model, "voice": voice, "ours": whole - model - voice, "emotion": felt}

    def stop(self) -> float:
        """A stop in the middle of an answer: milliseconds until nothing is heard."""
        self.ask()
        until(self.sounds)
        time.sleep(0.2 + 0.013 * (self.number % 17))
        stopped = monotonic()
        self.broadcast.stop()
        until(lambda: not self.speech.status(monotonic())["pending"])
        ends = [span.end for span in self.player.playback.recent(monotonic(), 1.0)]
        return 1000 * (max(ends, default=stopped) - stopped)

    def close(self) -> None:
        """The end."""
        self.broadcast.close()
        self.face.close()
        self.speech.close()


def until(condition: Callable[[], object]) -> None:
    """Wait for it, by the millisecond."""
    end = monotonic() + PATIENCE_S
    while not condition():
        if monotonic() > end:
            raise SystemExit("nothing happens; see the log")
        time.sleep(0.001)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=20)
    parser.add_argument("--stops", type=int, default=20)
    parser.add_argument("--rate", type=float, default=50.0, help="tokens a second")
    parser.add_argument("--voice", default="openjtalk")
    parser.add_argument("--busy", type=int, default=0, help="processes that compute meanwhile")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(arguments.busy)]
    try:
        result = measure(arguments)
    finally:
        for process in busy:
            process.kill()
    print(json.dumps(result) if arguments.json else "\n".join(f"{name}: {values}" for name, values in result.items()))


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Every kind of figure, summed up."""
    show = Show(arguments.rate, arguments.voice)
    show.answer()  # the voice loads its dictionary
    answers = [show.answer() for _ in range(arguments.answers)]
    stops = [show.stop() for _ in range(arguments.stops)]
    show.close()
    result: dict[str, Any] = {name: summary([one[name] for one in answers]) for name in answers[0]}
    result["stop"] = summary(stops)
    return result


def summary(values: list[float]) -> dict[str, float]:
    """Median, the slowest of twenty and of a hundred, and the worst, milliseconds."""
    several = values if len(values) > 1 else values * 2
    return {
        "median": round(median(values), 1),
        "p95": round(quantiles(several, n=20, method="inclusive")[-1], 1),
        "p99": round(quantiles(several, n=100, method="inclusive")[-1], 1),
        "max": round(max(values), 1),
    }


if __name__ == "__main__":
    main()
