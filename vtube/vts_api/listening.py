"""One listener with its thread: takes sessions in and answers them, within bounds."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import socket
import threading
from collections.abc import Callable

from aiohttp import WSMsgType, web

from vtube.net import loops
from vtube.signals import PLAIN
from vtube.vts_api.discovery import announce
from vtube.vts_api.dispatch import respond
from vtube.vts_api.events import Watch
from vtube.vts_api.session import Session, Shared

log = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 512 * 1024
MAX_SESSIONS = 32
MAX_QUESTIONS = 2
"""Of one session, waiting for the user at the same time."""
MESSAGES_A_SECOND = 500
"""What a session may send; who sends more is read more slowly."""
SEND_S = 10.0
MOST_TOLD = 64
"""Hotkeys of which sessions are being told at the same time; while one does not read, later ones are not told."""
JOIN_S = 1.0
PING_S = 30.0


class Rate:
    """Says how long to wait, so that a session keeps within its messages a second."""

    def __init__(self, rate: float, now: float) -> None:
        self._rate, self._free = rate, now - 1.0

    def wait(self, now: float) -> float:
        """Seconds until the next message may be read."""
        self._free = max(self._free, now - 1.0) + 1.0 / self._rate
        return max(0.0, self._free - now)


class Listening:
    """One listener with its thread."""

    def __init__(self, listener: socket.socket, host: str, shared: Shared, numbers: itertools.count[int]) -> None:
        self._listener = listener
        self._host = host
        self._shared = shared
        self._numbers = numbers
        self.port = int(listener.getsockname()[1])
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="plug-ins", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; returns at once."""
        self._stopped = True
        if self._loop is not None and self._stop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join(JOIN_S)

    def call(self, action: Callable[[], object]) -> None:
        """Do something in the event loop."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(action)

    def _run(self) -> None:
        try:
            with loops.runner() as here:
                here.run(self._serve())
        except Exception:
            log.exception("the plug-in interface broke down")
        finally:
            self._listener.close()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if self._stopped:
            return
        watch = Watch(self._shared)
        background: set[asyncio.Task[None]] = set()

        def told(name: str, action: str, file: str, number: str) -> None:
            if len(background) >= MOST_TOLD:
                return
            task = asyncio.get_running_loop().create_task(watch.triggered(name, action, file, number))
            background.add(task)
            task.add_done_callback(background.discard)

        self._shared.told = told
        app = web.Application()
        app.router.add_get("/{path:.*}", self._connect)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        tasks = [asyncio.create_task(watch.run()), asyncio.create_task(announce(self._host, self.port))]
        try:
            await runner.setup()
            await web.SockSite(runner, self._listener).start()
            await self._stop.wait()
        finally:
            for task in tasks:
                task.cancel()
            await runner.cleanup()

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        sessions = self._shared.sessions
        if len(sessions) >= MAX_SESSIONS:
            raise web.HTTPServiceUnavailable(text=f"{MAX_SESSIONS} plug-ins are connected already")
        socket_ = web.WebSocketResponse(heartbeat=PING_S, max_msg_size=MAX_MESSAGE_BYTES)
        if not socket_.can_prepare(request):
            raise web.HTTPUpgradeRequired(text="this is for plug-ins, by WebSocket", headers={"Upgrade": "websocket"})
        await socket_.prepare(request)

        async def send(text: str) -> None:
            async with asyncio.timeout(SEND_S):
                await socket_.send_str(text)

        origin = request.headers.get("Origin", "")[:200]
        session = Session(next(self._numbers), self._shared, origin, send)
        sessions[session.number] = session
        try:
            await self._converse(socket_, session)
        finally:
            self._shared.injections.forget(session.number, self._shared.clock())
            self._shared.moved_told.discard(session.number)
            self._shared.tint(session.number, PLAIN)
            sessions.pop(session.number, None)
            await socket_.close()
        return socket_

    async def _converse(self, socket_: web.WebSocketResponse, session: Session) -> None:
        """Answer one message after the other; who waits for the user is answered beside the rest."""
        clock = self._shared.clock
        rate = Rate(MESSAGES_A_SECOND, clock())
        slow: set[asyncio.Task[None]] = set()

        async def say(text: str | bytes) -> None:
            with contextlib.suppress(ConnectionError, TimeoutError, RuntimeError):
                await session.send(await respond(session, text))

        try:
            async for message in socket_:
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                if "AuthenticationTokenRequest" in _text(message.data):
                    if len(slow) < MAX_QUESTIONS:
                        task = asyncio.create_task(say(message.data))
                        slow.add(task)
                        task.add_done_callback(slow.discard)
                else:
                    await say(message.data)
                if (wait := rate.wait(clock())) > 0:
                    await asyncio.sleep(wait)
        finally:
            for task in slow:
                task.cancel()


def _text(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "replace")
