"""The tools in one answer: which there are, how often each may be used, and what the model is told of it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from vtube.dialogue.jobs import Job
from vtube.dialogue.llm.base import ChatModel, Delta, ModelMessage, Tool, ToolCall, ToolModel
from vtube.dialogue.llm.http import RefusedError
from vtube.errors import VtubeError
from vtube.text import first_line

MOST_CALLS = 6
"""In one answer, of all tools together."""
MOST_CHARACTERS = 1000
"""Of what the model is told about one call."""
LONGEST_S = 5.0

log = logging.getLogger(__name__)


class ToolRefusedError(Exception):
    """A call is not carried out; the line is for the model."""


class Arguments(BaseModel):
    """What a tool takes; anything else is refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class OwnTool:
    """One tool.

    Attributes:
        name, description: what the model reads.
        takes: its arguments.
        act: does it, for the one who is answered, in a thread of its own; returns what the model is told.
        choices: gives the values that there are for an argument, where only the running camera knows them.
        most: how often in one answer.
    """

    name: str
    description: str
    takes: type[Arguments]
    act: Callable[[Any, Job], str]
    choices: Mapping[str, Callable[[], Sequence[str]]] = field(default_factory=dict)
    most: int = 2

    @property
    def offer(self) -> Tool:
        """As the model is told of it."""
        schema = self.takes.model_json_schema()
        properties = {name: _bare(value) for name, value in schema.get("properties", {}).items()}
        for name, values in self.choices.items():
            properties[name] = {**properties[name], "enum": sorted(values())}
        parameters = {
            "type": "object",
            "properties": properties,
            "required": schema.get("required", []),
            "additionalProperties": False,
        }
        return Tool(self.name, self.description, parameters)

    def run(self, arguments: str, job: Job) -> str:
        """Carry a call out. Blocks.

        Raises:
            ToolRefusedError: the arguments are wrong, or it may not be.
        """
        try:
            values = self.takes.model_validate_json(arguments or "{}")
        except ValidationError as error:
            raise ToolRefusedError(f"wrong arguments: {_told(error)}") from None
        for name, choices in self.choices.items():
            if getattr(values, name) not in (known := choices()):
                raise ToolRefusedError(f"{name} should be one of: {', '.join(sorted(known))}")
        try:
            return self.act(values, job)
        except VtubeError as error:
            raise ToolRefusedError(first_line(error)) from None
        except ToolRefusedError:
            raise
        except Exception:
            log.exception("the tool %s failed", self.name)
            raise ToolRefusedError("it does not work now") from None


@dataclass(slots=True)
class Toolbox:
    """All tools of a broadcast; without any, a model is asked as if there were no such thing.

    Attributes:
        tools: the tools that may be used.
        rounds: how often in one answer a model may go on after its calls.
        counts: calls that were carried out, and that were refused, since the start.
        trouble: why no tools are offered although there are; empty for no reason.
    """

    tools: tuple[OwnTool, ...] = ()
    rounds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    trouble: str = ""

    def hands(self, job: Job) -> Hands:
        """The tools for one answer."""
        return Hands(self, job)

    def state(self) -> dict[str, Any]:
        """For `/api/state`."""
        return {"names": [one.name for one in self.tools], "counts": dict(self.counts), "trouble": self.trouble}


class Hands:
    """The tools during one answer; `used` tells what was done, for the control page."""

    def __init__(self, box: Toolbox, job: Job) -> None:
        self._box, self._job = box, job
        self._tools = {one.name: one for one in box.tools}
        self._offers = tuple(one.offer for one in box.tools)
        self._left = box.rounds if box.tools else 0
        self._counts: Counter[str] = Counter()
        self.used: list[str] = []

    async def stream(self, model: ChatModel, messages: Sequence[ModelMessage]) -> AsyncGenerator[Delta]:
        """The model's answer, with the tools offered if it takes any; see `ChatModel.stream`."""
        if not self._offers or self._box.trouble:
            async with aclosing(model.stream(messages)) as deltas:
                async for delta in deltas:
                    yield delta
            return
        if not isinstance(model, ToolModel):
            self._give_up(f"{model.name} takes no tools")
        else:
            try:
                offered = model.stream(messages, self._offers, may_call=self._left > 0)
                async with aclosing(offered) as deltas:
                    async for delta in deltas:
                        yield delta
            except RefusedError as error:  # before the first word
                if "tool" not in str(error).casefold():
                    raise
                self._give_up(first_line(error))
            else:
                return
        async with aclosing(self.stream(model, messages)) as deltas:
            async for delta in deltas:
                yield delta

    async def use(self, said: str, calls: Sequence[ToolCall]) -> list[ModelMessage]:
        """Carry the calls of a round out; what the conversation goes on with, nothing when it is over."""
        if not calls or not self._left:
            return []
        self._left -= 1
        told = [await self._used(call) for call in calls]
        results = [ModelMessage("tool", line, call=call) for call, line in zip(calls, told, strict=True)]
        return [ModelMessage("assistant", said, calls=tuple(calls)), *results]

    async def _used(self, call: ToolCall) -> str:
        try:
            tool = self._permitted(call.name)
            async with asyncio.timeout(LONGEST_S):
                result = await asyncio.to_thread(tool.run, call.arguments, self._job)
        except ToolRefusedError as error:
            return self._refused(call, str(error))
        except TimeoutError:
            return self._refused(call, "it takes too long")
        self._box.counts["done"] += 1
        self.used.append(f"{tool.name}: {result}"[:200])
        return json.dumps({"ok": True, "result": result}, ensure_ascii=False)[:MOST_CHARACTERS]

    def _permitted(self, name: str) -> OwnTool:
        tool = self._tools.get(name)
        if tool is None:
            raise ToolRefusedError(f"there is no tool of that name; there are: {', '.join(self._tools)}")
        if self._counts[name] >= tool.most or self._counts.total() >= MOST_CALLS:
            raise ToolRefusedError("not again in this answer; speak now")
        self._counts[name] += 1
        return tool

    def _refused(self, call: ToolCall, why: str) -> str:
        self._box.counts["refused"] += 1
        log.info("a call of %r was refused: %s", call.name[:40], why)
        return json.dumps({"ok": False, "error": why}, ensure_ascii=False)[:MOST_CHARACTERS]

    def _give_up(self, why: str) -> None:
        """Go on without tools, from now on and with this model."""
        self._box.trouble = why
        log.warning("no tools are used: %s", why)


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in ("title", "default")}


def _told(error: ValidationError) -> str:
    """What is wrong with arguments, without their values."""
    return "; ".join(
        f"{'.'.join(map(str, one['loc'])) or 'arguments'}: {one['msg']}" for one in error.errors(include_url=False)[:3]
    )
