"""Keys, controllers and links of a running camera: a room of the settings, and what the server asks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from vtube.errors import SettingsError, VtubeError, refusing
from vtube.settings import Commit, HotkeySettings, Prepared, Settings
from vtube.triggers.actions import Actions, read_action
from vtube.triggers.controllers import Controllers, check_press
from vtube.triggers.keys import KeyListener, combination
from vtube.triggers.links import Links

log = logging.getLogger(__name__)

Table = Mapping[str, Callable[[], None]]


class Listener(Protocol):
    """A device that is listened to."""

    def close(self) -> None:
        """Stop listening."""


class Triggers:
    """Listens to what the settings name; a device that cannot be had costs a line, and the rest goes on."""

    def __init__(
        self,
        settings: Settings,
        actions: Actions,
        links: Path,
        listen_to_keys: Callable[[Table], Listener] = KeyListener,
        listen_to_controllers: Callable[[Table], Listener] = Controllers,
    ) -> None:
        """Nothing is listened to before `open`; `links` is the file of the links.

        Raises:
            SettingsError: the tables name what does not exist.
        """
        check(settings.hotkeys)
        self.actions = actions
        self._links = Links(links)
        self._settings = settings.hotkeys
        self._makers = {"keys": listen_to_keys, "controllers": listen_to_controllers}
        self._listeners: dict[str, Listener] = {}
        self._failures: dict[str, str] = {}
        self._opened = False

    def open(self) -> None:
        """Begin to listen."""
        self._opened = True
        for kind in self._makers:
            self._begin(kind)

    def close(self) -> None:
        """Stop listening; harmless when called twice."""
        listeners, self._listeners = self._listeners, {}
        for listener in listeners.values():
            listener.close()

    def prepare(self, settings: Settings) -> Commit:
        """See `SettingsOwner`.

        Raises:
            SettingsError: the tables name what does not exist.
        """
        wanted = settings.hotkeys
        check(wanted)

        def commit() -> None:
            before, self._settings = self._settings, wanted
            for kind in self._makers if self._opened else ():
                if getattr(before, kind) != getattr(wanted, kind):
                    self._begin(kind)

        return Prepared(commit, lambda: None)

    def status(self) -> dict[str, Any]:
        """For `/api/state`: each kind of device: off, on or failed, and why."""
        return {
            kind: {
                "state": "failed" if kind in self._failures else "on" if kind in self._listeners else "off",
                "reason": self._failures.get(kind, ""),
            }
            for kind in self._makers
        }

    def names(self) -> list[str]:
        """The actions that there are."""
        return self.actions.names()

    def do(self, action: str) -> None:
        """Do one. Blocks."""
        self.actions.do(action)

    def links(self) -> list[dict[str, str]]:
        """Each link's key and name."""
        return self._links.all()

    def new_link(self, name: str) -> str:
        """The token of one more link. Blocks."""
        return self._links.new(name)

    def remove_link(self, key: str) -> bool:
        """Take a link away; False when there is none of that key. Blocks."""
        return self._links.remove(key)

    def knows_link(self, token: str) -> bool:
        """Whether a link has this token."""
        return self._links.knows(token)

    def _begin(self, kind: str) -> None:
        before = self._listeners.pop(kind, None)
        self._failures.pop(kind, None)
        if before is not None:
            before.close()
        table = {name: self._doer(action) for name, action in getattr(self._settings, kind).items()}
        if not table:
            return
        try:
            self._listeners[kind] = self._makers[kind](table)
        except VtubeError as error:
            self._failures[kind] = str(error)
            log.warning("no hotkeys: %s", error)
        except Exception as error:  # noqa: BLE001 - whatever a driver does, the show goes on
            self._failures[kind] = f"{type(error).__name__}: {error}"
            log.warning("no hotkeys: %s", self._failures[kind])

    def _doer(self, action: str) -> Callable[[], None]:
        def act() -> None:
            try:
                self.actions.do(action)
            except VtubeError as error:
                log.warning("%s: %s", action, error)

        return act


def check(settings: HotkeySettings) -> None:
    """See that the tables name keys, presses and actions that exist.

    Raises:
        SettingsError: one does not; one line.
    """
    seen: dict[str, str] = {}
    for keys in settings.keys:
        with refusing(keys, "hotkeys.keys"):
            other = seen.setdefault(combination(keys), keys)
            if other != keys:
                raise SettingsError(f"the hotkeys {other!r} and {keys!r} are the same keys")
    for press in settings.controllers:
        with refusing(press, "hotkeys.controllers"):
            check_press(press)
    for action in (*settings.keys.values(), *settings.controllers.values()):
        with refusing(action, "hotkeys.keys", "hotkeys.controllers"):
            read_action(action)
