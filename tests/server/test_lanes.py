"""What blocks holds up its own kind alone, and never without bounds."""

from __future__ import annotations

import asyncio
import threading

import pytest
from aiohttp import web

from vtube.server.lanes import MAX_INSIDE, Lane


async def test_work_is_done_in_turn_and_failures_come_back() -> None:
    lane = Lane("counting", 5.0)
    assert await asyncio.gather(*(lane.run(pow, 2, power) for power in range(3))) == [1, 2, 4]
    with pytest.raises(ZeroDivisionError):
        await lane.run(divmod, 1, 0)
    lane.close()


async def test_what_takes_too_long_is_given_up_and_holds_its_own_lane_alone() -> None:
    slow, other, hold = Lane("waiting", 0.02), Lane("counting", 5.0), threading.Event()
    with pytest.raises(web.HTTPServiceUnavailable) as refused:
        await slow.run(hold.wait)
    assert refused.value.text == "waiting takes longer than 0.02 s"
    assert await other.run(pow, 2, 3) == 8
    hold.set()
    for lane in (slow, other):
        lane.close()


async def test_too_much_in_one_lane_is_refused_until_there_is_room_again() -> None:
    lane, hold = Lane("waiting", 5.0), threading.Event()
    waiting = [asyncio.create_task(lane.run(hold.wait)) for _ in range(MAX_INSIDE)]
    await asyncio.sleep(0)
    with pytest.raises(web.HTTPTooManyRequests):
        await lane.run(pow, 2, 3)
    hold.set()
    assert await asyncio.gather(*waiting) == [True] * MAX_INSIDE
    assert await lane.run(pow, 2, 3) == 8
    lane.close()


async def test_what_has_not_begun_when_its_client_leaves_never_begins() -> None:
    lane, hold, done = Lane("waiting", 5.0), threading.Event(), threading.Event()
    first = asyncio.create_task(lane.run(hold.wait))
    second = asyncio.create_task(lane.run(done.set))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    hold.set()
    await first
    await lane.run(pow, 2, 3)
    assert not done.is_set()
    lane.close()
