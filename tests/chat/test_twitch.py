from __future__ import annotations

import asyncio

import pytest

from tests.chat.irc_server import IrcServer, Session
from tests.chat.listening import Ear
from tests.waiting import break_off
from vtube.chat import twitch as twitch_module
from vtube.chat.base import ChatContext
from vtube.chat.message import Kind, Removal, Role
from vtube.chat.registry import create_chats
from vtube.chat.twitch import TwitchChat, channel_of
from vtube.errors import SettingsError
from vtube.settings import SourceSettings
from vtube.spec import Spec


def ear(server: IrcServer) -> Ear:
    context = ChatContext(SourceSettings(addresses={"twitch": server.address}))
    return Ear(TwitchChat(Spec("twitch", "Stars"), context))


async def forever(_: Session) -> None:
    await asyncio.sleep(30)


async def test_it_joins_without_an_account_and_reads_messages_with_their_tags() -> None:
    async def chat(session: Session) -> None:
        await session.send(
            r"@badges=moderator/1,subscriber/12;bits=100;display-name=Mi\sa\:\\;emotes=25:0-4;first-msg=1;id=a-1;mod=1;"
            "room-id=1;tmi-sent-ts=1764000000000;user-id=2;reply-parent-msg-id=p-1;new-tag "
            ":mia!mia@mia.tmi.twitch.tv PRIVMSG #stars :Kappa hi: there 日本"
        )
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: heard.texts)
        assert server.sessions[0].lines[0] == "CAP REQ :twitch.tv/tags twitch.tv/commands"
        assert server.sessions[0].lines[2].startswith("NICK justinfan")
        assert server.sessions[0].lines[3] == "JOIN #stars"
    message = heard.messages[0]
    assert (message.id, message.user, message.user_id) == ("a-1", "Mi a;\\", "2")
    assert (message.text, message.reply_to, message.time) == ("Kappa hi: there 日本", "p-1", 1_764_000_000)
    assert (message.kind, message.amount, message.currency) == (Kind.PAID, 100.0, "bits")
    assert message.roles == {Role.MODERATOR, Role.MEMBER, Role.FIRST_TIME}
    assert heard.status()["state"] == "live"
    assert heard.status()["detail"] == "#stars"


async def test_lines_may_come_in_any_pieces() -> None:
    async def chat(session: Session) -> None:
        line = "@id=1 :mia!mia@mia PRIVMSG #stars :ねこ one\r\n@id=2 :mia!mia@mia PRIVMSG #stars :two\r\n".encode()
        for start in range(0, len(line), 7):
            await session.raw(line[start : start + 7])
            await asyncio.sleep(0.001)
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: len(heard.texts) == 2)
    assert heard.texts == ["ねこ one", "two"]


async def test_several_lines_may_come_at_once_and_half_a_line_waits_for_its_rest() -> None:
    async def chat(session: Session) -> None:
        lines = [f"@id={number} :mia!mia@mia PRIVMSG #stars :line {number}\r\n" for number in range(4)]
        await session.raw("".join(lines)[:-9].encode())
        await asyncio.sleep(0.02)
        await session.raw("".join(lines)[-9:].encode())
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: len(heard.texts) == 4)
    assert heard.texts == [f"line {number}" for number in range(4)]


@pytest.mark.parametrize("text", ["Login authentication failed", "Improperly formatted auth"])
async def test_a_refused_login_is_tried_again_later(text: str) -> None:
    async def refuse(session: Session) -> None:
        await session.send(f":tmi.twitch.tv NOTICE * :{text}")
        await forever(session)

    async def chat(session: Session) -> None:
        await session.say("in")
        await forever(session)

    async with IrcServer(refuse, chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: heard.texts)
    assert 0.75 <= heard.waits[0] <= 1.25


async def test_a_server_without_encryption_is_not_spoken_to_where_there_has_to_be_some() -> None:
    async with IrcServer(forever).run() as server:
        address = server.address.replace("irc:", "ircs:")
        heard = Ear(TwitchChat(Spec("twitch", "stars"), ChatContext(SourceSettings(addresses={"twitch": address}))))
        await heard.hear(lambda: heard.waits)
        assert not any("NICK" in line for session in server.sessions for line in session.lines)
    assert heard.status()["reason"]
    assert heard.status()["state"] == "connecting"


async def test_a_ping_is_answered_at_once() -> None:
    answered = asyncio.Event()

    async def chat(session: Session) -> None:
        await session.send("PING :tmi.twitch.tv")
        assert await session.receive() == "PONG :tmi.twitch.tv"
        answered.set()
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(answered.is_set)


async def test_a_silent_server_is_asked_and_then_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twitch_module, "SILENCE_S", 0.05)
    monkeypatch.setattr(twitch_module, "ANSWER_S", 0.05)

    async def alive(session: Session) -> None:
        await session.say("again")
        await forever(session)

    async with IrcServer(forever, alive).run() as server:
        heard = ear(server)
        await heard.hear(lambda: heard.texts)
        assert len(server.sessions) == 2
    assert heard.texts == ["again"]


async def test_it_connects_anew_when_asked_and_after_an_abrupt_end() -> None:
    async def reconnect(session: Session) -> None:
        await session.say("one", "1")
        await session.send(":tmi.twitch.tv RECONNECT")
        await forever(session)

    async def abrupt(session: Session) -> None:
        await session.say("two", "2")
        await session.raw(b"@id=3 :mia!mia@mia PRIVM")
        await break_off(session.writer.transport)

    async def steady(session: Session) -> None:
        await session.say("three", "3")
        await forever(session)

    async with IrcServer(reconnect, abrupt, steady).run() as server:
        heard = ear(server)
        await heard.hear(lambda: len(heard.texts) == 3)
    assert heard.texts == ["one", "two", "three"]
    assert heard.waits[0] == 0.0
    assert 0.75 <= heard.waits[1] <= 1.25


async def test_what_moderators_take_back_is_told() -> None:
    async def chat(session: Session) -> None:
        await session.send("@target-msg-id=m-1 :tmi.twitch.tv CLEARMSG #stars :bad")
        await session.send("@target-user-id=u-1;ban-duration=60 :tmi.twitch.tv CLEARCHAT #stars :mia")
        await session.send(":tmi.twitch.tv CLEARCHAT #stars")
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: len(heard.arrived) == 3)
    assert heard.arrived == [
        Removal("twitch", message_id="m-1"),
        Removal("twitch", user_id="u-1"),
        Removal("twitch"),
    ]


async def test_notices_of_subscriptions_and_raids_are_messages() -> None:
    async def chat(session: Session) -> None:
        who = "display-name=Ann;login=ann;user-id=7"
        await session.send(
            rf"@id=1;msg-id=resub;{who};system-msg=Ann\ssubscribed! :tmi.twitch.tv USERNOTICE #stars :hi!"
        )
        await session.send(rf"@id=2;msg-id=raid;{who};system-msg=12\sraiders :tmi.twitch.tv USERNOTICE #stars")
        await session.send(rf"@id=3;msg-id=unraid;{who} :tmi.twitch.tv USERNOTICE #stars")
        await session.send("@id=4;custom-reward-id=r;user-id=7 :ann!ann@ann PRIVMSG #stars :wave")
        await session.send("@id=5;room-id=1;source-room-id=2;user-id=7 :ann!ann@ann PRIVMSG #stars :elsewhere")
        await session.send("@id=6;user-id=7 :ann!ann@ann PRIVMSG #stars :\x01ACTION dances\x01")
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: len(heard.arrived) == 4)
    assert [(one.kind, one.text) for one in heard.messages] == [
        (Kind.MEMBER, "hi!"),
        (Kind.RAID, "12 raiders"),
        (Kind.REDEEM, "wave"),
        (Kind.TEXT, "dances"),
    ]


async def test_rubbish_ends_nothing() -> None:
    async def chat(session: Session) -> None:
        await session.raw(b"\xff\xfe\x00rubbish\r\n@@@;;==\r\n\r\n:\r\n" + b"x" * 70_000 + b"\r\n")
        await session.send("@emotes=::;badges=,,/;tmi-sent-ts=x;bits=abc;id=1 :mia!mia@mia PRIVMSG #stars :still here")
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: heard.texts)
    assert heard.texts == ["still here"]
    assert heard.status()["damaged"] >= 1


async def test_a_suspended_channel_is_given_up() -> None:
    async def chat(session: Session) -> None:
        await session.send(
            "@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #stars :This channel has been suspended."
        )
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: heard.status()["state"] == "failed")
    assert "suspended" in heard.status()["reason"]


async def test_waits_grow_while_nobody_answers() -> None:
    heard = Ear(
        TwitchChat(Spec("twitch", "stars"), ChatContext(SourceSettings(addresses={"twitch": "irc://127.0.0.1:9"})))
    )
    await heard.hear(lambda: len(heard.waits) >= 8)
    for wait, expected in zip(heard.waits, (1, 2, 4, 8, 16, 32, 60, 60), strict=False):
        assert 0.75 * expected <= wait <= 1.25 * expected
    assert heard.status()["state"] == "connecting"
    assert heard.status()["reason"]


async def test_a_flood_of_messages_is_read() -> None:
    async def chat(session: Session) -> None:
        for number in range(500):
            await session.say(f"message {number}", str(number))
        await forever(session)

    async with IrcServer(chat).run() as server:
        heard = ear(server)
        await heard.hear(lambda: len(heard.texts) == 500)
    assert heard.texts[-1] == "message 499"


@pytest.mark.parametrize(
    ("written", "channel"),
    [("Stars", "stars"), ("#stars", "stars"), ("https://www.twitch.tv/Stars/", "stars"), ("@a_b", "a_b")],
)
def test_a_channel_is_named_in_many_ways(written: str, channel: str) -> None:
    assert channel_of(written) == channel


@pytest.mark.parametrize("written", ["", "two words", "ünïcode", "a" * 26])
def test_what_is_no_channel_is_refused(written: str) -> None:
    with pytest.raises(SettingsError, match="name of a channel"):
        channel_of(written)


def test_the_program_makes_sources_by_their_specs() -> None:
    assert [one.name for one in create_chats(["twitch:stars", "none", "stdin"], SourceSettings())] == [
        "twitch",
        "stdin",
    ]
    with pytest.raises(SettingsError, match="did you mean 'twitch'"):
        create_chats(["twich:stars"], SourceSettings())
