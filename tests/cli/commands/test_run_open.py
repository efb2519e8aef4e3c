"""The control page opens in a browser that has a window, or the log says where it is."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Iterator

import pytest

from tests.fake_control import FakeControl
from tests.waiting import eventually
from vtube.cli.commands import run
from vtube.cli.main import main
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.app import Server
from vtube.settings import ServerSettings

URL = "http://127.0.0.1:8787"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []

    def there(url: str) -> bool:
        addresses.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", there)
    return addresses


def test_the_page_opens_where_there_is_a_screen(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "has_screen", lambda: True)
    run.show_page(URL)
    assert eventually(lambda: opened == [URL])


def test_no_browser_takes_the_terminal(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    run.show_page(URL)
    assert eventually(lambda: caplog.messages == [f"no browser can be opened here; the control page is {URL}"])
    assert opened == []


def test_a_page_that_is_switched_off_cannot_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--open", "--no-server", "--tracking", "none", "--output", "null"]) == 2
    assert "--open shows the control page, which is switched off" in capsys.readouterr().err


CAMERA = ["run", "--open", "--tracking", "none", "--audio", "none", "--output", "null", "--port"]


@pytest.fixture
def camera() -> Iterator[Server]:
    server = Server(ServerSettings(port=0), FakeControl(), FrameBroadcast(), lambda frame: frame[..., :3])
    server.start()
    yield server
    server.stop()


def test_a_second_start_shows_the_page_of_the_first(
    camera: Server, opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "has_screen", lambda: True)
    assert main([*CAMERA, camera.url.rpartition(":")[2]]) == 1
    assert f"a camera runs already, its page is {camera.url}; " in capsys.readouterr().err
    assert opened == [camera.url]


def test_a_port_of_another_program_is_told_as_before(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("vtube.cli.client.LOOK_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main([*CAMERA, str(port)]) == 1
    assert f"TCP port {port} is taken by " in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize("word", ["cuda", "gpu", "mps"])
def test_a_graphics_card_is_no_engine_but_a_device_of_one(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--engine", word]) == 2
    assert f"there is no engine {word!r}; a graphics card is for --engine torch" in capsys.readouterr().err
