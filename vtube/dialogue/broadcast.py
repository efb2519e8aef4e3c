"""The broadcast: chats, the director and the language model in one event loop of a thread of its own."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

from vtube.chat.group import ChatGroup
from vtube.chat.message import Arrival, ChatMessage, Kind, Role
from vtube.chat.registry import create_chats
from vtube.chat.replies import Reply
from vtube.clock import Clock, monotonic
from vtube.dialogue.casting import Body, Casting
from vtube.dialogue.director import Director
from vtube.dialogue.memory.store import MemoryStore
from vtube.dialogue.persona import is_name
from vtube.dialogue.show import load_show
from vtube.errors import ChatError, SettingsError
from vtube.net import loops
from vtube.settings import Settings
from vtube.settings.owner import Commit, Prepared
from vtube.text import first_line
from vtube.threads import Worker

CLOSE_S = 0.8

log = logging.getLogger(__name__)


def check_sources(settings: Settings) -> None:
    """See that the chat sources of `settings` exist.

    Raises:
        SettingsError: there is no such source, or what it needs is missing.
    """
    create_chats(settings.chat, settings.dialogue.sources)


class Broadcast:
    """Reads chats and answers them. `start`, then any thread may ask; `close` in the end."""

    def __init__(self, settings: Settings, body: Body, *, clock: Clock = monotonic) -> None:
        """Nothing is connected to yet.

        Args:
            settings: those of the start.
            body: the character that runs.
            clock: monotonic seconds.

        Raises:
            SettingsError: a SPEC names nothing that there is, or a file of the settings is spoilt.
        """
        dialogue = settings.dialogue
        self._clock = clock
        self.casting = Casting(body, settings)
        self.director = Director(
            dialogue, self.casting.cast, show=load_show(dialogue.show), reply=self._reply, clock=clock
        )
        self._chats = ChatGroup(create_chats(settings.chat, dialogue.sources), self._arrived)
        self._numbers = itertools.count(1)
        self._worker = Worker("broadcast", self._run)

    def prepare(self, settings: Settings) -> Commit:
        """Another model, persona, list of words, pace: from the next answer on; see `settings.Room`.

        Who waits, what was said and what is remembered stays.

        Raises:
            SettingsError: there is no such model, persona or list, or a key is missing.
        """
        before = self.casting.settings
        if (settings.llm, settings.dialogue) == (before.llm, before.dialogue):
            return lambda: None
        if settings.dialogue.persona != before.dialogue.persona and not is_name(settings.dialogue.persona):
            raise SettingsError("while the camera runs a persona is chosen by its name, not by a path")
        cast, kept = self.casting.recast(settings), self.casting.cast

        def commit() -> None:
            self.casting.take_over(settings, cast)
            self.director.adopt(settings.dialogue, cast)
            if not settings.dialogue.replies.enabled:
                self._chats.replies.drop()

        def discard() -> None:
            if isinstance(cast.memory, MemoryStore) and cast.memory is not kept.memory:
                cast.memory.close()

        return Prepared(commit, discard)

    def start(self) -> None:
        """Begin to read and to answer."""
        self._worker.start()

    def close(self) -> None:
        """Leave the chats and fall silent; harmless when called twice."""
        self._worker.stop()
        self._worker.join(CLOSE_S)
        self.casting.close()

    # Any thread: what a client may ask

    def post(self, values: Mapping[str, Any]) -> int:
        """A message from any program; returns its number.

        Raises:
            ChatError: it is not read; the message says why.
        """
        number = next(self._numbers)
        user = str(values.get("user") or "somebody")
        message = ChatMessage(
            str(values.get("source") or "api"),
            str(values.get("id") or f"vtube-{number}"),  # programs number their own messages 1, 2, 3
            user,
            str(values["text"]),
            user_id=str(values.get("user_id") or user.casefold()),
            kind=Kind(values.get("kind") or Kind.TEXT),
            amount=float(values.get("amount") or 0.0),
            currency=str(values.get("currency") or ""),
            roles=frozenset(Role(one) for one in values.get("roles") or ()),
            time=time.time(),
        )
        dropped = self._take(message)
        if dropped:
            raise ChatError(f"the message is not read: {dropped}")
        return number

    def stop(self, hold: bool = False) -> None:
        """Fall silent and still at once, forget who waits and hide what is shown; with `hold` until `resume`."""
        self._chats.clear()
        self.director.stop(hold)

    def resume(self) -> None:
        """Answer again."""
        self.director.resume()

    def next_part(self) -> bool:
        """Go on to the next part of the running order; False when there is none."""
        return self.director.next_part()

    def approve(self, key: str) -> bool:
        """Have a waiting message answered next; False when it does not wait any more."""
        return self.director.approve(key)

    def drop(self, key: str) -> bool:
        """Leave a waiting message out; False when it does not wait any more."""
        return self.director.drop(key)

    def memory(self) -> Mapping[str, Any]:
        """All that is remembered. Blocks."""
        return self.casting.cast.memory.export()

    def forget(self, viewer: str) -> bool:
        """Forget a viewer; False when nobody of that number is known. Blocks."""
        known = self.casting.cast.memory.forget(viewer)
        self.director.forget(viewer)
        return known

    def set_fact(self, values: Mapping[str, Any]) -> int | None:
        """Write a fact, or change that of a number; its number. Blocks."""
        return self.casting.cast.memory.set_fact(**values)

    def delete_fact(self, number: int) -> bool:
        """Delete a fact; whether there was one. Blocks."""
        return self.casting.cast.memory.delete_fact(number)

    def chat_state(self, now: float) -> dict[str, Any]:
        """The object `chat` of `/api/state`."""
        writes = self.casting.settings.dialogue.replies.enabled
        return {
            "sources": self._chats.statuses(now, writes=writes),
            "passed_over": self._chats.arrivals.passed_over,
            "recent": self.director.feed.recent(),
        }

    def dialogue_state(self, now: float) -> dict[str, Any]:
        """The object `dialogue` of `/api/state`."""
        return self.director.state(now)

    # The thread

    def _arrived(self, what: Arrival) -> None:
        self.director.take(what)

    def _take(self, message: ChatMessage) -> str:
        return self._chats.why_not(message) or self.director.take(message)

    def _reply(self, text: str, to: ChatMessage, by: str) -> None:
        if self.casting.settings.dialogue.replies.enabled:
            self._chats.replies.reply(Reply(text, to, by))

    def _run(self, stopping: threading.Event) -> None:
        try:
            with loops.runner() as here:
                here.run(self._serve(stopping))
        except Exception as error:
            log.exception("the broadcast broke down: %s", first_line(error))

    async def _serve(self, stopping: threading.Event) -> None:
        tasks = [asyncio.create_task(self._chats.run()), asyncio.create_task(self.director.run())]
        try:
            while not stopping.is_set():
                done, _ = await asyncio.wait(tasks, timeout=0.1, return_when=asyncio.FIRST_EXCEPTION)
                for task in done:
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.director.close()
