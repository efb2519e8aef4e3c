"""The control room in a real Chromium, in front of a real camera whose engine is a fake one."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.browser import BROWSERS, FLAGS
from tests.server.room.tab import Tab, new_tab
from tests.waiting import eventually
from vtube.avatar.picture.character import Character
from vtube.frame import Frame
from vtube.pose import INDEX, Pose
from vtube.settings import SavedSettings, parse
from vtube.studio import character
from vtube.studio.pipeline import Studio

BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
FPS = 15


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests say so."""
    for item in items:
        if BROWSER is None and "server/room" in Path(item.path).as_posix():
            item.add_marker(pytest.mark.skip(reason="no Chromium here"))


class Turning:
    """Shows the character as drawn, moved sideways as far as the head turns."""

    name, detail = "light", "fake"

    def __init__(self, character: Character) -> None:
        self._picture = character.frame

    def render(self, pose: Pose) -> Frame:
        return np.ascontiguousarray(np.roll(self._picture, round(60 * float(pose[INDEX["head_y"]])), axis=1))

    def close(self) -> None:
        pass


class Camera:
    """A running camera, asked over its own HTTP; a setting that is None is left to its default."""

    def __init__(self, folder: Path, port: int = 0, **more: Any) -> None:
        settings = {
            "tracking": ["none"],
            "outputs": ["null"],
            "server": {"port": port},
            "loop": {"fps": FPS},
            "avatar": {"bake": False},
            "idle": {"breathing": 0, "blinking": 0, "gaze": 0, "sway": 0},
            "speech": {"voice": "command", "command": ["true", "{text}", "{out}"]},
            "llm": "echo",
            "dialogue": {
                "idle_s": 0,
                "greet": False,
                "memory": {"path": str(folder / "memory.sqlite")},
                "selection": {"hold": True, "life_s": 60},
            },
            **more,
        }
        settings = {name: value for name, value in settings.items() if value is not None}
        with pytest.MonkeyPatch.context() as patch:  # one camera for many tests keeps nothing in anybody's own folder
            patch.setenv("VTUBE_HOME", str(folder))
            self.studio = Studio(parse(settings), SavedSettings(folder / "settings.yaml"))
        self.studio.open()
        self._thread = threading.Thread(target=self.studio.run, daemon=True)
        self._thread.start()
        assert self.studio.server is not None
        self.url = self.studio.server.url
        self.port = int(self.url.rpartition(":")[2])
        assert eventually(lambda: self.state()["engine"].startswith("light") and self.state()["frames"] > 2)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer to a request, JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def state(self) -> dict[str, Any]:
        """What `/api/state` answers."""
        state = self.ask("GET", "/api/state")
        assert isinstance(state, dict)
        return state

    async def comes(self, met: Callable[[], object]) -> bool:
        """Whether `met()` becomes true, while the browser goes on."""
        return await asyncio.to_thread(eventually, met, 60.0)

    def tidy(self) -> None:
        """As at the start: nothing held, nothing hidden, the settings of the test gone."""
        self.ask("PUT", "/api/pose", {})
        for name in self.state()["expressions"]:
            self.ask("DELETE", f"/api/expressions/{name}")
        self.ask("PUT", "/api/emotion", {"name": "neutral"})
        self.ask("PUT", "/api/air", {"on": True})
        self.ask("PUT", "/api/motion", {"paused": False})
        self.ask("POST", "/api/speech/stop")
        self.ask("POST", "/api/dialogue/stop")
        self.ask("POST", "/api/dialogue/resume")
        scene = {"zoom": 1.0, "x": 0.0, "y": 0.0, "effects": [], "background": "#00b140", "presets": {}}
        self.ask("PUT", "/api/settings", {"scene": scene, "outputs": ["null"], "retarget": {"smoothing": 0.5}})

    def close(self) -> None:
        """End it."""
        self.studio.close()
        self._thread.join(30)


@pytest.fixture(scope="package")
def light_engine() -> Iterator[None]:
    """Every camera of these tests, and of no others, draws with `Turning`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(character, "create_renderer", lambda _, one, **__: Turning(one))
        yield


@pytest.fixture(scope="package")
def whole_camera(light_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Camera]:
    """The one camera of all these tests."""
    camera = Camera(tmp_path_factory.mktemp("camera"))
    yield camera
    camera.close()


@pytest.fixture
def camera(whole_camera: Camera) -> Iterator[Camera]:
    """The camera, tidied up afterwards."""
    yield whole_camera
    whole_camera.tidy()


@pytest.fixture(scope="session")
def browser() -> Iterator[int]:
    """The DevTools port of the one Chromium of all these tests."""
    assert BROWSER is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = [*FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen([BROWSER, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        file = Path(profile, "DevToolsActivePort")
        try:
            assert eventually(lambda: file.exists() and file.read_text().split(), 60.0)
            yield int(file.read_text().split()[0])
        finally:
            process.terminate()
            process.wait()


@pytest.fixture
async def tabs(browser: int, camera: Camera) -> AsyncIterator[Callable[..., Awaitable[Tab]]]:
    """Opens sections in tabs of their own; a test in which the page met a fault fails."""
    async with AsyncExitStack() as stack:

        async def tab(section: str, url: str = camera.url, **options: Any) -> Tab:
            one = await stack.enter_async_context(new_tab(browser, url))
            await one.open(section, **options)
            return one

        yield tab
