"""`bilibili:ROOM`: the danmaku of a room on live.bilibili.com, by its web page's own WebSocket.

Without a login names are masked after some minutes; the cookie SESSDATA in BILIBILI_SESSDATA prevents that.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from vtube.chat import bilibili_packets as packets
from vtube.chat.base import ChatContext, Link, LostError
from vtube.chat.bilibili_messages import arrival_of
from vtube.chat.message import Arrival
from vtube.errors import ChatError, Line, SettingsError
from vtube.spec import Spec
from vtube.text import program

LIVE_API = "https://api.live.bilibili.com"
MAIN_API = "https://api.bilibili.com"
HOME = "https://www.bilibili.com"
FALLBACK = "wss://broadcastlv.chat.bilibili.com/sub"
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
"""The token of a connection is bound to it, and other names are refused."""
HEARTBEAT_S, SILENCE_S = 30.0, 35.0
KEY_LIFE_S = 12 * 3600.0
STALE_KEY, BAD_TOKEN = -352, -101
_ORDER = (
    46, 47, 18, 2, 53, 8, 23, 32, 15, 50, 10, 31, 58, 3, 45, 35, 27, 43, 5, 49, 33, 9, 42, 19, 29, 28, 14, 39, 12, 38,
    41, 13,
)  # fmt: skip


class BilibiliChat:
    """One room."""

    name = "bilibili"

    def __init__(self, spec: Spec, context: ChatContext) -> None:
        """Nothing is asked yet.

        Raises:
            SettingsError: the room is no number.
        """
        room = (spec.argument or "").strip().rstrip("/").partition("?")[0].rpartition("/")[2]
        if not room.isascii() or not room.isdigit() or len(room) > 15:
            raise SettingsError(
                f"bilibili takes the number of a room, such as bilibili:21452505, not {spec.argument or ''!r}",
                "spec.argument",
                example="bilibili:21452505",
            )
        self.room = int(room)
        own = context.settings.addresses.get(self.name)
        self._live, self._main, self._home = (own.rstrip("/"),) * 3 if own else (LIVE_API, MAIN_API, HOME)
        self._fallback = f"{own.rstrip('/').replace('http', 'ws', 1)}/sub" if own else FALLBACK
        self._plain = own is not None and own.startswith("http:")
        self._cookie = os.environ.get(context.settings.bilibili_cookie_variable, "").strip()
        self._key, self._key_at = "", float("-inf")

    async def listen(self, link: Link) -> None:
        """See `base.ChatSource`."""
        cookies = {"SESSDATA": self._cookie} if self._cookie else {}
        jar = aiohttp.CookieJar(unsafe=self._plain)  # addresses without a name have cookies only so
        async with aiohttp.ClientSession(
            headers={"User-Agent": AGENT}, cookies=cookies, cookie_jar=jar, timeout=link.session.timeout
        ) as session:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):  # only for the cookie buvid3
                await (await session.get(self._home)).release()
            room, owner, title = await self._room(session)
            token, address = await self._way_in(session, room, link)
            async with session.ws_connect(address, max_msg_size=packets.MOST_BYTES) as socket:
                await self._enter(socket, room, token, _buvid(session))
                await self._read(socket, link, f"room {room}{title}", str(owner))

    async def _enter(self, socket: aiohttp.ClientWebSocketResponse, room: int, token: str, buvid: str) -> None:
        entry = {"uid": 0, "roomid": room, "protover": 2, "platform": "web", "type": 2, "buvid": buvid, "key": token}
        await socket.send_bytes(packets.pack(packets.AUTH, json.dumps(entry).encode()))

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, link: Link, detail: str, owner: str) -> None:
        beating: asyncio.Task[None] | None = None
        try:
            while True:
                try:
                    message = await socket.receive(timeout=SILENCE_S)
                except TimeoutError:
                    raise LostError(Line("the server is silent", "chat.silent")) from None
                if message.type is not aiohttp.WSMsgType.BINARY:
                    raise LostError(Line("the server closed the connection", "chat.closed"))
                for packet in self._packets(message.data, link, detail):
                    if packet.operation == packets.AUTH_REPLY:
                        _check_entry(packet)
                        link.live(detail)
                        beating = beating or asyncio.create_task(_beat(socket))
                    elif packet.operation == packets.MESSAGE:
                        self._deliver(packet, link, owner)
        finally:
            if beating is not None:
                beating.cancel()

    @staticmethod
    def _packets(data: bytes, link: Link, detail: str) -> list[packets.Packet]:
        found: list[packets.Packet] = []
        try:
            found.extend(packets.unpack(data))
        except packets.NoBrotliError as error:
            link.live(f"{detail}, but its messages are packed with brotli: {program()} extras bilibili")
            link.damaged(error)
        except ValueError as error:
            link.damaged(error)
        return found

    @staticmethod
    def _deliver(packet: packets.Packet, link: Link, owner: str) -> None:
        value = packet.json()
        if not isinstance(value, dict):
            link.damaged(packet.body[:100])
            return
        try:
            what: list[Arrival] = arrival_of(value, owner)
        except (LookupError, TypeError, ValueError) as error:
            link.damaged(error)
            return
        for one in what:
            link.post(one)

    async def _room(self, session: aiohttp.ClientSession) -> tuple[int, int, str]:
        """The room's long number, its owner and what is shown of its state."""
        value = await _json(session, f"{self._live}/room/v1/Room/get_info", {"room_id": str(self.room)})
        data = value.get("data")
        if value.get("code") != 0 or not isinstance(data, dict) or "room_id" not in data:
            raise ChatError(f"Bilibili has no room {self.room}", "chat.gone", name=str(self.room))
        live = "" if data.get("live_status") == 1 else ", not live now"
        return int(data["room_id"]), int(data.get("uid") or 0), live

    async def _way_in(self, session: aiohttp.ClientSession, room: int, link: Link) -> tuple[str, str]:
        """The token and the address of the WebSocket; without a token only the common server lets one in."""
        for _ in range(2):
            query = await self._signed(session, {"id": str(room), "type": "0"}, link)
            value = await _json(session, f"{self._live}/xlive/web-room/v1/index/getDanmuInfo", query)
            if value.get("code") == STALE_KEY:
                self._key_at = float("-inf")
                continue
            data = value.get("data")
            if value.get("code") == 0 and isinstance(data, dict):
                return str(data.get("token") or ""), self._address(data)
        return "", self._fallback

    def _address(self, data: Mapping[str, Any]) -> str:
        hosts = data.get("host_list")
        host = hosts[0] if isinstance(hosts, list) and hosts and isinstance(hosts[0], dict) else {}
        if "host" not in host:
            return self._fallback
        if self._plain:
            return f"ws://{host['host']}:{host.get('ws_port', 2244)}/sub"
        return f"wss://{host['host']}:{host.get('wss_port', 443)}/sub"

    async def _signed(self, session: aiohttp.ClientSession, query: dict[str, str], link: Link) -> dict[str, str]:
        if link.clock() - self._key_at > KEY_LIFE_S:
            value = await _json(session, f"{self._main}/x/web-interface/nav", {})
            images = value.get("data", {}).get("wbi_img", {}) if isinstance(value.get("data"), dict) else {}
            self._key = mixed_key(str(images.get("img_url", "")), str(images.get("sub_url", "")))
            self._key_at = link.clock()
        return signed(query, self._key, int(time.time()))


def mixed_key(image: str, sub: str) -> str:
    """The key of the day from the addresses of two pictures; empty when they are none."""
    try:
        stem = "".join(urlsplit(url).path.rpartition("/")[2].partition(".")[0] for url in (image, sub))
    except ValueError:
        return ""
    return "".join(stem[index] for index in _ORDER) if len(stem) >= 64 else ""


def signed(query: Mapping[str, str], key: str, now: int) -> dict[str, str]:
    """The query with its time and signature (WBI)."""
    full = {**query, "wts": str(now)}
    plain = {name: "".join(char for char in full[name] if char not in "!'()*") for name in sorted(full)}
    return {**plain, "w_rid": hashlib.md5((urlencode(plain) + key).encode(), usedforsecurity=False).hexdigest()}


async def _beat(socket: aiohttp.ClientWebSocketResponse) -> None:
    with contextlib.suppress(ConnectionError, aiohttp.ClientError):
        while True:
            await socket.send_bytes(packets.pack(packets.HEARTBEAT, b"[object Object]"))
            await asyncio.sleep(HEARTBEAT_S)


async def _json(session: aiohttp.ClientSession, address: str, query: Mapping[str, str]) -> dict[str, Any]:
    async with session.get(address, params=query) as answer:
        try:
            value = await answer.json(content_type=None)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise LostError(f"Bilibili answers with something else than expected ({answer.status})")
        return value


def _check_entry(packet: packets.Packet) -> None:
    value = packet.json()
    code = value.get("code") if isinstance(value, dict) else None
    if code == BAD_TOKEN:
        raise LostError("the token is not taken any more", at_once=True)
    if code != 0:
        raise LostError(f"Bilibili does not let us in ({code})")


def _buvid(session: aiohttp.ClientSession) -> str:
    return next((cookie.value for cookie in session.cookie_jar if cookie.key == "buvid3"), "")
