from __future__ import annotations

import io

import aiohttp
import numpy as np
import pytest
from PIL import Image

from tests.server.conftest import Running
from vtube.frame import blank
from vtube.server.preview import webp


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_preview_is_no_larger_than_it_is_shown_and_keeps_what_is_transparent() -> None:
    frame = blank(200, 100)
    frame[:, 100:] = (250, 20, 20, 255)
    small = opened(webp(frame, 64))
    assert small.size == (64, 32)
    pixels = np.asarray(small.convert("RGBA"))
    assert pixels[16, 8, 3] == 0
    assert pixels[16, 56, 3] == 255
    assert pixels[16, 56, 0] > 220
    assert opened(webp(frame, 1024)).size == (200, 100)


async def test_a_client_gets_no_more_than_two_ahead_of_what_it_has_shown(
    client: aiohttp.ClientSession, running: Running
) -> None:
    async with client.ws_connect("/ws/frames?as=webp&size=60") as socket:
        for number in range(2):
            running.broadcast.publish(np.full((128, 128, 4), 100 + number, np.uint8), float(number))
            assert opened(await socket.receive_bytes(timeout=30)).size == (64, 64)
        running.broadcast.publish(blank(128, 128), 2.0)
        with pytest.raises(TimeoutError):
            await socket.receive_bytes(timeout=0.2)
        await socket.send_str("shown")
        assert opened(await socket.receive_bytes(timeout=30)).size == (64, 64)


@pytest.mark.parametrize("query", ["as=avif", "as=webp&size=x", "as=webp&size=-5", "as=webp&size=0"])
async def test_what_is_no_preview_is_refused(client: aiohttp.ClientSession, query: str) -> None:
    async with client.get(f"/ws/frames?{query}") as answer:
        assert answer.status == 400
