from __future__ import annotations

import asyncio
import threading

import numpy as np

from tests.outputs.contexts import sketched
from vtube.frame import Frame, is_drawn, recipe_of
from vtube.outputs.broadcast import FrameBroadcast, Subscription


def shade(value: int) -> Frame:
    return np.full((2, 2, 4), value, np.uint8)


async def seen(subscription: Subscription) -> int:
    return int((await asyncio.wait_for(subscription.next(), 5)).frame[0, 0, 0])


async def nothing_new(subscription: Subscription) -> bool:
    waiting = asyncio.ensure_future(subscription.next())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    done = waiting.done()
    waiting.cancel()
    return not done


def test_is_empty_before_the_first_frame() -> None:
    assert FrameBroadcast().latest() is None


def test_keeps_only_the_newest_frame() -> None:
    broadcast = FrameBroadcast()
    for number in range(3):
        broadcast.publish(shade(number), float(number))
    newest = broadcast.latest()
    assert newest is not None
    assert (newest.frame[0, 0, 0], newest.time) == (2, 2.0)


async def test_a_new_watch_sees_the_frame_that_hangs_there() -> None:
    broadcast = FrameBroadcast()
    broadcast.publish(shade(7), 0.0)
    with broadcast.subscribe() as subscription:
        assert await seen(subscription) == 7
        assert await nothing_new(subscription)


async def test_a_frame_from_another_thread_wakes_a_watch() -> None:
    broadcast = FrameBroadcast()
    with broadcast.subscribe() as subscription:
        waiting = asyncio.ensure_future(seen(subscription))
        await asyncio.sleep(0)
        threading.Thread(target=broadcast.publish, args=(shade(9), 0.0)).start()
        assert await waiting == 9


async def test_a_slow_watch_drops_frames_for_itself_alone() -> None:
    broadcast = FrameBroadcast()
    with broadcast.subscribe() as quick, broadcast.subscribe() as slow:
        for number in range(1, 4):
            broadcast.publish(shade(number), float(number))
            assert await seen(quick) == number
        assert await seen(slow) == 3


async def test_a_watch_takes_frames_at_its_own_rate() -> None:
    broadcast = FrameBroadcast()
    taken: list[int] = []
    with broadcast.subscribe(fps=20) as subscription:
        for number in range(60):
            broadcast.publish(shade(number), 100 + number / 60)
            await take_if_new(subscription, taken)
    assert taken == list(range(0, 60, 3))


async def take_if_new(subscription: Subscription, taken: list[int]) -> None:
    waiting = asyncio.ensure_future(subscription.next())
    for _ in range(4):
        await asyncio.sleep(0)
    if not waiting.done():
        waiting.cancel()
        return
    taken.append(int(waiting.result().frame[0, 0, 0]))


async def test_a_rate_above_the_loop_s_takes_every_frame_and_a_pause_is_not_made_up_for() -> None:
    broadcast = FrameBroadcast()
    taken: list[int] = []
    with broadcast.subscribe(fps=100) as subscription:
        for number, time in enumerate((0.0, 0.03, 0.06, 9.0, 9.03, 9.031)):
            broadcast.publish(shade(number), time)
            await take_if_new(subscription, taken)
    assert taken == [0, 1, 2, 3, 4]


async def test_a_watch_that_left_is_not_woken() -> None:
    broadcast = FrameBroadcast()
    with broadcast.subscribe() as subscription:
        pass
    broadcast.publish(shade(1), 0.0)
    assert await nothing_new(subscription)
    broadcast.remove(subscription)


def test_a_watch_whose_loop_has_ended_does_no_harm() -> None:
    broadcast = FrameBroadcast()

    async def enter() -> None:
        broadcast.subscribe().__enter__()

    asyncio.run(enter())
    broadcast.publish(shade(1), 0.0)
    assert broadcast.latest() is not None


async def test_who_joins_for_pixels_gets_those_that_nobody_has_drawn() -> None:
    broadcast = FrameBroadcast()
    broadcast.publish(sketched(), 0.0)
    with broadcast.subscribe() as subscription:
        assert await seen(subscription) == 5


async def test_who_takes_recipes_has_nothing_drawn() -> None:
    broadcast = FrameBroadcast()
    broadcast.publish(sketched(), 0.0)
    assert not broadcast.needs_pixels()
    with broadcast.subscribe(pixels=False) as subscription:
        frame = (await asyncio.wait_for(subscription.next(), 5)).frame
        assert not is_drawn(frame) and recipe_of(frame) is not None
        assert not broadcast.needs_pixels()
        with broadcast.subscribe():
            assert broadcast.needs_pixels()
    assert not broadcast.needs_pixels()
