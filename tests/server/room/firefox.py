"""A tab of a real Firefox, driven as the one of Chromium is: the same steps over WebDriver BiDi."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp

from tests.server.room.tab import PATIENCE_S, Tab
from tests.waiting import eventually

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "ArrowLeft": "\ue012", "ArrowUp": "\ue013"}
KEYS |= {"ArrowRight": "\ue014", "ArrowDown": "\ue015", "Shift": "\ue008", "Control": "\ue009", "Alt": "\ue00a"}
MODIFIERS = {1: "Alt", 2: "Control", 8: "Shift"}
PREFERENCES = {
    "webgl.force-enabled": True,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}

NOT_AT_ONCE = "establish a connection to the server at ws:"
"""Of a socket that did not come up; the page tries again, and every test waits for what comes over it."""


class FirefoxTab(Tab):
    """One tab, over WebDriver BiDi.

    Attributes:
        errors: what the console has called an error, as it came.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, base: str) -> None:
        super().__init__(socket, base)
        self.context = ""
        self.errors: list[str] = []

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call `method` and wait for its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            answer = await self._socket.receive_json(timeout=PATIENCE_S)
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.errors.append(answer["params"]["text"])
            if answer.get("id") == number:
                assert answer["type"] == "success", f"{method}: {answer.get('message')}"
                return dict(answer["result"])

    async def js(self, script: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        whole = f"(async () => JSON.stringify(await ({script})) ?? 'null')()"
        answer = await self.call(
            "script.evaluate", expression=whole, target={"context": self.context}, awaitPromise=True
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    async def before_each_page(self, script: str) -> None:
        """Run `script` in every page before its own."""
        ours = f"if (location.protocol.startsWith('http')) {{{script}}}"
        await self.call("script.addPreloadScript", functionDeclaration=f"() => {{{ours}}}", contexts=[self.context])

    async def go(self, url: str) -> None:
        """Open an address."""
        await self.call("browsingContext.navigate", context=self.context, url=url, wait="none")

    async def size(self, width: int, height: int) -> None:
        """The window's size in pixels."""
        size = {"width": width, "height": height}
        await self.call("browsingContext.setViewport", context=self.context, viewport=size, devicePixelRatio=1)

    async def mouse(self, kind: str, x: float, y: float, **_more: object) -> None:
        """One event of the mouse."""
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        button = {"mousePressed": "pointerDown", "mouseReleased": "pointerUp"}.get(kind)
        await self._act("pointer", "mouse", [move, *([{"type": button, "button": 0}] if button else [])])

    async def wheel(self, selector: str, delta: float) -> None:
        """Turn the wheel over an element."""
        left, top, width, height = await self.place(selector)
        x, y = round(left + width / 2), round(top + height / 2)
        await self._act("wheel", "wheel", [{"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": round(delta)}])

    async def insert(self, text: str) -> None:
        """Type `text` where the keyboard writes."""
        await self._act("key", "keyboard", [{"type": kind, "value": one} for one in text for kind in DOWN_AND_UP])

    async def key(self, key: str, modifiers: int = 0) -> None:
        """Press a key: a letter, a digit or one of KEYS."""
        held = [KEYS[name] for bit, name in MODIFIERS.items() if modifiers & bit]
        presses = [{"type": "keyDown", "value": one} for one in held]
        presses += [{"type": kind, "value": KEYS.get(key, key)} for kind in DOWN_AND_UP]
        await self._act("key", "keyboard", [*presses, *({"type": "keyUp", "value": one} for one in reversed(held))])

    async def screenshot(self) -> bytes:
        """What is seen, as PNG."""
        shot = await self.call("browsingContext.captureScreenshot", context=self.context)
        return base64.b64decode(shot["data"])

    async def _act(self, kind: str, name: str, actions: list[dict[str, Any]]) -> None:
        source = {"type": kind, "id": name, "actions": actions}
        await self.call("input.performActions", context=self.context, actions=[source])


DOWN_AND_UP = "keyDown", "keyUp"


@contextlib.contextmanager
def running_firefox() -> Iterator[int]:
    """A headless Firefox with a profile of its own; its port."""
    assert FIREFOX is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        Path(profile, "user.js").write_text("\n".join(lines), "utf-8")
        flags = ["--headless", "--remote-debugging-port=0", "--profile", profile, "--no-remote", "about:blank"]
        process = subprocess.Popen([FIREFOX, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        file = Path(profile, "WebDriverBiDiServer.json")
        try:
            assert eventually(lambda: file.exists() and file.read_text().endswith("}"), 60.0)
            yield int(json.loads(file.read_text())["ws_port"])
        finally:
            process.terminate()
            process.wait()


@contextlib.asynccontextmanager
async def firefox_session(port: int, base: str) -> AsyncIterator[FirefoxTab]:
    """A tab with a storage of its own; the browser takes one such session at a time. No error may have been met."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"ws://127.0.0.1:{port}/session", max_msg_size=0) as socket,
    ):
        tab = FirefoxTab(socket, base)
        await tab.call("session.new", capabilities={})
        user = (await tab.call("browser.createUserContext"))["userContext"]
        try:
            tab.context = (await tab.call("browsingContext.create", type="tab", userContext=user))["context"]
            await tab.call("session.subscribe", events=["log.entryAdded"])
            yield tab
            assert await tab.js("window.faults ?? []") == []
            met = [error for error in tab.errors if NOT_AT_ONCE not in error]
            assert not met, "\n".join(met)
        finally:
            await tab.call("browser.removeUserContext", userContext=user)
            with contextlib.suppress(AssertionError, TypeError, asyncio.TimeoutError):
                await tab.call("session.end")
