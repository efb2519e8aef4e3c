from __future__ import annotations

import asyncio

import aiohttp
import numpy as np
import pytest

from tests.server.conftest import Running
from tests.server.test_encode import decoded
from vtube.errors import UnfitPictureError
from vtube.frame import Frame

TALKING_HEAD = "/api/talkinghead"


async def test_modules(client: aiohttp.ClientSession) -> None:
    async with client.get("/api/modules") as answer:
        assert (await answer.json())["modules"] == ["classify", "talkinghead"]


async def test_classify_says_and_shows_what_a_text_feels_like(client: aiohttp.ClientSession, running: Running) -> None:
    async with client.post("/api/classify", json={"text": "phew"}) as answer:
        assert await answer.json() == {
            "classification": [
                {"label": "relief", "score": 0.5},
                {"label": "joy", "score": 0.3},
                {"label": "neutral", "score": 0.2},
            ]
        }
    assert running.control.calls == [("classify", "phew"), ("emotion.show", "joy", 1.0)]


@pytest.mark.parametrize("body", [{}, {"text": 3}, {"text": None}])
async def test_classify_needs_a_text(client: aiohttp.ClientSession, running: Running, body: dict[str, object]) -> None:
    async with client.post("/api/classify", json=body) as answer:
        assert answer.status == 400
    assert running.control.calls == []


async def test_labels_name_the_talking_head_too(client: aiohttp.ClientSession) -> None:
    async with client.get("/api/classify/labels") as answer:
        assert (await answer.json())["labels"] == ["joy", "neutral", "relief", "talkinghead"]


@pytest.mark.parametrize(
    ("path", "text", "call"),
    [
        ("unload", "Animation Paused", ("pause", True)),
        ("start_talking", "talking started", ("set_lip_flap", True)),
        ("stop_talking", "talking stopped", ("set_lip_flap", False)),
    ],
)
async def test_plain_calls(
    client: aiohttp.ClientSession, running: Running, path: str, text: str, call: tuple[str, bool]
) -> None:
    async with client.get(f"{TALKING_HEAD}/{path}") as answer:
        assert (answer.status, await answer.text()) == (200, text)
    assert running.control.calls == [call]


async def test_load_shows_the_picture_and_goes_on(client: aiohttp.ClientSession, running: Running) -> None:
    form = aiohttp.FormData()
    form.add_field("file", b"picture", filename="talkinghead.png", content_type="image/png")
    async with client.post(f"{TALKING_HEAD}/load", data=form) as answer:
        assert await answer.text() == "OK"
    assert running.control.calls == [("character.show", b"picture", "talkinghead.png"), ("pause", False)]


async def test_load_refuses_a_picture_with_a_problem(client: aiohttp.ClientSession, running: Running) -> None:
    running.control.failure = UnfitPictureError("The picture is empty.")
    async with client.post(f"{TALKING_HEAD}/load", data=b"picture") as answer:
        assert answer.status == 409 and "The picture is empty." in await answer.text()
    assert not running.control.calls


@pytest.mark.parametrize(("asked", "shown"), [("joy", "joy"), ("curiosity", "neutral")])
async def test_an_unknown_emotion_is_neutral(
    client: aiohttp.ClientSession, running: Running, asked: str, shown: str
) -> None:
    async with client.post(f"{TALKING_HEAD}/set_emotion", json={"emotion_name": asked}) as answer:
        assert answer.status == 200
    assert running.control.calls == [("emotion.show", shown, 1.0)]


async def test_emotion_templates_in_both_spellings(client: aiohttp.ClientSession, running: Running) -> None:
    body = {"joy": {"eye_happy_wink_left_index": 1.0, "mouth_aaa": 0.5}}
    async with client.post(f"{TALKING_HEAD}/load_emotion_templates", json=body) as answer:
        assert await answer.text() == "OK"
    plain = {"joy": {"eye_happy_wink_left": 1.0, "mouth_aaa": 0.5}}
    assert running.control.calls == [("emotion.overlay", plain)]


@pytest.mark.parametrize(
    "body",
    [{"joy": 3}, {"joy": {"nose": 1}}, {"joy": {"mouth_aaa": "wide"}}, {str(number): {} for number in range(201)}],
)
async def test_wrong_templates(client: aiohttp.ClientSession, running: Running, body: dict[str, object]) -> None:
    async with client.post(f"{TALKING_HEAD}/load_emotion_templates", json=body) as answer:
        assert answer.status == 400
    assert not running.control.calls


async def test_animator_settings_become_ours(client: aiohttp.ClientSession, running: Running) -> None:
    body = {
        "breathing_cycle_duration": 3.0,
        "blink_interval_min": 4.0,
        "blink_interval_max": 6.0,
        "sway_macro_strength": 0.3,
        "talking_morph": "mouth_ooo_index",
        "postprocessor_chain": [["bloom", {}]],
    }
    async with client.post(f"{TALKING_HEAD}/load_animator_settings", json=body) as answer:
        assert (answer.status, await answer.text()) == (200, "OK")
    idle = {"breaths_per_minute": 20.0, "seconds_between_blinks": 5.0, "sway": 0.5}
    scene = {"effects": ["bloom:strength=0.7,threshold=230"]}
    assert running.control.calls == [
        ("settings.change", {"idle": idle, "scene": scene}, False),
        ("set_lip_flap_style", 1.0, "ooo"),
    ]


async def test_a_bad_animator_key_is_told_and_the_others_count(
    client: aiohttp.ClientSession, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"sway_macro_strength": "x", "breathing_cycle_duration": 3.0, "postprocessor_chain": [["sparkle", {}]]}
    async with client.post(f"{TALKING_HEAD}/load_animator_settings", json=body) as answer:
        assert answer.status == 200
        told = await answer.text()
    assert "sway_macro_strength" in told and "sparkle" in told and "breathing" not in told
    assert "sway_macro_strength" in caplog.text
    changes = {"idle": {"breaths_per_minute": 20.0}, "scene": {"effects": []}}
    assert running.control.calls[0] == ("settings.change", changes, False)


async def test_animator_settings_of_which_nothing_is_right(client: aiohttp.ClientSession, running: Running) -> None:
    async with client.post(f"{TALKING_HEAD}/load_animator_settings", json={"sway_macro_strength": "x"}) as answer:
        assert answer.status == 400 and "sway_macro_strength" in await answer.text()
    assert running.control.calls == []


async def test_the_feed_keeps_the_rate_and_the_crop_that_were_asked_for(
    client: aiohttp.ClientSession, running: Running, picture: Frame
) -> None:
    async with client.post(f"{TALKING_HEAD}/load_animator_settings", json={"target_fps": 5, "crop_left": 1 / 1.5}):
        pass
    running.broadcast.publish(picture, 0.0)
    async with client.get(f"{TALKING_HEAD}/result_feed") as answer:
        await answer.content.readuntil(b"\r\n\r\n")
        body = await answer.content.readuntil(b"\r\n--frame\r\n")
    assert np.array_equal(decoded(body), picture[:, 2:])


async def test_the_feed_is_png_with_alpha(client: aiohttp.ClientSession, running: Running, picture: Frame) -> None:
    running.broadcast.publish(picture, 0.0)
    async with client.get(f"{TALKING_HEAD}/result_feed") as answer:
        assert answer.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=frame"
        head = await answer.content.readuntil(b"\r\n\r\n")
        body = await answer.content.readuntil(b"\r\n--frame\r\nContent-Type: image/png\r\n\r\n")
    assert head == b"--frame\r\nContent-Type: image/png\r\n\r\n"
    assert np.array_equal(decoded(body), picture)


async def test_talking_ends_when_the_client_is_gone(
    client: aiohttp.ClientSession, running: Running, picture: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vtube.server.talkinghead.MAX_TALK_S", 0.01)
    async with client.get(f"{TALKING_HEAD}/start_talking"):
        pass
    await called(running, ("set_lip_flap", False))
    assert running.control.calls == [("set_lip_flap", True), ("set_lip_flap", False)]


async def test_talking_ends_when_the_last_reader_of_the_feed_leaves(
    client: aiohttp.ClientSession, running: Running, picture: Frame
) -> None:
    running.broadcast.publish(picture, 0.0)
    async with client.get(f"{TALKING_HEAD}/result_feed") as feed, client.get(f"{TALKING_HEAD}/result_feed") as other:
        await feed.content.readuntil(b"\r\n\r\n")
        await other.content.readuntil(b"\r\n\r\n")
        async with client.get(f"{TALKING_HEAD}/start_talking"):
            pass
        other.close()
        assert running.control.calls == [("set_lip_flap", True)]
        feed.close()
        running.broadcast.publish(picture, 1.0)
        await called(running, ("set_lip_flap", False))


async def called(running: Running, call: tuple[str, bool]) -> None:
    for _ in range(500):
        if call in running.control.calls:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(running.control.calls)
