from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from tests.chat.listening import Ear
from tests.waiting import break_off
from tests.web import serving
from vtube.chat import json_objects
from vtube.chat.base import ChatContext
from vtube.chat.message import Kind, Removal, Role
from vtube.chat.youtube import YoutubeChat, video_of
from vtube.chat.youtube_api import LONGEST_WAIT_S, Quota
from vtube.errors import SettingsError
from vtube.settings import SourceSettings
from vtube.spec import Spec

KEY = "secret-key-123"
VIDEO = "jfKfPfyJRdk"


def text(number: str, words: str, **author: Any) -> dict[str, Any]:
    return {
        "id": number,
        "snippet": {
            "type": "textMessageEvent",
            "publishedAt": "2026-11-25T12:00:00.5Z",
            "textMessageDetails": {"messageText": words},
        },
        "authorDetails": {"channelId": "UC1", "displayName": "Mia", **author},
    }


class FakeYoutube:
    """Videos that go live after some looks, pages of chat, refusals in between; counts units.

    `streams` are lists of pieces that are pushed, or refusals; the last stays open. Without any nothing is pushed.
    """

    def __init__(self, *pages: Any, not_live: int = 0, streams: list[Any] | None = None) -> None:
        self.pages = list(pages) or [[]]
        self.streams = streams or []
        self.pushed: list[str] = []
        self.not_live = not_live
        self.units = 0
        self.tokens: list[str] = []
        self.keys: set[str] = set()
        self.queries: list[str] = []
        self.app = web.Application()
        self.app.add_routes([web.get("/videos", self.videos), web.get("/liveChat/messages", self.messages)])
        if streams is not None:
            self.app.add_routes([web.get("/liveChat/messages/stream", self.push)])

    async def videos(self, request: web.Request) -> web.Response:
        self.note(request, 1)
        if request.query["id"] != VIDEO:
            return web.json_response({"items": []})
        self.not_live -= 1
        details = {} if self.not_live >= 0 else {"activeLiveChatId": "chat-1"}
        return web.json_response({"items": [{"liveStreamingDetails": details}]})

    async def messages(self, request: web.Request) -> web.Response:
        self.note(request, 5)
        self.tokens.append(request.query.get("pageToken", ""))
        page = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        if isinstance(page, tuple):
            return self.refusal(*page)
        if isinstance(page, str):
            return web.Response(text=page)
        body = {"nextPageToken": f"t{len(self.tokens)}", "pollingIntervalMillis": 4000, "items": page}
        return web.Response(text=json.dumps(body), content_type="application/json")

    async def push(self, request: web.Request) -> web.StreamResponse:
        self.note(request, 5)
        self.pushed.append(request.query.get("pageToken", ""))
        is_last = len(self.streams) == 1
        stream = self.streams[0] if is_last else self.streams.pop(0)
        if isinstance(stream, tuple):
            return self.refusal(*stream)
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for piece in stream:
            if piece is None:
                await break_off(request.transport)
                return response
            await response.write(piece if isinstance(piece, bytes) else str(piece).encode())
            await asyncio.sleep(0)
        if is_last:
            await asyncio.sleep(30)
        return response

    def refusal(self, status: int, reason: str) -> web.Response:
        errors = [{"reason": reason}] if reason else []
        return web.json_response({"error": {"code": status, "message": f"no: {KEY}", "errors": errors}}, status=status)

    def note(self, request: web.Request, units: int) -> None:
        self.units += units
        self.keys.add(request.headers.get("x-goog-api-key", ""))
        self.queries.append(request.query_string)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUTUBE_API_KEY", KEY)


async def heard_from(fake: FakeYoutube, until: Callable[[Ear], object], **settings: Any) -> Ear:
    async with serving(fake.app) as address:
        context = ChatContext(SourceSettings(addresses={"youtube": address}, **settings))
        ear = Ear(YoutubeChat(Spec("youtube", VIDEO), context))
        await ear.hear(lambda: until(ear))
    return ear


async def test_it_waits_for_the_stream_skips_history_and_keeps_the_servers_pace() -> None:
    fake = FakeYoutube([text("0", "old news")], [text("1", "hello")], [text("2", "again")], [], not_live=2)
    ear = await heard_from(fake, lambda ear: len(ear.texts) == 2)
    assert ear.texts == ["hello", "again"]
    assert fake.tokens[:3] == ["", "t1", "t2"]
    assert [wait for wait in ear.waits if wait >= 11][:2] == [pytest.approx(15, rel=0.26)] * 2
    assert 4.0 in ear.waits
    assert ear.status()["quota_used"] == fake.units
    assert fake.keys == {KEY}
    assert all(KEY not in query for query in fake.queries)


async def test_what_was_paid_given_and_taken_back_is_told() -> None:
    def item(kind: str, **details: Any) -> dict[str, Any]:
        return {
            "id": kind,
            "snippet": {"type": kind, **details},
            "authorDetails": {"channelId": "UC2", "isChatSponsor": True},
        }

    fake = FakeYoutube(
        [],
        [
            item(
                "superChatEvent",
                superChatDetails={"amountMicros": "5000000", "currency": "JPY", "userComment": "take this"},
            ),
            item(
                "superStickerEvent",
                superStickerDetails={
                    "amountMicros": "200",
                    "currency": "USD",
                    "superStickerMetadata": {"altText": "cat"},
                },
            ),
            item("memberMilestoneChatEvent", memberMilestoneChatDetails={"userComment": "12 months"}),
            item("newSponsorEvent", displayMessage="Welcome"),
            item("messageDeletedEvent", messageDeletedDetails={"deletedMessageId": "x"}),
            item("userBannedEvent", userBannedDetails={"bannedUserDetails": {"channelId": "UC9"}}),
            item("pollEvent"),
            item("tombstone"),
            "rubbish",
            {"id": "n", "snippet": None},
        ],
        [text("9", "end", isChatOwner=True, isChatModerator=True)],
    )
    ear = await heard_from(fake, lambda ear: "end" in ear.texts)
    kinds = [(one.kind, one.text, one.amount, one.currency) for one in ear.messages]
    assert kinds[:4] == [
        (Kind.PAID, "take this", 5.0, "JPY"),
        (Kind.PAID, "cat", 0.0002, "USD"),
        (Kind.MEMBER, "12 months", 0.0, ""),
        (Kind.MEMBER, "Welcome", 0.0, ""),
    ]
    assert Removal("youtube", message_id="x") in ear.arrived
    assert Removal("youtube", user_id="UC9") in ear.arrived
    assert ear.messages[-1].roles == {Role.OWNER, Role.MODERATOR}
    assert ear.messages[-1].time == pytest.approx(datetime(2026, 11, 25, 12, 0, 0, 500_000, UTC).timestamp())
    assert ear.status()["damaged"] == 1


@pytest.mark.parametrize("reason", ["liveChatEnded", "liveChatNotFound", "quotaExceeded"])
async def test_an_end_and_an_empty_quota_are_waited_for(reason: str) -> None:
    fake = FakeYoutube([], (403, reason), [])
    ear = await heard_from(fake, lambda ear: fake.units >= 12)
    assert any(wait >= 11 for wait in ear.waits)
    assert KEY not in str(ear.status())


async def test_a_wrong_key_is_told_without_the_key() -> None:
    fake = FakeYoutube((403, "forbidden"))
    ear = await heard_from(fake, lambda ear: ear.status()["state"] == "failed")
    assert "YouTube refuses (403)" in ear.status()["reason"]
    assert KEY not in ear.status()["reason"]


@pytest.mark.parametrize(
    "page", [(500, "backendError"), (429, "rateLimitExceeded"), (400, "pageTokenInvalid"), "<html>"]
)
async def test_a_fault_of_the_server_is_got_over(page: Any) -> None:
    fake = FakeYoutube([], page, [], [text("1", "back")])
    ear = await heard_from(fake, lambda ear: ear.texts)
    assert set(ear.texts) == {"back"}


async def test_a_stream_that_ends_in_its_chat_is_waited_for() -> None:
    ended = {"id": "e", "snippet": {"type": "chatEndedEvent"}}
    ear = await heard_from(FakeYoutube([], [ended], []), lambda ear: ear.status()["connections"] > 1)
    assert any(11 <= wait <= 19 for wait in ear.waits)


def test_the_quota_is_spread_over_the_day_once_a_part_is_used() -> None:
    quota, noon = Quota(10_000), datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    quota.spend(5, noon)
    assert quota.wait_s(5.0, noon) == 5.0
    quota.spend(7_495, noon)
    assert quota.left == 2_500
    assert quota.wait_s(5.0, noon) == pytest.approx(12 * 3600 / 500)
    quota.spend(2_500, noon)
    assert quota.wait_s(5.0, noon) == LONGEST_WAIT_S
    quota.spend(1, datetime(2026, 11, 26, 20, 0, tzinfo=UTC))
    assert quota.used == 1


@pytest.mark.parametrize(
    "written",
    [VIDEO, f"https://www.youtube.com/watch?v={VIDEO}&t=3", f"https://youtu.be/{VIDEO}", f"youtube.com/live/{VIDEO}"],
)
def test_a_video_is_named_in_many_ways(written: str) -> None:
    assert video_of(written) == VIDEO


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("short", "http://[::1/x"):
        with pytest.raises(SettingsError, match="id of a video"):
            video_of(wrong)
    monkeypatch.delenv("YOUTUBE_API_KEY")
    with pytest.raises(SettingsError, match="YOUTUBE_API_KEY"):
        YoutubeChat(Spec("youtube", VIDEO), ChatContext(SourceSettings()))


async def test_after_a_fault_it_goes_on_where_it_was() -> None:
    fake = FakeYoutube([text("0", "old")], [text("1", "one")], (500, "backendError"), [text("2", "meanwhile")], [])
    ear = await heard_from(fake, lambda ear: "meanwhile" in ear.texts)
    assert ear.texts == ["one", "meanwhile"]
    assert fake.tokens[3] == "t2"


def pushed(*items: dict[str, Any], token: str = "") -> str:
    return json.dumps({"nextPageToken": token, "items": list(items)}, ensure_ascii=False)


def now(number: str, words: str) -> dict[str, Any]:
    """A message of this moment."""
    item = text(number, words)
    item["snippet"]["publishedAt"] = (datetime.now(UTC) + timedelta(seconds=5)).isoformat()
    return item


async def test_what_is_pushed_is_read_as_it_comes_without_what_was_before() -> None:
    whole = (
        "[" + pushed(text("0", "old")) + ",\r\n" + pushed(now("1", 'a "{猫}" \\'), now("2", "b"), token="p1")
    ).encode()
    for size in (1, 7, 10_000):
        pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
        fake = FakeYoutube(streams=[pieces])
        ear = await heard_from(fake, lambda ear: len(ear.texts) == 2)
        assert ear.texts == ['a "{猫}" \\', "b"]
        assert ear.status()["state"] == "live"
        assert (fake.tokens, fake.units, ear.status()["quota_used"]) == ([], 6, 6)
        assert fake.keys == {KEY}


async def test_a_stream_that_ends_or_breaks_is_gone_on_with() -> None:
    streams = [
        ["[", pushed(now("1", "one"), token="p1"), "]"],
        ["[", pushed(now("2", "two"), token="p2"), ",{", None],
        ["[", pushed(text("3", "three, some time ago"))],
    ]
    fake = FakeYoutube(streams=streams)
    ear = await heard_from(fake, lambda ear: len(ear.texts) == 3)
    assert [one.partition(",")[0] for one in ear.texts] == ["one", "two", "three"]
    assert fake.pushed == ["", "p1", "p2"]
    assert fake.tokens == []


@pytest.mark.parametrize("streams", [None, [(404, "")], [(403, "insufficientPermissions")], [["<html>"]] * 9, [[]] * 9])
async def test_where_nothing_is_pushed_it_is_asked_for(streams: list[Any] | None) -> None:
    fake = FakeYoutube([text("0", "old")], [text("1", "polled")], [], streams=streams)
    ear = await heard_from(fake, lambda ear: ear.texts)
    assert ear.texts == ["polled"]
    assert len(fake.pushed) <= 3


async def test_it_can_be_told_to_ask() -> None:
    fake = FakeYoutube([], [text("1", "polled")], [], streams=[["[", pushed(now("1", "pushed"))]])
    ear = await heard_from(fake, lambda ear: ear.texts, youtube_stream=False)
    assert ear.texts == ["polled"]


@pytest.mark.parametrize(
    "stream",
    [
        (403, "liveChatEnded"),
        (403, "quotaExceeded"),
        ["[", pushed({"id": "e", "snippet": {"type": "chatEndedEvent"}}), "]"],
        ["[", '{"offlineAt": "2026-11-25T12:00:00Z", "items": []}', "]"],
    ],
)
async def test_a_pushed_end_is_waited_for(stream: Any) -> None:
    fake = FakeYoutube(streams=[stream, ["[", pushed(now("1", "next stream"))]])
    ear = await heard_from(fake, lambda ear: ear.texts)
    assert any(wait >= 11 for wait in ear.waits)
    assert KEY not in str(ear.status())


@pytest.mark.parametrize(
    "stream",
    [
        (500, "backendError"),
        (429, "rateLimitExceeded"),
        (400, "pageTokenInvalid"),
        ["[", "{]}"],
        ['[{"error": {}}, {"error": {"code": 500}}'],
    ],
)
async def test_a_fault_of_the_stream_is_got_over(stream: Any) -> None:
    fake = FakeYoutube(streams=[stream, ["[", pushed(now("1", "back"))]])
    ear = await heard_from(fake, lambda ear: ear.texts)
    assert ear.texts == ["back"]
    assert fake.tokens == []


async def test_a_quiet_stream_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.chat.youtube.QUIET_S", 0.1)
    quiet: list[Any] = ["[", pushed(now("1", "one"), token="p1")]
    fake = FakeYoutube(streams=[quiet])
    ear = await heard_from(fake, lambda ear: len(fake.pushed) == 3)
    assert ear.status()["connections"] == 1
    assert fake.pushed[1:] == ["p1", "p1"]


def test_an_object_without_an_end_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_objects, "MOST_BYTES", 100)
    objects = json_objects.JsonObjects()
    assert objects.feed(b'[{"a": 1}, {"b') == [{"a": 1}]
    with pytest.raises(ValueError, match="too large"):
        objects.feed(b"x" * 200)


@given(st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=8), max_size=3), max_size=4), st.integers(1, 9))
def test_objects_come_whole_however_they_were_cut(values: list[dict[str, str]], size: int) -> None:
    data = json.dumps(values, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")
    objects = json_objects.JsonObjects()
    found = [one for start in range(0, len(data), size) for one in objects.feed(data[start : start + size])]
    assert found == values
