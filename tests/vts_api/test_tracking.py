"""Tracking parameters: what plug-ins send moves the character, for as long as they send it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.vts_api.rig import Plugin, Rig, close_to
from tests.waiting import eventually
from vtube.pose import INDEX

Enter = Callable[..., Awaitable[Plugin]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"FaceAngleX": 30}, {"head_y": -1.0, "body_y": -0.6}),
        ({"FaceAngleY": 15}, {"head_x": 0.5}),
        ({"FaceAngleZ": -30}, {"neck_z": 1.0, "body_z": 0.6}),
        ({"MouthOpen": 0.7}, {"mouth_aaa": 0.7}),
        ({"MouthSmile": 1.0}, {"mouth_raised_corner_left": 1.0, "mouth_lowered_corner_left": 0.0}),
        ({"MouthSmile": 0.25}, {"mouth_lowered_corner_right": 0.5, "mouth_raised_corner_right": 0.0}),
        ({"MouthSmile": 0.5, "Brows": 0.5}, {"mouth_raised_corner_left": 0.0, "eyebrow_raised_left": 0.0}),
        ({"EyeOpenLeft": 0.0}, {"eye_wink_left": 1.0, "eye_wink_right": 0.0}),
        ({"EyeOpenRight": 1.0}, {"eye_wink_right": 0.0}),
        ({"EyeOpenLeft": 0.0, "EyeOpenRight": 0.0, "MouthSmile": 1.0}, {"eye_happy_wink_left": 1.0}),
        ({"EyeRightX": 1.0, "EyeRightY": -0.5}, {"iris_rotation_y": -1.0, "iris_rotation_x": -0.5}),
        ({"BrowLeftY": 1.0, "BrowRightY": 0.0}, {"eyebrow_raised_left": 1.0, "eyebrow_lowered_right": 1.0}),
        ({"FaceAngry": 1.0}, {"eyebrow_angry_left": 1.0, "eyebrow_angry_right": 1.0}),
        ({"VoiceO": 0.8}, {"mouth_ooo": 0.8}),
        ({"FaceAngleX": 1e6}, {"head_y": -1.0}),
    ],
)
async def test_a_value_shows_on_the_character(
    values: dict[str, float], expected: dict[str, float], rig: Rig, plugin: Plugin
) -> None:
    rig.below[INDEX["mouth_raised_corner_left"]] = 0.0
    await plugin.inject(**values)
    assert close_to(rig.frame(), **expected)


async def test_what_vbridger_sends_moves_the_whole_face(rig: Rig, plugin: Plugin) -> None:
    own = (
        "EyeSquintL",
        "EyeSquintR",
        "MouthPucker",
        "MouthFunnel",
        "JawOpen",
        "BrowInnerUp",
        "BodyAngleX",
        "MouthShrug",
    )
    for name in own:
        await plugin.data("ParameterCreation", {"parameterName": name, "min": -40, "max": 40, "defaultValue": 0})
    calm = {"EyeOpenLeft": 0.5, "EyeOpenRight": 0.5, "MouthSmile": 0.5, "BrowLeftY": 0.5, "BrowRightY": 0.5}
    await plugin.inject({"faceFound": True}, **calm, **dict.fromkeys(own, 0.0), MouthOpen=0.0, FaceAngleX=0.0)
    assert not (abs(rig.frame()) > 0.06).any()
    assert (await plugin.data("FaceFound"))["found"] is True

    moved = {"EyeSquintL": 0.9, "MouthPucker": -0.6, "BrowInnerUp": 0.7, "BodyAngleX": 15.0}
    await plugin.inject({"faceFound": True}, **calm | {"EyeOpenLeft": -0.3}, **moved, FaceAngleX=10.0, MouthShrug=0.4)
    assert close_to(
        rig.frame(),
        eye_wink_left=1.0,
        eye_wink_right=0.057,
        mouth_uuu=0.6,
        eyebrow_troubled_left=0.7,
        head_y=-1 / 3,
        body_y=-0.5,
    )
    (line,) = [rig.service.input(rig.clock())]
    assert line is not None and line.name == "plugins" and line.state == "live"
    assert "Bonk Bot: EyeOpenLeft" in line.detail and "more" in line.detail


async def test_a_value_counts_for_a_second_and_is_let_go(rig: Rig, plugin: Plugin) -> None:
    rig.below[INDEX["head_y"]] = 0.5
    await plugin.inject(FaceAngleX=30)
    assert rig.shows("head_y", 1.0) == pytest.approx(-1.0)
    assert rig.shows("head_y", 0.15) == pytest.approx(-0.25)
    assert rig.shows("head_y", 0.2) == pytest.approx(0.5)
    assert rig.service.input(rig.clock()) is None


async def test_a_weight_mixes_with_what_is_tracked_and_add_lies_on_top(rig: Rig, enter: Enter) -> None:
    rig.below[INDEX["head_y"]] = 0.5
    first, second = await enter("First"), await enter("Second")
    await first.inject({"weight": 0.5}, FaceAngleX=30)
    assert rig.shows("head_y") == pytest.approx(-0.25)
    await second.inject({"mode": "add"}, FaceAngleX=-15)
    assert rig.shows("head_y") == pytest.approx(0.25)
    await first.inject({"mode": "add"}, FaceAngleX=-3)
    assert rig.shows("head_y") == pytest.approx(0.35)


async def test_one_plugin_at_a_time_sets_a_parameter(rig: Rig, enter: Enter) -> None:
    first, second = await enter("First"), await enter("Second")
    data = {"parameterValues": [{"id": "FaceAngleY", "value": 3}]}
    await first.data("InjectParameterData", data)
    assert await second.error("InjectParameterData", data) == 454
    rig.clock.advance(1.1)
    await second.data("InjectParameterData", data)


async def test_a_plugin_that_leaves_lets_go(rig: Rig, plugin: Plugin) -> None:
    await plugin.inject(MouthOpen=1.0)
    assert rig.shows("mouth_aaa") == 1.0
    await plugin.socket.close()
    assert await asyncio.to_thread(eventually, lambda: not rig.service.status()["plugins"][0]["connected"])
    assert rig.shows("mouth_aaa", 0.35) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ({}, 450),
        ({"parameterValues": []}, 450),
        ({"parameterValues": [{"id": "MouthOpen"}]}, 451),
        ({"parameterValues": [{"id": "MouthOpen", "value": "1"}]}, 451),
        ({"parameterValues": [{"id": "MouthOpen", "value": True}]}, 451),
        ({"parameterValues": [{"id": "MouthOpen", "value": 1e7}]}, 451),
        ({"parameterValues": [{"id": "MouthOpen", "value": float("nan")}]}, 451),
        ({"parameterValues": [{"id": "MouthOpen", "value": 1, "weight": 2}]}, 452),
        ({"parameterValues": [{"id": "MouthOpen", "value": 1}, {"id": "Nobody", "value": 1}]}, 453),
        ({"mode": "mul", "parameterValues": [{"id": "MouthOpen", "value": 1}]}, 455),
    ],
)
async def test_what_cannot_be_sent_changes_nothing(
    data: dict[str, object], number: int, rig: Rig, plugin: Plugin
) -> None:
    assert await plugin.error("InjectParameterData", data) == number
    assert not rig.frame().any()


async def test_parameters_are_made_listed_and_deleted_by_their_own_plugin(enter: Enter) -> None:
    first, second = await enter("First"), await enter("Second")
    made = {"parameterName": "HeartRate", "explanation": "beats", "min": 40, "max": 200, "defaultValue": 60}
    assert await first.data("ParameterCreation", made) == {"parameterName": "HeartRate"}
    assert await first.data("ParameterCreation", made | {"max": 220}) == {"parameterName": "HeartRate"}
    assert await second.error("ParameterCreation", made) == 352
    listed = await second.data("InputParameterList")
    (own,) = listed["customParameters"]
    assert own == {
        "name": "HeartRate",
        "addedBy": "First",
        "value": 60,
        "min": 40,
        "max": 220,
        "defaultValue": 60,
    }
    usual = {one["name"]: one for one in listed["defaultParameters"]}
    assert usual["FaceAngleX"] == {
        "name": "FaceAngleX",
        "addedBy": "VTube Studio",
        "value": 0.0,
        "min": -30,
        "max": 30,
        "defaultValue": 0,
    }
    assert await second.error("ParameterDeletion", {"parameterName": "HeartRate"}) == 402
    assert await second.error("ParameterDeletion", {"parameterName": "MouthOpen"}) == 403
    assert await second.error("ParameterDeletion", {"parameterName": "Nobody"}) == 401
    assert await second.error("ParameterDeletion", {"parameterName": "a b"}) == 400
    assert await first.data("ParameterDeletion", {"parameterName": "HeartRate"}) == {"parameterName": "HeartRate"}
    assert (await first.data("InputParameterList"))["customParameters"] == []


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"parameterName": "abc"}, 350),
        ({"parameterName": "with space"}, 350),
        ({"parameterName": "FaceAngleX"}, 354),
        ({"min": None}, 351),
        ({"max": 1e9}, 351),
        ({"explanation": "x" * 256}, 353),
    ],
)
async def test_a_parameter_that_cannot_be_is_refused(change: dict[str, object], number: int, plugin: Plugin) -> None:
    made: dict[str, object] = {"parameterName": "Heart", "min": 0, "max": 1, "defaultValue": 0}
    assert await plugin.error("ParameterCreation", made | change) == number


async def test_a_plugin_makes_a_hundred_parameters_and_no_more(plugin: Plugin) -> None:
    for number in range(100):
        await plugin.data(
            "ParameterCreation", {"parameterName": f"Heart{number}", "min": 0, "max": 1, "defaultValue": 0}
        )
    assert (
        await plugin.error("ParameterCreation", {"parameterName": "Heart", "min": 0, "max": 1, "defaultValue": 0})
        == 355
    )


async def test_values_are_told_as_they_show(rig: Rig, plugin: Plugin) -> None:
    rig.below[INDEX["head_x"]], rig.below[INDEX["eye_wink_left"]] = 0.5, 1.0
    rig.frame()
    assert (await plugin.data("ParameterValue", {"name": "FaceAngleY"}))["value"] == pytest.approx(15)
    assert (await plugin.data("ParameterValue", {"name": "EyeOpenLeft"}))["value"] == pytest.approx(0)
    assert await plugin.error("ParameterValue", {"name": "Nobody"}) == 500
    await plugin.inject(FaceAngleY=7.5)
    assert (await plugin.data("ParameterValue", {"name": "FaceAngleY"}))["value"] == 7.5
    rig.frame()
    shown = {one["name"]: one["value"] for one in (await plugin.data("Live2DParameterList"))["parameters"]}
    assert shown["ParamAngleY"] == pytest.approx(7.5)
    assert shown["ParamEyeLOpen"] == pytest.approx(0.0)
    assert shown["head_x"] == pytest.approx(0.25)
    assert len(shown) == 45 + 16


async def test_the_users_table_says_what_a_parameter_moves(rig: Rig, plugin: Plugin) -> None:
    rules = [{"parameter": "HeartRate", "target": "breathing", "scale": 0.01, "offset": -0.4}]
    vts_api = rig.settings.vts_api.model_copy(update={"rules": type(rig.settings.vts_api)(rules=rules).rules})
    rig.service.prepare(rig.settings.model_copy(update={"vts_api": vts_api}))()
    await plugin.data("ParameterCreation", {"parameterName": "HeartRate", "min": 0, "max": 200, "defaultValue": 0})
    await plugin.inject(HeartRate=120)
    assert rig.shows("breathing") == pytest.approx(0.8)


@pytest.mark.parametrize("name", ["HeadY", "eyebrowTroubledLeft", "MOUTHAAA"])
async def test_a_parameter_that_has_one_of_the_45_names_moves_it(name: str, rig: Rig, plugin: Plugin) -> None:
    await plugin.data("ParameterCreation", {"parameterName": name, "min": 0, "max": 1, "defaultValue": 0})
    await plugin.inject(**{name: 0.5})
    assert (rig.frame() == 0.5).sum() == 1
