"""Keys: each does one thing, mistakes do nothing, and no terminal is no trouble."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.fake_control import FakeControl
from tests.fake_parts import FakeEmotion
from vtube.cli.keyboard import Keys
from vtube.errors import SettingsError


class Camera(FakeControl):
    """Notes what it is asked for, and whether it was ended; refuses joy."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = threading.Event()
        self.emotion = Joyless(self)

    @property
    def asked(self) -> list[object]:
        return [call[-1] if call[0] == "pause" else call[1] if len(call) > 1 else call[0] for call in self.calls]

    def keys(self, terminal: Callable[[], Script | None]) -> Keys:
        return Keys(self, self.stopped.set, terminal)


class Joyless(FakeEmotion):
    def names(self) -> list[str]:
        return ["anger", "joy", "neutral"]

    def show(self, name: str, strength: float = 1.0) -> None:
        if name == "joy":
            raise SettingsError("no joy")
        super().show(name, strength)


class Script:
    """A terminal at which these keys are pressed."""

    def __init__(self, *typed: str, end: Callable[[], str] = lambda: "") -> None:
        self.typed = list(typed)
        self.end = end
        self.closed = 0

    def read(self, timeout_s: float) -> str:
        return self.typed.pop(0) if self.typed else self.end()

    def close(self) -> None:
        self.closed += 1


def test_each_key_does_its_thing() -> None:
    camera = Camera()
    keys = camera.keys(lambda: None)
    for typed in ("c", "C", "cc", " ", " ", "1", "0", "?", "h"):
        keys.press(typed)
    assert camera.asked == ["calibrate", "calibrate", "calibrate", True, False, "anger", "neutral"]


@pytest.mark.parametrize("typed", ["", "x", "\x1b[A", "\xe0H", "quit", "9", "\x00"])
def test_mistakes_do_nothing(typed: str) -> None:
    camera = Camera()
    camera.keys(lambda: None).press(typed)
    assert not camera.asked
    assert not camera.stopped.is_set()


def test_y_and_n_answer_the_plugin_that_asks() -> None:
    camera = Camera()
    keys = camera.keys(lambda: None)
    keys.press("y")
    keys.press("n")
    assert camera.calls == [("plugins.answer", 1, True), ("plugins.answer", 1, False)]


def test_an_emotion_that_is_gone_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    Camera().keys(lambda: None).press("2")
    assert caplog.messages == ["no joy"]


def test_a_terminal_is_listened_to_and_given_back() -> None:
    camera, terminal = Camera(), Script("c", "q")
    with camera.keys(lambda: terminal):
        assert camera.stopped.wait(30)
    assert camera.asked == ["calibrate"]
    assert terminal.closed == 1


def test_it_is_given_back_when_the_camera_fails() -> None:
    terminal = Script()
    with pytest.raises(ZeroDivisionError), Camera().keys(lambda: terminal):
        raise ZeroDivisionError
    assert terminal.closed == 1


def test_a_terminal_that_is_gone_ends_the_listening_only() -> None:
    def gone() -> str:
        raise EOFError

    with Camera().keys(lambda: Script(end=gone)):
        pass  # must not raise


def test_without_a_terminal_nothing_listens() -> None:
    before = threading.active_count()
    with Camera().keys(lambda: None):
        assert threading.active_count() == before
