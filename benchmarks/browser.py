"""What a browser makes of `/camera`: frames drawn a second, milliseconds from broadcast to canvas, exactness of alpha.

    python -m benchmarks.browser [--picture PNG] [--seconds 10] [--fps 60] [--screenshot OUT.png] [--json]

A headless Chromium opens the page of a server that is fed with frames at a fixed rate. It is driven over its
DevTools protocol with the domains Runtime, Page and Emulation only: Network would copy every message and halve
the rate. A frame's number travels in the colour of its first pixel, which is fully transparent.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.fake_control import FakeControl
from vtube.frame import SIZE, Frame
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.app import Server
from vtube.settings import ServerSettings

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
WARM_UP_S = 1.5
NOTE_EACH_DRAW = """
window.drawn = [];
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
  put.call(this, image, ...rest);
  const [red, green, blue] = image.data;
  window.drawn.push([red | green << 8 | blue << 16, performance.timeOrigin + performance.now()]);
};
"""


class Page:
    """One tab of a Chromium, over the DevTools protocol.

    Attributes:
        heard: the events of the domains that were enabled, as they came.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self.heard: list[dict[str, Any]] = []

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call `method` and wait for its result."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            answer = await self._socket.receive_json(timeout=20)
            if "method" in answer:
                self.heard.append(answer)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])

    async def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    async def screenshot(self) -> Frame:
        """What the page shows, RGBA over nothing."""
        await self.call("Emulation.setDefaultBackgroundColorOverride", color={"r": 0, "g": 0, "b": 0, "a": 0})
        shot = await self.call("Page.captureScreenshot", format="png")
        return decode(base64.b64decode(shot["data"]))


@contextlib.asynccontextmanager
async def open_page(browser: str, *flags: str) -> AsyncIterator[Page]:
    """A new Chromium with an empty tab, started with more flags."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            browser,
            *FLAGS,
            *flags,
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _devtools_port(Path(profile, "DevToolsActivePort"))
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    tabs = await answer.json()
                address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    yield Page(socket)
        finally:
            process.terminate()
            await process.wait()


async def _devtools_port(file: Path) -> int:
    for _ in range(200):
        if file.exists() and (lines := file.read_text().split()):
            return int(lines[0])
        await asyncio.sleep(0.1)
    raise RuntimeError("the browser did not open its DevTools port in 20 s")


class Feeder:
    """Puts numbered frames on a broadcast at a fixed rate, from a thread."""

    def __init__(self, broadcast: FrameBroadcast, picture: Frame, fps: float) -> None:
        self._broadcast = broadcast
        self._frames = [np.roll(picture, round(12 * np.sin(2 * np.pi * step / 60)), axis=1) for step in range(60)]
        self._fps = fps
        self._ended = threading.Event()
        self.sent: dict[int, float] = {}

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Feeds while the context lasts."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _run(self) -> None:
        start, number = time.monotonic(), 0
        while not self._ended.wait(max(0.0, start + number / self._fps - time.monotonic())):
            frame = self._frames[number % 60].copy()
            frame[0, 0] = (number & 255, number >> 8 & 255, number >> 16, 0)
            self.sent[number] = time.time()
            self._broadcast.publish(frame, start + number / self._fps)
            number += 1


def pattern() -> Frame:
    """Every alpha from 0 to 255 beside every colour."""
    down, right = np.mgrid[:SIZE, :SIZE]
    alpha = np.clip((250 - np.hypot(right - SIZE / 2, down - SIZE / 2)) * 1.3, 0, 255)
    return np.dstack((right // 2, down // 2, (right ^ down) & 255, alpha)).astype(np.uint8)


def decode(data: bytes) -> Frame:
    """A PNG's pixels, RGBA."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA), np.uint8)


def rates(drawn: list[list[float]], sent: dict[int, float]) -> dict[str, float]:
    """Frames drawn a second, and the delays from the broadcast to the canvas in milliseconds."""
    times = np.array([at for _, at in drawn])
    delays = np.array([at - sent[int(number)] * 1000 for number, at in drawn])
    return {
        "drawn_fps": round(float((len(times) - 1) / (times[-1] - times[0]) * 1000), 2),
        "ms_median": round(float(np.median(delays)), 2),
        "ms_p95": round(float(np.percentile(delays, 95)), 2),
        "ms_p99": round(float(np.percentile(delays, 99)), 2),
    }


def exactness(shown: Frame, picture: Frame) -> dict[str, float]:
    """Largest errors of alpha and of premultiplied colour, of 255."""

    def premultiplied(frame: Frame) -> NDArray[np.float64]:
        return frame[..., :3] * (frame[..., 3:] / 255.0)

    return {
        "alpha_max_error": float(np.abs(shown[..., 3].astype(float) - picture[..., 3]).max()),
        "colour_max_error": round(float(np.abs(premultiplied(shown) - premultiplied(picture)).max()), 2),
    }


async def measure(browser: str, picture: Frame, fps: float, seconds: float) -> tuple[dict[str, float], Frame]:
    """Figures of one run, and what the page showed of `picture` at its end."""
    broadcast = FrameBroadcast()
    server = Server(ServerSettings(port=0), FakeControl(), broadcast, lambda frame: frame[..., :3].copy())
    server.start()
    try:
        async with open_page(browser) as page:
            feeder = Feeder(broadcast, picture, fps)
            await page.call("Page.enable")
            await page.call(
                "Emulation.setDeviceMetricsOverride", width=SIZE, height=SIZE, deviceScaleFactor=1, mobile=False
            )
            await page.call("Page.addScriptToEvaluateOnNewDocument", source=NOTE_EACH_DRAW)
            with feeder.running():
                await page.call("Page.navigate", url=f"{server.url}/camera")
                await asyncio.sleep(WARM_UP_S)
                await page.evaluate("window.drawn.length = 0")
                busy = time.process_time()
                await asyncio.sleep(seconds)
                drawn = await page.evaluate("window.drawn")
                busy = time.process_time() - busy
            broadcast.publish(picture, time.monotonic())
            await asyncio.sleep(0.5)
            shown = await page.screenshot()
    finally:
        server.stop()
    figures = {**rates(drawn, feeder.sent), "server_cpu_ms_per_frame": round(busy / seconds / fps * 1000, 2)}
    return {**figures, **exactness(shown, picture)}, shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--picture", type=Path, help="an RGBA PNG instead of the test pattern")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--fps", type=float, default=60.0)
    parser.add_argument("--browser", help="path of a Chromium")
    parser.add_argument("--screenshot", type=Path, help="keep what the page showed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    browser = options.browser or next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        parser.exit(1, "no Chromium found: name one with --browser\n")
    picture = decode(options.picture.read_bytes()) if options.picture else pattern()
    figures, shown = asyncio.run(measure(browser, picture, options.fps, options.seconds))
    if options.screenshot:
        cv2.imwrite(str(options.screenshot), cv2.cvtColor(shown, cv2.COLOR_RGBA2BGRA))
    lines = [f"{key:24} {value}" for key, value in figures.items()]
    print(json.dumps(figures) if options.json else "\n".join(lines))


if __name__ == "__main__":
    main()
