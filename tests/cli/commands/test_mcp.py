"""`vtube mcp` in front of a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fake_control import FakeControl
from tests.waiting import PROGRAM_S
from vtube.cli.client import ControlClient
from vtube.cli.commands.mcp import Tools
from vtube.cli.main import main
from vtube.errors import SpeechError
from vtube.outputs.broadcast import FrameBroadcast
from vtube.registry import installed
from vtube.server.app import Server
from vtube.settings import ServerSettings


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def port(control: FakeControl) -> Iterator[int]:
    server = Server(ServerSettings(port=0), control, FrameBroadcast(), lambda frame: frame[..., :3])
    server.start()
    yield int(server.url.rpartition(":")[2])
    server.stop()


@pytest.fixture
def tools(port: int) -> Tools:
    return Tools(ControlClient(ServerSettings(port=port)))


def test_an_agent_speaks_feels_moves_and_changes_the_scene(tools: Tools, control: FakeControl) -> None:
    assert tools.say("[joy] Hello!", interrupt=True) == 1
    assert tools.expression("joy", 0.5) == "shows joy"
    assert tools.gesture("nod") == "does nod"
    assert tools.stop() == "silent"
    assert control.calls[:3] == [
        ("say", "[joy] Hello!", None, True),
        ("emotion.show", "joy", 0.5),
        ("gesture.act", "nod"),
    ]
    assert tools.scene(zoom=1.5, background="green") == "changed zoom, background"
    changed = next(call for call in control.calls if call[0] == "settings.change")
    assert changed[1] == {"scene": {"zoom": 1.5, "background": "green"}}


def test_the_state_is_told_without_what_no_agent_needs(tools: Tools) -> None:
    state = tools.state()
    assert state["output_fps"] == 60.0
    assert "pose" not in state


def test_a_refusal_is_told(tools: Tools) -> None:
    with pytest.raises(SpeechError, match="not written as it should be"):
        tools.expression(" ")


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert main(["mcp"]) == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert "extras mcp" in lines[0]


@pytest.mark.skipif(not installed("mcp"), reason="the package mcp is not installed")
def test_an_agent_talks_to_it_over_its_standard_input(port: int, control: FakeControl) -> None:
    def ask(number: int | None, method: str, **values: Any) -> str:
        body = {"jsonrpc": "2.0", "method": method, "params": values}
        return json.dumps(body if number is None else {**body, "id": number})

    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines = [
        ask(1, "initialize", **hello),
        ask(None, "notifications/initialized"),
        ask(2, "tools/list"),
        ask(3, "tools/call", name="gesture", arguments={"name": "bow"}),
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "vtube", "mcp", "--port", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write("\n".join(lines) + "\n")
        server.stdin.flush()
        answers = {}
        while 3 not in answers:
            answer = json.loads(server.stdout.readline())
            answers[answer.get("id")] = answer
        server.stdin.close()
        assert server.wait(PROGRAM_S) == 0
    names = {tool["name"] for tool in answers[2]["result"]["tools"]}
    assert names == {"say", "stop", "expression", "gesture", "scene", "state"}
    assert not answers[3]["result"].get("isError")
    assert ("gesture.act", "bow") in control.calls
