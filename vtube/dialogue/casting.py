"""Makes the cast that the settings want, and makes it anew when they change; what stays keeps what it knows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vtube.dialogue.answer import Classify, Speaker
from vtube.dialogue.cast import Cast
from vtube.dialogue.llm.embedding import create_embedder
from vtube.dialogue.llm.registry import create_model
from vtube.dialogue.memory.base import Memory, NoMemory
from vtube.dialogue.memory.store import MemoryStore
from vtube.dialogue.moderation import Moderator
from vtube.dialogue.persona import load_persona
from vtube.dialogue.sight import Sight
from vtube.dialogue.tags import TagReader
from vtube.dialogue.tools.own import Reach, toolbox
from vtube.errors import SettingsError
from vtube.paths import expanded, user_folder
from vtube.settings import DialogueSettings, Settings, SpeechSettings

MEMORY = "memory.sqlite"

log = logging.getLogger(__name__)


def _nothing(*_: object) -> None:
    """For what a camera has not."""


@dataclass(frozen=True, slots=True)
class Body:
    """The character that runs, as the broadcast uses it.

    Attributes:
        speaker: her voice.
        classify: emotions of a text.
        feel: shows an emotion on the face; `emotions` gives the names that it takes.
        speech_settings: how texts are cleaned now.
        act: begins a gesture; `gestures` gives their names.
        notice: tells her body what happens, such as `chat` or `applause`.
        rest: ends what she does and feels.
        change: changes settings until the next start; blocks.
    """

    speaker: Speaker
    classify: Classify
    feel: Callable[[str], object]
    emotions: Callable[[], list[str]]
    speech_settings: Callable[[], SpeechSettings]
    act: Callable[[str], object] = _nothing
    gestures: Callable[[], list[str]] = list
    notice: Callable[[str], object] = _nothing
    rest: Callable[[], object] = _nothing
    change: Callable[[Mapping[str, Any]], object] = _nothing


class Casting:
    """Knows the cast and the settings that it was made for."""

    def __init__(self, body: Body, settings: Settings) -> None:
        """Make the first cast.

        Raises:
            SettingsError: a SPEC names nothing that there is, or a file of the settings is spoilt.
        """
        self._body = body
        self.settings = settings
        self.store: MemoryStore | None = None
        self.cast = self._made(settings, None)
        self.take_over(settings, self.cast)

    def recast(self, settings: Settings) -> Cast:
        """The cast for other settings; nothing changes before it is taken over.

        Raises:
            SettingsError: as at the start.
        """
        return self._made(settings, self.cast)

    def take_over(self, settings: Settings, cast: Cast) -> None:
        """From now on this is the cast."""
        self.settings, self.cast = settings, cast
        if isinstance(cast.memory, MemoryStore):
            self.store = cast.memory
        if self.store is not None:
            self.store.settings = settings.dialogue.memory

    def close(self) -> None:
        """Write what is to be remembered."""
        if self.store is not None:
            self.store.close()

    def _made(self, settings: Settings, before: Cast | None) -> Cast:
        body, now, then = self._body, settings.dialogue, self.settings.dialogue
        has_model = (settings.llm, now.model) == (self.settings.llm, then.model)
        has_words = now.moderation == then.moderation
        model = before.model if before and has_model else create_model(settings.llm, now.model)
        persona = before.persona if before and now.persona == then.persona else load_persona(now.persona)
        counts = before.moderator.counts if before else None
        moderator = before.moderator if before and has_words else Moderator(now.moderation, counts)
        memory = self._memory(now, wanted=model is not None)
        reach = Reach(body.feel, body.emotions, body.act, body.gestures, body.change, memory, moderator)
        tools = toolbox(now.tools, reach)
        if before is not None:
            tools.counts = before.tools.counts
            tools.trouble = before.tools.trouble if has_model else ""
        return Cast(
            speaker=body.speaker,
            model=model,
            persona=persona,
            moderator=moderator,
            memory=memory,
            tags=TagReader(frozenset(body.emotions())),
            classify=body.classify,
            feel=body.feel,
            speech_settings=body.speech_settings,
            act=body.act,
            notice=body.notice,
            rest=body.rest,
            tools=tools,
            sight=before.sight if before and has_model else Sight(now.sight),
        )

    def _memory(self, settings: DialogueSettings, *, wanted: bool) -> Memory:
        if not wanted or not settings.memory.enabled:
            return NoMemory()
        return self.store if self.store is not None else opened_memory(settings)


def opened_memory(settings: DialogueSettings) -> Memory:
    """What is remembered between streams, in the file of the settings or in the user's own folder.

    Where that folder cannot be written (a full disk), nothing is remembered, and one line says so.

    Raises:
        SettingsError: the file that the settings name cannot be written, or there are no such embeddings.
    """
    own = settings.memory
    embedder = create_embedder(own.embeddings, settings.model)
    if own.path:
        return MemoryStore(expanded(own.path), own, embedder=embedder)
    try:
        return MemoryStore(user_folder() / MEMORY, own, embedder=embedder)
    except SettingsError as error:
        log.warning("%s; until that changes she remembers nobody", error)
        return NoMemory()
