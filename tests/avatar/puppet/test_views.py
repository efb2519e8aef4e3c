"""A puppet at any size: it moves the drawing itself."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.avatar.puppet_fixtures import figure, still_puppet
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.pool import KEPT, FramePool
from vtube.avatar.puppet.canvas import Doubled, Drawn, changed
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.layout import SHIFT_UNIT, Box
from vtube.avatar.puppet.player import Player
from vtube.avatar.still import seen
from vtube.frame import WHOLE, Frame, View, drawn, is_drawn, recipe_of
from vtube.pose import INDEX, Pose, neutral

FULL_HD = View(1920, 1080, 3.4, 3.4, 960 - 3.4 * 256, -60.0)
VIEWS = [
    WHOLE,
    View(1024, 1024, 2.0, 2.0),
    FULL_HD,
    View(1080, 1350, 2.6, 2.7, -130.5, 20.25),
    View(320, 200, 0.7, 0.7, -20.0, 10.0),
    View(800, 700, 1.3, 1.3, 60.0, 30.0, 0.5),
    View(640, 640, 1.1, 1.1, 30.0, 30.0, -2.5),
]


def shown(frame: Frame) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA), np.float32)


def drawing(scale: int = 4) -> Frame:
    """`figure` with lines that 512 pixels cannot show."""
    large = cv2.resize(figure(), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    for x in range(200 * scale, 320 * scale, 6):
        cv2.line(large, (x, 320 * scale), (x, 500 * scale), (20, 20, 60, 255), 2)
    return np.asarray(large, np.uint8)


def player(puppet: Puppet | None = None, threads: int = 1, source: Frame | None = None) -> Player:
    one = Player(puppet or still_puppet(figure()), figure(), "f32", drawing() if source is None else source, threads)
    one.face(neutral())
    one.body(neutral())
    return one


@pytest.mark.parametrize("view", VIEWS)
def test_a_resting_puppet_shows_its_drawing(view: View) -> None:
    frame = player().frame(view)
    assert frame.shape == (view.height, view.width, 4) and frame.flags.c_contiguous
    wanted = seen(Character(figure(), "bust", drawing()), view)
    error = np.abs(shown(frame) - shown(wanted))
    assert error.mean() < 1.0 and np.percentile(error, 99) < 40
    assert not frame[0, 0].any()


def test_lines_finer_than_the_networks_see_are_there() -> None:
    view = View(1024, 1024, 2.0, 2.0)
    from_512 = player(source=figure()).frame(view)
    from_2048 = player().frame(view)
    lines = slice(660, 980), slice(420, 620)
    assert from_2048[lines][..., 0].std() > 3 * from_512[lines][..., 0].std()


def test_a_drawing_as_large_as_the_frame_stays_sharp_between_its_pixels() -> None:
    puppet = still_puppet(figure())
    puppet.body["head.bias"][0:4] = 0.25 / SHIFT_UNIT  # half a pixel of 1024
    view, fine = View(1024, 1024, 2.0, 2.0), drawing(2)
    lines = slice(660, 980), slice(420, 620)
    between = np.diff(shown(player(puppet, source=fine).frame(view))[lines], axis=1)
    assert between.std() > 0.75 * np.diff(shown(fine)[lines], axis=1).std()


def test_shift_is_in_pixels_of_the_picture_at_any_size() -> None:
    puppet = still_puppet(figure())
    puppet.body["head.bias"][0:4] = 0.5  # of SHIFT_UNIT: 16 pixels from the right
    moved = player(puppet).frame(View(1024, 1024, 2.0, 2.0))
    still = player().frame(View(1024, 1024, 2.0, 2.0, -32.0))
    assert np.abs(shown(moved) - shown(still))[:, :950].mean() < 0.05


def test_two_threads_draw_the_same() -> None:
    puppet = still_puppet(figure())
    puppet.body["head.bias"][0:4] = 0.2
    assert np.array_equal(player(puppet, 1).frame(FULL_HD), player(puppet, 2).frame(FULL_HD))


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_left_of_the_frame_before(view: View) -> None:
    one = player()
    first = one.frame(view)
    wanted = first.copy()
    first[:] = 123
    del first
    assert np.array_equal(one.frame(view), wanted)


def test_a_figure_outside_the_view_leaves_nothing() -> None:
    assert not player().frame(View(640, 480, 2.0, 2.0, -3000.0)).any()


def test_a_face_that_changes_nothing_is_the_drawing() -> None:
    box = Box(64, 48, 96, 96)
    neutral_face = figure()[box.moved(160, 32).slices][..., :3].copy()
    canvas = Drawn(drawing(), box, neutral_face)
    before = canvas.pixels.copy()
    canvas.show(neutral_face)
    assert np.array_equal(canvas.pixels, before)


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("detail", [2, 4])
def test_a_face_of_more_detail_covers_the_drawing(scale: int, detail: int) -> None:
    box = Box(64, 48, 96, 96)
    neutral_face = np.zeros((96 * detail, 96 * detail, 3), np.uint8)
    canvas = Drawn(drawing(scale), box, neutral_face)
    before = canvas.pixels.copy()
    layer = np.zeros((96 * detail, 96 * detail, 4), np.uint8)
    layer[40 * detail : 60 * detail, 20 * detail : 50 * detail] = (10, 200, 30, 255)
    canvas.show(layer)
    middle = (48 + 32 + 50) * scale, (64 + 160 + 35) * scale
    assert np.abs(canvas.pixels[middle].astype(int) - (10, 200, 30, 255)).max() <= 2
    corner = slice((48 + 32) * scale, (48 + 32 + 37) * scale)
    assert np.array_equal(canvas.pixels[corner], before[corner])
    small = Doubled(figure(), box, 0.0)
    small.show(layer)
    assert np.abs(small.pixels[2 * (48 + 32 + 50), 2 * (64 + 160 + 35)].astype(int) - (10, 200, 30, 255)).max() <= 2
    canvas.show(layer * 0)
    assert np.array_equal(canvas.pixels, before)


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("colour", [(250, 225, 210), (120, 60, 20)])
def test_no_line_is_around_a_layer_that_ends_sharply(scale: int, colour: tuple[int, int, int]) -> None:
    box, skin = Box(64, 48, 96, 96), (*colour, 255)
    canvas = Drawn(np.full((512 * scale, 512 * scale, 4), skin, np.uint8), box, np.zeros((96, 96, 3), np.uint8))
    layer = np.zeros((96, 96, 4), np.uint8)
    layer[20:60, 30:50] = skin
    layer[60, 30:50] = np.array(skin) // 2
    canvas.show(layer)
    assert np.abs(canvas.pixels.astype(int) - skin).max() <= 2


def test_no_line_is_beside_a_dark_layer_that_becomes_translucent() -> None:
    box, skin = Box(64, 48, 96, 96), (240, 240, 240, 255)
    canvas = Drawn(np.full((1024, 1024, 4), skin, np.uint8), box, np.zeros((96, 96, 3), np.uint8))
    layer = np.zeros((96, 96, 4), np.uint8)
    layer[20:60, 46:50] = 0, 0, 0, 255
    layer[20:60, 50:54] = np.array(skin) // 5
    canvas.show(layer)
    assert (canvas.pixels <= np.array(skin) + 3).all()


def test_lines_within_a_layer_are_as_sharp_as_a_cubic_makes_them() -> None:
    box = Box(64, 48, 96, 96)
    canvas = Drawn(drawing(2), box, np.zeros((96, 96, 3), np.uint8))
    layer = np.full((96, 96, 4), (200, 150, 100, 255), np.uint8)
    layer[:, ::5, :3] = 30
    canvas.show(layer)
    place = box.moved(160, 32).times(2).slices
    opaque = drawing(2)[place][..., 3] == 255
    wanted = cv2.resize(layer, (192, 192), interpolation=cv2.INTER_CUBIC)
    assert opaque.any() and np.abs(canvas.pixels[place][opaque].astype(int) - wanted[opaque]).max() <= 1


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_a_face_gives_way_again(scale: int) -> None:
    box = Box(64, 48, 96, 96)
    neutral_face = figure()[box.moved(160, 32).slices][..., :3].copy()
    canvas = Drawn(drawing(scale), box, neutral_face)
    before = canvas.pixels.copy()
    face = neutral_face.copy()
    face[40:60, 20:50] = (10, 200, 30)
    canvas.show(face)
    middle = (48 + 32 + 50) * scale, (64 + 160 + 35) * scale
    assert np.abs(canvas.pixels[middle][:3].astype(int) - (10, 200, 30)).max() <= 2
    assert canvas.pixels[middle][3] == 255
    rows, columns = ((48 + 32 + 30) * scale, (48 + 32 + 70) * scale), ((64 + 160 + 8) * scale, (64 + 160 + 62) * scale)
    around = np.ones(before.shape[:2], bool)
    around[slice(*rows), slice(*columns)] = False
    assert np.array_equal(canvas.pixels[around], before[around])
    canvas.show(neutral_face)
    assert np.array_equal(canvas.pixels, before)


def test_no_line_of_the_drawing_shines_through_a_closed_lid() -> None:
    """A change that is added to the drawing leaves the drawing's own lines as ghosts; a blend does not."""
    box = Box(64, 48, 96, 96)
    neutral_face = figure()[box.moved(160, 32).slices][..., :3].copy()
    large = drawing(4)
    place = slice((48 + 32 + 30) * 4, (48 + 32 + 70) * 4), slice((64 + 160 + 10) * 4, (64 + 160 + 60) * 4)
    large[place][::6, ..., :3] = 0  # lines that the networks never saw
    canvas = Drawn(large, box, neutral_face)
    face = neutral_face.copy()
    face[20:80, :70] = (230, 100, 160)
    canvas.show(face)
    lid = canvas.pixels[place].astype(float)
    lines = np.abs(lid[0::6] - lid[3::6][: len(lid[0::6])]).mean()
    added = np.abs(np.clip(large[place].astype(float) + (face.mean() - neutral_face.mean()), 0, 255))
    ghosts = np.abs(added[0::6] - added[3::6][: len(added[0::6])]).mean()
    assert lines < 1
    assert ghosts > 20


def test_soft_edges_of_a_change() -> None:
    neutral_face = np.full((96, 96, 3), 100, np.uint8)
    face = neutral_face.copy()
    face[40:50, 40:50] = 200
    layer = changed(face, neutral_face)
    assert tuple(layer[45, 45]) == (200, 200, 200, 255)
    assert 0 < layer[37, 45, 3] < 255 and not layer[30, 45].any()
    assert not changed(neutral_face + 3, neutral_face).any()


def test_the_engine_draws_what_is_asked_for() -> None:
    character = Character(figure(), "bust", drawing())
    puppet = still_puppet(figure())
    puppet.body["linear1.weight"][0, INDEX["head_y"] - 39] = 1
    renderer = PuppetRenderer(Request(character, precision="float32", puppet=puppet))
    pose = neutral()
    large = renderer.render_view(pose, FULL_HD)
    assert large.shape == (1080, 1920, 4)
    assert renderer.render_view(pose, FULL_HD) is large
    small = renderer.render(pose)
    assert small.shape == (512, 512, 4)
    again = renderer.render_view(pose, FULL_HD)
    assert again is not large and np.array_equal(again, large)


def test_memory_is_used_again_when_nobody_has_the_frame() -> None:
    pool = FramePool()
    first = pool.take(64, 32)
    first[:] = 7
    address = first.ctypes.data
    part = first[4:8, 2:3]
    del first
    second = pool.take(64, 32)
    assert second.ctypes.data != address and (part == 7).all()
    del part
    taken = [pool.take(64, 32) for _ in range(KEPT + 3)]
    assert address in {frame.ctypes.data for frame in taken}
    assert len({frame.ctypes.data for frame in taken}) == KEPT + 3


def test_a_buffer_of_a_frame_keeps_its_memory() -> None:
    pool = FramePool()
    frame = pool.take(16, 16)
    frame[:] = 9
    buffer = np.ascontiguousarray(frame).data.cast("B")
    del frame
    for _ in range(3):
        pool.take(16, 16)[:] = 1
    assert set(buffer) == {9}


def winking(amount: float, head: float = 0.0) -> Pose:
    pose = neutral()
    pose[INDEX["eye_wink_left"]], pose[INDEX["head_y"]] = amount, head
    return pose


def moving_puppet() -> Puppet:
    """`head_y` slides the drawing, `eye_wink_left` brightens the face."""
    puppet = still_puppet(figure())
    for weights, parameter, head in (
        (puppet.body, 1, slice(0, 4)),
        (puppet.face, INDEX["eye_wink_left"], slice(0, 12)),
    ):
        weights["linear1.weight"][0, parameter] = weights["linear2.weight"][0, 0] = 1
        weights["linear3.weight"][:, 0] = 1
        for name, value in weights.items():
            if name.endswith(("before.weight", "after.weight")):
                value[0, 0, 1, 1] = 1
        weights["head.weight"][head, 0, 1, 1] = 0.02
    return puppet


@pytest.mark.parametrize("view", [FULL_HD, WHOLE, View(400, 300, 0.85, 0.85, 60.5, 20.25)])
def test_pixels_that_nobody_asked_for_can_be_had_at_any_time(view: View) -> None:
    character = Character(figure(), "bust", drawing())
    lazy, eager = (
        PuppetRenderer(Request(character, precision="float32", puppet=moving_puppet(), threads=1)) for _ in range(2)
    )
    poses = [winking(0.2), winking(0.9), winking(0.9, 0.7), winking(0.4, -0.8), winking(0.0)]
    frames = [lazy.render_lazily(pose, view) for pose in poses]
    assert not any(is_drawn(frame) for frame in frames)
    wanted = [eager.render_view(pose, view).copy() for pose in poses]
    assert all(not np.array_equal(one, other) for one, other in pairwise(wanted))
    for frame, exact in reversed(list(zip(frames, wanted, strict=True))):
        assert recipe_of(frame) is not None
        assert np.array_equal(drawn(frame), exact)
        assert is_drawn(frame)


def test_whoever_asks_a_lazy_renderer_for_pixels_gets_them() -> None:
    character = Character(figure(), "bust", drawing())
    renderer = PuppetRenderer(Request(character, precision="float32", puppet=still_puppet(figure())))
    later = renderer.render_lazily(neutral(), FULL_HD)
    assert renderer.render_view(neutral(), FULL_HD) is later and is_drawn(later)
