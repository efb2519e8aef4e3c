"""Twitch's EventSub and Helix on the loopback, with the faults that a test asks for."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from tests.waiting import break_off
from tests.web import serving

TOKEN = "user-token-0123456789"
OWNER, MINE = "41", "41"
CHAT_SCOPES = ("user:read:chat",)
ALL_SCOPES = (*CHAT_SCOPES, "channel:read:redemptions", "moderator:read:followers")

Script = Callable[["Wire"], Awaitable[None]]


class Wire:
    """One WebSocket connection; `number` counts them from 1."""

    def __init__(self, server: FakeTwitch, request: web.Request, socket: web.WebSocketResponse, number: int) -> None:
        self.server, self.request, self.socket, self.number = server, request, socket, number
        self.sent = itertools.count(1)

    async def send(self, kind: str, payload: dict[str, Any], number: str = "") -> None:
        metadata = {
            "message_id": number or f"m-{self.number}-{next(self.sent)}",
            "message_type": kind,
            "message_timestamp": "2026-11-25T12:00:00.123456789Z",
        }
        await self.socket.send_json({"metadata": metadata, "payload": payload})

    async def welcome(self) -> None:
        session = {"id": f"s{self.number}", "status": "connected", "keepalive_timeout_seconds": self.server.keepalive}
        await self.send("session_welcome", {"session": session})

    async def subscribed(self) -> None:
        """Until the chat is asked for, granted or refused."""
        async with asyncio.timeout(30):
            while f"s{self.number}" not in self.server.asked:
                await asyncio.sleep(0.002)

    async def notify(self, event: dict[str, Any], kind: str = "channel.chat.message", number: str = "") -> None:
        event = {"broadcaster_user_id": OWNER, **event}
        await self.send("notification", {"subscription": {"type": kind}, "event": event}, number)

    async def say(self, text: str, number: str = "", **event: Any) -> None:
        await self.notify(said(text, number or f"id-{text}", **event), number=number)

    async def keepalive(self) -> None:
        await self.send("session_keepalive", {})

    async def reconnect(self) -> None:
        await self.send("session_reconnect", {"session": {"reconnect_url": f"{self.server.sockets}?moved=1"}})

    async def break_off(self) -> None:
        """As a network does."""
        await break_off(self.request.transport)

    async def stay(self) -> None:
        """Until the client leaves. Whoever sends something breaks the rules, and is closed with 4001."""
        async for message in self.socket:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                await self.socket.close(code=4001)


def said(text: str, number: str, **event: Any) -> dict[str, Any]:
    """The event of a chat message."""
    return {
        "chatter_user_id": "7",
        "chatter_user_login": "mia",
        "chatter_user_name": "Mia",
        "message_id": number,
        "message": {"text": text, "fragments": [{"type": "text", "text": text}]},
        "message_type": "text",
        "badges": [],
        "cheer": None,
        "reply": None,
        "channel_points_custom_reward_id": None,
        "source_broadcaster_user_id": None,
        **event,
    }


class FakeTwitch:
    """Runs one script per connection, in order; the last again and again. Notes who asks for what."""

    def __init__(self, *scripts: Script, scopes: tuple[str, ...] = CHAT_SCOPES, user: str = MINE) -> None:
        self.scripts, self.scopes, self.user = list(scripts), scopes, user
        self.keepalive = 30.0
        self.valid = True
        self.refusals: dict[str, tuple[int, str]] = {}
        """Type of a subscription to the status and the message with which it is refused; `users` too."""
        self.subscriptions: list[dict[str, Any]] = []
        self.asked: set[str] = set()
        """The sessions that have asked for a subscription."""
        self.headers: list[dict[str, str]] = []
        self.queries: list[str] = []
        self.written: list[dict[str, Any]] = []
        """Messages that were sent into the chat."""
        self.write_fault: Any = None
        """A status with its message, or the reason for which a message is dropped."""
        self.answers_late = False
        self.validations = 0
        self.connections = 0
        self.address = self.sockets = ""

    @asynccontextmanager
    async def run(self) -> AsyncIterator[FakeTwitch]:
        app = web.Application()
        app.add_routes(
            [
                web.get("/oauth2/validate", self.validate),
                web.get("/helix/users", self.users),
                web.post("/helix/eventsub/subscriptions", self.subscribe),
                web.post("/helix/chat/messages", self.write),
                web.get("/ws", self.socket),
            ]
        )
        async with serving(app) as self.address:
            self.sockets = self.address.replace("http", "ws", 1) + "/ws"
            yield self

    async def validate(self, request: web.Request) -> web.Response:
        self.validations += 1
        if not self.valid or request.headers.get("Authorization") != f"OAuth {TOKEN}":
            return web.json_response({"status": 401, "message": f"invalid access token {TOKEN}"}, status=401)
        return web.json_response(
            {"client_id": "client-1", "login": "stars", "scopes": list(self.scopes), "user_id": self.user}
        )

    async def users(self, request: web.Request) -> web.Response:
        if not self.trusted(request):
            return web.json_response({"message": f"Invalid OAuth token {TOKEN}"}, status=401)
        if "users" in self.refusals:
            status, message = self.refusals["users"]
            return web.json_response({"message": message}, status=status)
        known = request.query["login"] == "stars"
        return web.json_response({"data": [{"id": OWNER, "login": "stars"}] if known else []})

    async def subscribe(self, request: web.Request) -> web.Response:
        if not self.trusted(request):
            return web.json_response({"message": "no"}, status=401)
        body = await request.json()
        self.asked.add(str(body["transport"]["session_id"]))
        if body["type"] in self.refusals:
            status, message = self.refusals[body["type"]]
            return web.json_response({"message": message}, status=status)
        self.subscriptions.append(body)
        return web.json_response({"data": [{"status": "enabled"}]}, status=202)

    async def write(self, request: web.Request) -> web.Response:
        if not self.trusted(request):
            return web.json_response({"message": "no"}, status=401)
        self.written.append(await request.json())
        if isinstance(self.write_fault, tuple):
            status, words = self.write_fault
            return web.json_response({"status": status, "message": f"{words} {TOKEN}"}, status=status)
        if self.write_fault == "rubbish":
            return web.json_response({"data": [None]})
        if self.answers_late:
            await asyncio.sleep(0.3)
        dropped = {"code": self.write_fault, "message": f"{self.write_fault} {TOKEN}"} if self.write_fault else None
        number = f"sent-{len(self.written)}"
        return web.json_response({"data": [{"message_id": number, "is_sent": not dropped, "drop_reason": dropped}]})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        self.connections += 1
        self.queries.append(request.query_string)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        await script(Wire(self, request, socket, self.connections))
        return socket

    def trusted(self, request: web.Request) -> bool:
        self.headers.append(dict(request.headers))
        return (
            request.headers.get("Authorization") == f"Bearer {TOKEN}" and request.headers.get("Client-Id") == "client-1"
        )

    @property
    def kinds(self) -> list[str]:
        return [one["type"] for one in self.subscriptions]
