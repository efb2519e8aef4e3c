"""Has one thing said: asks the model, hands its sentences to the voice as they come, writes down what was heard."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from vtube.clock import Clock
from vtube.dialogue.answer import Answer
from vtube.dialogue.answer_stream import AnswerStream
from vtube.dialogue.candidates import HOST
from vtube.dialogue.cast import Cast
from vtube.dialogue.gate import OutputGate
from vtube.dialogue.jobs import LOOKS, Job
from vtube.dialogue.journal import Entry, Journal
from vtube.dialogue.llm.base import ContextOverflowError, Finish, ModelMessage, ToolCall
from vtube.dialogue.llm.http import RefusedError
from vtube.dialogue.memory.base import Turn
from vtube.dialogue.prompt import INTERRUPTED, ON_NOW, fitted, system_prompt
from vtube.dialogue.show import song
from vtube.dialogue.tools.box import Hands
from vtube.errors import LanguageModelError, VtubeError
from vtube.settings import DialogueSettings
from vtube.speech.clean import sayable
from vtube.text import first_line

POLL_S = 0.02
COMPLAIN_EVERY_S = 60.0
SHARES = (1.0, 0.4)
"""How much of the model's context is used, at first and after it was too much."""

NO_WORDS = "the language model gave no words to say; if it thinks first, see dialogue.model.max_tokens and think"

log = logging.getLogger(__name__)


class Performer:
    """One job after the other, in one event loop. `answer` is what is being said; any thread may look at it."""

    def __init__(
        self,
        settings: DialogueSettings,
        cast: Cast,
        journal: Journal,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.answer: Answer | None = None
        self.on_now = ""
        """What the running order has on now."""
        self._settings, self._cast, self._journal = settings, cast, journal
        self._clock, self._sleep = clock, sleep
        self._turns: deque[tuple[str, list[ModelMessage]]] = deque(maxlen=settings.memory.turns)
        """By viewer: the message and what was heard of the answer."""
        self._was_cut = False
        self._closes_thoughts = False
        self._complained_at = float("-inf")

    def adopt(self, settings: DialogueSettings, cast: Cast) -> None:
        """Go on with these; what was said stays. Not while something is performed."""
        self._settings, self._cast = settings, cast
        if self._turns.maxlen != settings.memory.turns:
            self._turns = deque(self._turns, maxlen=settings.memory.turns)

    async def perform(self, entry: Entry) -> None:
        """Say it; when cancelled, the sound stops, and only what was heard counts as said."""
        job = entry.job
        facts = await self._cast.memory.recall(job.viewer, job.text) if job.prompt else []
        number = self._cast.speaker.begin(self._cast.persona.voice)
        gate = OutputGate(self._cast.moderator, system_prompt(self._cast.persona))
        answer = Answer(job, self._cast.speaker, number, gate, self._settings.selection, self._cast.classify)
        self.answer = answer
        try:
            self._say_line(answer, job.line)
            if job.song is not None:
                await self._sing(answer, job.song)
            answer.lines = len(answer.spoken)
            if job.prompt:
                system = system_prompt(self._cast.persona, facts, self._cast.memory.summary(), self._note())
                await self._generate(job, system, answer, entry)
            self._cast.speaker.finish(answer.number)
            await self._until_heard(answer, entry)
        except asyncio.CancelledError:
            answer.cut()
            raise
        finally:
            if answer.was_cut:
                entry.interrupted, self._was_cut = True, not answer.comes_again
            self._cast.speaker.finish(answer.number)
            self._close(answer, entry)
            self.answer = None

    def forget(self, viewer: str) -> None:
        """Forget the turns of a viewer."""
        self._turns = deque((one for one in self._turns if one[0] != viewer), maxlen=self._turns.maxlen)

    async def _generate(self, job: Job, system: str, answer: Answer, entry: Entry) -> None:
        pictures = await asyncio.to_thread(self._cast.sight.look, job) if self._cast.sight.may_look(job) else ()
        if job.pool == LOOKS and not pictures:
            return  # there is nothing to speak of
        last = ModelMessage("user", job.prompt, pictures=pictures)
        model = self._settings.model
        for share in SHARES:
            budget = int(share * model.context_tokens) - model.max_tokens
            try:
                turns = [message for _, turn in self._turns for message in turn]
                await self._show(fitted(system, turns, last, budget), answer, entry)
            except ContextOverflowError as error:
                if share == SHARES[-1]:
                    self._complain(entry, answer, error)
                continue
            except LanguageModelError as error:
                self._complain(entry, answer, error)
            break
        if answer.filtered:
            self._say_line(answer, self._cast.persona.line("filtered", job.language))
        elif len(answer.spoken) == answer.lines and not (entry.failed or answer.was_cut):
            self._journal.failure = NO_WORDS
            if job.pool == HOST:  # they wait for a sound
                self._complain(entry, answer, LanguageModelError(NO_WORDS))

    async def _show(self, messages: list[ModelMessage], answer: Answer, entry: Entry) -> None:
        """Converse about what is seen; with a model that refuses pictures, without them."""
        last = messages[-1]
        try:
            await self._converse(messages, answer, entry)
        except RefusedError as error:
            if not last.pictures or answer.spoken:
                raise
            self._cast.sight.give_up(first_line(error))
            if entry.job.pool == LOOKS:
                return
            await self._converse([*messages[:-1], replace(last, pictures=())], answer, entry)

    async def _converse(self, messages: list[ModelMessage], answer: Answer, entry: Entry) -> None:
        """Let the model speak, and go on after the tools that it asks for."""
        hands = self._cast.tools.hands(entry.job)
        entry.used = hands.used
        said, calls = await self._stream(messages, answer, entry, hands)
        while turned := await hands.use(said, calls):
            messages = [*messages, *turned]
            try:
                said, calls = await self._stream(messages, answer, entry, hands)
            except ContextOverflowError as error:  # what was said and done is not begun anew
                raise LanguageModelError(str(error)) from None

    async def _stream(
        self, messages: list[ModelMessage], answer: Answer, entry: Entry, hands: Hands
    ) -> tuple[str, tuple[ToolCall, ...]]:
        """Say one round as it comes; its words, and the tools that are asked for, none when no more may be said."""
        assert self._cast.model is not None
        stream = AnswerStream(self._cast.tags, self._cast.speech_settings, awaits_thoughts=self._closes_thoughts)
        finish: Finish | None = None
        said = ""
        calls: tuple[ToolCall, ...] = ()
        async with aclosing(hands.stream(self._cast.model, messages)) as deltas:
            async for delta in deltas:
                entry.first_word(self._clock())
                said, calls = said + delta.text, calls + delta.calls
                sentences = stream.feed(delta.text)
                if stream.retractions and not self._closes_thoughts:
                    self._closes_thoughts = True
                    self._retract(answer)
                for sentence in sentences:
                    if not answer.say(sentence):
                        return "", ()
                    entry.first_sentence(self._clock())
                finish = delta.finish or finish
        for sentence in stream.end(truncated=finish is Finish.LENGTH):
            if not answer.say(sentence):
                return "", ()
            entry.first_sentence(self._clock())
        if finish is Finish.FILTERED and not answer.spoken:
            answer.filtered = "by the model"
        return said, calls

    def _retract(self, answer: Answer) -> None:
        """What was said until now were thoughts: say them no further, and begin anew."""
        self._cast.speaker.cut(answer.number)
        answer.number = self._cast.speaker.begin(self._cast.persona.voice)
        answer.spoken.clear()
        answer.lines = 0

    async def _until_heard(self, answer: Answer, entry: Entry) -> None:
        while self._cast.speaker.is_pending(answer.number):
            if self._cast.speaker.is_sounding(answer.number):
                entry.first_sound(self._clock())
            await self._sleep(POLL_S)

    def _close(self, answer: Answer, entry: Entry) -> None:
        """Write down what was heard, and nothing else."""
        job, heard = entry.job, answer.heard()
        entry.answer, entry.heard = " ".join(one.shown for one in answer.spoken if one.shown), heard
        entry.filtered = answer.filtered
        if job.prompt and not (answer.filtered or entry.failed or entry.interrupted):
            entry.reply = answer.reply()
        if answer.comes_again:
            return
        if job.prompt and not (answer.filtered and not heard):
            said = [ModelMessage("assistant", heard)] if heard else []
            self._turns.append((job.viewer, [ModelMessage("user", job.prompt), *said]))
        self._cast.memory.add(Turn(job.message, heard, answer.filtered))

    def _say_line(self, answer: Answer, line: str) -> None:
        for sentence in sayable(line, self._cast.speech_settings()) if line else ():
            answer.say_unchecked(sentence)

    async def _sing(self, answer: Answer, path: Path) -> None:
        """Queue a song; one that cannot be read is left out and told."""
        try:
            answer.say_unchecked(await asyncio.to_thread(song, path))
        except (VtubeError, OSError) as error:
            self._journal.failure = f"the song {path.name} cannot be sung: {first_line(error)}"
            log.warning("%s", self._journal.failure)

    def _complain(self, entry: Entry, answer: Answer, error: Exception) -> None:
        entry.failed = True
        self._journal.failure = first_line(error)
        self._journal.counts["failed"] += 1
        log.warning("%s", self._journal.failure)
        if not answer.spoken and self._clock() - self._complained_at >= COMPLAIN_EVERY_S:
            self._complained_at = self._clock()
            self._say_line(answer, self._cast.persona.line("failed", entry.job.language))

    def _note(self) -> str:
        notes = [f"{ON_NOW}{self.on_now}" if self.on_now else "", INTERRUPTED if self._was_cut else ""]
        self._was_cut = False
        return "\n".join(note for note in notes if note)
