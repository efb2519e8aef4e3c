"""Her answers in YouTube's chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from tests.chat.answering import conversation, is_question, once
from tests.chat.test_youtube import VIDEO, FakeYoutube, text
from tests.web import serving
from vtube.chat.base import ChatContext
from vtube.chat.message import ChatMessage
from vtube.chat.youtube import YoutubeChat
from vtube.settings import SourceSettings
from vtube.spec import Spec

YOUTUBE = {"YOUTUBE_API_KEY": "secret-key-123", "YOUTUBE_TOKEN": "youtube-token-456"}
REFRESHING = {
    "YOUTUBE_API_KEY": "secret-key-123",
    "YOUTUBE_REFRESH_TOKEN": "refresh-789",
    "YOUTUBE_CLIENT_ID": "client-abc",
    "YOUTUBE_CLIENT_SECRET": "client-secret-def",
}


class WrittenYoutube(FakeYoutube):
    """Takes messages, and brings them back in the next page; refuses as a test says, in order."""

    def __init__(self, *pages: Any, refusals: tuple[Any, ...] = ()) -> None:
        super().__init__(*pages)
        self.refusals = list(refusals)
        self.written: list[dict[str, Any]] = []
        self.bearers: list[str] = []
        self.fetched = 0
        self.token_status = 200
        self.app.add_routes([web.post("/liveChat/messages", self.insert), web.post("/token", self.token)])

    async def insert(self, request: web.Request) -> web.Response:
        assert request.query_string == "part=snippet"
        self.units += 20
        self.bearers.append(request.headers["Authorization"].removeprefix("Bearer "))
        body = await request.json()
        if self.refusals:
            return self.refusal(*self.refusals.pop(0))
        self.written.append(body)
        words = body["snippet"]["textMessageDetails"]["messageText"]
        self.pages.insert(0, [text("own-1", words, channelId="UCher", displayName="Ilta"), text("e", "end")])
        return web.json_response({"id": "own-1", "snippet": {"authorChannelId": "UCher"}})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["grant_type"] == "refresh_token"
        assert (form["refresh_token"], form["client_secret"]) == ("refresh-789", "client-secret-def")
        if self.token_status != 200:
            return web.json_response({"error": "invalid_grant refresh-789"}, status=self.token_status)
        self.fetched += 1
        return web.json_response({"access_token": f"access-token-{self.fetched}", "expires_in": 3600})


async def youtube_conversation(
    fake: WrittenYoutube,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    until: Callable[[list[ChatMessage]], bool],
    *answers: str,
) -> tuple[list[ChatMessage], dict[str, Any]]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("vtube.chat.youtube_api.SHORTEST_WAIT_S", 0.02)
    monkeypatch.setattr("vtube.chat.youtube_replies.EVERY_S", 0.01)
    monkeypatch.setattr("vtube.chat.youtube_replies.YoutubeReplies.every_s", 0.01)
    monkeypatch.setattr("vtube.chat.youtube.number_of", lambda _: 20.0)
    async with serving(fake.app) as address:
        settings = SourceSettings(addresses={"youtube": address}, youtube_stream=False)
        source = YoutubeChat(Spec("youtube", VIDEO), ChatContext(settings))
        return await conversation(source, is_question, until, *answers)


@pytest.mark.parametrize("environment", [YOUTUBE, REFRESHING], ids=["a token", "fetched"])
async def test_youtube_gets_a_short_message_with_the_name_and_it_does_not_come_back(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = WrittenYoutube([], [text("q", "question")], [])
    came, replies = await youtube_conversation(
        fake, monkeypatch, environment, lambda came: any(one.text == "end" for one in came), "Indeed. " + "x" * 400
    )
    (body,) = fake.written
    sent = body["snippet"]["textMessageDetails"]["messageText"]
    assert body["snippet"]["liveChatId"] == "chat-1"
    assert body["snippet"]["type"] == "textMessageEvent"
    assert sent.startswith("@Mia Indeed. xxx")
    assert len(sent) <= 200
    assert [one.text for one in came] == ["question", "end"]
    assert replies["sent"] == 1
    assert fake.bearers == [environment.get("YOUTUBE_TOKEN", "access-token-1")]


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "quotaExceeded", "liveChatEnded", "messageTextInvalid", ""])
async def test_youtubes_refusals_cost_one_reply(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.chat.youtube_replies.BUSY_S", 0.01)
    status = 500 if not reason else 403
    fake = WrittenYoutube([], [text("q", "question")], [], refusals=((status, reason),))
    came, replies = await youtube_conversation(
        fake, monkeypatch, YOUTUBE, once(lambda: fake.written), "One answer.", "Another answer."
    )
    assert len(fake.bearers) == 2
    assert replies["left_out"] == 1
    assert came[0].text == "question"


async def test_a_token_of_youtube_that_is_spoilt_is_fetched_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = WrittenYoutube([], [text("q", "question")], [], refusals=((401, "authError"),))
    await youtube_conversation(fake, monkeypatch, REFRESHING, once(lambda: fake.written), "One answer.", "Another.")
    assert fake.bearers == ["access-token-1", "access-token-2"]


@pytest.mark.parametrize(
    ("environment", "refusals", "token_status"),
    [(YOUTUBE, ((401, "authError"),), 200), (YOUTUBE, ((403, "forbidden"),), 200), (REFRESHING, (), 400)],
)
async def test_youtube_is_given_up_where_it_can_never_work(
    environment: dict[str, str],
    refusals: tuple[Any, ...],
    token_status: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fake = WrittenYoutube([], [text("q", "question")], [text("z", "later")], [], refusals=refusals)
    fake.token_status = token_status
    _, replies = await youtube_conversation(
        fake, monkeypatch, environment, lambda came: any(one.text == "later" for one in came), "One.", "Two."
    )
    assert fake.written == []
    assert len(fake.bearers) <= 1
    assert replies["failure"]
    for secret in (*YOUTUBE.values(), *REFRESHING.values()):
        assert secret not in str(replies) + caplog.text


async def test_youtube_leaves_what_the_quota_does_not_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = WrittenYoutube([], [text("q", "question")], [text("z", "later")], [])
    monkeypatch.setattr("vtube.chat.youtube_replies.UNITS", 100_000_000)
    _, replies = await youtube_conversation(
        fake, monkeypatch, YOUTUBE, lambda came: any(one.text == "later" for one in came), "One."
    )
    assert fake.bearers == []
    assert replies["failure"] == "the quota of today is used up"
