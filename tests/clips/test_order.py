"""What may be asked for, and the command that it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vtube.cli.commands import render
from vtube.cli.main import build_parser
from vtube.clips.clip import Clip
from vtube.clips.order import Materials, Order, command
from vtube.errors import SettingsError

MATERIALS = Materials(Path("settings.yaml"), Path("character"), "puppet", Path("words"), Path("clip.mp4"))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "of a text or of a sound"),
        ({"text": " \n"}, "of a text or of a sound"),
        ({"text": "Hi", "sound": "x"}, "one of the two"),
        ({"sound": "x", "voice": "edge"}, "belong to a text"),
        ({"sound": "x", "subtitles": True}, "belong to a text"),
        ({"text": "x" * 50_001}, "50,001 characters; a clip takes 50,000"),
        ({"text": "Hi", "kind": "avi"}, "kind is mp4, webm, mov, mkv, not 'avi'"),
        ({"text": "Hi", "frame": "feet"}, "frame is auto"),
        ({"text": "Hi", "fps": 500.0}, "fps is from 5 to 120"),
        ({"text": "Hi", "size": "large"}, "size should be N"),
        ({"text": "Hi", "size": "8000x10"}, "from 64 to 3840 pixels"),
        ({"text": "Hi", "background": "/etc/passwd"}, "a colour such as #00b140"),
        ({"text": "Hi", "background": "none"}, "an mp4 keeps no transparency"),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line(values: dict[str, Any], line: str) -> None:
    with pytest.raises(SettingsError, match=line):
        Order(**values).check()


@pytest.mark.parametrize(
    ("size", "preview", "sides"),
    [
        ("1920x1080", False, (1920, 1080)),
        ("721", False, (720, 720)),
        ("1080p", True, (480, 270)),
        ("1080x1920", True, (270, 480)),
        ("300x200", True, (300, 200)),
    ],
)
def test_sides_are_even_and_a_preview_is_small(size: str, preview: bool, sides: tuple[int, int]) -> None:
    assert Order("Hi", size=size, preview=preview).sides() == sides


ORDERS = [
    Order("Hi"),
    Order("-Hi [joy]", voice="edge:ja", emotion="joy", frame="bust", background="#00b140", subtitles=True),
    Order(sound="20260101-000000-abcdef.wav", kind="webm", background="none", fps=24, preview=True),
]


@pytest.mark.parametrize("order", ORDERS)
def test_the_command_is_one_that_render_takes(order: Order) -> None:
    order.check()
    arguments = build_parser().parse_args(command(order, MATERIALS))
    render.check(arguments)
    assert arguments.out == Path("clip.mp4")
    assert arguments.low_priority
    assert arguments.stop_with_input
    assert arguments.progress == "json"
    assert arguments.voice == order.voice
    assert (arguments.audio is None) == (order.sound is None)
    assert (arguments.seconds < 60) == order.preview


@pytest.mark.parametrize("order", ORDERS)
def test_it_is_read_as_it_was_written(order: Order) -> None:
    assert Order.from_json({**order.to_json(), "of a later version": 1}) == order
    clip = Clip("20260101-000000-abcdef", 1.0, order, "done", seconds=2.5, size_bytes=10)
    assert Clip.from_json(clip.to_json()) == clip


@pytest.mark.parametrize(
    ("name", "text", "file"),
    [
        ("", "Hello,  world: now?", "Hello, world now.mp4"),
        ("../a/b", "Hi", "a b.mp4"),
        ("ぐーぐる", "Hi", "ぐーぐる.mp4"),
        ("...", "Hi", "20260101-000000-abcdef.mp4"),
        ("Aux", "Hi", "Aux_.mp4"),
    ],
)
def test_a_download_has_a_name_that_every_system_takes(name: str, text: str, file: str) -> None:
    assert Clip("20260101-000000-abcdef", 1.0, Order(text, name=name)).download_name == file


def test_a_long_text_is_short_in_a_list_and_whole_alone() -> None:
    clip = Clip("20260101-000000-abcdef", 1.0, Order("word " * 1000))
    assert len(clip.shown()["settings"]["text"]) == 300
    assert clip.shown(whole=True)["settings"]["text"] == "word " * 1000
