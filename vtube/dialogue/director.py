"""The one place that decides who speaks: takes messages in, chooses, has them answered, one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from vtube.chat.message import Arrival, ChatMessage, Removal, Role
from vtube.clock import Clock, monotonic
from vtube.dialogue.answer import NEUTRAL
from vtube.dialogue.candidates import HOST, Candidate
from vtube.dialogue.cast import Cast
from vtube.dialogue.floor import Floor, FloorWatch
from vtube.dialogue.jobs import Job, job_for, told, told_waiting
from vtube.dialogue.journal import Entry
from vtube.dialogue.llm.base import ChatModel
from vtube.dialogue.performer import Performer
from vtube.dialogue.reception import Reception
from vtube.dialogue.selection import KEPT
from vtube.dialogue.show import Show
from vtube.settings import DialogueSettings
from vtube.text import first_line

WAKE_S = 0.5
SETTLE_S = 2.0
"""After an answer the face goes back to neutral in this time."""

log = logging.getLogger(__name__)


class Director:
    """Runs in one event loop; `take`, `stop`, `state` and the like may be called by any thread."""

    def __init__(
        self,
        settings: DialogueSettings,
        cast: Cast,
        *,
        show: Show | None = None,
        reply: Callable[[str, ChatMessage, str], object] = lambda text, to, by: None,
        clock: Clock = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`reply` writes into the chat what was said to whom, and by whom; it is called in the loop."""
        self._settings, self._cast, self._reply = settings, cast, reply
        self._clock, self._show = clock, show
        self._lock = threading.RLock()
        self._reception = Reception(settings, cast, clock())
        self.intake, self.selector = self._reception.intake, self._reception.selector
        self.feed, self.journal = self._reception.feed, self._reception.journal
        self._performer = Performer(settings, cast, self.journal, clock, sleep)
        self._floor = Floor(cast, clock)
        self._watch = FloorWatch(self._floor, sleep)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None
        self._job: Job | None = None
        self._held = False
        self._retired: deque[ChatModel] = deque()

    # Any thread

    def take(self, what: Arrival) -> str:
        """Take in what arrives; why it is not read, or an empty text."""
        with self._lock:
            now = self._clock()
            if isinstance(what, Removal):
                self._reception.remove(what)
                self._stop_if_about(what)
                return ""
            reason = self._reception.take(what, now)
        if not reason:
            self._call(self._awake)
        return reason

    def stop(self, hold: bool = False) -> None:
        """Fall silent and still at once, forget who waits, hide what is shown; with `hold` until `resume`."""
        self._cast.speaker.stop()  # before anybody is waited for
        with self._lock:
            self._held = self._held or hold
            self._reception.clear()
            job = self._job  # what is taken up from now on was written after the stop
        self._break_off(job)
        self._cast.rest()

    def resume(self) -> None:
        """Answer again."""
        self._held = False
        self._call(self._awake)

    def adopt(self, settings: DialogueSettings, cast: Cast) -> None:
        """Go on with these from the next answer on; who waits and what was said stays."""
        with self._lock:
            if (model := self._cast.model) is not None and model is not cast.model:
                self._retired.append(model)
            self._settings, self._cast, self._floor.cast = settings, cast, cast
            self._reception.adopt(settings, cast)
        self._call(self._awake)

    def interrupt(self) -> None:
        """Break off the answer that is being made or heard; the sound stops now."""
        self._break_off(self._job)

    def give_way(self) -> None:
        """Somebody else begins to speak: she stands still in her sentence until `hear`, `go_on` or `interrupt`."""
        self._floor.take()
        self._call(lambda: self._watch.begin(self._awake))

    def wait_for_words(self) -> None:
        """They have stopped, and are being understood; when that takes too long, she goes on."""
        self._floor.wait(self._settings.patience_s)

    def go_on(self) -> None:
        """It was nothing: she goes on with the sentence that she was in."""
        self._floor.give_back()
        self._call(self._awake)

    def hear(self, text: str) -> str:
        """The host has said this to her, and is answered before all others; why not, or an empty text."""
        with self._lock:
            job, unheard = self._job, self._unheard()
            answers = self._cast.model is not None and not self._held
            reason = self._reception.hear(text, self._clock(), unheard) if answers else "nobody is answered now"
        if reason:
            self.go_on()
            return reason
        answer = self._performer.answer
        if answer is not None and answer.job is job:
            answer.comes_again = unheard is not None and unheard.pool in KEPT
        self._break_off(job)
        self._call(self._awake)
        return ""

    def state(self, now: float) -> dict[str, Any]:
        """The object `dialogue` of `/api/state`."""
        with self._lock:
            job, selector = self._job, self.selector
            return {
                "model": self._cast.model.name if self._cast.model is not None else None,
                "persona": self._cast.persona.name,
                "state": self._stage(),
                "answering": told(job),
                "show": self._show.state(now) if self._show is not None else None,
                "waiting": [told_waiting(one, now) for one in selector.waiting(now)[:20]],
                "pools": selector.sizes(),
                "counts": self._reception.counts(),
                "tools": self._cast.tools.state(),
                "sight": self._cast.sight.state(),
                "failure": self.journal.failure,
                "latency_ms": self.journal.latency(),
                "log": self.journal.entries(),
            }

    def forget(self, viewer: str) -> None:
        """Forget what a viewer has written, and what waits of it."""
        with self._lock:
            source, _, number = viewer.partition(":")
            self._reception.remove(Removal(source, user_id=number))
            self.journal.forget(viewer)
        self._call(lambda: self._performer.forget(viewer))

    def approve(self, key: str) -> bool:
        """Have a waiting message answered next."""
        with self._lock:
            found = self.selector.approve(key)
        self._call(self._awake)
        return found

    def drop(self, key: str) -> bool:
        """Leave a waiting message out."""
        with self._lock:
            return self.selector.drop(key)

    def next_part(self) -> bool:
        """Go on to the next part of the running order; False when there is none."""
        with self._lock:
            found = self._show is not None and self._show.skip()
        self._call(self._awake)
        return found

    # The loop

    async def run(self) -> None:
        """Answer until cancelled."""
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        try:
            while True:
                await self._let_go()
                job = self._take_up()
                if job is not None:
                    await self._perform(job)
                    continue
                self._wake.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(WAKE_S):
                        await self._wake.wait()
        finally:
            self._watch.end()
            self._loop = None

    async def close(self) -> None:
        """Give back what the language models opened."""
        await self._let_go()
        if self._cast.model is not None:
            await self._cast.model.close()

    async def _let_go(self) -> None:
        """Close models whose place others have taken."""
        while self._retired:
            await self._retired.popleft().close()

    async def _perform(self, job: Job) -> None:
        """Answer; an interruption ends this answer and nothing else."""
        self._performer.adopt(self._settings, self._cast)
        entry = Entry(job, self._clock())
        self._task = asyncio.create_task(self._performer.perform(entry), name="answer")
        try:
            await asyncio.wait({self._task})
            if not self._task.cancelled() and (error := self._task.exception()) is not None:
                self.journal.failure = f"the answer failed: {first_line(error)}"
                log.warning("%s", self.journal.failure, exc_info=error)
        finally:
            self._task.cancel()
            self._task = self._job = None
            self._note_down(entry)

    def _note_down(self, entry: Entry) -> None:
        if entry.reply and entry.job.message is not None:
            self._reply(entry.reply, entry.job.message, self._cast.persona.name)
        with self._lock:
            self.journal.add(entry, self._clock())
            self.selector.answered(entry.heard)
            self._reception.idle.spoke(self._clock())
        if self._loop is not None:
            self._loop.call_later(SETTLE_S, self._settle)

    def _take_up(self) -> Job | None:
        """Choose what comes next; from then on it can be interrupted."""
        with self._lock:
            self._job = self._next()
            return self._job

    def _next(self) -> Job | None:
        with self._lock:
            if self._held or (self._cast.model is None and not self._reception.lines) or self._floor.look():
                return None
            now = self._clock()
            sizes = self.selector.sizes()
            urgent = sizes[HOST] or sizes["paid"]
            if self._reception.lines and not urgent:
                return self._reception.lines.popleft()
            if not urgent and (job := self._of_show(now)) is not None:
                return job
            candidate = self.selector.choose(now)
            if candidate is None:
                is_over = self._show is not None and self._show.over
                return None if is_over else self._reception.idle.next(now, self._show, self._cast.sight.alone_s)
            return self._answer_to(candidate, now)

    def _of_show(self, now: float) -> Job | None:
        job = self._show.next(now) if self._show is not None else None
        self._performer.on_now = self._show.title if self._show is not None else ""
        return job

    def _answer_to(self, candidate: Candidate, now: float) -> Job:
        self._reception.idle.heard_of(now, candidate.message.text)
        message = candidate.message
        new = Role.FIRST_TIME in message.roles or self._cast.memory.is_new(message.viewer)
        return job_for(
            candidate,
            self._cast.persona,
            self._settings.language,
            read_aloud=self._settings.selection.read_aloud,
            first_time=self._settings.greet and new,
        )

    # Inside

    def _unheard(self) -> Job | None:
        """What is about to be answered, when nothing of that was heard."""
        answer, job = self._performer.answer, self._job
        return None if answer is not None and answer.job is job and answer.heard() else job

    def _stop_if_about(self, removal: Removal) -> None:
        job = self._job
        if job is not None and job.message is not None and removal.hits(job.message):
            self._break_off(job)

    def _stage(self) -> str:
        if self._held:
            return "held"
        if self._cast.model is None:
            return "off"
        answer = self._performer.answer
        if answer is None:
            return "idle"
        return "speaking" if self._cast.speaker.is_sounding(answer.number) else "thinking"

    def _settle(self) -> None:
        """Back to neutral, unless she speaks again."""
        if self._performer.answer is None:
            self._cast.feel(NEUTRAL)

    def _break_off(self, job: Job | None) -> None:
        """End what is said about `job`, and nothing that comes after it."""
        answer = self._performer.answer
        if answer is not None and answer.job is job:
            answer.cut()
        self._floor.give_back()
        self._call(lambda: self._cancel(job))

    def _cancel(self, job: Job | None) -> None:
        if self._task is not None and self._job is job:
            self._task.cancel()

    def _awake(self) -> None:
        if self._wake is not None:
            self._wake.set()

    def _call(self, action: Callable[[], object]) -> None:
        """Do `action` in the loop, if it runs."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(action)
