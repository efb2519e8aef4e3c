"""`vtube say` in front of a real server."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_control import FakeControl
from vtube.cli.main import main
from vtube.errors import SettingsError
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.app import Server
from vtube.settings import ServerSettings

TOKEN = "a password of ours"


class SpeakingControl(FakeControl):
    """Text 1 is being said until the state has been asked for three times; then `failure_of` says how it ended."""

    failure_of: dict[str, Any] | None = None

    def state(self) -> dict[str, Any]:
        state = super().state()
        asked = self.calls.count(("state",))
        return {**state, "speech": {"pending": [1] if asked < 3 else [], "failure": self.failure_of}}


@pytest.fixture
def control() -> SpeakingControl:
    return SpeakingControl()


@pytest.fixture
def camera(control: SpeakingControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings file of a camera that runs."""
    monkeypatch.setattr("vtube.cli.commands.say.POLL_S", 0.001)
    server = Server(ServerSettings(port=0, token=TOKEN), control, FrameBroadcast(), lambda frame: frame[..., :3])
    server.start()
    config = tmp_path / "mine.yaml"
    config.write_text(f"server: {{port: {server.url.rpartition(':')[2]}, token: {TOKEN}}}\n")
    yield config
    server.stop()


def test_the_camera_speaks(camera: Path, control: SpeakingControl) -> None:
    assert main(["say", "こんにちは", "--voice", "voicevox:3", "--interrupt", "--config", str(camera)]) == 0
    assert control.calls[0] == ("say", "こんにちは", "voicevox:3", True)


def test_a_voice_that_fails_at_once_is_told_without_waiting(
    camera: Path, control: SpeakingControl, capsys: pytest.CaptureFixture[str]
) -> None:
    control.failure_of = {"number": 1, "line": "voicevox does not answer"}
    assert main(["say", "こんにちは", "--config", str(camera)]) == 1
    assert capsys.readouterr().err == "vtube: voicevox does not answer\n"


def test_text_from_standard_input_and_with_a_dash(
    camera: Path, control: SpeakingControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("はい。\nいいえ。"))
    assert main(["say", "-", "--config", str(camera)]) == 0
    assert main(["say", "--config", str(camera), "--", "-v です"]) == 0
    assert [call[1] for call in control.calls if call[0] == "say"] == ["はい。\nいいえ。", "-v です"]


@pytest.mark.parametrize(
    "text", ["-text", "-hello", "-wait", "-v です", "--- さて", "-5", "-p=3", "--それで", "-", "--zzzz"]
)
@pytest.mark.parametrize("last", [True, False])
def test_a_text_may_begin_with_a_dash(
    camera: Path, control: SpeakingControl, monkeypatch: pytest.MonkeyPatch, text: str, last: bool
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("はい。"))
    flags = ["--interrupt", "--voice", "voicevox:3", f"--config={camera}"]
    assert main(["say", *flags, text] if last else ["say", text, *flags]) == 0
    assert control.calls[0] == ("say", "はい。" if text == "-" else text, "voicevox:3", True)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--waitt", "x"], "there is no option '--waitt'; did you mean '--wait'?"),
        (["x", "--voise=3"], "there is no option '--voise'; did you mean '--voice'?"),
        (["x", "-y"], "there is no option '-y'"),
        (["--voice", "openjtalk"], "the following arguments are required: TEXT"),
    ],
)
def test_a_mistyped_flag_is_no_text(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"vtube: {line}")


def test_waiting_ends_when_it_has_been_said(
    camera: Path, control: SpeakingControl, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["say", "こんにちは", "--wait", "--config", str(camera)]) == 0
    assert control.calls.count(("state",)) == 3
    control.calls.clear()
    control.failure_of = {"number": 1, "line": "voicevox does not answer"}
    assert main(["say", "こんにちは", "--wait", "--config", str(camera)]) == 1
    assert capsys.readouterr().err == "vtube: voicevox does not answer\n"


def test_what_the_camera_refuses_is_one_line(
    camera: Path, control: SpeakingControl, capsys: pytest.CaptureFixture[str]
) -> None:
    control.failure = SettingsError("there is no voice 'miko'")
    assert main(["say", "x", "--voice", "miko", "--config", str(camera)]) == 1
    assert capsys.readouterr().err == "vtube: there is no voice 'miko'\n"
    port = camera.read_text().split("port: ")[1].split(",")[0]
    assert main(["say", "x", "--port", port]) == 1
    assert "token" in capsys.readouterr().err


def test_no_camera_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert main(["say", "x", "--port", str(port)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"vtube: no camera answers at http://127.0.0.1:{port}; start one with `python")
    assert error.count("\n") == 1
