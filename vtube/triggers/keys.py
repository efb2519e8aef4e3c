"""Keys while another program has the focus, by pynput."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from vtube.errors import SettingsError, VtubeError
from vtube.registry import optional

MODIFIERS = ("ctrl", "alt", "shift", "cmd")
SAME = {
    "control": "ctrl",
    "strg": "ctrl",
    "option": "alt",
    "win": "cmd",
    "super": "cmd",
    "command": "cmd",
    "escape": "esc",
}
NAMED = (
    *MODIFIERS,
    *(f"f{number}" for number in range(1, 25)),
    *("space", "tab", "enter", "esc", "home", "end", "insert", "delete", "backspace", "page_up", "page_down"),
    *("up", "down", "left", "right", "pause", "print_screen", "scroll_lock", "caps_lock", "num_lock", "menu"),
    *("media_play_pause", "media_next", "media_previous", "media_volume_mute"),
)
SPLIT = re.compile(r"\+(?!$)")


class HotkeyError(VtubeError):
    """Keys cannot be listened to here."""


def combination(text: str) -> str:
    """Keys such as `ctrl+alt+1` in pynput's form, `<ctrl>+<alt>+1`.

    Raises:
        SettingsError: a key has no such name, or there are only modifiers.
    """
    parts = [part.strip().lower().strip("<>") or part for part in SPLIT.split(text.strip())]
    parts = [SAME.get(part, part) for part in parts]
    for part in parts:
        if len(part) != 1 and part not in NAMED:
            raise SettingsError(f"no key is called {part!r} in the hotkey {text!r}; write it like ctrl+alt+1 or f8")
    if all(part in MODIFIERS for part in parts) or len(set(parts)) != len(parts):
        raise SettingsError(f"the hotkey {text!r} needs a key beside ctrl, alt, shift and cmd, like ctrl+alt+1")
    return "+".join(part if len(part) == 1 else f"<{part}>" for part in parts)


def why_not() -> str:
    """Why no keys of other programs can be heard here; empty where they can."""
    if sys.platform == "linux" and os.environ.get("XDG_SESSION_TYPE") == "wayland":
        return "Wayland shows a program no keys that others get; use links instead (docs/reference/triggers.md), or X11"
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        return "there is no screen here, so there are no keys"
    return ""


class KeyListener:
    """Listens from the making to `close`."""

    def __init__(self, actions: Mapping[str, Callable[[], None]], keyboard: Any = None) -> None:
        """Begin to listen.

        Args:
            actions: keys as the settings write them, and what they do.
            keyboard: `pynput.keyboard`, imported when None.

        Raises:
            HotkeyError: no keys can be heard here.
            PackageMissingError: pynput is not installed.
        """
        if keyboard is None:
            if reason := why_not():
                raise HotkeyError(reason)
            keyboard = optional("pynput.keyboard", "hotkeys", "a hotkey")
        self._listener = keyboard.GlobalHotKeys({combination(keys): act for keys, act in actions.items()})
        self._listener.daemon = True
        self._listener.start()
        if getattr(self._listener, "IS_TRUSTED", True) is False:
            self.close()
            raise HotkeyError(
                "macOS hides the keys of other programs: allow the terminal in Privacy & Security, Accessibility, "
                "and start again"
            )

    def close(self) -> None:
        """Stop listening."""
        self._listener.stop()
