"""The seam of a language model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from vtube.errors import LanguageModelError
from vtube.settings import LanguageModelSettings
from vtube.spec import Spec

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message of a conversation, as models take it."""

    role: Role
    content: str


class Finish(StrEnum):
    """Why an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer; the last has `finish` and may have no text."""

    text: str = ""
    finish: Finish | None = None


class ContextOverflowError(LanguageModelError):
    """The conversation is longer than the model can see; a shorter one may do."""


class ChatModel(Protocol):
    """Answers a conversation."""

    name: str
    """What the state shows, such as `ollama:qwen3`."""

    def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[Delta]:
        """The answer in pieces, without what the model thinks to itself; closing the generator cancels it.

        Raises:
            ContextOverflowError: the conversation is too long.
            LanguageModelError: it does not answer, or breaks off; one line without secrets.
        """

    async def close(self) -> None:
        """Give back what was opened."""


class NoModel:
    """`none`: nobody answers."""

    name = "none"

    def __init__(self, _spec: Spec, _settings: LanguageModelSettings) -> None:
        """Nothing to open."""

    async def stream(self, _messages: Sequence[ModelMessage]) -> AsyncGenerator[Delta]:
        """Nothing."""
        yield Delta(finish=Finish.STOP)

    async def close(self) -> None:
        """Nothing to give back."""
