"""Hotkeys, expressions, models, moving, events: the rest of what plug-ins ask."""

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable

import pytest

from tests.vts_api.rig import Plugin, Rig
from tests.waiting import eventually
from vtube.signals import PLAIN, Colouring
from vtube.vts_api.absent import NOTHING, REFUSED
from vtube.vts_api.events import NEVER
from vtube.vts_api.listening import MOST_TOLD

Enter = Callable[..., Awaitable[Plugin]]


async def test_hotkeys_are_the_expressions_the_gestures_and_the_wardrobe(rig: Rig, plugin: Plugin) -> None:
    listed = await plugin.data("HotkeysInCurrentModel")
    assert listed["modelName"] == "ilta.png"
    found = {one["name"]: one for one in listed["availableHotkeys"]}
    assert {name: one["type"] for name, one in found.items()} == {
        "joy": "ToggleExpression",
        "anger": "ToggleExpression",
        "nod": "TriggerAnimation",
        "bow": "TriggerAnimation",
        "neutral": "RemoveAllExpressions",
        "calibrate": "CalibrateCam",
        "Miko": "ChangeVTSModel",
        "Chat": "MoveModel",
    }
    for wanted in (found["joy"]["hotkeyID"], "NOD", "miko", "chat", "calibrate", "joy", "anger", "neutral"):
        done = await plugin.data("HotkeyTrigger", {"hotkeyID": wanted})
        assert done["hotkeyID"] in {one["hotkeyID"] for one in found.values()}
    assert rig.calls.calls == [
        ("emotion.show", "joy", 1.0),
        ("gesture.act", "nod"),
        ("wardrobe.show", "Miko"),
        ("scenes.show", "Chat", 0.6),
        ("calibrate",),
        ("emotion.show", "neutral", 1.0),
        ("emotion.show", "anger", 1.0),
        ("emotion.show", "neutral", 1.0),
    ]
    assert await plugin.error("HotkeyTrigger", {"hotkeyID": "dance"}) == 202
    assert await plugin.error("HotkeyTrigger", {"hotkeyID": "nod", "itemInstanceID": "cup"}) == 207
    assert await plugin.error("HotkeysInCurrentModel", {"modelID": "0" * 32}) == 152


async def test_expressions_are_switched_on_and_off_by_their_files(rig: Rig, plugin: Plugin) -> None:
    await plugin.data("ExpressionActivation", {"expressionFile": "joy.exp3.json", "active": True})
    assert rig.emotion.current == "joy"
    states = (await plugin.data("ExpressionState", {"details": True}))["expressions"]
    assert {one["name"]: one["active"] for one in states} == {"joy": True, "anger": False}
    assert states[0]["parameters"] == [{"name": "mouth_raised_corner_left", "value": 1.0}]
    await plugin.data("ExpressionActivation", {"expressionFile": "anger.exp3.json", "active": False})
    assert rig.emotion.current == "joy"
    await plugin.data("ExpressionActivation", {"expressionFile": "joy.exp3.json", "active": False})
    assert rig.emotion.current == "neutral"
    (one,) = (await plugin.data("ExpressionState", {"expressionFile": "anger.exp3.json"}))["expressions"]
    assert one["parameters"] == []
    assert await plugin.error("ExpressionActivation", {"expressionFile": "joy", "active": True}) == 650
    assert await plugin.error("ExpressionActivation", {"expressionFile": "dance.exp3.json", "active": True}) == 651
    assert await plugin.error("ExpressionState", {"expressionFile": "joy"}) == 600
    assert await plugin.error("ExpressionState", {"expressionFile": "dance.exp3.json"}) == 601


async def test_the_character_is_moved_by_the_framing(rig: Rig, plugin: Plugin) -> None:
    move = {"timeInSeconds": 0.5, "valuesAreRelativeToModel": False, "positionX": 0.4, "positionY": -0.2, "size": 100}
    await plugin.data("MoveModel", move)
    assert rig.glides == [0.5]
    assert rig.calls.calls == [("settings.change", {"scene": {"x": 0.2, "y": -0.1, "zoom": 8.0}}, False)]
    rig.framing = (2.0, 0.2, -0.1, 0.0)
    place = (await plugin.data("CurrentModel"))["modelPosition"]
    assert (place["positionX"], place["positionY"], place["rotation"]) == (0.4, -0.2, 0)
    assert place["size"] == pytest.approx(100 / 3)
    await plugin.data("MoveModel", {"timeInSeconds": 0, "valuesAreRelativeToModel": True, "size": 100 / 3})
    assert rig.calls.calls[-1][1]["scene"]["zoom"] == pytest.approx(4.0)
    await plugin.data("MoveModel", {"timeInSeconds": 0, "valuesAreRelativeToModel": True, "positionX": 0.1})
    assert rig.calls.calls[-1][1] == {"scene": {"x": pytest.approx(0.25)}}
    rig.framing = (1.0, 0.0, 0.0, 370.0)
    assert (await plugin.data("CurrentModel"))["modelPosition"]["rotation"] == 10
    for relative, sent, kept in ((True, 15.0, 25.0), (False, 15.0, 15.0), (False, 350.0, -10.0), (True, 360.0, 370.0)):
        await plugin.data("MoveModel", {"timeInSeconds": 0, "valuesAreRelativeToModel": relative, "rotation": sent})
        assert rig.calls.calls[-1][1] == {"scene": {"rotation": pytest.approx(kept)}}
    for wrong, number in (
        ({"timeInSeconds": 1}, 301),
        ({**move, "timeInSeconds": 3}, 302),
        ({**move, "positionX": 2000}, 302),
        ({**move, "size": "large"}, 302),
        ({**move, "rotation": 400}, 302),
    ):
        assert await plugin.error("MoveModel", wrong) == number


async def test_models_are_the_wardrobe_and_the_character_on_air(rig: Rig, plugin: Plugin) -> None:
    listed = await plugin.data("AvailableModels")
    assert [(one["modelName"], one["modelLoaded"]) for one in listed["availableModels"]] == [
        ("Miko", False),
        ("ilta.png", True),
    ]
    wanted = listed["availableModels"][0]["modelID"]
    assert await plugin.error("ModelLoad", {}) == 150
    assert await plugin.error("ModelLoad", {"modelID": "0" * 32}) == 152
    assert await plugin.data("ModelLoad", {"modelID": wanted}) == {"modelID": wanted}
    assert rig.calls.calls == [("wardrobe.show", "Miko")]
    assert await plugin.error("ModelLoad", {"modelID": wanted}) == 153


async def test_statistics_are_true(rig: Rig, plugin: Plugin, enter: Enter) -> None:
    another = await enter("Another")
    rig.clock.advance(2.0)
    told = await plugin.data("Statistics")
    assert told["uptime"] == 2000
    assert (told["framerate"], told["windowWidth"], told["windowHeight"]) == (30, 512, 512)
    assert (told["allowedPlugins"], told["connectedPlugins"]) == (2, 2)
    await another.socket.close()


@pytest.mark.parametrize("kind", NOTHING)
async def test_what_there_is_none_of_is_answered_so(kind: str, plugin: Plugin) -> None:
    assert await plugin.data(kind.removesuffix("Request")) == NOTHING[kind]


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_cannot_be_is_refused_by_its_number(kind: str, plugin: Plugin) -> None:
    assert await plugin.error(kind.removesuffix("Request")) == REFUSED[kind][0]


async def test_physics_are_answered(plugin: Plugin) -> None:
    assert (await plugin.data("GetCurrentModelPhysics"))["modelHasPhysics"] is False


async def test_the_whole_figure_is_tinted_as_long_as_the_plug_in_is_there(
    rig: Rig, plugin: Plugin, enter: Enter
) -> None:
    def wish(all_of_her: bool = True, **colour: object) -> dict[str, object]:
        white = dict.fromkeys(("colorR", "colorG", "colorB", "colorA"), 255)
        return {"colorTint": {**white, **colour}, "artMeshMatcher": {"tintAll": all_of_her, "nameContains": ["hair"]}}

    assert await plugin.data("ColorTint", wish(all_of_her=False, colorG=0)) == {"matchedArtMeshes": 0}
    assert rig.tints == []
    assert await plugin.data("ColorTint", wish(colorG=51)) == {"matchedArtMeshes": 1}
    red = Colouring(1.0, 0.2, 1.0, 1.0)
    another = await enter("Another")
    await another.data("ColorTint", wish(colorA=51, jeb_=True))
    assert rig.tints == [red, Colouring(1.0, 1.0, 1.0, 0.2, is_rainbow=True)]
    await another.socket.close()
    assert await asyncio.to_thread(eventually, lambda: len(rig.tints) == 3)
    await plugin.data("ColorTint", wish())
    assert rig.tints[2:] == [red, PLAIN]
    assert await plugin.error("ColorTint", {"colorTint": wish()["colorTint"]}) == 251
    for wrong in ({"colorR": 300}, {"colorB": None}, {"colorA": "red"}):
        assert await plugin.error("ColorTint", wish(**wrong)) == 252


async def test_items_permissions_and_positions_are_answered_as_there_are_none(rig: Rig, plugin: Plugin) -> None:
    moved = (await plugin.data("ItemMove", {"itemsToMove": [{"itemInstanceID": "cup"}, 3]}))["movedItems"]
    assert moved[0] == {"itemInstanceID": "cup", "success": False, "errorID": 900}
    assert len(moved) == 2
    assert await plugin.error("Permission", {"requestedPermission": "Dance"}) == 1100
    for wanted in ("", "LoadCustomImagesAsItems"):
        told = await plugin.data("Permission", {"requestedPermission": wanted})
        assert (told["grantSuccess"], told["requestedPermission"]) == (False, wanted)
        assert told["permissions"] == [{"name": "LoadCustomImagesAsItems", "granted": False}]
    there = await plugin.data("ArtMeshAtPosition", {"x": 0.3, "y": -0.5, "visualize": 1})
    assert (there["modelWasHit"], there["artMeshHits"]) == (False, [])
    assert there["checkedPosition"] == {"x": 0.3, "y": -0.5}


async def test_ndi_and_effects_are_told_and_not_changed(rig: Rig, plugin: Plugin) -> None:
    assert (await plugin.data("NDIConfig", {"setNewConfig": False}))["ndiActive"] is False
    size = {"customWidthNDI": 1024, "customHeightNDI": 512}
    assert (await plugin.data("NDIConfig", {"setNewConfig": True, "ndiActive": True, **size}))["ndiActive"] is False
    assert await plugin.error("NDIConfig", {"setNewConfig": True, **size, "customWidthNDI": 1000}) == 551
    listed = await plugin.data("PostProcessingList", {"fillPostProcessingEffectsArray": True})
    assert (listed["postProcessingSupported"], listed["postProcessingEffects"]) == (False, [])
    assert await plugin.error("PostProcessingList", {"effectIDFilter": ["Bloom"] * 513}) == 1150
    both = {"setPostProcessingPreset": True, "setPostProcessingValues": True}
    for wish, number in (({"postProcessingFadeTime": 3}, 1201), (both, 1202), ({"postProcessingOn": True}, 1200)):
        assert await plugin.error("PostProcessingUpdate", wish) == number


async def heard(plugin: Plugin, kind: str) -> dict[str, object]:
    while True:
        message = await plugin.hear()
        if message["messageType"] == kind:
            data: dict[str, object] = message["data"]
            return data


async def test_events_tell_what_happens(rig: Rig, plugin: Plugin, enter: Enter) -> None:
    names = ["TrackingStatusChangedEvent", "ModelLoadedEvent", "HotkeyTriggeredEvent", "BackgroundChangedEvent"]
    for name in names:
        said = await plugin.data("EventSubscription", {"eventName": name, "subscribe": True})
    assert said == {"subscribedEventCount": 4, "subscribedEvents": names}
    rig.face = True
    assert (await heard(plugin, names[0]))["faceFound"] is True
    rig.character = "miko.png"
    assert [(await heard(plugin, names[1]))["modelName"] for _ in range(2)] == ["ilta.png", "miko.png"]
    await (await enter("Another")).data("HotkeyTrigger", {"hotkeyID": "joy"})
    event = await heard(plugin, names[2])
    assert (event["hotkeyName"], event["hotkeyAction"], event["hotkeyTriggeredByAPI"]) == (
        "joy",
        "ToggleExpression",
        True,
    )
    assert await plugin.data("EventSubscription", {"subscribe": False}) == {
        "subscribedEventCount": 0,
        "subscribedEvents": [],
    }


async def test_the_place_is_told_at_once_and_at_each_move(rig: Rig, plugin: Plugin) -> None:
    await plugin.data("EventSubscription", {"eventName": "ModelMovedEvent", "subscribe": True, "config": {}})
    assert (await heard(plugin, "ModelMovedEvent"))["modelPosition"]["positionX"] == 0  # type: ignore[index]
    rig.framing = (1.0, 0.25, 0.0, 0.0)
    assert (await heard(plugin, "ModelMovedEvent"))["modelPosition"]["positionX"] == 0.5  # type: ignore[index]


async def test_the_test_event_comes_every_second(plugin: Plugin) -> None:
    config = {"testMessageForEvent": "hello"}
    await plugin.data("EventSubscription", {"eventName": "TestEvent", "subscribe": True, "config": config})
    assert (await asyncio.wait_for(heard(plugin, "TestEvent"), 5))["yourTestMessage"] == "hello"


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ({"eventName": "DanceEvent", "subscribe": True}, 950),
        ({"eventName": "TestEvent", "subscribe": True, "config": {"testMessageForEvent": "x" * 33}}, 100_000),
        ({"eventName": "ModelLoadedEvent", "subscribe": True, "config": {"modelID": ["x"]}}, 100_050),
        ({"eventName": "HotkeyTriggeredEvent", "subscribe": True, "config": {"onlyForAction": "Dance"}}, 100_100),
    ],
)
async def test_an_event_that_cannot_be_is_refused(data: dict[str, object], number: int, plugin: Plugin) -> None:
    assert await plugin.error("EventSubscription", data) == number


async def test_a_config_of_half_a_megabyte_is_not_kept(plugin: Plugin) -> None:
    junk = {"more": "x" * 400_000, "modelID": ["0" * 32] * 2000}
    tracemalloc.start()
    try:
        for name in NEVER:
            await plugin.data("EventSubscription", {"eventName": name, "subscribe": True, "config": junk})
        assert tracemalloc.get_traced_memory()[0] < 3_000_000
    finally:
        tracemalloc.stop()


async def test_hotkeys_without_end_wait_for_nobody_who_does_not_read(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    async def hang(*_: object) -> None:
        begun.append(1)
        await asyncio.sleep(3600)

    monkeypatch.setattr("vtube.vts_api.events.Watch.triggered", hang)
    for _ in range(MOST_TOLD + 20):
        await plugin.data("HotkeyTrigger", {"hotkeyID": "nod"})
    assert len(begun) == MOST_TOLD
