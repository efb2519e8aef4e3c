"""A broadcast without a camera: a voice that speaks on a clock of its own, and a model that says what a test wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.fakes import FakeClock
from vtube.chat.message import ChatMessage
from vtube.dialogue.cast import Cast
from vtube.dialogue.director import Director
from vtube.dialogue.llm.base import ChatModel, Delta, Finish, ModelMessage
from vtube.dialogue.memory.base import Memory, NoMemory
from vtube.dialogue.moderation import Moderator
from vtube.dialogue.persona import load_persona
from vtube.dialogue.show import Show
from vtube.dialogue.tags import TagReader
from vtube.motion.emotion_classifier import load_classifier
from vtube.motion.templates import load_templates
from vtube.settings import DialogueSettings, SpeechSettings
from vtube.speech.clean import Sentence
from vtube.speech.texts import joined
from vtube.speech.words import words

WORD_S = 0.25

CLASSIFIER = load_classifier()
EMOTIONS = frozenset(load_templates())


@dataclass
class Said:
    """One text: its sentences, when it began to sound, whether it is still fed."""

    sentences: list[Sentence] = field(default_factory=list)
    began: float | None = None
    open: bool = True
    cut_at: float | None = None


class FakeVoice:
    """Speaks each word in WORD_S; knows what was heard."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.texts: dict[int, Said] = {}
        self.cuts: list[int] = []
        self.held_at: float | None = None

    def begin(self, voice: str | None = None) -> int:
        number = len(self.texts) + 1
        self.texts[number] = Said()
        return number

    def append(self, number: int, sentence: Sentence) -> bool:
        text = self.texts[number]
        if text.cut_at is not None or not text.open:
            return False
        text.sentences.append(sentence)
        text.began = self.clock() if text.began is None else text.began
        return True

    def finish(self, number: int) -> None:
        self.texts[number].open = False

    def cut(self, number: int) -> None:
        text = self.texts[number]
        if text.cut_at is None and self.is_pending(number):
            text.cut_at = self.clock() if self.held_at is None else self.held_at
            self.cuts.append(number)

    def stop(self) -> None:
        for number in self.texts:
            self.cut(number)

    def hold(self) -> None:
        self.held_at = self.clock() if self.held_at is None else self.held_at

    def release(self) -> None:
        stood = 0.0 if self.held_at is None else self.clock() - self.held_at
        self.held_at = None
        for text in self.texts.values():
            if text.began is not None and text.cut_at is None:
                text.began += stood

    def is_pending(self, number: int) -> bool:
        text = self.texts[number]
        return text.cut_at is None and (text.open or len(self._words(text)) * WORD_S > self._spoken_s(text))

    def is_sounding(self, number: int) -> bool:
        text = self.texts[number]
        return text.cut_at is None and len(self._words(text)) * WORD_S > self._spoken_s(text) and text.began is not None

    def heard(self, number: int) -> str:
        text = self.texts[number]
        begun = int(self._spoken_s(text) / WORD_S) + 1 if text.began is not None and self._spoken_s(text) > 0 else 0
        parts: list[str] = []
        for sentence in text.sentences:
            taken = words(sentence.shown)[: max(0, begun)]
            begun -= len(words(sentence.shown))
            if taken:
                parts.append("".join(taken).rstrip())
        return joined(parts)

    def spoken(self) -> list[str]:
        """Every sentence that was handed over."""
        return [sentence.shown for text in self.texts.values() for sentence in text.sentences]

    def emotions(self) -> list[str]:
        return [sentence.emotion for text in self.texts.values() for sentence in text.sentences]

    def _spoken_s(self, text: Said) -> float:
        now = self.clock() if self.held_at is None else self.held_at
        end = now if text.cut_at is None else min(now, text.cut_at)
        return 0.0 if text.began is None else end - text.began

    @staticmethod
    def _words(text: Said) -> list[str]:
        return [word for sentence in text.sentences for word in words(sentence.shown)]


class ScriptedModel:
    """Answers with what the test wrote, one answer after the other (the last again and again); notes what it is asked.

    A script is a list of texts, exceptions to raise, and callables to await for.
    """

    name = "scripted"

    def __init__(self, *scripts: Sequence[Any]) -> None:
        self.scripts = list(scripts) or [["Fine."]]
        self.asked: list[list[ModelMessage]] = []
        self.closed = 0

    async def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[Delta]:
        self.asked.append(list(messages))
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        try:
            for step in script:
                if isinstance(step, BaseException):
                    raise step
                if callable(step):
                    await step()
                elif isinstance(step, Finish):
                    yield Delta(finish=step)
                    return
                else:
                    yield Delta(str(step))
                await asyncio.sleep(0)
            yield Delta(finish=Finish.STOP)
        finally:
            self.closed += 1

    async def close(self) -> None:
        """Nothing to give back."""

    @property
    def last(self) -> str:
        return self.asked[-1][-1].content


def called(action: Callable[[], object]) -> bool:
    """Do it; always true, for conditions."""
    action()
    return True


class Stage:
    """A director with everything around it; time passes only in `play`."""

    def __init__(
        self,
        model: ChatModel | None = None,
        *,
        answers: bool = True,
        memory: Memory | None = None,
        show: Show | None = None,
        **settings: Any,
    ) -> None:
        self.clock = FakeClock()
        self.voice = FakeVoice(self.clock)
        self.model = model if model is not None else ScriptedModel()
        self.felt: list[str] = []
        self.acts: list[str] = []
        self.noticed: list[str] = []
        self.rests = 0
        self.settings = DialogueSettings.model_validate({"idle_s": 0, **settings})
        self.moderator = Moderator(self.settings.moderation)
        self.cast = Cast(
            speaker=self.voice,
            model=self.model if answers else None,
            persona=load_persona("ilta"),
            moderator=self.moderator,
            memory=memory or NoMemory(),
            tags=TagReader(EMOTIONS),
            classify=CLASSIFIER.classify,
            feel=self.felt.append,
            speech_settings=SpeechSettings,
            act=self.acts.append,
            notice=self.noticed.append,
            rest=self.rest,
        )
        self.replied: list[tuple[str, str, str]] = []
        self.director = Director(
            self.settings, self.cast, show=show, reply=self.reply, clock=self.clock, sleep=self.nap
        )
        self.number = 0

    def rest(self) -> None:
        """End what she does and feels."""
        self.rests += 1

    def use(self, **parts: Any) -> None:
        """Other parts in the cast, from the next answer on."""
        self.cast = replace(self.cast, **parts)
        self.director.adopt(self.settings, self.cast)

    def reply(self, text: str, to: ChatMessage, by: str) -> None:
        """What would be written into the chat."""
        self.replied.append((text, to.text, by))

    async def nap(self, seconds: float) -> None:
        """The director waits: as much time passes."""
        self.clock.advance(seconds)
        await asyncio.sleep(0)

    def write(self, text: str, user: str = "Mia", **more: Any) -> str:
        """Somebody writes."""
        self.number += 1
        more = {"user_id": user.casefold(), **more}
        return self.director.take(ChatMessage("test", str(self.number), user, text, **more))

    async def play(self, until: Callable[[], object] | None = None, turns: int = 5000) -> bool:
        """Let the director run until something is so, or nobody waits any more; whether it came so far."""
        done = until or self.is_quiet
        task = asyncio.create_task(self.director.run())
        try:
            for _ in range(turns):
                await asyncio.sleep(0)
                if done():
                    return True
                if task.done():
                    task.result()
            return False
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def is_quiet(self) -> bool:
        state = self.director.state(self.clock())
        return state["state"] in ("idle", "held", "off") and not state["waiting"] and state["answering"] is None

    def log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.director.state(self.clock())["log"]
        return entries
