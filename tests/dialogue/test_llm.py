"""The clients of language models against servers with every fault."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import aclosing
from typing import Any

import pytest

from tests.dialogue.llm_server import DONE, Abort, LlmServer, Refusal, Stall, chunk, event, line, words
from vtube.dialogue.llm.base import ChatModel, ContextOverflowError, Finish, ModelMessage
from vtube.dialogue.llm.http import ModelServer
from vtube.dialogue.llm.registry import create_model
from vtube.errors import LanguageModelError, Line, SettingsError
from vtube.settings import LanguageModelSettings

KEY = "sk-very-secret-0123456789"
ASKED = [ModelMessage("system", "You are Ilta."), ModelMessage("user", "hi")]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setattr("vtube.dialogue.llm.http.RETRY_S", 0.001)


def model_of(server: LlmServer, spec: str = "openai:m", **settings: Any) -> ChatModel:
    kind = spec.partition(":")[0]
    made = create_model(spec, LanguageModelSettings(addresses={kind: server.address}, **settings))
    assert made is not None
    return made


async def answer_of(server: LlmServer, spec: str = "openai:m", **settings: Any) -> tuple[str, Finish | None]:
    """All of an answer, and why it ended."""
    model = model_of(server, spec, **settings)
    text, finish = "", None
    try:
        async with aclosing(model.stream(ASKED)) as deltas:
            async for delta in deltas:
                text, finish = text + delta.text, delta.finish or finish
    finally:
        await model.close()
    return text, finish


async def test_openai_is_asked_as_it_wants() -> None:
    async with LlmServer([chunk("Hi"), chunk(finish="stop"), DONE]).run() as server:
        assert await answer_of(server, temperature=0.5, max_tokens=99) == ("Hi", Finish.STOP)
    assert server.paths == ["/chat/completions"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert server.bodies[0] == {
        "model": "m",
        "messages": [{"role": "system", "content": "You are Ilta."}, {"role": "user", "content": "hi"}],
        "stream": True,
        "temperature": 0.5,
        "max_tokens": 99,
    }


async def test_without_a_key_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    async with LlmServer([chunk("Hi"), DONE]).run() as server:
        await answer_of(server)
    assert "Authorization" not in server.headers[0]


async def test_chunks_may_be_cut_anywhere_even_inside_a_letter() -> None:
    data = (
        ": OPENROUTER PROCESSING\n\n" + chunk("猫が") + "event: x\r\n" + chunk("好き 😀") + chunk(finish="stop") + DONE
    ).encode()
    for size in (1, 2, 3, 7):
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        async with LlmServer(pieces).run() as server:
            assert await answer_of(server) == ("猫が好き 😀", Finish.STOP)


async def test_what_is_thought_in_fields_of_its_own_is_not_said() -> None:
    script = [
        chunk(None, role="assistant"),
        chunk(None, reasoning_content="hmm"),
        chunk("", reasoning="well"),
        chunk(None, tool_calls=[{"index": 0, "function": {"name": "x", "arguments": "{}"}}]),
        chunk("Yes."),
        'data: {"choices": [], "usage": {"total_tokens": 3}}\n\n',
        'data: {"choices": null, "usage": null}\n\n',
        chunk(finish="stop"),
        DONE,
    ]
    async with LlmServer(script).run() as server:
        assert await answer_of(server) == ("Yes.", Finish.STOP)


@pytest.mark.parametrize(
    ("end", "finish"),
    [
        ([chunk(finish="stop")], Finish.STOP),
        ([chunk(finish="length"), DONE], Finish.LENGTH),
        ([chunk(finish="content_filter"), DONE], Finish.FILTERED),
        ([DONE], Finish.STOP),
        (["data: [DONE]"], Finish.STOP),
        ([chunk(finish="stop").rstrip()], Finish.STOP),
    ],
)
async def test_an_answer_ends_in_many_ways(end: list[str], finish: Finish) -> None:
    async with LlmServer([chunk("So."), *end]).run() as server:
        assert await answer_of(server) == ("So.", finish)


@pytest.mark.parametrize(
    "fault",
    [
        [chunk("So ")],
        [chunk("So "), Abort()],
        [chunk("So "), 'data: {"error": {"message": "overloaded", "code": 502}}\n\n'],
        [chunk("So "), 'data: {"object": "error", "message": "overloaded"}\n\n'],
        [chunk("So "), "data: {broken\n\n"],
        [chunk("So "), "data: 5\n\n"],
        [chunk("So ").rstrip()],
        [chunk("So "), chunk(finish="error"), DONE],
        [chunk("So "), "data: " + "[" * 50_000 + "\n\n"],
    ],
)
async def test_a_fault_in_the_middle_is_a_fault_and_not_asked_again(fault: list[Any]) -> None:
    async with LlmServer(fault).run() as server:
        with pytest.raises(LanguageModelError):
            await answer_of(server)
    assert len(server.bodies) == 1


async def test_a_stall_ends_after_its_time_and_comments_give_no_more_of_it() -> None:
    settings: dict[str, Any] = {"first_s": 0.5, "between_s": 0.5, "whole_s": 5.0}
    async with LlmServer([": wait\n\n", 0.3, ": wait\n\n", 0.3, ": wait\n\n", Stall()]).run() as server:
        with pytest.raises(LanguageModelError, match="too long"):
            await answer_of(server, **settings)
    async with LlmServer([chunk("a"), Stall()]).run() as server:
        with pytest.raises(LanguageModelError, match="too long"):
            await answer_of(server, **settings)


FINE: dict[str, list[str]] = {
    "openai:m": [chunk("猫が"), chunk("好き 😀"), chunk(finish="stop"), DONE],
    "ollama:m": [line("猫が"), line("好き 😀"), line(done=True)],
    "anthropic:m": [words("猫が"), words("好き 😀"), event("message_stop")],
}
"""The same answer in each protocol."""

SAID = "猫が好き 😀"
ALL = pytest.mark.parametrize("spec", FINE)


@ALL
@pytest.mark.parametrize("status", [429, 500, 503, 529, 408])
async def test_a_busy_server_is_asked_again(spec: str, status: int) -> None:
    busy = Refusal(status, {"error": {"message": "busy"}}, {"Retry-After": "0"})
    async with LlmServer(busy, busy, FINE[spec]).run() as server:
        assert await answer_of(server, spec) == (SAID, Finish.STOP)
    async with LlmServer(busy).run() as server:
        with pytest.raises(LanguageModelError, match="busy"):
            await answer_of(server, spec)
    assert len(server.bodies) == 3


@ALL
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100_000])
async def test_every_protocol_may_be_cut_anywhere(spec: str, size: int) -> None:
    data = "".join(FINE[spec]).encode()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    async with LlmServer(pieces).run() as server:
        assert await answer_of(server, spec) == (SAID, Finish.STOP)


@ALL
@pytest.mark.parametrize("fault", [[], [Abort()], [b"\xff\xfe", Abort()], [b"\n" * 9]])
async def test_an_answer_that_only_begins_is_a_fault_in_every_protocol(spec: str, fault: list[Any]) -> None:
    async with LlmServer([FINE[spec][0], *fault]).run() as server:
        with pytest.raises(LanguageModelError):
            await answer_of(server, spec)
    assert len(server.bodies) == 1


@ALL
async def test_a_model_that_loads_is_waited_for_and_one_that_stalls_is_not(spec: str) -> None:
    settings: dict[str, Any] = {"first_s": 30.0, "between_s": 1.0}
    async with LlmServer([1.3, *FINE[spec]]).run() as server:
        assert await answer_of(server, spec, **settings) == (SAID, Finish.STOP)
    async with LlmServer([FINE[spec][0], Stall()]).run() as server:
        with pytest.raises(LanguageModelError, match="too long"):
            await answer_of(server, spec, **settings)
        async with asyncio.timeout(30):
            await server.left.wait()


@ALL
async def test_a_server_says_how_long_to_wait(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def nap(seconds: float) -> None:
        waits.append(seconds)

    made = ModelServer.__init__
    monkeypatch.setattr(ModelServer, "__init__", lambda *args, **named: made(*args, **named, sleep=nap))
    busy = [Refusal(429, "busy", {"Retry-After": text}) for text in ("3", "Wed, 25 Nov 2026 12:00:00 GMT")]
    async with LlmServer(*busy, FINE[spec]).run() as server:
        assert (await answer_of(server, spec))[0] == SAID
    assert waits == [3.0, 0.002]


@ALL
@pytest.mark.parametrize("page", ["<html>no such page</html>", "", "[]", "null", '{"error": null}'])
async def test_what_is_no_refusal_of_a_model_is_told_in_one_line(spec: str, page: str) -> None:
    async with LlmServer(Refusal(400, page)).run() as server:
        with pytest.raises(LanguageModelError, match=r"refuses \(400\)") as told:
            await answer_of(server, spec)
    assert "\n" not in str(told.value)


async def test_anthropics_own_refusal_is_a_filter() -> None:
    script = [words("I "), event("message_delta", delta={"stop_reason": "refusal"}), event("message_stop")]
    async with LlmServer(script).run() as server:
        assert await answer_of(server, "anthropic:m") == ("I ", Finish.FILTERED)


async def test_an_event_may_have_several_lines_of_data() -> None:
    value = json.dumps({"choices": [{"delta": {"content": "Hi"}}]}, indent=1)
    lines = "".join(f"data: {one}\r\n" for one in value.splitlines())
    async with LlmServer([lines, "\r\n", chunk(finish="stop"), DONE]).run() as server:
        assert await answer_of(server) == ("Hi", Finish.STOP)


@pytest.mark.parametrize(("status", "advice"), [(401, "key"), (402, "credit"), (403, "key"), (404, "model")])
async def test_a_refusal_says_what_to_do_and_hides_the_key(
    status: int, advice: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with LlmServer(Refusal(status, {"error": {"message": f"Incorrect API key provided: {KEY}"}})).run() as server:
        with pytest.raises(LanguageModelError, match=advice) as told:
            await answer_of(server)
    assert KEY not in str(told.value)
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 9, "n_ctx": 5}},
        {"error": {"message": "This model's maximum context length is 8192 tokens", "code": "context_length_exceeded"}},
        [{"error": {"code": 400, "message": "The input has too many tokens"}}],
    ],
)
async def test_too_long_a_conversation_is_told_apart(body: Any) -> None:
    async with LlmServer(Refusal(400, body)).run() as server:
        with pytest.raises(ContextOverflowError):
            await answer_of(server)


async def test_newer_models_get_the_other_name_of_the_limit() -> None:
    refusal = Refusal(400, {"error": {"message": "Unsupported parameter: use 'max_completion_tokens' instead."}})
    async with LlmServer(refusal, [chunk("Ok."), DONE]).run() as server:
        assert (await answer_of(server))[0] == "Ok."
    assert "max_completion_tokens" in server.bodies[1]
    assert "max_tokens" not in server.bodies[1]


@pytest.mark.parametrize("spec", ["openai:m", "ollama:m", "anthropic:m"])
async def test_closing_the_stream_ends_the_connection(spec: str) -> None:
    script = {"openai:m": [chunk("a")], "ollama:m": [line("a")], "anthropic:m": [words("a")]}[spec]
    async with LlmServer([*script, Stall()]).run() as server:
        model = model_of(server, spec)
        stream = model.stream(ASKED)
        assert (await anext(stream)).text == "a"
        await stream.aclose()
        async with asyncio.timeout(30):
            await server.left.wait()
        await model.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://mia:password@127.0.0.1:9"])
async def test_nobody_at_the_address_is_said_and_no_password(address: str) -> None:
    model = create_model("ollama:m", LanguageModelSettings(addresses={"ollama": address}))
    assert model is not None
    with pytest.raises(LanguageModelError, match=r"does not answer at http://127.0.0.1:9; start it") as caught:
        await anext(model.stream(ASKED))
    assert "password" not in repr(caught.value)
    assert isinstance(line := str(caught.value), Line)
    assert line.values == {"name": "ollama", "address": "http://127.0.0.1:9"}
    await model.close()


async def test_ollama_is_told_how_much_it_sees_and_not_to_think() -> None:
    script = [line("Hel"), line("lo", thinking="x"), "\n", line(done=True, done_reason="stop")]
    async with LlmServer(script, kind="application/x-ndjson").run() as server:
        assert await answer_of(server, "ollama:qwen3:8b", context_tokens=4096) == ("Hello", Finish.STOP)
    body = server.bodies[0]
    assert server.paths == ["/api/chat"]
    assert (body["model"], body["options"]["num_ctx"], body["think"]) == ("qwen3:8b", 4096, False)
    assert "Authorization" not in server.headers[0]


async def test_ollamas_thoughts_are_left_out() -> None:
    thought = json.dumps({"message": {"role": "assistant", "content": "", "thinking": "hmm"}, "done": False}) + "\n"
    async with LlmServer([thought, line("Yes."), line(done=True, done_reason="length")]).run() as server:
        assert await answer_of(server, "ollama:m") == ("Yes.", Finish.LENGTH)


async def test_a_model_of_ollama_that_never_thinks_is_not_told_to() -> None:
    refusal = Refusal(400, {"error": '"m" does not support thinking'})
    async with LlmServer(refusal, [line("Ok."), line(done=True)]).run() as server:
        assert (await answer_of(server, "ollama:m"))[0] == "Ok."
    assert "think" not in server.bodies[1]


@pytest.mark.parametrize(
    "fault", [[line("a"), '{"error": "out of memory"}\n'], [line("a")], [line("a"), "{no\n"], ["[]\n"]]
)
async def test_ollamas_faults_are_faults(fault: list[Any]) -> None:
    async with LlmServer(fault).run() as server:
        with pytest.raises(LanguageModelError):
            await answer_of(server, "ollama:m")


async def test_a_model_that_was_not_pulled_is_named_with_the_command() -> None:
    async with LlmServer(Refusal(404, {"error": "model 'm' not found"})).run() as server:
        with pytest.raises(LanguageModelError, match=r"ollama pull m$"):
            await answer_of(server, "ollama:m")
        server.pulled = ["qwen3:8b", "gemma3"]
        with pytest.raises(LanguageModelError, match=r"ollama pull m, or take one that is there: qwen3:8b, gemma3$"):
            await answer_of(server, "ollama:m")


WHOLE = [
    event("message_start", message={"id": "1", "usage": {"input_tokens": 3}}),
    event("content_block_start", index=0, content_block={"type": "thinking"}),
    event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "hmm"}),
    event("ping"),
    event("brand_new", what=1),
    words("Hel"),
    words("lo"),
    event("content_block_stop", index=0),
]


async def test_anthropics_events_are_read_in_their_order() -> None:
    script = [*WHOLE, event("message_delta", delta={"stop_reason": "max_tokens"}), event("message_stop")]
    async with LlmServer(script).run() as server:
        assert await answer_of(server, "anthropic:m") == ("Hello", Finish.LENGTH)
    assert server.paths == ["/v1/messages"]
    assert server.headers[0]["x-api-key"] == KEY
    assert server.headers[0]["anthropic-version"]
    assert server.bodies[0]["system"] == "You are Ilta."
    assert server.bodies[0]["messages"] == [{"role": "user", "content": "hi"}]


@pytest.mark.parametrize("end", [[], [event("error", error={"type": "overloaded_error", "message": f"Over {KEY}"})]])
async def test_anthropics_faults_are_faults(end: list[str]) -> None:
    async with LlmServer([*WHOLE, *end]).run() as server:
        with pytest.raises(LanguageModelError) as told:
            await answer_of(server, "anthropic:m")
    assert KEY not in str(told.value)


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(SettingsError, match="did you mean 'ollama'"):
        create_model("olama:x", LanguageModelSettings())
    assert create_model("none", LanguageModelSettings()) is None


@pytest.mark.parametrize(
    ("spec", "variable"), [("openai", "OPENAI_API_KEY"), ("anthropic:claude", "ANTHROPIC_API_KEY")]
)
def test_a_missing_key_is_told_before_the_broadcast(spec: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(SettingsError, match=variable):
        create_model(spec, LanguageModelSettings())
