"""MIDI devices and gamepads, by pygame: notes, knobs and buttons as `note:36`, `control:7`, `button:0`, `hat:up`."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vtube.errors import SettingsError
from vtube.registry import optional
from vtube.threads import Worker

PRESS = re.compile(
    r"(note|control|program):([0-9]|[1-9][0-9]|1[01][0-9]|12[0-7])|button:([0-9]|[1-5][0-9])|hat:(up|down|left|right)"
)
READ_S = 0.01
SEARCH_S = 3.0
"""How often new devices are looked for."""
NOTE_ON, CONTROL, PROGRAM = 0x90, 0xB0, 0xC0
HALF = 64
"""A knob acts when it comes up past its middle."""
MOST_EVENTS = 64
HATS = {(0, 1): "up", (0, -1): "down", (-1, 0): "left", (1, 0): "right"}


def check_press(text: str) -> str:
    """The name of a press, as it is compared.

    Raises:
        SettingsError: there is none of that name.
    """
    name = text.strip().lower()
    if not PRESS.fullmatch(name):
        line = "note:36, control:7 and program:1 (MIDI, 0 to 127), button:0 and hat:up (gamepad)"
        raise SettingsError(f"{text!r} is nothing that one can press; there are {line}")
    return name


def midi_press(status: int, number: int, value: int, before: int) -> str | None:
    """What a MIDI message presses; `before` is the last value of the same knob. None for a release or a turn."""
    kind = status & 0xF0
    if kind == NOTE_ON and value > 0:
        return f"note:{number}"
    if kind == CONTROL and before < HALF <= value:
        return f"control:{number}"
    return f"program:{number}" if kind == PROGRAM else None


class Controllers:
    """Reads all devices from a thread of its own, from the making to `close`; new ones are found by themselves."""

    def __init__(self, actions: Mapping[str, Callable[[], None]], pygame: Any = None) -> None:
        """Begin to read.

        Args:
            actions: presses, and what they do.
            pygame: the module, imported when None.

        Raises:
            PackageMissingError: pygame is not installed.
        """
        if pygame is None:
            os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
            os.environ.setdefault("SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS", "1")
            os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
            pygame = optional("pygame", "controllers", "a controller")
            optional("pygame.midi", "controllers", "a controller")
        self._actions = actions
        self._pygame = pygame
        self._midi: dict[int, Any] = {}
        self._pads: dict[int, Any] = {}
        self._knobs: dict[tuple[int, int, int], int] = {}
        self._down: dict[int, set[str]] = {}
        self._worker = Worker("controllers", self._run)
        self._worker.start()

    def close(self) -> None:
        """Stop reading, and give the devices back."""
        self._worker.close()

    def names(self) -> list[str]:
        """The devices that are read."""
        return [str(pad.get_name()) for pad in self._pads.values()] + [f"MIDI {number}" for number in self._midi]

    def _run(self, stopping: threading.Event) -> None:
        self._pygame.init()
        self._pygame.midi.init()
        looks = 0
        try:
            while not stopping.wait(READ_S):
                if looks % round(SEARCH_S / READ_S) == 0:
                    self._search()
                looks += 1
                for press in self.presses():
                    if press in self._actions:
                        self._actions[press]()
        finally:
            for device in self._midi.values():
                with contextlib.suppress(Exception):
                    device.close()
            self._pygame.midi.quit()
            self._pygame.joystick.quit()

    def presses(self) -> Iterator[str]:
        """What was pressed since the last look."""
        self._pygame.event.pump()
        for number, device in self._midi.items():
            for message, _ in device.read(MOST_EVENTS) if device.poll() else ():
                status, key, value = message[:3]
                place = (number, status, key)
                press = midi_press(status, key, value, self._knobs.get(place, 0))
                self._knobs[place] = value
                if press:
                    yield press
        for number, pad in self._pads.items():
            down = set(_down(pad))
            yield from sorted(down - self._down.get(number, down))
            self._down[number] = down

    def _search(self) -> None:
        midi = self._pygame.midi
        for number in range(midi.get_count()):
            if number not in self._midi and midi.get_device_info(number)[2]:
                with contextlib.suppress(Exception):  # another program has it
                    self._midi[number] = midi.Input(number)
        for number in range(self._pygame.joystick.get_count()):
            if number not in self._pads:
                with contextlib.suppress(Exception):
                    self._pads[number] = self._pygame.joystick.Joystick(number)


def _down(pad: Any) -> Iterator[str]:
    for button in range(pad.get_numbuttons()):
        if pad.get_button(button):
            yield f"button:{button}"
    for hat in range(pad.get_numhats()):
        if name := HATS.get(tuple(pad.get_hat(hat))):
            yield f"hat:{name}"
