from __future__ import annotations

import io
import logging
from typing import Any

import aiohttp
import pytest

from tests.server.conftest import Running
from vtube.errors import EngineError, MissingCharacterError, NoFaceError, PictureError, SpeechError, UnfitPictureError
from vtube.server.bodies import MAX_JSON_BYTES, MAX_PICTURE_BYTES


async def ask(client: aiohttp.ClientSession, method: str, path: str, **body: Any) -> tuple[int, Any]:
    async with client.request(method, path, **body) as answer:
        return answer.status, await answer.json()


async def test_state(client: aiohttp.ClientSession) -> None:
    status, state = await ask(client, "GET", "/api/state")
    assert (status, state["engine"]) == (200, "openvino")


async def test_parameters(client: aiohttp.ClientSession) -> None:
    _, parameters = await ask(client, "GET", "/api/parameters")
    assert len(parameters) == 45
    assert {"name": "head_x", "low": -1.0, "high": 1.0} in parameters


async def test_sound_inputs(client: aiohttp.ClientSession) -> None:
    _, sound = await ask(client, "GET", "/api/sound")
    assert sound == {"inputs": [{"spec": "mic:Yeti", "kind": "mic", "name": "Yeti", "level_db": -41.5}]}


async def test_voices_and_what_a_server_has(client: aiohttp.ClientSession, running: Running) -> None:
    assert await ask(client, "GET", "/api/voices") == (200, {"voices": [{"name": "openjtalk", "ready": True}]})
    assert running.control.calls == []
    styles = [{"spec": "voicevox:2", "name": "四国めたん/ノーマル"}]
    assert await ask(client, "GET", "/api/voices?voice=voicevox") == (200, {"styles": styles})
    running.control.failure = SpeechError("voicevox does not answer")
    assert await ask(client, "GET", "/api/voices?voice=voicevox") == (400, {"error": "voicevox does not answer"})
    for wrong in ("", "x" * 101):
        status, answer = await ask(client, "GET", f"/api/voices?voice={wrong}")
        assert (status, "name of a voice" in answer["error"]) == (400, True)


async def test_pose_is_held_and_released(client: aiohttp.ClientSession, running: Running) -> None:
    assert await ask(client, "PUT", "/api/pose", json={"head_x": 0.5}) == (200, {"ok": True})
    assert await ask(client, "PUT", "/api/pose", json={}) == (200, {"ok": True})
    assert running.control.calls == [("pose.hold", {"head_x": 0.5}), ("pose.hold", {})]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('{"head_q": 1}', "did you mean"),
        ('{"head_x": "1"}', "\"head_x\" should be a number; it is '1'"),
        ('{"head_x": NaN}', "should be JSON"),
        ('{"head_x": 1e999}', "too large"),
        ('{"head_x": 1%s}' % ("0" * 400), "too large"),
        ('{"head_x": true}', "should be a number"),
        ('{"head_x": null}', "should be a number"),
        ('{"%s": 1}' % ("x" * 100_000), "there is no pose parameter"),
        ('{"\\ud800": 1}', "should be JSON"),
        ("[1, 2]", "JSON object"),
        ("{", "should be JSON"),
        ("", "should be JSON"),
        ("\xff\xfe", "should be JSON"),
        ("\xff\xfe{\x00}\x00", "should be JSON in UTF-8"),
        ('{"jöy": 1}', "should be JSON in UTF-8"),
        ('\xef\xbb\xbf{"head_q": 1}', "did you mean"),
        ("[" * 100_000, "should be JSON"),
    ],
)
async def test_a_wrong_pose_is_refused_with_a_line(
    client: aiohttp.ClientSession, running: Running, body: str, line: str
) -> None:
    status, answer = await ask(client, "PUT", "/api/pose", data=body.encode("latin-1"))
    assert status == 400
    assert line in answer["error"]
    assert not running.control.calls


async def test_emotions(client: aiohttp.ClientSession, running: Running) -> None:
    assert (await ask(client, "GET", "/api/emotions"))[1] == {"emotions": ["neutral", "joy", "anger"]}
    await ask(client, "PUT", "/api/emotion", json={"name": "joy"})
    await ask(client, "PUT", "/api/emotion", json={"name": "anger", "strength": 0.25})
    assert running.control.calls == [("emotion.show", "joy", 1.0), ("emotion.show", "anger", 0.25)]


async def test_gestures(client: aiohttp.ClientSession, running: Running) -> None:
    assert (await ask(client, "GET", "/api/gestures"))[1] == {"gestures": ["nod", "bow"]}
    assert (await ask(client, "PUT", "/api/gesture", json={"name": "nod"}))[0] == 200
    assert running.control.calls == [("gesture.act", "nod")]


async def test_reactions(client: aiohttp.ClientSession, running: Running) -> None:
    assert (await ask(client, "GET", "/api/reactions"))[1] == {"happenings": ["chat", "applause"]}
    assert (await ask(client, "POST", "/api/react", json={"name": "applause"}))[0] == 200
    assert running.control.calls == [("reactions.notice", "applause")]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({}, '"name" is needed'),
        ({"name": 3}, '"name" should be a text; it is 3'),
        ({"name": " "}, '"name" is not written as it should be'),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"name": "joy", "strength": 1.5}, "should be at most 1"),
        ({"name": "joy", "strength": True}, "should be a number"),
        ({"name": "joy", "strenght": 1}, 'no "strenght"'),
    ],
)
async def test_a_wrong_emotion_is_refused(
    client: aiohttp.ClientSession, running: Running, body: Any, line: str
) -> None:
    status, answer = await ask(client, "PUT", "/api/emotion", json=body)
    assert status == 400
    assert line in answer["error"]
    assert not running.control.calls


async def test_a_character_as_plain_bytes(client: aiohttp.ClientSession, running: Running) -> None:
    answer = await ask(client, "PUT", "/api/character?name=C:%5Cpictures%5Cmiko.png", data=b"picture")
    assert answer == (200, {"ok": True, "result": "kept as it is"})
    assert running.control.calls == [("character.show", b"picture", "miko.png")]


async def test_a_character_as_a_form(client: aiohttp.ClientSession, running: Running) -> None:
    form = aiohttp.FormData({"comment": "no file"}, quote_fields=False)
    form.add_field("file", b"picture", filename="../../miko.png")
    assert (await ask(client, "PUT", "/api/character", data=form))[0] == 200
    assert running.control.calls == [("character.show", b"picture", "miko.png")]


async def test_a_character_with_a_problem_needs_force(client: aiohttp.ClientSession, running: Running) -> None:
    running.control.failure = UnfitPictureError("The picture is empty.")
    assert await ask(client, "PUT", "/api/character", data=b"picture") == (409, {"error": "The picture is empty."})
    running.control.failure = None
    assert (await ask(client, "PUT", "/api/character?name=a.png&force=1", data=b"picture"))[0] == 200
    assert running.control.calls == [("character.show", b"picture", "a.png", "forced")]


async def test_a_picture_is_examined_without_being_shown(client: aiohttp.ClientSession, running: Running) -> None:
    path = "/api/character?name=a.png&dry=1&head=10,20,30"
    status, answer = await ask(client, "PUT", path, data=b"picture")
    assert (status, answer["ok"], answer["fine"], answer["notes"]) == (200, True, True, [])
    assert running.control.calls == [("character.examine", b"picture", "a.png", "10,20,30")]


async def test_a_head_is_given_and_the_former_character_comes_back(
    client: aiohttp.ClientSession, running: Running
) -> None:
    await ask(client, "PUT", "/api/character?name=a.png&head=10,20,30", data=b"picture")
    assert await ask(client, "POST", "/api/character/back") == (200, {"ok": True, "character": "ilta.png"})
    assert running.control.calls == [("character.show", b"picture", "a.png", "10,20,30"), ("character.back",)]


async def test_a_character_that_is_not_kept(client: aiohttp.ClientSession, running: Running) -> None:
    running.control.failure = MissingCharacterError("there is no character nobody")
    for method in ("GET", "DELETE"):
        assert await ask(client, method, "/api/characters/nobody") == (404, {"error": "there is no character nobody"})
    assert (await ask(client, "PUT", "/api/characters", json={"name": "nobody"}))[0] == 400


async def test_the_wardrobe(client: aiohttp.ClientSession, running: Running) -> None:
    _, answer = await ask(client, "GET", "/api/characters")
    assert answer == {"characters": [{"name": "Miko", "digest": "0f", "puppet": None, "on_air": False}]}
    async with client.get("/api/characters/Miko") as picture:
        assert (picture.content_type, await picture.read()) == ("image/png", b"a PNG")
    assert (await ask(client, "PUT", "/api/characters/Yuki?force=1", data=b"picture"))[0] == 200
    assert (await ask(client, "PUT", "/api/characters/Air"))[0] == 200
    assert (await ask(client, "PUT", "/api/characters", json={"name": "Miko"}))[0] == 200
    assert (await ask(client, "DELETE", "/api/characters/Miko"))[0] == 200
    assert running.control.calls == [
        ("wardrobe.picture", "Miko"),
        ("wardrobe.keep", "Yuki", b"picture", True, None),
        ("wardrobe.keep", "Air", b"", False, None),
        ("wardrobe.show", "Miko"),
        ("wardrobe.remove", "Miko"),
    ]


async def test_characters_that_are_none(client: aiohttp.ClientSession, running: Running) -> None:
    form = aiohttp.FormData({"comment": "no file"}, default_to_multipart=True)
    damaged = {"Content-Type": "multipart/form-data; boundary=x"}
    bare = {"Content-Type": "multipart/form-data"}
    assert "empty" in (await ask(client, "PUT", "/api/character", data=b""))[1]["error"]
    assert "no file among" in (await ask(client, "PUT", "/api/character", data=form))[1]["error"]
    for headers in (damaged, bare):
        status, answer = await ask(client, "PUT", "/api/character", data=b"junk\r\njunk", headers=headers)
        assert status == 400
        assert "form" in answer["error"]
    assert not running.control.calls


async def test_bodies_are_bounded(client: aiohttp.ClientSession, running: Running) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b" " * (1 << 20)

    large = b" " * (MAX_JSON_BYTES + 1)
    assert (await ask(client, "PUT", "/api/pose", data=large))[0] == 413
    assert (await ask(client, "PUT", "/api/pose", data=endless()))[0] == 413
    assert (await ask(client, "PUT", "/api/character", data=io.BytesIO(bytes(MAX_PICTURE_BYTES + 1))))[0] == 413
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(bytes(MAX_PICTURE_BYTES + 1)), filename="a.png")
    assert (await ask(client, "PUT", "/api/character", data=form))[0] == 413
    assert (await ask(client, "GET", "/api/state"))[0] == 200
    assert running.control.calls == [("state",)]


async def test_settings(client: aiohttp.ClientSession, running: Running) -> None:
    assert (await ask(client, "GET", "/api/settings"))[1] == running.control.settings.values()
    assert (await ask(client, "GET", "/api/settings/waiting"))[1] == {"avatar": {"threads": 2}}
    assert (await ask(client, "GET", "/api/settings/schema"))[1] == {"title": "Settings"}
    changed = await ask(client, "PUT", "/api/settings", json={"loop": {"fps": 60}})
    assert changed[1] == {
        "ok": True,
        "in_force": {"loop": {"fps": 60.0}},
        "restart": {"avatar": {"threads": 2}},
        "saved": {"loop": {"fps": 60}},
        "warning": "",
    }
    assert running.control.calls == [("settings.change", {"loop": {"fps": 60}}, True)]


@pytest.mark.parametrize(("query", "body"), [("?save=0", {}), ("?save=false", {}), ("", {"save": False})])
async def test_settings_that_are_not_to_be_kept(
    client: aiohttp.ClientSession, running: Running, query: str, body: dict[str, object]
) -> None:
    status, _ = await ask(client, "PUT", f"/api/settings{query}", json={"audio": "none", **body})
    assert status == 200
    assert running.control.calls == [("settings.change", {"audio": "none"}, False)]
    assert (await ask(client, "PUT", "/api/settings", json={"save": 1}))[0] == 400


async def test_say(client: aiohttp.ClientSession, running: Running) -> None:
    said = await ask(client, "POST", "/api/say", json={"text": "こんにちは", "voice": "miko", "interrupt": True})
    assert said == (200, {"ok": True, "number": 1})
    await ask(client, "POST", "/api/say", json={"text": "hi", "voice": None})
    assert running.control.calls == [("say", "こんにちは", "miko", True), ("say", "hi", None, False)]
    for wrong in ({"text": ""}, {"text": "x" * 5001}, {"text": "x", "interrupt": 1}, {"text": "x", "voice": 3}):
        assert (await ask(client, "POST", "/api/say", json=wrong))[0] == 400


async def test_speech_is_changed_skipped_and_stopped(client: aiohttp.ClientSession, running: Running) -> None:
    for body in ({"volume": 0.5}, {"paused": True}, {"voice": "kokoro", "paused": False}, {}):
        assert (await ask(client, "PUT", "/api/speech", json=body))[0] == 200
    for action in ("skip", "stop"):
        assert await ask(client, "POST", f"/api/speech/{action}") == (200, {"ok": True})
    assert running.control.calls == [
        ("settings.change", {"speech": {"volume": 0.5}}, True),
        ("speech.pause", True),
        ("settings.change", {"speech": {"voice": "kokoro"}}, True),
        ("speech.pause", False),
        ("speech.skip",),
        ("speech.stop",),
    ]
    for wrong in ({"volume": 2}, {"paused": 1}, {"voice": ""}, {"volum": 1}):
        assert (await ask(client, "PUT", "/api/speech", json=wrong))[0] == 400


async def test_calibrate(client: aiohttp.ClientSession, running: Running) -> None:
    assert (await ask(client, "POST", "/api/calibrate"))[0] == 200
    assert running.control.calls == [("calibrate",)]
    running.control.failure = NoFaceError("no face is seen now", "face.none")
    refusal = {"error": "no face is seen now", "code": "face.none", "values": {}}
    assert await ask(client, "POST", "/api/calibrate") == (409, refusal)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("GET", "/api", 404),
        ("POST", "/api/state", 405),
        ("GET", "/api/pose", 405),
    ],
)
async def test_wrong_paths_and_methods_are_json_too(
    client: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    got, answer = await ask(client, method, path)
    assert got == status
    assert path in answer["error"]


async def test_what_the_program_refuses_is_one_line(client: aiohttp.ClientSession, running: Running) -> None:
    running.control.failure = PictureError("it has no alpha channel")
    assert await ask(client, "PUT", "/api/character", data=b"x") == (400, {"error": "it has no alpha channel"})
    running.control.failure = EngineError("busy")
    assert await ask(client, "POST", "/api/calibrate") == (400, {"error": "busy"})


async def test_a_fault_of_ours_is_logged_and_told_without_details(
    client: aiohttp.ClientSession, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    running.control.failure = ZeroDivisionError("our secret")
    with caplog.at_level(logging.ERROR):
        status, answer = await ask(client, "GET", "/api/state")
    assert status == 500
    assert "secret" not in answer["error"]
    assert "our secret" in caplog.text


async def test_single_parameters_are_held_and_freed(client: aiohttp.ClientSession, running: Running) -> None:
    assert await ask(client, "PATCH", "/api/pose", json={"head_y": 0.5, "head_x": 0.1}) == (200, {"ok": True})
    assert (await ask(client, "PATCH", "/api/pose", json={"head_x": None}))[0] == 200
    assert running.control.pose.held == {"head_y": 0.5}
    status, answer = await ask(client, "PATCH", "/api/pose", json={"head_q": 1.0})
    assert (status, "head_q" in answer["error"]) == (400, True)


async def test_air_motion_and_recording(client: aiohttp.ClientSession, running: Running) -> None:
    await ask(client, "PUT", "/api/air", json={"on": False})
    await ask(client, "PUT", "/api/motion", json={"paused": True})
    _, answer = await ask(client, "PUT", "/api/recording", json={"on": True, "kind": "mp4"})
    await ask(client, "PUT", "/api/recording", json={"on": False})
    assert answer == {"ok": True, "path": "take.mp4"}
    assert running.control.calls == [
        ("air.put", False),
        ("pause", True),
        ("recorder.start", "mp4"),
        ("recorder.stop",),
    ]


async def test_one_output_is_switched_and_the_others_stay(client: aiohttp.ClientSession, running: Running) -> None:
    await ask(client, "PUT", "/api/outputs", json={"spec": "ndi", "on": True})
    await ask(client, "PUT", "/api/outputs", json={"spec": "camera", "on": False})
    changes = [call[1] for call in running.control.calls if call[0] == "settings.change"]
    assert changes == [{"outputs": ["camera", "ndi"]}, {"outputs": []}]


async def test_choosing_an_output_leaves_out_what_is_absent(client: aiohttp.ClientSession, running: Running) -> None:
    running.control.outputs = [{"name": "camera", "state": "absent"}]
    await ask(client, "PUT", "/api/outputs", json={"spec": "window", "on": True})
    await ask(client, "PUT", "/api/outputs", json={"spec": "camera", "on": True})
    changes = [call[1] for call in running.control.calls if call[0] == "settings.change"]
    assert changes == [{"outputs": ["window"]}, {"outputs": ["camera"]}]


async def test_the_state_counts_who_is_connected(client: aiohttp.ClientSession, running: Running) -> None:
    async with (
        client.ws_connect("/ws/frames", headers={"User-Agent": "Mozilla/5.0 OBS/31.0.0"}),
        client.ws_connect("/ws/frames?as=webp&size=100"),
        client.ws_connect("/ws/state") as feed,
    ):
        await feed.receive_json()
        _, state = await ask(client, "GET", "/api/state")
        wanted = {"obs": 1, "camera": 0, "preview": 1, "stream": 0, "feed": 0, "control": 1}
        assert state["clients"] == wanted


async def test_a_look_that_cannot_be_saved_says_so(client: aiohttp.ClientSession, running: Running) -> None:
    running.control.scenes.warning = "cannot write settings.yaml: No space left on device"
    for method, path, body in (
        ("POST", "/api/scenes", {"name": "Talk"}),
        ("PUT", "/api/scene", {"name": "Chat"}),
        ("PATCH", "/api/scenes/Chat", {"name": "Talk"}),
        ("DELETE", "/api/scenes/Chat", None),
    ):
        answer = (await ask(client, method, path, json=body))[1]
        assert answer == {"ok": True, "warning": running.control.scenes.warning}


async def test_scenes(client: aiohttp.ClientSession, running: Running) -> None:
    assert (await ask(client, "GET", "/api/scenes"))[1] == {"scenes": {"Chat": {"frame": "face", "zoom": 1.0}}}
    await ask(client, "POST", "/api/scenes", json={"name": "Talk"})
    await ask(client, "PUT", "/api/scene", json={"name": "Chat", "seconds": 0})
    await ask(client, "PATCH", "/api/scenes/Big%20one", json={"name": "Talk"})
    await ask(client, "DELETE", "/api/scenes/Chat")
    assert (await ask(client, "PUT", "/api/scene", json={"name": "Chat", "seconds": -1}))[0] == 400
    assert running.control.calls == [
        ("scenes.keep", "Talk"),
        ("scenes.show", "Chat", 0),
        ("scenes.rename", "Big one", "Talk"),
        ("scenes.remove", "Chat"),
    ]


async def test_the_face_before_the_curves(client: aiohttp.ClientSession, running: Running) -> None:
    status, face = await ask(client, "GET", "/api/face")
    assert (status, face["seen"], face["shapes"]) == (200, True, {"jawOpen": 0.5, "tongueOut": None})
