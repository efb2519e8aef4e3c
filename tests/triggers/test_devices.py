"""Keys and controllers: their names, stand-ins for their packages, and pynput itself on a screen."""

import os
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.waiting import eventually
from vtube.triggers.controllers import Controllers, midi_press
from vtube.triggers.keys import HotkeyError, KeyListener, combination, why_not


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ctrl+alt+1", "<ctrl>+<alt>+1"),
        ("F8", "<f8>"),
        ("<Control>+<shift>+x", "<ctrl>+<shift>+x"),
        ("win+page_up", "<cmd>+<page_up>"),
        ("ctrl++", "<ctrl>++"),
    ],
)
def test_keys_are_written_as_people_write_them(text: str, expected: str) -> None:
    assert combination(text) == expected


class FakeKeyboard:
    """`pynput.keyboard`, as far as it is used."""

    def __init__(self, trusted: bool = True) -> None:
        self.heard: dict[str, Callable[[], None]] = {}
        self.running = False
        self.trusted = trusted

    def GlobalHotKeys(self, table: dict[str, Callable[[], None]]) -> Any:  # noqa: N802  (pynput's own name)
        self.heard = table

        def run(on: bool) -> None:
            self.running = on

        return SimpleNamespace(start=lambda: run(True), stop=lambda: run(False), IS_TRUSTED=self.trusted)


def test_a_key_acts_until_the_listener_is_closed() -> None:
    keyboard, pressed = FakeKeyboard(), []
    listener = KeyListener({"ctrl+alt+1": lambda: pressed.append(1)}, keyboard)
    keyboard.heard["<ctrl>+<alt>+1"]()
    assert pressed == [1] and keyboard.running
    listener.close()
    assert not keyboard.running


def test_macos_that_does_not_let_us_listen_is_told_in_one_line() -> None:
    keyboard = FakeKeyboard(trusted=False)
    with pytest.raises(HotkeyError, match="Accessibility"):
        KeyListener({"f8": lambda: None}, keyboard)
    assert not keyboard.running


@pytest.mark.skipif(sys.platform != "linux", reason="Wayland is Linux's")
def test_wayland_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    assert "Wayland" in why_not()
    with pytest.raises(HotkeyError, match="links"):
        KeyListener({"f8": lambda: None})
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    monkeypatch.setenv("DISPLAY", ":9")
    assert why_not() == ""


@pytest.mark.display
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # pynput leaves its own to the collector
@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="no screen here")
def test_pynput_itself_hears_a_key() -> None:
    """By X's own test keys: what pynput types itself, it takes for no person's."""
    for module in ("pynput.keyboard", "Xlib.ext.xtest"):
        pytest.importorskip(module, reason="the extra hotkeys is not installed", exc_type=ImportError)
    from Xlib import XK, X, display
    from Xlib.ext import xtest

    pressed = threading.Event()
    listener = KeyListener({"ctrl+alt+k": pressed.set})
    listener._listener.wait()  # noqa: SLF001 - until the X server has answered
    screen = display.Display()
    codes = [screen.keysym_to_keycode(XK.string_to_keysym(name)) for name in ("Control_L", "Alt_L", "k")]
    for kind, keys in ((X.KeyPress, codes), (X.KeyRelease, codes)):
        for code in keys:
            xtest.fake_input(screen, kind, code)
            screen.sync()
    assert pressed.wait(30)
    listener.close()
    screen.close()


@pytest.mark.parametrize(
    ("message", "before", "press"),
    [
        ((0x90, 36, 100), 0, "note:36"),
        ((0x95, 36, 0), 100, None),
        ((0x80, 36, 64), 0, None),
        ((0xB3, 7, 64), 10, "control:7"),
        ((0xB3, 7, 90), 70, None),
        ((0xC0, 1, 0), 0, "program:1"),
        ((0xE0, 1, 70), 0, None),
    ],
)
def test_what_a_midi_message_presses(message: tuple[int, int, int], before: int, press: str | None) -> None:
    assert midi_press(*message, before) == press


class Pad:
    def __init__(self) -> None:
        self.button, self.hat = False, (0, 0)

    def get_name(self) -> str:
        return "Pad"

    def get_numbuttons(self) -> int:
        return 1

    def get_button(self, _: int) -> bool:
        return self.button

    def get_numhats(self) -> int:
        return 1

    def get_hat(self, _: int) -> tuple[int, int]:
        return self.hat


class Keys:
    """A MIDI input with these messages on it."""

    def __init__(self) -> None:
        self.messages: list[list[Any]] = []

    def poll(self) -> bool:
        return bool(self.messages)

    def read(self, most: int) -> list[list[Any]]:
        found, self.messages = self.messages, []
        return found

    def close(self) -> None:
        self.messages = []


def fake_pygame(pad: Pad, keys: Keys) -> Any:
    def nothing() -> None:
        pass

    midi = SimpleNamespace(
        init=nothing,
        quit=nothing,
        get_count=lambda: 1,
        get_device_info=lambda number: ("ALSA", "Keys", 1, 0, 0),
        Input=lambda number: keys,
    )
    joystick = SimpleNamespace(quit=nothing, get_count=lambda: 1, Joystick=lambda number: pad)
    return SimpleNamespace(init=nothing, midi=midi, joystick=joystick, event=SimpleNamespace(pump=nothing))


def test_notes_and_buttons_act_once_for_each_press() -> None:
    pad, keys, done = Pad(), Keys(), []
    table = {name: (lambda name=name: done.append(name)) for name in ("note:36", "button:0", "hat:up")}
    controllers = Controllers(table, fake_pygame(pad, keys))
    assert eventually(lambda: len(controllers.names()) == 2)
    keys.messages = [[[0x90, 36, 99, 0], 1], [[0x90, 36, 0, 0], 2], [[0x90, 40, 99, 0], 3]]
    assert eventually(lambda: done == ["note:36"])
    pad.button = True
    assert eventually(lambda: done == ["note:36", "button:0"])
    pad.button, pad.hat = False, (0, 1)
    assert eventually(lambda: done == ["note:36", "button:0", "hat:up"])
    controllers.close()
