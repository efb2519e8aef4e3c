"""A tab of a real Chromium, driven as a person would: what is clicked must be there to be clicked."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE_S = 60.0
"""Computers that run tests are busy; nothing waits so long where all is well."""
NAP_S = 0.03
BLACK_BOX = """
window.faults = [];
addEventListener("error", (event) => faults.push(`${event.message} ${event.filename}:${event.lineno}`));
addEventListener("unhandledrejection", (event) => faults.push(String(event.reason?.stack ?? event.reason)));
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI}) =>
  faults.push(`policy: ${violatedDirective} ${blockedURI}`));
"""
MEET = """
(wanted => {
  window.met = null;
  const meets = ({ target }) => wanted.contains(target) || target.contains(wanted);
  addEventListener("mousedown", (event) => { window.met = meets(event); }, { capture: true, once: true });
  addEventListener("mouseup", (event) => {
    if (wanted.isConnected && !meets(event)) window.met = false; // the page moved: no click came of it
  }, { capture: true, once: true });
})(%(wanted)s)
"""
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}


class Tab:
    """One tab, over the DevTools protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, base: str) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.base = base
        self.requests: list[str] = []

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call `method` and wait for its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            answer = await self._socket.receive_json(timeout=PATIENCE_S)
            if answer.get("method") == "Network.requestWillBeSent":
                self.requests.append(answer["params"]["request"]["url"])
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])

    async def js(self, script: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, script: str) -> Any:
        """Wait until the expression is true; its value."""
        async with asyncio.timeout(PATIENCE_S):
            while not (value := await self.js(script)):
                await asyncio.sleep(NAP_S)
        return value

    async def reads(self, selector: str, words: str) -> None:
        """Wait until the shown text of an element holds `words`."""
        shown = f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"
        try:
            await self.until(f"({shown}).includes({json.dumps(words)})")
        except TimeoutError:
            raise AssertionError(f"{selector} does not read {words!r} but {await self.js(shown)!r}") from None

    async def open(
        self, section: str, width: int = 1400, height: int = 900, storage: dict[str, str] | None = None
    ) -> None:
        """Open a section of the control room and wait until it lives."""
        await self.size(width, height)
        kept = {"vtube.language": "en", "vtube.theme": "dark", "vtube.seen": "1", **(storage or {})}
        script = BLACK_BOX + "".join(
            f"localStorage.setItem({json.dumps(k)}, {json.dumps(v)});" for k, v in kept.items()
        )
        await self.before_each_page(script)
        await self.go(f"{self.base}/#{section}")
        await self.until(
            "document.querySelector('vt-stage canvas')?.dataset.drawn > 0 && !document.querySelector('.panel').inert"
        )
        await self.until(f"document.querySelector('.panel vt-{section}')?.innerText.length > 10")

    async def before_each_page(self, script: str) -> None:
        """Run `script` in every page before its own."""
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def go(self, url: str) -> None:
        """Open an address."""
        await self.call("Page.navigate", url=url)

    async def insert(self, text: str) -> None:
        """Type `text` where the keyboard writes."""
        await self.call("Input.insertText", text=text)

    async def size(self, width: int, height: int) -> None:
        """The window's size in pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    async def place(self, selector: str) -> tuple[float, float, float, float]:
        """Left, top, width and height of an element that is in view."""
        found = json.dumps(selector)
        await self.until(f"document.querySelector({found}) !== null")
        await self.js(f"document.querySelector({found}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
        box = await self.js(
            f"(r => [r.left, r.top, r.width, r.height])(document.querySelector({found}).getBoundingClientRect())"
        )
        assert isinstance(box, list)
        return box[0], box[1], box[2], box[3]

    async def click(self, selector: str) -> None:
        """Press the left button in the middle of an element that stands still and that nothing covers.

        The page may move between the look and the press; a press that did not meet the element is made again.
        """
        wanted = f"document.querySelector({json.dumps(selector)})"
        for _ in range(20):
            left, top, width, height = await self.still(selector)
            x, y = left + width / 2, top + height / 2
            hit = f"(e => e && ({wanted}.contains(e) || e.contains({wanted})))(document.elementFromPoint({x}, {y}))"
            if await self.js(hit):
                await self.js(MEET % {"wanted": wanted})
                for kind in ("mousePressed", "mouseReleased"):
                    await self.mouse(kind, x, y)
                if await self.js("window.met !== false"):
                    return
            await asyncio.sleep(NAP_S)
        raise AssertionError(f"{selector} is covered")

    async def still(self, selector: str) -> tuple[float, float, float, float]:
        """The place of an element as soon as two looks agree."""
        place = await self.place(selector)
        for _ in range(20):
            await asyncio.sleep(NAP_S)
            before, place = place, await self.place(selector)
            if place == before:
                break
        return place

    async def mouse(self, kind: str, x: float, y: float, **more: object) -> None:
        """One event of the mouse."""
        await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1, **more)

    async def drag(self, selector: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag within an element, from one share of its width and height to another."""
        left, top, width, height = await self.place(selector)
        at = [(left + x * width, top + y * height) for x, y in (start, end)]
        await self.mouse("mousePressed", *at[0])
        for step in (0.3, 0.6, 1.0):
            x, y = (a + step * (b - a) for a, b in zip(*at, strict=True))
            await self.mouse("mouseMoved", x, y, buttons=1)
        await self.mouse("mouseReleased", *at[1])

    async def wheel(self, selector: str, delta: float) -> None:
        """Turn the wheel over an element."""
        left, top, width, height = await self.place(selector)
        await self.call(
            "Input.dispatchMouseEvent",
            type="mouseWheel",
            x=left + width / 2,
            y=top + height / 2,
            deltaX=0,
            deltaY=delta,
        )

    async def type(self, selector: str, text: str, enter: bool = True) -> None:
        """Click a field, put `text` in place of what is in it, and press Enter."""
        await self.click(selector)
        await self.js(f"document.querySelector({json.dumps(selector)}).select()")
        await self.insert(text)
        if enter:
            await self.key("Enter")

    async def key(self, key: str, modifiers: int = 0) -> None:
        """Press a key: a letter, a digit or one of KEYS."""
        code = KEYS.get(key, ord(key.upper()) if len(key) == 1 else 0)
        text = {"Enter": "\r", " ": " "}.get(key, key if len(key) == 1 and not modifiers else "")
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        await self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    async def choose(self, selector: str, value: str) -> None:
        """Choose from a list, as the keyboard does: the value, then what the page hears of it."""
        await self.place(selector)
        await self.js(
            f"(e => {{ e.value = {json.dumps(value)}; e.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
            f"(document.querySelector({json.dumps(selector)}))"
        )

    async def files(self, selector: str, *files: Path) -> None:
        """Choose files in a file field, as its dialog does."""
        found = await self.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        names = [str(file) for file in files]
        await self.call("DOM.setFileInputFiles", files=names, objectId=found["result"]["objectId"])

    async def drop(self, file: Path, x: float = 900, y: float = 500) -> None:
        """Drop a file on the page."""
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            await self.call("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    async def screenshot(self) -> bytes:
        """What is seen, as PNG."""
        shot = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])


@contextlib.asynccontextmanager
async def new_tab(port: int, base: str) -> AsyncIterator[Tab]:
    """A tab in a context of its own (no storage shared) of the browser at this port; `base` is the page's server."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.get("/json/version") as answer:
            browser = (await answer.json())["webSocketDebuggerUrl"]
        async with session.ws_connect(browser, max_msg_size=0) as whole:
            chief = Tab(whole, base)
            context = (await chief.call("Target.createBrowserContext"))["browserContextId"]
            target = await chief.call("Target.createTarget", url="about:blank", browserContextId=context)
            address = f"ws://127.0.0.1:{port}/devtools/page/{target['targetId']}"
            try:
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    tab = Tab(socket, base)
                    await tab.call("Page.enable")
                    yield tab
                    assert await tab.js("window.faults ?? []") == []
            finally:
                await chief.call("Target.disposeBrowserContext", browserContextId=context)
