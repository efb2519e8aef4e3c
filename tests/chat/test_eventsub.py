from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from tests.chat.eventsub_server import ALL_SCOPES, MINE, OWNER, TOKEN, FakeTwitch, Wire, said
from tests.chat.irc_server import IrcServer, Session
from tests.chat.listening import Ear
from vtube.chat import eventsub
from vtube.chat.base import ChatContext
from vtube.chat.eventsub_messages import arrival_of
from vtube.chat.message import ChatMessage, Kind, Removal, Role
from vtube.chat.twitch import TwitchChat
from vtube.settings import SourceSettings
from vtube.spec import Spec


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWITCH_TOKEN", TOKEN)


def ear(server: FakeTwitch, irc: IrcServer | None = None, channel: str = "Stars") -> Ear:
    addresses = {"eventsub": server.address} | ({"twitch": irc.address} if irc else {"twitch": "irc://127.0.0.1:9"})
    return Ear(TwitchChat(Spec("twitch", channel), ChatContext(SourceSettings(addresses=addresses))))


def script(*steps: Callable[[Wire], Any]) -> Callable[[Wire], Any]:
    """Welcome, wait to be asked, do the steps, and stay."""

    async def run(wire: Wire) -> None:
        await wire.welcome()
        await wire.subscribed()
        for step in steps:
            await step(wire)
        await wire.stay()

    return run


async def heard_from(server: FakeTwitch, until: Callable[[Ear], object], irc: IrcServer | None = None) -> Ear:
    async with server.run():
        heard = ear(server, irc)
        await heard.hear(lambda: until(heard))
    return heard


async def test_a_token_is_looked_at_the_chat_subscribed_and_read() -> None:
    server = FakeTwitch(script(lambda wire: wire.say("hello")))
    heard = await heard_from(server, lambda ear: ear.texts)
    assert heard.texts == ["hello"]
    assert (heard.status()["state"], heard.status()["detail"]) == ("live", "#stars, by the token of stars")
    assert server.queries == ["keepalive_timeout_seconds=30"]
    assert sorted(server.kinds) == [
        "channel.chat.clear",
        "channel.chat.clear_user_messages",
        "channel.chat.message",
        "channel.chat.message_delete",
        "channel.chat.notification",
    ]
    first = server.subscriptions[0]
    assert first["condition"] == {"broadcaster_user_id": OWNER, "user_id": MINE}
    assert first["transport"] == {"method": "websocket", "session_id": "s1"}
    assert all("Client-Id" in one for one in server.headers)


async def test_messages_come_with_roles_bits_replies_and_mentions() -> None:
    events = [
        said("one", "1", badges=[{"set_id": "moderator", "id": "1"}, {"set_id": "subscriber", "id": "12"}, 5]),
        said("Cheer100 two", "2", cheer={"bits": 100}),
        said("three", "3", reply={"parent_message_id": "p", "parent_user_id": OWNER}),
        said("four", "4", message_type="user_intro"),
        said("five", "5", source_broadcaster_user_id="99"),
        said("six", "6", channel_points_custom_reward_id="r-1"),
        said("seven", "7", source_broadcaster_user_id=OWNER),
        {**said("", "8"), "message": {"text": "@Stars eight", "fragments": [{"mention": {"user_id": OWNER}}, 3]}},
    ]

    async def all_of_them(wire: Wire) -> None:
        for event in events:
            await wire.notify(event)

    heard = await heard_from(FakeTwitch(script(all_of_them)), lambda ear: len(ear.texts) == 7)
    by_id = {one.id: one for one in heard.messages}
    assert by_id["1"].roles == {Role.MODERATOR, Role.MEMBER}
    assert (by_id["1"].user, by_id["1"].viewer, by_id["1"].time) == ("Mia", "twitch:7", 1_795_608_000)
    assert (by_id["2"].kind, by_id["2"].amount, by_id["2"].currency) == (Kind.PAID, 100.0, "bits")
    assert (by_id["3"].reply_to, by_id["3"].mentions, by_id["1"].mentions) == ("p", True, False)
    assert by_id["4"].roles == {Role.FIRST_TIME}
    assert "5" not in by_id
    assert by_id["6"].kind is Kind.REDEEM
    assert by_id["8"].mentions


async def test_subscriptions_gifts_raids_and_donations_are_messages() -> None:
    who = {"chatter_user_id": "8", "chatter_user_name": "Ann", "message": {"text": ""}, "badges": []}
    notices: list[dict[str, Any]] = [
        {"notice_type": "sub", "system_message": "Ann subscribed."},
        {"notice_type": "resub", "message": {"text": "12 months!"}, "system_message": "x"},
        {"notice_type": "community_sub_gift", "system_message": "Ann gifts 2.", "community_sub_gift": {"total": 2}},
        {"notice_type": "sub_gift", "system_message": "x", "sub_gift": {"community_gift_id": "g"}},
        {"notice_type": "sub_gift", "system_message": "To Ken.", "sub_gift": {"community_gift_id": None}},
        {"notice_type": "raid", "system_message": "12 raiders", "raid": {"viewer_count": 12}},
        {"notice_type": "unraid", "system_message": "x"},
        {
            "notice_type": "charity_donation",
            "system_message": "gave",
            "charity_donation": {"amount": {"value": 550, "decimal_place": 2, "currency": "USD"}},
        },
        {"notice_type": "shared_chat_sub", "system_message": "x", "source_broadcaster_user_id": "99"},
        {"notice_type": "sub_gift", "system_message": "Somebody.", "chatter_is_anonymous": True},
    ]

    async def all_of_them(wire: Wire) -> None:
        for place, notice in enumerate(notices):
            await wire.notify({**who, "message_id": f"n{place}", **notice}, "channel.chat.notification")

    heard = await heard_from(FakeTwitch(script(all_of_them)), lambda ear: len(ear.texts) == 7)
    assert [(one.kind, one.text) for one in heard.messages] == [
        (Kind.MEMBER, "Ann subscribed."),
        (Kind.MEMBER, "12 months!"),
        (Kind.GIFT, "Ann gifts 2."),
        (Kind.GIFT, "To Ken."),
        (Kind.RAID, "12 raiders"),
        (Kind.PAID, "gave"),
        (Kind.GIFT, "Somebody."),
    ]
    assert (heard.messages[5].amount, heard.messages[5].currency) == (5.5, "USD")
    assert heard.messages[6].viewer == ""


async def test_redeems_come_once_where_the_token_may_see_them() -> None:
    async def redeem(wire: Wire) -> None:
        await wire.say("wave please", channel_points_custom_reward_id="r-1")
        event = {
            "id": "x",
            "user_id": "7",
            "user_name": "Mia",
            "user_input": " wave please ",
            "reward": {"title": "Greet"},
            "redeemed_at": "2026-11-25T12:00:01Z",
        }
        await wire.notify(event, eventsub.REDEEMS)
        await wire.notify({**event, "id": "y", "user_input": ""}, eventsub.REDEEMS)
        await wire.notify({"user_id": "9", "user_name": "Ken"}, "channel.follow")

    server = FakeTwitch(script(redeem), scopes=ALL_SCOPES)
    heard = await heard_from(server, lambda ear: len(ear.arrived) == 3)
    assert [(one.kind, one.text, one.user) for one in heard.messages] == [
        (Kind.REDEEM, "Greet: wave please", "Mia"),
        (Kind.REDEEM, "Greet", "Mia"),
        (Kind.FOLLOW, "", "Ken"),
    ]
    follow = next(one for one in server.subscriptions if one["type"] == "channel.follow")
    assert (follow["version"], follow["condition"]["moderator_user_id"]) == ("2", MINE)


async def test_what_a_token_may_not_see_is_told_and_the_rest_is_read() -> None:
    server = FakeTwitch(script(lambda wire: wire.say("hi", channel_points_custom_reward_id="r")), scopes=ALL_SCOPES)
    server.refusals = {eventsub.REDEEMS: (403, "not an affiliate"), "channel.chat.clear": (400, "no")}
    heard = await heard_from(server, lambda ear: ear.texts)
    assert sorted(heard.status()["without"]) == [eventsub.REDEEMS, "channel.chat.clear"]
    assert heard.messages[0].kind is Kind.REDEEM
    assert eventsub.REDEEMS not in FakeTwitch(script(), scopes=ALL_SCOPES, user="99").kinds


async def test_what_moderators_take_back_is_told() -> None:
    async def take_back(wire: Wire) -> None:
        await wire.notify({"message_id": "m"}, "channel.chat.message_delete")
        await wire.notify({"target_user_id": "8"}, "channel.chat.clear_user_messages")
        await wire.notify({}, "channel.chat.clear")

    heard = await heard_from(FakeTwitch(script(take_back)), lambda ear: len(ear.arrived) == 3)
    assert heard.arrived == [Removal("twitch", message_id="m"), Removal("twitch", user_id="8"), Removal("twitch")]


async def test_a_keepalive_that_stops_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventsub, "GRACE_S", 0.05)

    async def beat(wire: Wire) -> None:
        for _ in range(6):
            await wire.keepalive()
            await asyncio.sleep(0.03)

    server = FakeTwitch(script(beat), script(lambda wire: wire.say("again")))
    server.keepalive = 0.05
    heard = await heard_from(server, lambda ear: ear.texts)
    assert server.connections == 2
    assert 0.75 <= heard.waits[0] <= 1.25


async def test_a_move_to_another_server_loses_nothing_and_says_nothing_twice() -> None:
    moved = asyncio.Event()

    async def first(wire: Wire) -> None:
        await wire.welcome()
        await wire.subscribed()
        await wire.say("one", "1")
        await wire.reconnect()
        await moved.wait()
        await wire.say("two", "2")
        await wire.stay()

    async def second(wire: Wire) -> None:
        moved.set()
        await asyncio.sleep(0.05)
        await wire.welcome()
        await wire.say("two", "2")
        await wire.say("three", "3")
        await wire.stay()

    server = FakeTwitch(first, second)
    heard = await heard_from(server, lambda ear: "three" in ear.texts)
    assert heard.texts == ["one", "two", "three"]
    assert server.queries[1] == "moved=1"
    assert len(server.subscriptions) == 5, "they move along"
    assert heard.waits == []


async def test_a_move_to_a_server_that_is_none_is_got_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventsub, "WELCOME_S", 0.05)

    async def silent(wire: Wire) -> None:
        await wire.stay()

    server = FakeTwitch(script(Wire.reconnect), silent, script(lambda wire: wire.say("back")))
    heard = await heard_from(server, lambda ear: ear.texts)
    assert heard.texts == ["back"]
    assert server.connections == 3


@pytest.mark.parametrize("code", [4000, 4002, 4003, 4004, 4005, 4006, 4007, 1006])
async def test_a_closed_connection_is_made_anew(code: int) -> None:
    async def close(wire: Wire) -> None:
        if code == 1006:
            await wire.break_off()
        else:
            await wire.socket.close(code=code)

    server = FakeTwitch(script(close), script(lambda wire: wire.say("back")))
    heard = await heard_from(server, lambda ear: ear.texts)
    assert heard.texts == ["back"]
    assert len(heard.waits) == 1


async def test_notifications_that_come_twice_count_once() -> None:
    async def twice(wire: Wire) -> None:
        for number in ("a", "a", "b", "a"):
            await wire.notify(said(f"text {number}", f"id-{number}"), number=number)

    heard = await heard_from(FakeTwitch(script(twice)), lambda ear: "text b" in ear.texts)
    assert heard.texts == ["text a", "text b"]


async def joined(session: Session) -> None:
    await session.say("from irc")
    await asyncio.sleep(30)


@pytest.mark.parametrize("fault", ["invalid", "scope", "revoked", "expired"])
async def test_without_a_good_token_the_chat_is_read_without_an_account(
    fault: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)

    async def revoke(wire: Wire) -> None:
        subscription = {"type": "channel.chat.message", "status": "authorization_revoked"}
        await wire.send("revocation", {"subscription": subscription})

    async def expire(wire: Wire) -> None:
        monkeypatch.setattr(eventsub, "VALID_S", 0.0)
        wire.server.valid = False
        await wire.keepalive()

    server = FakeTwitch(script({"revoked": revoke, "expired": expire}.get(fault, lambda wire: wire.keepalive())))
    server.valid = fault != "invalid"
    if fault == "scope":
        server.refusals = {"channel.chat.message": (403, f"subscription missing proper authorization {TOKEN}")}
    async with IrcServer(joined).run() as irc:
        heard = await heard_from(server, lambda ear: ear.texts, irc)
    assert heard.texts == ["from irc"]
    assert heard.status()["state"] == "live"
    assert heard.status()["token"]
    assert TOKEN not in str(heard.status())
    assert TOKEN not in caplog.text
    assert "without an account" in caplog.text


async def test_a_redeem_that_is_revoked_costs_the_redeems_only() -> None:
    async def revoke(wire: Wire) -> None:
        await wire.send("revocation", {"subscription": {"type": eventsub.REDEEMS, "status": "user_removed"}})
        await wire.say("wave", channel_points_custom_reward_id="r")

    heard = await heard_from(FakeTwitch(script(revoke), scopes=ALL_SCOPES), lambda ear: ear.texts)
    assert heard.messages[0].kind is Kind.REDEEM
    assert heard.status()["without"] == [eventsub.REDEEMS]


@pytest.mark.parametrize("refusal", [(429, "slow down"), (500, "broken"), (503, "")])
async def test_a_fault_of_helix_is_got_over(refusal: tuple[int, str]) -> None:
    server = FakeTwitch(script(lambda wire: wire.say("hi")))
    server.refusals = {"users": refusal}

    def once_refused(ear: Ear) -> bool:
        if ear.waits:
            server.refusals = {}
        return bool(ear.texts)

    heard = await heard_from(server, once_refused)
    assert heard.texts == ["hi"]


async def test_rubbish_ends_nothing() -> None:
    async def rubbish(wire: Wire) -> None:
        await wire.socket.send_str("no json")
        await wire.socket.send_str("[1, 2]")
        await wire.socket.send_json({"metadata": None, "payload": 3})
        await wire.send("notification", {})
        await wire.notify({"message": None})
        await wire.notify(said("x", "x", cheer={"bits": "many"}))
        await wire.notify({"a": 1}, "channel.unheard_of")
        await wire.send("brand_new", {})
        await wire.say("still here")

    heard = await heard_from(FakeTwitch(script(rubbish)), lambda ear: ear.texts)
    assert heard.texts == ["still here"]
    assert heard.status()["damaged"] == 7
    assert heard.status()["connections"] == 1


async def test_a_flood_is_read_and_nothing_is_sent() -> None:
    async def flood(wire: Wire) -> None:
        for number in range(500):
            await wire.say(f"m{number}", str(number))

    heard = await heard_from(FakeTwitch(script(flood)), lambda ear: len(ear.texts) == 500)
    assert heard.status()["connections"] == 1


async def test_a_channel_that_does_not_exist_is_asked_for_again() -> None:
    server = FakeTwitch(script())
    async with server.run():
        heard = ear(server, channel="nobody")
        await heard.hear(lambda: len(heard.waits) >= 2)
    assert "no channel nobody" in heard.status()["reason"]


def test_what_lacks_fields_is_damaged_or_left_out_and_never_more() -> None:
    whole = said("x", "1", badges=[{"set_id": "vip"}], cheer={"bits": 5}, reply={"parent_message_id": "p"})
    values: tuple[Any, ...] = (None, 3, [], {}, "x")
    for key in whole:
        for value in values:
            event = {**whole, key: value}
            try:
                found = arrival_of("channel.chat.message", event, "x", has_redeems=False)
            except (LookupError, TypeError, ValueError, AttributeError):
                continue
            assert found is None or isinstance(found, ChatMessage)


def test_the_token_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWITCH_TOKEN")
    monkeypatch.setenv("MINE", TOKEN)
    assert TwitchChat(Spec("twitch", "stars"), ChatContext(SourceSettings())).by_token is False
    assert TwitchChat(Spec("twitch", "stars"), ChatContext(SourceSettings(twitch_token_variable="MINE"))).by_token
