"""The seam of a language model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol, runtime_checkable

from vtube.errors import LanguageModelError
from vtube.settings import LanguageModelSettings
from vtube.spec import Spec

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that a model may ask for; `parameters` is the JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model asks for; `arguments` is JSON as the model wrote it, so it may be none."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message of a conversation, as models take it.

    Attributes:
        role: whose it is; `tool` for what came of a call.
        content: the words.
        calls: what the assistant asked for with it.
        call: the call that a `tool` message answers.
        pictures: JPEG files that a user's message shows.
    """

    role: Role
    content: str
    calls: tuple[ToolCall, ...] = ()
    call: ToolCall | None = None
    pictures: tuple[bytes, ...] = ()


class Finish(StrEnum):
    """Why an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer; the last has `finish` and may have no text. Calls come whole, behind the words."""

    text: str = ""
    finish: Finish | None = None
    calls: tuple[ToolCall, ...] = ()


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


@runtime_checkable
class ToolModel(ChatModel, Protocol):
    """A model that can ask for tools."""

    takes_tools: Literal[True]

    def stream(
        self, messages: Sequence[ModelMessage], tools: Sequence[Tool] = (), *, may_call: bool = True
    ) -> AsyncGenerator[Delta]:
        """See `ChatModel.stream`; without `may_call` the tools are known, and none may be asked for any more."""


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
