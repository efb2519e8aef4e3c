from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outputs.contexts import sketched
from vtube.frame import Frame, blank
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.encode import SharedEncoder, jpeg, png, raw


def decoded(data: bytes) -> Frame:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA), np.uint8)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_png_is_lossless(width: int, height: int, seed: int) -> None:
    frame = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    assert np.array_equal(decoded(png(frame)), frame)


def test_png_of_a_strip_of_a_larger_frame(picture: Frame) -> None:
    strip = picture[:, 2:5]
    assert np.array_equal(decoded(png(strip)), strip)


def test_raw_is_the_frame_s_own_memory(picture: Frame) -> None:
    data = raw(picture)
    assert bytes(data) == picture.tobytes()
    assert np.shares_memory(np.frombuffer(data, np.uint8), picture)


def test_jpeg_keeps_the_colours() -> None:
    rgb = np.zeros((32, 32, 3), np.uint8)
    rgb[:] = (200, 60, 20)
    back = cv2.imdecode(np.frombuffer(jpeg(rgb), np.uint8), cv2.IMREAD_COLOR)
    assert back is not None
    assert np.abs(back[..., ::-1].astype(int) - rgb).max() <= 4


class Counting:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, frame: Frame) -> bytes:
        self.calls += 1
        return frame.tobytes()


async def test_a_frame_is_encoded_once_for_all_clients_and_never_unasked() -> None:
    broadcast, encode = FrameBroadcast(), Counting()
    with ThreadPoolExecutor(1) as workers:
        shared = SharedEncoder(broadcast, encode, workers)
        for number in range(3):
            broadcast.publish(np.full((2, 2, 4), number, np.uint8), float(number))
        assert encode.calls == 0
        answers = await asyncio.gather(*(shared.newest() for _ in range(5)))
        assert set(answers) == {bytes([2]) * 16}
        assert encode.calls == 1
        broadcast.publish(blank(2, 2), 3.0)
        assert await shared.newest() == bytes(16)
        assert encode.calls == 2


async def test_there_is_nothing_before_the_first_frame() -> None:
    with ThreadPoolExecutor(1) as workers:
        assert await SharedEncoder(FrameBroadcast(), Counting(), workers).newest() is None


async def test_a_client_that_leaves_does_not_spoil_the_frame_for_the_others() -> None:
    broadcast, encode = FrameBroadcast(), Counting()
    broadcast.publish(blank(2, 2), 0.0)
    with ThreadPoolExecutor(1) as workers:
        shared = SharedEncoder(broadcast, encode, workers)
        leaving = asyncio.ensure_future(shared.newest())
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert await shared.newest() == bytes(16)
        assert encode.calls == 1


async def test_a_snapshot_of_a_frame_that_nobody_has_drawn_has_it_drawn() -> None:
    broadcast = FrameBroadcast()
    broadcast.publish(sketched(), 0.0)
    with ThreadPoolExecutor(1) as workers:
        assert await SharedEncoder(broadcast, Counting(), workers).newest() == bytes([5]) * 16


async def test_frames_do_not_wait_behind_a_slow_encoding_whoever_comes_and_leaves() -> None:
    broadcast, encode, go_on = FrameBroadcast(), Counting(), threading.Event()

    def slow(frame: Frame) -> bytes:
        assert go_on.wait(60.0)
        return encode(frame)

    with ThreadPoolExecutor(1) as workers:
        shared = SharedEncoder(broadcast, slow, workers)
        for number in range(100):
            broadcast.publish(np.full((2, 2, 4), number, np.uint8), float(number))
            leaving = asyncio.ensure_future(shared.newest())
            await asyncio.sleep(0)
            leaving.cancel()
        staying = [asyncio.ensure_future(shared.newest()) for _ in range(5)]
        await asyncio.sleep(0)
        go_on.set()
        assert set(await asyncio.gather(*staying)) == {bytes([99]) * 16}
        assert encode.calls == 2
