"""Her answers written into the chats: to whom, how long, how often, what a fault costs, and that none comes back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from tests.chat.eventsub_server import MINE, OWNER, TOKEN, FakeTwitch, Wire
from tests.chat.test_youtube import VIDEO, FakeYoutube, text
from tests.fakes import FakeClock
from tests.web import serving
from vtube.chat.base import ChatContext, ChatSource, Link
from vtube.chat.echoes import KEPT_S, Echoes
from vtube.chat.group import ChatGroup
from vtube.chat.message import Arrival, ChatMessage, Removal
from vtube.chat.onecomme import OneCommeChat
from vtube.chat.replies import NotSentError, Reply, Sent, shortened, written
from vtube.chat.reply_desk import OLD_S, WAITING, ReplyDesk
from vtube.chat.socialstream import SocialStreamChat
from vtube.chat.twitch import TwitchChat
from vtube.chat.youtube import YoutubeChat
from vtube.settings import SourceSettings
from vtube.spec import Spec

WRITES = ("user:read:chat", "user:write:chat")
BY = "Ilta"


def message(
    text: str = "hello", number: str = "m1", source: str = "test", user: str = "Mia", **more: Any
) -> ChatMessage:
    return ChatMessage(source, number, user, text, **{"user_id": user.casefold(), **more})


# What is written


@pytest.mark.parametrize(
    ("answer", "limit", "expected"),
    [
        ("Short.", 10, "Short."),
        ("One two. Three four five.", 14, "One two."),
        ("One two three four five", 14, "One two three…"),
        ("Abcdefghijklmnopqrstuvwxyz", 10, "Abcdefghi…"),
        ("そうですね。とても長い答えです。", 9, "そうですね。"),
        ("とても長い答えですとても長い", 6, "とても長い…"),
        ("ab👨‍👩‍👧‍👦cd", 8, "ab…"),
        ("abe\u0301\u0301\u0301\u0301f", 5, "ab…"),
        ("ab👍🏽c", 6, "ab…"),
        ("A 3.5 % rise came", 8, "A 3.5 %…"),
    ],
)
def test_an_answer_is_shortened_where_people_would(answer: str, limit: int, expected: str) -> None:
    assert shortened(answer, limit) == expected


@given(st.text(max_size=300), st.integers(5, 60))
def test_whatever_is_shortened_fits(answer: str, limit: int) -> None:
    short = shortened(answer, limit)
    assert len(short.encode("utf-16-le", "surrogatepass")) // 2 <= limit
    assert short == answer or short.removesuffix("…") == answer[: len(short.removesuffix("…"))]


@pytest.mark.parametrize(
    "answer", ["/ban mia", "!addcom !free x", ".timeout mia", "  / me", "#!$%x", "@everyone hi", "\n!so evil"]
)
def test_an_answer_is_never_a_command_for_a_bot(answer: str) -> None:
    assert written(answer, 500)[0].isalnum()
    assert written(answer, 500, "Mia").startswith("@Mia ")


def test_it_is_one_line_to_somebody() -> None:
    assert written("One.\n Two.\t", 100, "Mia") == "@Mia One. Two."
    assert written("  ", 100, "Mia") == ""


# What comes back


def echoed(sent: str, came: str, user_id: str = "", after_s: float = 1.0, source: str = "test") -> bool:
    echoes = Echoes()
    echoes.expect("test", sent, "Mia", 100.0)
    echoes.know("test", "n1", "her")
    return echoes.is_echo(message(came, "x", source, "Ilta", user_id=user_id), 100.0 + after_s)


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ("Nice to see you!", "Nice to see you!"),
        ("Nice to see you!", "@Mia Nice to see you!"),
        ("Yes.", "@mia  yes"),
        (
            "すごいね😀ありがとうございます、また来てくださいね、待っています",
            "@Mia すごいね:smile:ありがとうございます、また来てくださいね、待っています",
        ),
        ("It is & always was <3 my favourite song", "It is &amp; always was &lt;3 my favourite song"),
    ],
)
@pytest.mark.parametrize("source", ["test", "onecomme"])
def test_her_own_message_is_known_whoever_brings_it(sent: str, came: str, source: str) -> None:
    assert echoed(sent, came, source=source)


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ("Yes.", "yes it is"),
        ("Nice to see you!", "Nice to see you, too, and how are you today my dear friend from far away?"),
        ("I like cats very much, they are soft", "i like dogs"),
        ("Hello", "Hell no"),
    ],
)
def test_what_viewers_write_is_theirs(sent: str, came: str) -> None:
    assert not echoed(sent, came)


def test_a_viewer_may_say_what_she_said() -> None:
    assert not echoed("Nice to see you!", "Nice to see you!", user_id="ken")
    assert echoed("Nice to see you!", "Nice to see you!", user_id="her")
    assert not echoed("Nice to see you!", "Nice to see you!", after_s=KEPT_S + 1)


def test_a_number_that_the_platform_told_is_known_for_ever() -> None:
    echoes = Echoes()
    echoes.expect("test", "One", "Mia", 0.0)
    echoes.know("test", "n1", "her")
    assert echoes.is_echo(message("something else", "n1"), 1e6)
    assert not echoes.is_echo(message("something else", "n1", "other"), 1e6)


# The desk


class Script:
    """A source whose replies go as a test says: an error to raise, or a number."""

    def __init__(self, *results: Any, name: str = "test", lacks: str = "", every_s: float = 2.0) -> None:
        self.name, self.lacks, self.every_s = name, lacks, every_s
        self.limit, self.is_thread = 100, True
        self.results = list(results)
        self.sent: list[tuple[str, str]] = []
        self.at: list[float] = []
        self.clock = FakeClock()

    async def listen(self, _link: Link) -> None:
        await asyncio.Event().wait()

    def replier(self) -> Script:
        return self

    async def send(self, _session: aiohttp.ClientSession, reply: Reply) -> Sent:
        self.sent.append((reply.text, reply.to.id))
        self.at.append(self.clock())
        result = self.results.pop(0) if self.results else "n"
        if isinstance(result, BaseException):
            raise result
        return Sent(str(result), "her")


@asynccontextmanager
async def desk_of(*sources: Script) -> AsyncIterator[ReplyDesk]:
    """A desk at work; waiting is noted on the first source's clock and takes no time."""
    clock = sources[0].clock

    async def nap(seconds: float) -> None:
        clock.advance(seconds)
        await asyncio.sleep(0)

    desk = ReplyDesk(sources, clock, nap)
    async with aiohttp.ClientSession() as session:
        task = asyncio.create_task(desk.run(session))
        try:
            yield desk
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_answers_go_one_by_one_at_the_platforms_pace() -> None:
    source = Script()
    async with desk_of(source) as desk:
        for number in range(3):
            assert desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
    assert source.sent == [("Answer 0.", "m0"), ("Answer 1.", "m1"), ("Answer 2.", "m2")]
    assert [later - before for before, later in zip(source.at, source.at[1:], strict=False)] == [2.0, 2.0]
    assert desk.status(0) == {"sent": 3, "left_out": 0, "failure": ""}


async def test_only_the_newest_wait_and_nothing_old_is_sent() -> None:
    source = Script(every_s=OLD_S + 1)
    async with desk_of(source) as desk:
        for number in range(WAITING + 4):
            desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
    assert source.sent == [("Answer 4.", "m4")]
    assert desk.status(0) == {"sent": 1, "left_out": WAITING + 3, "failure": ""}


@pytest.mark.parametrize(
    "error", [NotSentError("no"), TimeoutError(), aiohttp.ClientError("gone"), OSError("down"), ValueError("?")]
)
async def test_a_fault_costs_one_reply_and_is_told_once(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    source = Script(error, error, "n")
    async with desk_of(source) as desk:
        for number in range(2):
            desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
        status = desk.status(0)
        assert status is not None
        assert status["failure"]
        desk.reply(Reply("Answer 3.", message(), BY))
        await settled()
    assert desk.status(0) == {"sent": 1, "left_out": 2, "failure": ""}
    assert caplog.text.count("is not written into the chat") == 1


async def test_what_can_never_work_is_not_tried_again() -> None:
    source = Script(NotSentError("the token is gone", for_good=True))
    async with desk_of(source) as desk:
        for number in range(3):
            desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
        desk.reply(Reply("Another.", message(), BY))
        await settled()
    assert len(source.sent) == 1
    status = desk.status(0)
    assert status is not None
    assert status["failure"] == "the token is gone"


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    source = Script(NotSentError("slow down", 20.0))
    async with desk_of(source) as desk:
        for number in range(2):
            desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
    assert source.at[1] - source.at[0] == 20.0


async def test_what_a_source_lacks_is_told_before_anything_is_tried() -> None:
    source = Script(lacks="it needs a token")
    async with desk_of(source) as desk:
        desk.reply(Reply("Answer.", message(), BY))
        await settled()
    assert desk.status(0) == {"sent": 0, "left_out": 1, "failure": "it needs a token"}
    assert source.sent == []


async def test_what_moderators_take_back_is_not_answered_in_the_chat() -> None:
    source = Script()
    async with desk_of(source) as desk:
        desk.reply(Reply("One.", message(number="m1"), BY))
        desk.reply(Reply("Two.", message(number="m2"), BY))
        desk.drop(Removal("test", message_id="m1"))
        await settled()
        desk.reply(Reply("Three.", message(number="m3"), BY))
        desk.drop()
        await settled()
    assert source.sent == [("Two.", "m2")]


async def test_an_answer_goes_the_way_its_message_came() -> None:
    one, two = Script(name="twitch"), Script(name="twitch")
    async with desk_of(one, two, Script(name="other")) as desk:
        asked = message(number="m7", source="twitch")
        assert not desk.reply(Reply("Whose?", asked, BY))
        desk.note(asked, 1)
        assert desk.reply(Reply("Yours.", asked, BY))
        assert not desk.reply(Reply("Nobody's.", message(source="api"), BY))
        assert not desk.reply(Reply("😀", message(source="other"), BY)), "it could not be told from others"
        await settled()
    assert (one.sent, two.sent) == ([], [("Yours.", "m7")])


# The platforms


async def conversation(
    source: ChatSource, asked: Callable[[ChatMessage], bool], until: Callable[[list[ChatMessage]], bool], *answers: str
) -> tuple[list[ChatMessage], dict[str, Any]]:
    """Read a source, answer the message that is meant, until something has come; what came, and the replies' state."""
    came: list[ChatMessage] = []

    def post(what: Arrival) -> None:
        if isinstance(what, ChatMessage):
            came.append(what)
            if asked(what):
                for answer in answers:
                    group.replies.reply(Reply(answer, what, BY))

    group = ChatGroup([source], post)
    task = asyncio.create_task(group.run())
    try:
        async with asyncio.timeout(10):
            while not until(came):
                await asyncio.sleep(0.005)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    (status,) = group.statuses(0.0, writes=True)
    assert group.statuses(0.0)[0]["replies"] is None
    return came, status["replies"]


def is_question(one: ChatMessage) -> bool:
    return one.text == "question"


def twitch_of(server: FakeTwitch) -> TwitchChat:
    addresses = {"eventsub": server.address, "twitch": "irc://127.0.0.1:9"}
    return TwitchChat(Spec("twitch", "Stars"), ChatContext(SourceSettings(addresses=addresses)))


def asking(*after: Callable[[Wire], Awaitable[None]]) -> Callable[[Wire], Awaitable[None]]:
    async def run(wire: Wire) -> None:
        await wire.welcome()
        await wire.subscribed()
        await wire.say("question", "q1")
        for step in after:
            await step(wire)
        await wire.stay()

    return run


def once(done: Callable[[], object]) -> Callable[[list[ChatMessage]], bool]:
    return lambda _came: bool(done())


@pytest.mark.parametrize("echo", ["before", "after"])
async def test_twitch_gets_a_reply_to_that_message_and_it_does_not_come_back(
    echo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCH_TOKEN", TOKEN)

    async def end(wire: Wire) -> None:
        async with asyncio.timeout(5):
            while not wire.server.written:
                await asyncio.sleep(0.002)
        await wire.say("@Mia Indeed, it is so!", "sent-1", chatter_user_id=MINE)
        await wire.say("Indeed, it is so!", "v9", chatter_user_id="77")
        await wire.say("end", "e1")

    server = FakeTwitch(asking(end), scopes=WRITES)
    server.answers_late = echo == "before"
    async with server.run():
        came, replies = await conversation(
            twitch_of(server), is_question, lambda came: came[-1:] != [] and came[-1].text == "end", "Indeed, it is so!"
        )
    (body,) = server.written
    assert body == {
        "broadcaster_id": OWNER,
        "sender_id": MINE,
        "message": "Indeed, it is so!",
        "reply_parent_message_id": "q1",
    }
    texts = [one.text for one in came]
    assert texts[0] == "question"
    assert "@Mia Indeed, it is so!" not in texts
    if echo == "after":
        assert texts == ["question", "Indeed, it is so!", "end"], "somebody else may say it, too"
        assert replies == {"sent": 1, "left_out": 0, "failure": ""}


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ((401, "Invalid OAuth token"), "the token is not good any more"),
        ((403, "The sender is not permitted"), "not permitted"),
        ((429, "slow down"), "slow down"),
        ((500, "broken"), "refuses (500)"),
        ((400, "bad"), "refuses (400)"),
        ("msg_duplicate", "Twitch drops the message: msg_duplicate"),
        ("scope", "has not the scope user:write:chat"),
        ("rubbish", "gives no reason"),
    ],
)
async def test_twitchs_refusals_are_told_without_the_token(
    fault: Any, told: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TWITCH_TOKEN", TOKEN)
    caplog.set_level(logging.DEBUG)
    server = FakeTwitch(asking(), scopes=("user:read:chat",) if fault == "scope" else WRITES)
    server.write_fault = fault
    async with server.run():
        source = twitch_of(server)
        group = ChatGroup([source], lambda _: None)
        task = asyncio.create_task(group.run())
        group.replies.reply(Reply("Fine.", message(source="twitch", number="q"), BY))
        try:
            async with asyncio.timeout(10):
                while not group.statuses(0.0, writes=True)[0]["replies"]["failure"]:
                    await asyncio.sleep(0.005)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    line = group.statuses(0.0, writes=True)[0]
    assert told in line["replies"]["failure"]
    assert TOKEN not in str(line) + caplog.text


def test_twitch_without_a_token_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWITCH_TOKEN", raising=False)
    source = TwitchChat(Spec("twitch", "stars"), ChatContext(SourceSettings()))
    assert source.replier().lacks == "it needs a user's token with the scope user:write:chat in TWITCH_TOKEN"


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


class WrittenOneComme:
    """Two frames with a comment each, and the interface that shows others, which come back."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.written: list[dict[str, Any]] = []
        self.app = web.Application()
        self.app.add_routes([web.get("/sub", self.sub), web.post("/api/comments", self.insert)])

    async def sub(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for number, words in (("c1", "first"), ("c2", "question")):
            data = {"id": number, "userId": number, "name": "Mia", "comment": words}
            await self.show(socket, "frame-2", data)
        async with asyncio.timeout(5):
            while not self.written:
                await asyncio.sleep(0.002)
        for data in (self.written[0]["comment"], {"id": "c3", "userId": "c3", "name": "Mia", "comment": "end"}):
            await self.show(socket, "frame-2", data)
        async for _ in socket:
            pass
        return socket

    @staticmethod
    async def show(socket: web.WebSocketResponse, frame: str, data: dict[str, Any]) -> None:
        comment = {"id": frame, "service": "niconama", "name": "frame", "data": data}
        await socket.send_json({"type": "comments", "data": {"comments": [comment]}})

    async def insert(self, request: web.Request) -> web.Response:
        self.written.append(await request.json())
        return web.json_response({}, status=self.status)


@pytest.mark.parametrize("status", [200, 500])
async def test_onecomme_shows_the_answer_in_the_frame_of_its_comment(status: int) -> None:
    fake = WrittenOneComme(status)
    async with serving(fake.app) as address:
        settings = SourceSettings(addresses={"onecomme": f"{address.replace('http', 'ws')}/sub?p=comments"})
        came, replies = await conversation(
            OneCommeChat(Spec("onecomme"), ChatContext(settings)),
            is_question,
            lambda came: any(one.text == "end" for one in came),
            "Fine & <3!",
        )
    assert [one.text for one in came] == ["first", "question", "end"]
    (body,) = fake.written
    assert body["service"] == {"id": "frame-2"}
    assert (body["comment"]["comment"], body["comment"]["name"]) == ("@Mia Fine &amp; &lt;3!", BY)
    assert replies["sent"] == (status == 200)


class WrittenSocialStream:
    def __init__(self, said: str, status: int = 200) -> None:
        self.said, self.status = said, status
        self.written: list[dict[str, Any]] = []
        self.app = web.Application()
        self.app.add_routes([web.get("/", self.root), web.post("/my-session", self.act)])

    async def root(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive_json()
        await socket.send_json({"chatname": "Mia", "chatmessage": "question", "type": "kick", "id": 1})
        async with asyncio.timeout(5):
            while not self.written:
                await asyncio.sleep(0.002)
        for site in ("kick", "twitch"):
            await socket.send_json({"chatname": "me", "chatmessage": self.written[0]["value"], "type": site})
        await socket.send_json({"chatname": "Mia", "chatmessage": "end", "type": "kick", "id": 2})
        async for _ in socket:
            pass
        return socket

    async def act(self, request: web.Request) -> web.Response:
        self.written.append(await request.json())
        return web.Response(text=self.said, status=self.status)


@pytest.mark.parametrize(
    ("said", "status", "failure"),
    [
        ("true", 200, ""),
        ("failed", 200, "no extension listens"),
        ("timeout", 200, "does not answer"),
        ("", 500, "status 500"),
    ],
)
async def test_social_stream_writes_into_all_its_chats_and_no_copy_comes_back(
    said: str, status: int, failure: str
) -> None:
    fake = WrittenSocialStream(said, status)
    async with serving(fake.app) as address:
        settings = SourceSettings(addresses={"socialstream": address.replace("http", "ws")})
        came, replies = await conversation(
            SocialStreamChat(Spec("socialstream", "my-session"), ChatContext(settings)),
            is_question,
            lambda came: any(one.text == "end" for one in came),
            "Quite so.",
        )
    assert fake.written == [{"action": "sendChat", "value": "@Mia Quite so."}]
    assert [one.text for one in came] == ["question", "end"]
    assert failure in replies["failure"]
    assert bool(replies["failure"]) == bool(failure)
    assert "my-session" not in str(replies)
