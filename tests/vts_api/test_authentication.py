"""How plug-ins come in, and how they are shown out again."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.vts_api.rig import DEVELOPER, NAME, Plugin, Rig
from tests.waiting import eventually

WHO = {"pluginName": NAME, "pluginDeveloper": DEVELOPER}
Enter = Callable[..., Awaitable[Plugin]]


async def test_anybody_may_ask_for_the_state_and_nobody_for_more(connect: Enter) -> None:
    stranger = await connect()
    state = await stranger.ask("APIStateRequest")
    assert state["data"] == {"active": True, "vTubeStudioVersion": "1.32.0", "currentSessionAuthenticated": False}
    assert (state["requestID"], state["apiName"], state["apiVersion"]) == ("one", "VTubeStudioPublicAPI", "1.0")
    assert state["timestamp"] > 1_600_000_000_000
    for kind in ("Statistics", "InjectParameterData", "HotkeyTrigger", "ItemLoad", "ArtMeshList"):
        assert await stranger.error(kind) == 8


async def test_the_user_lets_a_plugin_in_and_its_token_is_good_for_the_next_session(
    rig: Rig, connect: Enter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    first = await connect("https://plug.example")
    asked = asyncio.create_task(first.data("AuthenticationToken", WHO))
    assert await asyncio.to_thread(eventually, lambda: rig.service.questions() != [])
    assert rig.service.questions()[0] == {
        "number": 1,
        "name": NAME,
        "developer": DEVELOPER,
        "origin": "https://plug.example",
    }
    rig.service.answer(1, True)
    token = (await asked)["authenticationToken"]
    assert len(token) == 64 and token.isascii()

    second = await connect()
    said = await second.data("Authentication", {**WHO, "authenticationToken": token})
    assert said["authenticated"] is True
    assert (await second.data("Statistics"))["allowedPlugins"] == 1
    assert await first.error("Statistics") == 8
    for place in (rig.file.read_text(), json.dumps(rig.service.status()), caplog.text):
        assert token not in place


async def test_a_plugin_that_is_refused_hears_it_and_cannot_nag(rig: Rig, connect: Enter) -> None:
    plugin = await connect()
    asked = asyncio.create_task(plugin.error("AuthenticationToken", WHO))
    await asyncio.to_thread(rig.allow, False)
    assert await asked == 50
    assert await plugin.error("AuthenticationToken", WHO) == 51
    assert rig.service.questions() == []


async def test_one_question_at_a_time_and_none_of_who_has_left(rig: Rig, connect: Enter) -> None:
    plugin, other = await connect(), await connect()
    asked = asyncio.create_task(plugin.ask("AuthenticationTokenRequest", WHO))
    assert await asyncio.to_thread(eventually, lambda: len(rig.service.questions()) == 1)
    assert await other.error("AuthenticationToken", WHO) == 51
    asked.cancel()
    await plugin.socket.close()
    assert await asyncio.to_thread(eventually, lambda: rig.service.questions() == [])


async def test_a_question_is_refused_when_nobody_answers(rig: Rig, connect: Enter) -> None:
    plugin = await connect()
    asked = asyncio.create_task(plugin.error("AuthenticationToken", WHO))
    assert await asyncio.to_thread(eventually, lambda: rig.service.questions() != [])
    rig.clock.advance(301)
    assert rig.service.questions() == []
    assert await asked == 50


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ({"pluginName": "ab", "pluginDeveloper": DEVELOPER}, 52),
        ({"pluginName": "a" * 33, "pluginDeveloper": DEVELOPER}, 52),
        ({"pluginName": "a\nb c", "pluginDeveloper": DEVELOPER}, 52),
        ({"pluginName": NAME}, 53),
        ({**WHO, "pluginIcon": "no picture"}, 54),
        ({**WHO, "pluginIcon": "bm8gcGljdHVyZQ=="}, 54),
    ],
)
async def test_what_is_no_name_and_no_icon_is_refused_unasked(
    data: dict[str, str], number: int, rig: Rig, connect: Enter
) -> None:
    assert await (await connect()).error("AuthenticationToken", data) == number
    assert rig.service.questions() == []


async def test_a_wrong_token_is_no_error_and_lets_nobody_in(connect: Enter, plugin: Plugin) -> None:
    stranger = await connect()
    for data in ({**WHO, "authenticationToken": "0" * 64}, {**WHO, "pluginName": "Else", "authenticationToken": "x"}):
        assert (await stranger.data("Authentication", data))["authenticated"] is False
    assert await stranger.error("Authentication", WHO) == 100
    assert await stranger.error("Authentication", {"authenticationToken": "x", "pluginDeveloper": "y"}) == 101
    assert await stranger.error("Authentication", {"authenticationToken": "x", "pluginName": "y"}) == 102
    assert await stranger.error("Statistics") == 8


async def test_access_that_is_taken_away_ends_in_the_middle_of_a_session(rig: Rig, plugin: Plugin) -> None:
    await plugin.data("ParameterCreation", {"parameterName": "Heart", "min": 0, "max": 1, "defaultValue": 0})
    await plugin.inject(FaceAngleX=30)
    (known,) = rig.service.status()["plugins"]
    assert known["name"] == NAME and known["connected"] is True
    assert rig.service.revoke(known["key"])
    assert await plugin.error("Statistics") == 50
    assert await asyncio.to_thread(eventually, lambda: rig.shows("head_y", 2.0) == 0.0)
    assert await plugin.error("Statistics") == 50
    assert rig.service.status()["plugins"] == []
    assert "Heart" not in rig.file.read_text()
    assert not rig.service.revoke(known["key"])


async def test_the_file_of_another_day_is_read_and_a_broken_one_costs_a_line(
    rig: Rig, plugin: Plugin, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await plugin.data("ParameterCreation", {"parameterName": "Heart", "min": 0, "max": 1, "defaultValue": 0.5})
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "plugins.json").write_text(rig.file.read_text())
    again = Rig(tmp_path / "next")
    assert [one["name"] for one in again.service.status()["plugins"]] == [NAME]
    again.service.close()
    for broken in ("{", "[]", '{"plugins": [{"name": 1}]}', '{"plugins": [[]]}'):
        (tmp_path / "next" / "plugins.json").write_text(broken)
        other = Rig(tmp_path / "next")
        assert other.service.status()["plugins"] == []
        other.service.close()
        assert "have to ask again" in caplog.text


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("{", 2),
        ("[]", 2),
        ("[" * 20_000, 2),
        ('{"apiName": "else"}', 3),
        ('{"apiName": "VTubeStudioPublicAPI", "apiVersion": "2.0"}', 4),
        ('{"requestID": "%s"}' % ("x" * 65), 5),
        ('{"requestID": 5}', 5),
        ('{"requestID": "é"}', 5),
        ('{"apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0"}', 6),
        ('{"apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0", "messageType": "DanceRequest"}', 7),
    ],
)
async def test_what_is_no_request_gets_its_number(message: str, number: int, connect: Enter) -> None:
    plugin = await connect()
    await plugin.socket.send_str(message)
    assert (await plugin.hear())["data"]["errorID"] == number
    await plugin.socket.send_bytes(message.encode())
    assert (await plugin.hear())["data"]["errorID"] == number


async def test_a_message_without_bounds_ends_its_own_connection_only(connect: Enter) -> None:
    plugin, other = await connect(), await connect()
    await plugin.socket.send_str("x" * 600_000)
    assert (await plugin.socket.receive(timeout=10)).type.name in ("CLOSE", "CLOSING", "CLOSED")
    assert (await other.data("APIState"))["active"] is True
