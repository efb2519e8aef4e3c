from __future__ import annotations

import asyncio
import io
import socket
from typing import Any

import aiohttp
import av
import cv2
import numpy as np
import pytest

from tests.server.conftest import Running
from tests.server.test_encode import decoded
from vtube.frame import Frame, blank
from vtube.server.viewers import MAX_STREAMS


async def test_one_frame_as_png(client: aiohttp.ClientSession, running: Running, picture: Frame) -> None:
    async with client.get("/frame.png") as answer:
        assert answer.status == 503
    running.broadcast.publish(picture, 0.0)
    async with client.get("/frame.png") as answer:
        assert answer.content_type == "image/png"
        assert answer.headers["Cache-Control"] == "no-store"
        assert np.array_equal(decoded(await answer.read()), picture)


async def test_raw_stream_ends_when_the_size_changes(
    client: aiohttp.ClientSession, running: Running, picture: Frame
) -> None:
    running.broadcast.publish(picture, 0.0)
    async with client.get("/stream.rgba") as answer:
        assert await answer.content.readexactly(picture.nbytes) == picture.tobytes()
        running.broadcast.publish(255 - picture, 1.0)
        assert await answer.content.readexactly(picture.nbytes) == (255 - picture).tobytes()
        running.broadcast.publish(blank(4, 4), 2.0)
        assert await answer.content.read() == b""


async def test_nut_stream_is_exact_and_ends_when_the_size_changes(
    client: aiohttp.ClientSession, running: Running, picture: Frame
) -> None:
    running.broadcast.publish(picture, 0.0)
    async with client.get("/stream.nut") as answer:
        data = await answer.content.readany()
        running.broadcast.publish(blank(4, 4), 1.0)
        data += await answer.content.read()
    with av.open(io.BytesIO(data), "r", format="nut") as container:
        frames = [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
    assert len(frames) == 1
    assert np.array_equal(frames[0], picture)


async def test_mjpg_parts_are_complete_without_waiting_for_the_next(
    client: aiohttp.ClientSession, running: Running
) -> None:
    running.broadcast.publish(np.full((16, 16, 4), 200, np.uint8), 0.0)
    async with client.get("/stream.mjpg") as answer:
        assert answer.content_type == "multipart/x-mixed-replace"
        await answer.content.readuntil(b"\r\n\r\n")
        data = await answer.content.readuntil(b"\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n")
    part = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert part is not None
    assert part.shape == (16, 16, 3)
    assert abs(int(part.mean()) - 200) <= 2


async def test_socket_tells_the_size_and_sends_frames(
    client: aiohttp.ClientSession, running: Running, picture: Frame
) -> None:
    async with client.ws_connect("/ws/frames") as page:
        running.broadcast.publish(picture, 0.0)
        assert await page.receive_json() == {"width": 8, "height": 6}
        assert await page.receive_bytes() == picture.tobytes()
        running.broadcast.publish(255 - picture, 1.0)
        assert await page.receive_bytes() == (255 - picture).tobytes()
        running.broadcast.publish(blank(4, 2), 2.0)
        assert await page.receive_json() == {"width": 4, "height": 2}
        assert await page.receive_bytes() == bytes(32)


@pytest.mark.parametrize("text", ["x" * 5000, "{", ""])
async def test_what_a_page_says_is_ignored_or_ends_it_alone(
    client: aiohttp.ClientSession, running: Running, picture: Frame, text: str
) -> None:
    async with client.ws_connect("/ws/frames") as rude, client.ws_connect("/ws/frames") as polite:
        await rude.send_str(text)
        running.broadcast.publish(picture, 0.0)
        assert await polite.receive_json() == {"width": 8, "height": 6}
        assert await polite.receive_bytes() == picture.tobytes()


@pytest.mark.parametrize("path", ["/stream.rgba", "/stream.nut", "/stream.mjpg", "/ws/frames"])
async def test_a_stream_cannot_be_asked_for_its_head_alone(client: aiohttp.ClientSession, path: str) -> None:
    async with client.head(path) as answer:
        assert answer.status == 405


async def next_frame(page: aiohttp.ClientWebSocketResponse) -> int:
    while True:
        message = await page.receive(timeout=10)
        if message.type is aiohttp.WSMsgType.BINARY:
            return int(message.data[0])


async def test_a_client_that_does_not_read_delays_nobody(client: aiohttp.ClientSession, running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port)) as stuck:
        stuck.sendall(f"GET /stream.rgba HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n\r\n".encode())
        async with (
            client.ws_connect("/ws/frames", max_msg_size=0) as one,
            client.ws_connect("/ws/frames", max_msg_size=0) as two,
        ):
            for number in range(30):
                running.broadcast.publish(np.full((512, 512, 4), number, np.uint8), number / 60)
                assert await next_frame(one) == number
                assert await next_frame(two) == number


async def test_streams_are_limited_in_number_and_in_rate(
    client: aiohttp.ClientSession, running: Running, picture: Frame
) -> None:
    running.broadcast.publish(picture, 0.0)
    open_ones: list[Any] = [await client.get("/stream.rgba") for _ in range(MAX_STREAMS)]
    async with client.get("/stream.rgba") as answer:
        assert answer.status == 503
        assert "close one" in await answer.text()
    for answer in open_ones:
        answer.close()
    for _ in range(100):
        async with client.get("/stream.rgba") as answer:
            if answer.status == 200:
                break
        await asyncio.sleep(0.02)
    else:
        pytest.fail("closed streams keep their places")


@pytest.mark.parametrize(
    "path", ["/stream.rgba", "/stream.nut", "/stream.mjpg", "/ws/frames", "/api/talkinghead/result_feed"]
)
@pytest.mark.parametrize("fps", ["0", "-1", "nan", "inf", "1e9", "many", ""])
async def test_a_senseless_rate_is_refused(client: aiohttp.ClientSession, path: str, fps: str) -> None:
    async with client.get(f"{path}?fps={fps}") as answer:
        assert answer.status == 400


async def test_a_rate_is_kept(client: aiohttp.ClientSession, running: Running) -> None:
    async with client.ws_connect("/ws/frames?fps=10") as page:
        taken = []
        for number in range(0, 60, 6):
            running.broadcast.publish(np.full((2, 2, 4), number, np.uint8), number / 60)
            taken.append(await next_frame(page))
            running.broadcast.publish(np.full((2, 2, 4), number + 1, np.uint8), (number + 1) / 60)
    assert taken == list(range(0, 60, 6))
