from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vtube.errors import SettingsError
from vtube.frame import Frame, blank
from vtube.scene import lettering
from vtube.scene.live_captions import CHAT_S, SAY_AGAIN_S, LiveCaptions
from vtube.scene.overlay import Overlay
from vtube.settings import OverlaySettings, Settings

WIDTH, HEIGHT = 640, 360


class Show:
    """What is said and written, and a clock."""

    def __init__(self, **overlay: object) -> None:
        self.now = 100.0
        self.said = ("", "")
        self.chat: list[dict[str, Any]] = []
        self.overlay = Overlay()
        self.captions = LiveCaptions(
            self.overlay, settings(**overlay), lambda now: self.said, lambda now: self.chat, clock=lambda: self.now
        )

    def frame(self) -> Frame:
        self.captions.look()
        return self.overlay.over(blank(WIDTH, HEIGHT))

    def write(self, number: int, text: str, kind: str = "text") -> None:
        self.chat.append({"number": number, "user": "ann", "text": text, "kind": kind, "at": self.now})


def settings(**overlay: object) -> Settings:
    return Settings.model_validate({"scene": {"width": WIDTH, "height": HEIGHT, "overlay": overlay}})


def lit(frame: Frame) -> int:
    """How many pixels are as bright as a word that is heard."""
    return int((frame[..., :3].min(axis=2) > 240).sum())


def test_a_word_is_lit_as_it_is_heard() -> None:
    show = Show(subtitles=True)
    show.said = ("Hello there, viewers", "")
    coming = show.frame()
    counts = [lit(coming)]
    for begun in ("Hello", "Hello there,", "Hello there, viewers"):
        show.said = ("Hello there, viewers", begun)
        frame = show.frame()
        assert np.array_equal(frame[..., 3], coming[..., 3])
        counts.append(lit(frame))
    assert counts[0] == 0
    assert counts == sorted(set(counts))
    rows = np.nonzero(frame[..., 3].any(axis=1))[0]
    assert rows.min() > HEIGHT * 0.8
    assert rows.max() < HEIGHT


def test_silence_shows_nothing_and_costs_nothing() -> None:
    show = Show(subtitles=True, chat=True)
    show.said = ("Hello", "Hello")
    assert show.frame().any()
    show.said = ("", "")
    show.captions.look()
    frame = blank(WIDTH, HEIGHT)
    assert show.overlay.over(frame) is frame


def test_a_text_becomes_pixels_once(monkeypatch: pytest.MonkeyPatch) -> None:
    show = Show(subtitles=True)
    drawn: list[str] = []
    font = lettering.font_for

    def counted(text: str) -> Path:
        drawn.append(text)
        return font(text)

    monkeypatch.setattr(lettering, "font_for", counted)
    show.said = ("Hello", "")
    for _ in range(5):
        show.frame()
    assert drawn == ["Hello"]


def test_nothing_is_shown_that_nobody_wants() -> None:
    show = Show()
    show.said = ("Hello", "Hello")
    show.write(1, "hi")
    assert not show.frame().any()


def test_the_newest_messages_stand_at_the_bottom_and_old_ones_go() -> None:
    show = Show(chat=True, chat_lines=2)
    heights = []
    for number in range(4):
        show.write(number, "hi")
        heights.append(int(show.frame()[..., 3].any(axis=1).sum()))
    assert heights[1] > 1.5 * heights[0]
    assert heights[1] == heights[2] == heights[3]
    columns = np.nonzero(show.frame()[..., 3].any(axis=0))[0]
    assert columns.max() < WIDTH / 2
    show.now += CHAT_S + 1
    assert not show.frame().any()


def test_a_message_that_is_taken_back_goes_at_once() -> None:
    show = Show(chat=True)
    show.write(1, "hi")
    assert show.frame().any()
    show.chat.clear()
    assert not show.frame().any()


def test_a_flood_of_long_messages_leaves_the_upper_third_free() -> None:
    show = Show(chat=True, chat_lines=20)
    for number in range(30):
        show.write(number, "a very long message " * 30)
    assert not show.frame()[: HEIGHT // 3].any()


def test_a_script_without_a_font_is_left_out_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    show = Show(subtitles=True)
    for text in ("\U00010b80\U00010b81", "\U00010b80\U00010b81 ", "\U00010b80\U00010b81"):
        show.said = (text, "")
        assert not show.frame().any()
    assert caplog.text.count("no font of this computer") == 1


def test_other_letters_in_each_text_are_not_said_each_time(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "_fonts", lambda: ())
    show = Show(subtitles=True)
    for number in range(200):
        show.now += 1.0
        show.said = (f"{chr(0x4E00 + number)}x{number}", "")
        show.frame()
    assert caplog.text.count("no font of this computer") == 1
    show.now += SAY_AGAIN_S
    show.said = ("again", "")
    show.frame()
    assert caplog.text.count("no font of this computer") == 2


def test_pictures_of_a_thousand_texts_are_not_kept() -> None:
    show = Show(subtitles=True, chat=True)
    tracemalloc.start()
    try:
        for number in range(1000):
            show.now += 0.1
            show.said = (f"This is the sentence number {number}", "")
            if number % 10 == 0:
                show.write(number, f"message {number}")
            show.frame()
        assert tracemalloc.get_traced_memory()[0] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_picture_covers_all_and_keeps_its_transparency(tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    picture = blank(64, 36)
    picture[:4] = (255, 0, 0, 255)
    Image.fromarray(picture).save(path)
    show = Show(picture=str(path))
    frame = show.frame()
    assert tuple(frame[5, WIDTH // 2]) == (255, 0, 0, 255)
    assert frame[HEIGHT // 2, WIDTH // 2, 3] == 0


def test_a_picture_that_is_none_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    path.write_text("no picture")
    show = Show(subtitles=True)
    show.said = ("Hello", "")
    before = show.frame()
    for wanted, why in ((path, "cannot be read"), (tmp_path / "gone.png", "does not exist")):
        with pytest.raises(SettingsError, match=why):
            show.captions.prepare(settings(picture=str(wanted)))
    assert np.array_equal(show.frame(), before)
    show.captions.prepare(settings())()
    assert not show.frame().any()


@pytest.mark.parametrize("name", list(OverlaySettings.model_fields))
def test_every_setting_is_seen_at_once(name: str, tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    Image.fromarray(np.full((36, 64, 4), 90, np.uint8)).save(path)
    all_on = {"subtitles": True, "chat": True, "chat_lines": 3, "size": 0.05, "picture": None}
    others = {"subtitles": False, "chat": False, "chat_lines": 1, "size": 0.1, "picture": str(path)}
    show = Show(**all_on)
    show.said = ("Hello", "")
    for number in range(3):
        show.write(number, "hi")
    before = show.frame()

    show.captions.prepare(settings(**{**all_on, name: others[name]}))()

    assert not np.array_equal(show.frame(), before)
    show.captions.prepare(settings(**all_on))()
    assert np.array_equal(show.frame(), before)
