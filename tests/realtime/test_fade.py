"""From one renderer to the next."""

from __future__ import annotations

import threading

import numpy as np

from tests.fakes import FakeClock, FakeRenderer
from tests.realtime.stand import FPS, Stand
from vtube.frame import Frame
from vtube.pose import Pose, neutral


class Coloured(FakeRenderer):
    """Draws one grey."""

    def __init__(self, clock: FakeClock, seconds: float, grey: int) -> None:
        super().__init__(clock, seconds)
        self.frame = np.full((2, 2, 4), (grey, grey, grey, 255), np.uint8)

    def render(self, pose: Pose) -> Frame:
        super().render(pose)
        return self.frame


def greys(stand: Stand, steps: int) -> list[int]:
    stand.published.clear()
    stand.step(steps)
    return [int(frame[0, 0, 0]) for _, frame in stand.published if frame is not None]


def test_a_faded_swap_shows_both_and_closes_the_old_one_then() -> None:
    stand = Stand(0.004)
    stand.thread.swap_renderer(old := Coloured(stand.clock, 0.004, 50))
    stand.step(300)
    stand.thread.swap_renderer(new := Coloured(stand.clock, 0.004, 150), fade=True)
    begun = len(old.poses)
    shown = greys(stand, 50)
    assert shown == sorted(shown) and len(set(shown)) > 20
    assert (shown[0], shown[-1], old.closed) == (50, 150, 1)
    assert 25 < len(old.poses) - begun < 45
    times = np.diff([at for at, _ in stand.published[2:]])
    assert times.max() < 1.5 / FPS
    stand.thread.close()
    assert (old.closed, new.closed) == (1, 1)


def test_a_slow_renderer_is_faded_from_without_drawing_it_again() -> None:
    stand = Stand(0.2)
    stand.thread.swap_renderer(old := Coloured(stand.clock, 0.2, 50))
    stand.step(10)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 150), fade=True)
    drawn = len(old.poses)
    shown = greys(stand, 50)
    assert shown == sorted(shown) and shown[0] < 60 and shown[-1] == 150
    for thread in [each for each in threading.enumerate() if each.name == "closing"]:
        thread.join(30)
    assert (len(old.poses), old.closed) == (drawn, 1)


def test_a_still_pose_fades_too() -> None:
    stand = Stand(0.004, pose=lambda now: neutral())
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 50))
    stand.step(3)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 150), fade=True)
    assert len(set(greys(stand, 60))) > 20


def test_a_swap_in_the_middle_of_a_fade_leaves_nobody_open() -> None:
    stand = Stand(0.004)
    renderers = [Coloured(stand.clock, 0.004, grey) for grey in (50, 100, 150)]
    for renderer in renderers:
        stand.thread.swap_renderer(renderer, fade=True)
        stand.step(5)
    stand.thread.close()
    assert [each.closed for each in renderers] == [1, 1, 1]
    assert stand.renderer.closed == 1


def test_another_character_that_overtakes_a_better_puppet_is_not_faded_to() -> None:
    stand = Stand(0.004)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 50))
    stand.step(3)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 100), fade=False)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 150), fade=True)
    assert greys(stand, 3) == [150, 150, 150]


def test_nothing_is_faded_from_a_picture_that_nobody_draws() -> None:
    stand = Stand(0.004)
    stand.step(3)
    stand.renderer.failures = [RuntimeError("gone")] * 1000
    stand.step(3)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 150), fade=True)
    assert greys(stand, 3)[-1] == 150
