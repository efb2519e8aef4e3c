from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from tests.chat.listening import Ear
from tests.web import serving
from vtube.chat.base import ChatContext
from vtube.chat.message import Kind, Removal, Role
from vtube.chat.youtube import LONGEST_WAIT_S, Quota, YoutubeChat, video_of
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
    """Videos that go live after some looks, pages of chat, refusals in between; counts units."""

    def __init__(self, *pages: Any, not_live: int = 0) -> None:
        self.pages = list(pages)
        self.not_live = not_live
        self.units = 0
        self.tokens: list[str] = []
        self.keys: set[str] = set()
        self.queries: list[str] = []
        self.app = web.Application()
        self.app.add_routes([web.get("/videos", self.videos), web.get("/liveChat/messages", self.messages)])

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
            status, reason = page
            error = {"code": status, "message": f"no: {KEY}", "errors": [{"reason": reason}]}
            return web.json_response({"error": error}, status=status)
        if isinstance(page, str):
            return web.Response(text=page)
        body = {"nextPageToken": f"t{len(self.tokens)}", "pollingIntervalMillis": 4000, "items": page}
        return web.Response(text=json.dumps(body), content_type="application/json")

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
    with pytest.raises(SettingsError, match="id of a video"):
        video_of("short")
    monkeypatch.delenv("YOUTUBE_API_KEY")
    with pytest.raises(SettingsError, match="YOUTUBE_API_KEY"):
        YoutubeChat(Spec("youtube", VIDEO), ChatContext(SourceSettings()))
