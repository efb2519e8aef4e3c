from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import WSMsgType, web

from tests.chat.listening import Ear
from tests.web import serving
from vtube.chat import bilibili as bilibili_module
from vtube.chat import bilibili_packets
from vtube.chat.base import ChatContext
from vtube.chat.bilibili import BilibiliChat, mixed_key, signed
from vtube.chat.bilibili_packets import (
    AUTH_REPLY,
    BROTLI,
    HEADER,
    HEARTBEAT_REPLY,
    MESSAGE,
    MOST_BYTES,
    MOST_PACKETS,
    ZLIB,
    pack,
    unpack,
)
from vtube.chat.message import Kind, Removal, Role
from vtube.errors import SettingsError
from vtube.settings import SourceSettings
from vtube.spec import Spec

IMAGE, SUB = "7cd084941338484aae1ad9425b84077c", "4932caff0ff746eab6f01bf08b70ac45"
OWNER = 99


def command(value: dict[str, Any]) -> bytes:
    return pack(MESSAGE, json.dumps(value).encode(), 0)


def danmaku(
    text: str, number: int = 7, name: str = "米娅", admin: int = 0, guard: int = 0, cmd: str = "DANMU_MSG"
) -> bytes:
    info = [
        [0, 1, 25, 0, 1_764_000_000_000, 0, 0, "", 0, 0, 0, "", 0],
        text,
        [number, name, admin, 0],
        [],
        [],
        [],
        0,
        guard,
    ]
    return command({"cmd": cmd, "info": info})


def zipped(*inner: bytes) -> bytes:
    return pack(MESSAGE, zlib.compress(b"".join(inner)), ZLIB)


class FakeBilibili:
    """The pages that lead to the room, which check their signature, and the room's WebSocket."""

    def __init__(self, *frames: bytes) -> None:
        self.frames = frames
        self.stale = self.refused = self.pages = 0
        self.room_code = 0
        self.entries: list[dict[str, Any]] = []
        self.beats = 0
        self.signatures: list[bool] = []
        self.agents: set[str] = set()
        self.cookies: set[str] = set()
        self.app = web.Application()
        self.app.add_routes(
            [
                web.get("/", self.home),
                web.get("/room/v1/Room/get_info", self.room),
                web.get("/x/web-interface/nav", self.nav),
                web.get("/xlive/web-room/v1/index/getDanmuInfo", self.info),
                web.get("/sub", self.socket),
            ]
        )

    async def home(self, request: web.Request) -> web.Response:
        answer = web.Response(text="home")
        answer.set_cookie("buvid3", "buvid-1")
        return answer

    async def room(self, request: web.Request) -> web.Response:
        self.agents.add(request.headers["User-Agent"])
        if self.pages > 0:
            self.pages -= 1
            return web.Response(text="<html>come back later</html>", status=412)
        data = {"room_id": 21452505, "uid": OWNER, "live_status": 1}
        return web.json_response({"code": self.room_code, "data": data if self.room_code == 0 else []})

    async def nav(self, request: web.Request) -> web.Response:
        images = {"img_url": f"https://i/{IMAGE}.png", "sub_url": f"https://i/{SUB}.png"}
        return web.json_response({"code": -101, "data": {"isLogin": False, "wbi_img": images}})

    async def info(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        given = query.pop("w_rid")
        plain = urlencode(sorted(query.items())) + mixed_key(f"/{IMAGE}.png", f"/{SUB}.png")
        self.signatures.append(given == hashlib.md5(plain.encode(), usedforsecurity=False).hexdigest())
        if self.stale > 0:
            self.stale -= 1
            return web.json_response({"code": -352})
        port = request.url.port
        hosts = [{"host": "127.0.0.1", "port": 1, "wss_port": 2, "ws_port": port}]
        return web.json_response({"code": 0, "data": {"token": "token-1", "host_list": hosts}})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        self.cookies |= set(request.cookies)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            assert message.type is WSMsgType.BINARY
            for packet in unpack(message.data):
                await self.answer(socket, packet.operation, packet.body)
        return socket

    async def answer(self, socket: web.WebSocketResponse, operation: int, body: bytes) -> None:
        if operation == 7:
            self.entries.append(json.loads(body))
            if self.refused > 0:
                self.refused -= 1
                await socket.send_bytes(pack(AUTH_REPLY, b'{"code":-101}'))
                return
            await socket.send_bytes(pack(AUTH_REPLY, b'{"code":0}'))
            for frame in self.frames:
                await socket.send_bytes(frame)
        elif operation == 2:
            self.beats += 1
            await socket.send_bytes(pack(HEARTBEAT_REPLY, (1).to_bytes(4, "big")))


async def heard_from(fake: FakeBilibili, until: Callable[[Ear], object]) -> Ear:
    async with serving(fake.app) as address:
        context = ChatContext(SourceSettings(addresses={"bilibili": address}))
        ear = Ear(BilibiliChat(Spec("bilibili", "6"), context))
        await ear.hear(lambda: until(ear))
    return ear


async def test_it_signs_enters_and_reads_packets_however_they_are_packed() -> None:
    fake = FakeBilibili(
        danmaku("one") + danmaku("two"),
        zipped(danmaku("three", cmd="DANMU_MSG:4:0:2:2:2:0"), zipped(danmaku("four"))),
        command({"cmd": "INTERACT_WORD", "data": {}}) + danmaku("five"),
    )
    fake.stale = 1
    ear = await heard_from(fake, lambda ear: len(ear.texts) == 5 and fake.beats)
    assert ear.texts == ["one", "two", "three", "four", "five"]
    assert fake.signatures == [True, True]
    entry = fake.entries[0]
    assert (entry["roomid"], entry["protover"], entry["key"], entry["buvid"]) == (21452505, 2, "token-1", "buvid-1")
    assert all(agent.startswith("Mozilla/") for agent in fake.agents)
    message = ear.messages[0]
    assert (message.user, message.user_id, message.time) == ("米娅", "7", 1_764_000_000)


async def test_gifts_super_chats_and_guards_are_paid() -> None:
    fake = FakeBilibili(
        command(
            {
                "cmd": "SUPER_CHAT_MESSAGE",
                "data": {
                    "id": 5,
                    "price": 30,
                    "message": "加油",
                    "uid": 8,
                    "user_info": {"uname": "A"},
                    "start_time": 9,
                },
            }
        ),
        command({"cmd": "SUPER_CHAT_MESSAGE_JPN", "data": {"id": 5, "price": 30}}),
        command(
            {
                "cmd": "SEND_GIFT",
                "data": {
                    "giftName": "小花",
                    "num": 2,
                    "uname": "B",
                    "uid": 9,
                    "coin_type": "gold",
                    "total_coin": 2000,
                    "tid": 3,
                },
            }
        ),
        command(
            {
                "cmd": "GUARD_BUY",
                "data": {"uid": 10, "username": "C", "guard_level": 3, "price": 198000, "gift_name": "舰长"},
            }
        ),
        command({"cmd": "SUPER_CHAT_MESSAGE_DELETE", "data": {"ids": [5]}}),
        danmaku("hi", number=OWNER, admin=1, guard=3),
    )
    ear = await heard_from(fake, lambda ear: "hi" in ear.texts)
    assert [(one.kind, one.text, one.amount) for one in ear.messages[:3]] == [
        (Kind.PAID, "加油", 30.0),
        (Kind.GIFT, "小花 x2", 2.0),
        (Kind.MEMBER, "舰长", 198.0),
    ]
    assert Removal("bilibili", message_id="sc-5") in ear.arrived
    assert ear.messages[-1].roles == {Role.OWNER, Role.MODERATOR, Role.MEMBER}


async def test_masked_viewers_are_not_taken_for_one_person() -> None:
    ear = await heard_from(
        FakeBilibili(danmaku("a", 0, "米***"), danmaku("b", 0, "肯***")), lambda ear: len(ear.texts) == 2
    )
    assert [one.viewer for one in ear.messages] == ["", ""]
    assert len({one.id for one in ear.messages}) == 2


async def test_damaged_packets_cost_themselves_only() -> None:
    fake = FakeBilibili(
        danmaku("whole") + danmaku("cut")[:-9],
        HEADER.pack(0, 16, 0, MESSAGE, 1) + b"xx",
        HEADER.pack(99_999, 16, 0, MESSAGE, 1),
        pack(MESSAGE, b"no zlib at all", ZLIB),
        pack(MESSAGE, b"no json", 0),
        command({"cmd": "DANMU_MSG", "info": []}),
        command({"cmd": "DANMU_MSG"}),
        pack(MESSAGE, b"brotli", 3),
        danmaku("still here"),
    )
    ear = await heard_from(fake, lambda ear: "still here" in ear.texts)
    assert ear.texts == ["whole", "still here"]
    assert ear.status()["damaged"] == 8


async def test_a_token_that_is_refused_is_fetched_anew_at_once() -> None:
    fake = FakeBilibili(danmaku("in"))
    fake.refused = 1
    ear = await heard_from(fake, lambda ear: ear.texts)
    assert len(fake.entries) == 2
    assert ear.waits == [0.0]


async def test_a_silent_server_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bilibili_module, "SILENCE_S", 0.05)
    monkeypatch.setattr(bilibili_module, "HEARTBEAT_S", 60.0)
    reasons: set[str] = set()

    def left(ear: Ear) -> bool:
        reasons.add(ear.status()["reason"])
        return bool(ear.status()["connections"] > 1)

    await heard_from(FakeBilibili(), left)
    assert "the server is silent" in reasons


async def test_every_version_of_a_packet_is_read_or_counted() -> None:
    fake = FakeBilibili(
        pack(MESSAGE, danmaku("zero")[16:], 0),
        pack(MESSAGE, danmaku("one")[16:], 1),
        zipped(danmaku("two"), danmaku("two and a half")),
        pack(MESSAGE, b"brotli, which nobody asked for", 3),
        danmaku("end"),
    )
    ear = await heard_from(fake, lambda ear: "end" in ear.texts)
    assert ear.texts == ["zero", "one", "two", "two and a half", "end"]
    assert ear.status()["damaged"] == 1


def brotlied(*inner: bytes) -> bytes:
    return pack(MESSAGE, pytest.importorskip("brotli").compress(b"".join(inner)), BROTLI)


async def test_packets_of_brotli_are_read_where_the_package_is() -> None:
    fake = FakeBilibili(brotlied(danmaku("one"), zipped(danmaku("two"))), danmaku("end"))
    ear = await heard_from(fake, lambda ear: "end" in ear.texts)
    assert ear.texts == ["one", "two", "end"]
    assert ear.status()["damaged"] == 0


async def test_what_opens_brotli_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bilibili_packets, "brotli", None)
    fake = FakeBilibili(pack(MESSAGE, b"...", BROTLI), danmaku("end"))
    ear = await heard_from(fake, lambda ear: "end" in ear.texts)
    assert ear.status()["state"] == "live"
    assert "extras bilibili" in ear.status()["detail"]


def brotli_of(data: bytes) -> bytes:
    return bytes(pytest.importorskip("brotli").compress(data))


@pytest.mark.parametrize(("version", "packed"), [(ZLIB, zlib.compress), (BROTLI, brotli_of)], ids=["zlib", "brotli"])
def test_what_swells_is_bounded_for_the_whole_frame(version: int, packed: Callable[[bytes], bytes]) -> None:
    huge = pack(MESSAGE, packed(bytes(100_000_000)), version)
    with pytest.raises(ValueError, match="too large"):
        list(unpack(huge))
    part = pack(MESSAGE, packed(pack(MESSAGE, bytes(MOST_BYTES // 4))), version)
    assert len(list(unpack(3 * part))) == 3
    with pytest.raises(ValueError, match="too large"):
        list(unpack(6 * part))
    nested = part
    for _ in range(2):
        nested = pack(MESSAGE, packed(nested), version)
    assert len(list(unpack(nested))) == 1
    with pytest.raises(ValueError, match="too deep"):
        list(unpack(pack(MESSAGE, packed(nested), version)))
    with pytest.raises(ValueError, match=r"cut off|unpacked"):
        list(unpack(pack(MESSAGE, packed(danmaku("x" * 500))[:-9], version)))
    with pytest.raises(ValueError, match="unpacked"):
        list(unpack(pack(MESSAGE, b"\xff\xff\xffgarbage", version)))
    small = pack(HEARTBEAT_REPLY, b"")
    assert len(list(unpack(MOST_PACKETS * small))) == MOST_PACKETS
    with pytest.raises(ValueError, match="too many"):
        list(unpack(pack(MESSAGE, packed((MOST_PACKETS + 1) * small), version)))


async def test_a_key_that_stays_stale_leaves_the_common_server() -> None:
    fake = FakeBilibili(danmaku("in"))
    fake.stale = 9
    await heard_from(fake, lambda ear: ear.texts)
    assert fake.entries[0]["key"] == ""


async def test_a_page_in_place_of_an_answer_is_got_over() -> None:
    fake = FakeBilibili(danmaku("in"))
    fake.pages = 2
    ear = await heard_from(fake, lambda ear: ear.texts)
    assert len(ear.waits) == 2


async def test_a_room_that_does_not_exist_is_said() -> None:
    fake = FakeBilibili()
    fake.room_code = 1
    ear = await heard_from(fake, lambda ear: ear.status()["state"] == "failed")
    assert "no room 6" in ear.status()["reason"]


def test_what_is_no_address_gives_no_key() -> None:
    assert mixed_key("http://[::1/x", "") == ""


def test_the_signature_is_that_of_the_site() -> None:
    """The example of the documented algorithm: https://github.com/SocialSisterYi/bilibili-API-collect"""
    key = mixed_key(f"https://i0.hdslb.com/bfs/wbi/{IMAGE}.png", f"https://i0.hdslb.com/bfs/wbi/{SUB}.png")
    assert key == "ea1db124af3c7062474693fa704f4ff8"
    query = signed({"foo": "114", "bar": "514", "zab": "1919810"}, key, 1702204169)
    assert query["w_rid"] == "8f6f2b5b3d485fe1886cec6a0be8c5d4"


@pytest.mark.parametrize("written", ["", "abc", "-5", "１２"])
def test_a_room_is_a_number(written: str) -> None:
    with pytest.raises(SettingsError, match="number of a room"):
        BilibiliChat(Spec("bilibili", written or None), ChatContext(SourceSettings()))


def test_a_rooms_address_will_do() -> None:
    assert BilibiliChat(Spec("bilibili", "https://live.bilibili.com/6?x=1"), ChatContext(SourceSettings())).room == 6
