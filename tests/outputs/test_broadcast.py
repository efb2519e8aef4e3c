from __future__ import annotations

import asyncio
import threading

import numpy as np

from vtube.frame import Frame
from vtube.outputs.broadcast import FrameBoard, Watch


def shade(value: int) -> Frame:
    return np.full((2, 2, 4), value, np.uint8)


async def seen(watch: Watch) -> int:
    return int((await asyncio.wait_for(watch.next(), 5)).frame[0, 0, 0])


async def nothing_new(watch: Watch) -> bool:
    waiting = asyncio.ensure_future(watch.next())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    done = waiting.done()
    waiting.cancel()
    return not done


def test_is_empty_before_the_first_frame() -> None:
    assert FrameBoard().latest() is None


def test_keeps_only_the_newest_frame() -> None:
    board = FrameBoard()
    for number in range(3):
        board.put(shade(number), float(number))
    shot = board.latest()
    assert shot is not None
    assert (shot.frame[0, 0, 0], shot.time) == (2, 2.0)


async def test_a_new_watch_sees_the_frame_that_hangs_there() -> None:
    board = FrameBoard()
    board.put(shade(7), 0.0)
    with board.watch() as watch:
        assert await seen(watch) == 7
        assert await nothing_new(watch)


async def test_a_frame_from_another_thread_wakes_a_watch() -> None:
    board = FrameBoard()
    with board.watch() as watch:
        waiting = asyncio.ensure_future(seen(watch))
        await asyncio.sleep(0)
        threading.Thread(target=board.put, args=(shade(9), 0.0)).start()
        assert await waiting == 9


async def test_a_slow_watch_drops_frames_for_itself_alone() -> None:
    board = FrameBoard()
    with board.watch() as quick, board.watch() as slow:
        for number in range(1, 4):
            board.put(shade(number), float(number))
            assert await seen(quick) == number
        assert await seen(slow) == 3


async def test_a_watch_takes_frames_at_its_own_rate() -> None:
    board = FrameBoard()
    taken: list[int] = []
    with board.watch(fps=20) as watch:
        for number in range(60):
            board.put(shade(number), 100 + number / 60)
            await take_if_new(watch, taken)
    assert taken == list(range(0, 60, 3))


async def take_if_new(watch: Watch, taken: list[int]) -> None:
    waiting = asyncio.ensure_future(watch.next())
    for _ in range(4):
        await asyncio.sleep(0)
    if not waiting.done():
        waiting.cancel()
        return
    taken.append(int(waiting.result().frame[0, 0, 0]))


async def test_a_rate_above_the_loop_s_takes_every_frame_and_a_pause_is_not_made_up_for() -> None:
    board = FrameBoard()
    taken: list[int] = []
    with board.watch(fps=100) as watch:
        for number, time in enumerate((0.0, 0.03, 0.06, 9.0, 9.03, 9.031)):
            board.put(shade(number), time)
            await take_if_new(watch, taken)
    assert taken == [0, 1, 2, 3, 4]


async def test_a_watch_that_left_is_not_woken() -> None:
    board = FrameBoard()
    with board.watch() as watch:
        pass
    board.put(shade(1), 0.0)
    assert await nothing_new(watch)
    board.remove(watch)


def test_a_watch_whose_loop_has_ended_does_no_harm() -> None:
    board = FrameBoard()

    async def enter() -> None:
        board.watch().__enter__()

    asyncio.run(enter())
    board.put(shade(1), 0.0)
    assert board.latest() is not None
