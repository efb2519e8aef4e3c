from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vtube.avatar.base import Renderer
from vtube.frame import Frame, blank
from vtube.pose import INDEX, Pose, neutral
from vtube.realtime.crossfade import Crossfade, blended, keeps_up, smooth

FRAMES = arrays.arrays(np.uint8, (3, 5, 4))
SHARES = st.floats(0, 1)


class Plain:
    """Draws one colour and remembers the poses."""

    name = "plain"
    detail = "one colour"

    def __init__(self, *colour: int) -> None:
        self.frame = blank(8, 8)
        self.frame[:] = colour
        self.poses: list[Pose] = []

    def render(self, pose: Pose) -> Frame:
        self.poses.append(pose)
        return self.frame

    def close(self) -> None:
        """There is nothing to give back."""


def rendered(renderer: Renderer, pose: Pose) -> Frame:
    return renderer.render(pose)


def turned(value: float) -> Pose:
    pose = neutral()
    pose[INDEX["head_y"]] = value
    return pose


@given(FRAMES, FRAMES, SHARES)
def test_alpha_stays_between_both(old: Frame, new: Frame, share: float) -> None:
    alpha = blended(old, new, share)[..., 3].astype(int)
    assert (alpha >= np.minimum(old, new)[..., 3].astype(int) - 1).all()
    assert (alpha <= np.maximum(old, new)[..., 3].astype(int) + 1).all()


@given(FRAMES, SHARES)
def test_a_frame_blended_with_itself_is_shown_as_it_was(frame: Frame, share: float) -> None:
    def shown(one: Frame) -> np.ndarray:
        return np.asarray(one[..., :3].astype(float) * one[..., 3:] / 255)

    same = blended(frame, frame.copy(), share)
    assert np.abs(shown(same) - shown(frame)).max() <= 2
    assert np.abs(same[..., 3].astype(int) - frame[..., 3]).max() <= 1


@given(FRAMES, FRAMES)
def test_the_ends_are_the_very_frames(old: Frame, new: Frame) -> None:
    assert blended(old, new, 0.0) is old
    assert blended(old, new, 1.0) is new


def test_what_is_transparent_has_no_colour_to_give() -> None:
    """Straight blending would darken the edge of a moving hair with the black of nothing."""
    nothing, white = blank(4, 4), blank(4, 4)
    white[:] = 255
    half = blended(nothing, white, 0.5)
    assert (half[..., :3] == 255).all()
    assert np.abs(half[..., 3].astype(int) - 128).max() <= 1


@given(SHARES, SHARES)
def test_smooth_rises_from_zero_to_one(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= smooth(low) <= smooth(high) + 1e-12 <= 1 + 1e-9


def test_a_renderer_that_keeps_up_draws_the_same_pose() -> None:
    old, new = Plain(200, 0, 0, 255), Plain(0, 0, 200, 255)
    fade = Crossfade(old, old.frame, turned(0.0), 10.0, 1.0)
    reds = [int(fade.draw(rendered, new, turned(at), 10.0 + at)[0, 0, 0]) for at in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert reds == sorted(reds, reverse=True) and (reds[0], reds[-1]) == (200, 0)
    assert all(np.array_equal(one, other) for one, other in zip(old.poses, new.poses, strict=True))
    assert new.poses[-1][INDEX["head_y"]] == 1.0


def test_a_slow_renderers_last_frame_is_met_in_its_own_pose() -> None:
    last = Plain(200, 0, 0, 255).frame
    new = Plain(0, 0, 200, 255)
    fade = Crossfade(None, last, turned(-1.0), 10.0, 1.0)
    assert fade.draw(rendered, new, turned(1.0), 10.0) is last
    frames = [fade.draw(rendered, new, turned(1.0), at) for at in (10.25, 10.5, 10.75, 11.0)]
    turns = [float(pose[INDEX["head_y"]]) for pose in new.poses]
    assert turns[0] == -1.0 and turns == sorted(turns) and turns[-1] == 1.0
    assert frames[1] is new.frame, "gone before the new one is far away"
    assert 0 < frames[0][0, 0, 0] < 200


def test_it_ends() -> None:
    fade = Crossfade(None, blank(2, 2), neutral(), 10.0, 0.7)
    assert not fade.is_over(10.69)
    assert fade.is_over(10.71)


@pytest.mark.parametrize(("seconds", "expected"), [(None, False), (0.01, True), (0.16, False)])
def test_who_keeps_up(seconds: float | None, expected: bool) -> None:
    assert keeps_up(seconds, 1 / 30) is expected
