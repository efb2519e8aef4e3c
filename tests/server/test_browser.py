"""What a real browser makes of the access rules: SillyTavern's page shows the feed, a foreign one gets nothing."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from benchmarks.browser import BROWSERS, Page, open_page
from tests.server.conftest import Running
from vtube.frame import Frame

BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

PAGE = b"<!doctype html><title>another page</title><body></body>"


class Elsewhere(BaseHTTPRequestHandler):
    """A page that, as SillyTavern's does, keeps its address to itself."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *_: Any) -> None:
        pass


@contextmanager
def another_page() -> Iterator[int]:
    """The port of a server with one page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@asynccontextmanager
async def on_air(running: Running, frame: Frame) -> AsyncIterator[None]:
    """Frames go out while the block runs: a browser shows the first parts of a stream when more have come."""

    async def publish() -> None:
        for number in itertools.count():
            running.broadcast.publish(frame, number / 30)
            await asyncio.sleep(1 / 30)

    publisher = asyncio.create_task(publish())
    try:
        yield
    finally:
        publisher.cancel()
        await asyncio.gather(publisher, return_exceptions=True)


async def shows(page: Page, address: str, picture: str) -> int:
    """The width of what an <img> on the page at `address` shows of `picture`; 0 when it is refused."""
    await page.call("Page.navigate", url=address)
    for _ in range(100):
        if await page.evaluate("document.title") == "another page":
            break
        await asyncio.sleep(0.05)
    await page.evaluate(
        f"window.i = new Image(); i.onerror = () => window.refused = true; i.src = '{picture}'; document.body.append(i)"
    )
    for _ in range(100):
        if await page.evaluate("window.i.naturalWidth > 0 || window.refused === true"):
            break
        await asyncio.sleep(0.05)
    return int(await page.evaluate("window.i.naturalWidth"))


async def test_sillytavern_s_page_shows_the_feed_and_a_foreign_one_does_not(
    serve: Callable[..., Running], picture: Frame
) -> None:
    assert BROWSER is not None
    with another_page() as port:
        running = serve(allowed_origins=[f"http://127.0.0.1:{port}"])
        feed = f"{running.url}/api/talkinghead/result_feed"
        async with on_air(running, picture.repeat(10, axis=0).repeat(10, axis=1)), open_page(BROWSER) as page:
            assert await shows(page, f"http://127.0.0.1:{port}/", feed) == 10 * picture.shape[1]
            assert await shows(page, f"http://127.0.0.1:{port}/", f"{running.url}/frame.png") == 0
            assert await shows(page, f"http://localhost:{port}/", feed) == 0
