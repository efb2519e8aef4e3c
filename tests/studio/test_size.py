"""`scene.size`: what it may say, and what `auto` comes to."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from tests.avatar.puppet_fixtures import bust, figure, still_puppet
from tests.fakes import FakeClock
from vtube.avatar.puppet.measure import largest_in_time, stand_in
from vtube.avatar.puppet.player import Player
from vtube.errors import SettingsError
from vtube.frame import Frame, View, blank
from vtube.scene.stage import Stage
from vtube.settings import Settings, parse
from vtube.studio.size import with_size

VIEWS = [View(rows, rows, rows / 512, rows / 512) for rows in (512, 720, 1080, 1440)]


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [
        ("1080", 1080, 1080),
        (1080, 1080, 1080),
        ("1920x1080", 1920, 1080),
        ("1080X1350", 1080, 1350),
        ("1280 x 720", 1280, 720),
        ("1920×1080", 1920, 1080),
        ("720p", 1280, 720),
        ("1440p", 2560, 1440),
        ("auto", 640, 360),
        (None, 640, 360),
    ],
)
def test_a_size_goes_before_width_and_height(size: object, width: int, height: int) -> None:
    scene = parse({"scene": {"size": size, "width": 640, "height": 360}}).scene
    assert (scene.width, scene.height) == (width, height)


@pytest.mark.parametrize("size", ["large", "1080x", "1x1", "5000", "1081", "-3", "1080  x 720", "٣٠٠", True, [1]])
def test_a_wrong_size_is_refused_in_one_line(size: object) -> None:
    with pytest.raises(SettingsError, match=r"'scene\.size'") as error:
        parse({"scene": {"size": size}})
    assert "\n" not in str(error.value)


def test_a_look_of_the_scene_takes_no_size_that_a_scene_cannot_have() -> None:
    with pytest.raises(SettingsError, match="even sides from 64 to 4096"):
        parse({"scene": {"presets": {"Chat": {"size": "1081"}}}})


@pytest.mark.parametrize(
    ("scene", "chosen", "size"),
    [
        ({}, 2, (1080, 1080)),
        ({"width": 1280, "height": 720}, 3, (2560, 1440)),
        ({"width": 720, "height": 1280}, 1, (720, 1280)),
        ({"width": 1080, "height": 1350}, 0, (512, 640)),
    ],
)
def test_auto_keeps_the_shape_and_says_the_size(
    scene: dict[str, int], chosen: int, size: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[float] = []

    def choose(views: Sequence[View], seconds: float) -> tuple[View, float, bool]:
        asked.append(seconds)
        return views[chosen], 0.0123, chosen > 0

    settings = parse({"scene": {"size": "auto", **scene}, "loop": {"fps": 50}})
    with caplog.at_level(logging.INFO):
        found = with_size(settings, choose, Stage).scene
    assert (found.width, found.height) == size
    assert asked == [0.02]
    assert f"{size[0]} x {size[1]}" in caplog.text
    assert "12.3 ms a frame" in caplog.text
    assert ("hardly" in caplog.text) == (chosen == 0)


def test_a_size_that_is_said_is_not_measured() -> None:
    settings = Settings()

    def choose(views: Sequence[View], seconds: float) -> tuple[View, float, bool]:
        raise AssertionError("nobody asked")

    assert with_size(settings, choose, Stage) is settings


class Timed:
    """A clock that goes on with every frame by what a computer would take for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ns_a_pixel: float) -> None:
        self.clock = FakeClock()

        def frame(_: Player, view: View) -> Frame:
            self.clock.advance(0.002 + ns_a_pixel * 1e-9 * view.width * view.height)
            return blank(2, 2)

        monkeypatch.setattr(Player, "frame", frame)


@pytest.mark.parametrize(
    ("ns_a_pixel", "fps", "rows"), [(2, 60, 1440), (4, 60, 1080), (4, 30, 1440), (10, 60, 720), (200, 60, 512)]
)
def test_the_largest_that_is_drawn_in_time(
    ns_a_pixel: float, fps: float, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed = Timed(monkeypatch, ns_a_pixel)
    puppet = still_puppet(figure())
    found, seconds, in_time = largest_in_time(VIEWS, 1 / fps, bust(), puppet, 1, timed.clock)
    assert found.height == rows
    assert seconds == pytest.approx(0.002 + ns_a_pixel * 1e-9 * found.width * found.height)
    assert in_time == (ns_a_pixel < 200)


def test_a_character_without_a_puppet_is_measured_with_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = stand_in(bust())
    box = puppet.figure_box
    assert box.left <= 150 and box.top <= 60 and box.bottom == 512 and box.width % 8 == box.height % 8 == 0
    assert box.right >= 361
    timed = Timed(monkeypatch, 4)
    assert largest_in_time(VIEWS, 1 / 60, bust(), None, 1, timed.clock)[0].height in (720, 1080)
