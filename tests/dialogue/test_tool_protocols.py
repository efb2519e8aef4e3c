"""Tools as each kind of server wants and calls them."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import Any

import pytest

from tests.dialogue.llm_server import DONE, LlmServer, chunk, event, line, words
from vtube.dialogue.llm.base import ModelMessage, Tool, ToolCall, ToolModel
from vtube.dialogue.llm.registry import create_model
from vtube.settings import LanguageModelSettings

TOOL = Tool("gesture", "Move.", {"type": "object", "properties": {"name": {"type": "string"}}})
ROUND = [
    ModelMessage("system", "You are Ilta."),
    ModelMessage("user", "nod"),
    ModelMessage("assistant", "Well", calls=(ToolCall("c1", "gesture", '{"name": "nod"}'),)),
    ModelMessage("tool", '{"ok": true}', call=ToolCall("c1", "gesture", '{"name": "nod"}')),
]


def piece(index: int | None = 0, **more: Any) -> str:
    """A fragment of a call in OpenAI's stream."""
    function = {name: more.pop(name) for name in ("name", "arguments") if name in more}
    place = {} if index is None else {"index": index}
    return chunk(None, tool_calls=[{**place, **more, "function": function}])


OPENAI = [chunk("Well, "), piece(id="c1", name="gesture", arguments=""), piece(arguments='{"na')]
OPENAI += [piece(arguments='me": "nod"}'), piece(1, id="c2", name="scene", arguments='{"name": "night"}')]
OPENAI += [chunk(finish="tool_calls"), DONE]
WHOLE = [piece(None, id="c1", name="gesture", arguments='{"name": "nod"}'), piece(None, name="scene", arguments="{}")]
WHOLE += [chunk(finish="stop"), DONE]
OLLAMA = [
    line("Well, "),
    line(
        done=False,
        message={
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {"function": {"name": "gesture", "arguments": {"name": "nod"}}},
                {"function": {"name": "scene", "arguments": {"name": "night"}}},
            ],
        },
    ),
    line(done=True, done_reason="stop"),
]
ANTHROPIC = [
    event("message_start", message={}),
    event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    words("Well, "),
    event("content_block_stop", index=0),
    event(
        "content_block_start", index=1, content_block={"type": "tool_use", "id": "c1", "name": "gesture", "input": {}}
    ),
    event("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": '{"na'}),
    event("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": 'me": "nod"}'}),
    event("content_block_stop", index=1),
    event("content_block_start", index=2, content_block={"type": "tool_use", "id": "c2", "name": "scene", "input": {}}),
    event("content_block_delta", index=2, delta={"type": "input_json_delta", "partial_json": '{"name": "night"}'}),
    event("message_delta", delta={"stop_reason": "tool_use"}),
    event("message_stop"),
]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")


async def asked(server: LlmServer, spec: str, *, may_call: bool = True) -> tuple[str, tuple[ToolCall, ...]]:
    """The words and the calls of an answer to a round with tools."""
    made = create_model(spec, LanguageModelSettings(addresses={spec.partition(":")[0]: server.address}))
    assert isinstance(made, ToolModel)
    text = ""
    calls: tuple[ToolCall, ...] = ()
    async with aclosing(made.stream(ROUND, [TOOL], may_call=may_call)) as deltas:
        async for delta in deltas:
            text, calls = text + delta.text, calls + delta.calls
    await made.close()
    return text, calls


@pytest.mark.parametrize(
    ("spec", "script"),
    [("openai:m", OPENAI), ("ollama:m", OLLAMA), ("anthropic:m", ANTHROPIC)],
    ids=lambda one: one[:6],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_calls_come_whole_out_of_their_pieces(spec: str, script: list[str], size: int) -> None:
    data = "".join(script).encode()
    async with LlmServer([data[start : start + size] for start in range(0, len(data), size)]).run() as server:
        text, calls = await asked(server, spec)
    assert text == "Well, "
    assert [(one.name, json.loads(one.arguments)) for one in calls] == [
        ("gesture", {"name": "nod"}),
        ("scene", {"name": "night"}),
    ]
    assert len({one.id for one in calls}) == 2


async def test_calls_without_a_place_or_a_number_are_told_apart() -> None:
    async with LlmServer(WHOLE).run() as server:
        _, calls = await asked(server, "openai:m")
    assert [one.name for one in calls] == ["gesture", "scene"]
    assert len({one.id for one in calls}) == 2


async def test_openai_gets_tools_calls_and_results_as_it_wants() -> None:
    async with LlmServer(OPENAI).run() as server:
        await asked(server, "openai:m", may_call=False)
    body = server.bodies[0]
    assert body["tools"][0]["function"] == {"name": "gesture", "description": "Move.", "parameters": TOOL.parameters}
    assert body["tool_choice"] == "none"
    assert body["messages"][2]["tool_calls"][0]["function"] == {"name": "gesture", "arguments": '{"name": "nod"}'}
    assert body["messages"][3] == {"role": "tool", "tool_call_id": "c1", "content": '{"ok": true}'}


async def test_ollama_gets_tools_calls_and_results_as_it_wants() -> None:
    async with LlmServer(OLLAMA).run() as server:
        await asked(server, "ollama:m")
        await asked(server, "ollama:m", may_call=False)
    body = server.bodies[0]
    assert body["tools"][0]["function"]["name"] == "gesture"
    assert body["messages"][2]["tool_calls"] == [{"function": {"name": "gesture", "arguments": {"name": "nod"}}}]
    assert body["messages"][3] == {"role": "tool", "content": '{"ok": true}', "tool_name": "gesture"}
    assert "tools" not in server.bodies[1]


async def test_anthropic_gets_tools_calls_and_results_as_it_wants() -> None:
    async with LlmServer(ANTHROPIC).run() as server:
        await asked(server, "anthropic:m", may_call=False)
    body = server.bodies[0]
    assert body["tools"] == [{"name": "gesture", "description": "Move.", "input_schema": TOOL.parameters}]
    assert body["tool_choice"] == {"type": "none"}
    assert body["messages"][1]["content"] == [
        {"type": "text", "text": "Well"},
        {"type": "tool_use", "id": "c1", "name": "gesture", "input": {"name": "nod"}},
    ]
    assert body["messages"][2] == {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": "c1", "content": '{"ok": true}'}],
    }
