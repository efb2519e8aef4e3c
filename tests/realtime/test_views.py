"""Renderers that draw what is shown themselves."""

from __future__ import annotations

from tests.fakes import FakeClock, FakeRenderer
from tests.realtime.stand import Stand
from vtube.frame import Frame, View, blank
from vtube.pose import Pose, neutral
from vtube.realtime.render_thread import RenderThread


class Viewing(FakeRenderer):
    """A renderer that draws what is shown itself; every frame is a new one."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock, 0.004)
        self.views: list[View] = []

    def render_view(self, pose: Pose, view: View) -> Frame:
        self.views.append(view)
        return blank(view.width, view.height)


class Wide:
    """A scene of 64 x 32 pixels, which moves to the right by `step` pixels a frame."""

    def __init__(self, step: float = 0.0) -> None:
        self.step, self.left, self.placed = step, 0.0, 0

    def view(self, now: float) -> View:
        self.left += self.step
        return View(64, 32, 0.1, 0.1, self.left)

    def place(self, frame: Frame, now: float) -> Frame:
        self.placed += 1
        return blank(64, 32)

    def finish(self, frame: Frame, now: float) -> Frame:
        return frame


def test_a_renderer_that_can_draws_what_is_shown_and_another_one_is_placed() -> None:
    stand, wide = Stand(0.004), Wide()
    viewing = Viewing(stand.clock)
    thread = RenderThread(
        viewing, stand, lambda: stand.schedule, scene=wide, clock=stand.clock, sleep=stand.clock.sleep
    )
    thread.step()
    assert viewing.views == [View(64, 32, 0.1, 0.1)] and wide.placed == 0
    thread.swap_renderer(stand.renderer)
    thread.step()
    picture = thread.newest(stand.clock.now)
    assert wide.placed == 1 and picture is not None and picture.frame.shape == (32, 64, 4)


def test_a_pose_that_rests_is_drawn_again_only_when_something_else_is_shown() -> None:
    stand = Stand(0.004, pose=lambda now: neutral())
    for step, drawn in ((0.0, 1), (1.0, 5)):
        viewing = Viewing(stand.clock)
        thread = RenderThread(
            viewing, stand, lambda: stand.schedule, scene=Wide(step), clock=stand.clock, sleep=stand.clock.sleep
        )
        for _ in range(5):
            thread.step()
        assert len(viewing.views) == drawn


def test_both_ends_of_a_fade_are_of_the_scene_s_size() -> None:
    stand, wide = Stand(0.004), Wide()
    thread = RenderThread(
        stand.renderer, stand, lambda: stand.schedule, scene=wide, clock=stand.clock, sleep=stand.clock.sleep
    )
    for _ in range(5):
        thread.step()
    thread.swap_renderer(Viewing(stand.clock), fade=True)
    for _ in range(10):
        thread.step()
        picture = thread.newest(stand.clock.now)
        assert picture is not None and picture.frame.shape == (32, 64, 4)


class Lazy(Viewing):
    """One that can leave pixels to those who need them."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.lazily = 0

    def render_lazily(self, pose: Pose, view: View) -> Frame:
        self.lazily += 1
        return blank(view.width, view.height)


def test_pixels_are_drawn_only_while_somebody_needs_them() -> None:
    stand, needed = Stand(0.004), [False]
    lazy = Lazy(stand.clock)
    thread = RenderThread(
        lazy,
        stand,
        lambda: stand.schedule,
        scene=Wide(),
        needed=lambda: needed[0],
        clock=stand.clock,
        sleep=stand.clock.sleep,
    )
    for _ in range(5):
        thread.step()
    assert (lazy.lazily, len(lazy.views)) == (5, 0)
    needed[0] = True
    for _ in range(3):
        thread.step()
    assert (lazy.lazily, len(lazy.views)) == (5, 3)
    needed[0] = False
    thread.step()
    assert (lazy.lazily, len(lazy.views)) == (6, 3)
