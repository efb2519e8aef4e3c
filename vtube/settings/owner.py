"""The one owner of the settings while the camera runs: a change happens as a whole or not at all.

First every room prepares for the new settings and may refuse; then all of them commit, which cannot fail.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

from vtube.errors import SettingsError
from vtube.settings.base import Path, fields, is_marked, local_kinds, nested, value_at
from vtube.settings.loading import merge, parse
from vtube.settings.renamed import with_new_names
from vtube.settings.saved import SavedSettings
from vtube.settings.schema import Settings

log = logging.getLogger(__name__)


Commit = Callable[[], None]
"""Lets the settings count that a room has prepared for; quick, cannot fail."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A commit of a room that has opened something for it.

    Attributes:
        commit: lets the new settings count.
        discard: gives back what was opened, when another room refused.
    """

    commit: Commit
    discard: Callable[[], None]

    def __call__(self) -> None:
        """Commit."""
        self.commit()


class Room(Protocol):
    """Whoever works by the settings and can change while the camera runs."""

    def prepare(self, settings: Settings) -> Commit:
        """Make ready what these settings need; nothing changes yet. Who opens something gives a `Prepared`.

        Raises:
            VtubeError: they cannot be had; one line.
        """


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change led to; nested mappings as in the file.

    Attributes:
        in_force: what counts from now on.
        restart: what waits for the next start.
        saved: what is kept for the next start; the flags and the file of that start win over it.
        warning: why nothing could be saved, or what became of a damaged file; or an empty string.
    """

    in_force: dict[str, Any] = field(default_factory=dict)
    restart: dict[str, Any] = field(default_factory=dict)
    saved: dict[str, Any] = field(default_factory=dict)
    warning: str = ""


class SettingsOwner:
    """Holds the settings that are in force, and beside them what waits for the next start.

    Any thread may read; changes take turns. What waits is in nobody's hands but this object's: rooms see only what
    is in force.
    """

    def __init__(
        self,
        settings: Settings,
        saved: SavedSettings | None = None,
        check_start: Callable[[Settings], None] = lambda _: None,
    ) -> None:
        """Nothing can change before the rooms have joined.

        Args:
            settings: those of the start.
            saved: where changes are kept; None keeps none.
            check_start: raises a VtubeError when the camera could not start with such settings.
        """
        self._in_force = self._wanted = settings
        self._saved = saved
        self._check_start = check_start
        self._rooms: tuple[Room, ...] = ()
        self._changing = threading.Lock()
        self.revision = 0
        """Counts the changes, so that others notice them."""

    @property
    def in_force(self) -> Settings:
        """The settings that the camera runs by."""
        return self._in_force

    def join(self, *rooms: Room) -> None:
        """Those who have to be asked; one whose preparation opens a device comes last."""
        self._rooms = rooms

    def values(self) -> dict[str, Any]:
        """What is in force, as in `config/default.yaml`, without what is secret."""
        return nested(_shown(self._in_force))

    def waiting(self) -> dict[str, Any]:
        """What was changed and waits for the next start, without what is secret."""
        now, then = _shown(self._in_force), _shown(self._wanted)
        return nested({path: value for path, value in then.items() if value != now[path]})

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the settings: ranges, choices, `description`, and `live` or `local` where it is so."""
        return Settings.model_json_schema()

    def change(self, changes: Mapping[str, Any], save: bool = True) -> Outcome:
        """Change settings, a nested mapping as in the file; `save` keeps them for the next start.

        Blocks while rooms prepare.

        Raises:
            VtubeError: an unknown setting, a wrong value, or a room refuses; then nothing has changed.
        """
        changes = with_new_names(changes)
        with self._changing:
            wanted = _changed(self._wanted, changes)
            named = [path for path, _ in fields(Settings) if _names(changes, path)]
            _refuse_local(self._wanted, wanted, named)
            live = {path: value_at(wanted, path) for path, at in fields(Settings) if is_marked(at, "live")}
            now = _changed(self._in_force, nested(live))
            if wanted != self._wanted:
                self._check_start(wanted)
            self._let_count(now)
            self._in_force, self._wanted = now, wanted
            self.revision += 1
            return self._outcome(named, save)

    def _let_count(self, settings: Settings) -> None:
        with ExitStack() as undo:
            commits = []
            for room in self._rooms:
                commits.append(commit := room.prepare(settings))
                if isinstance(commit, Prepared):
                    undo.callback(commit.discard)
            undo.pop_all()
        for commit in commits:
            commit()

    def _outcome(self, named: list[Path], save: bool) -> Outcome:
        now, then = _shown(self._in_force), _shown(self._wanted)
        chosen = {path: then[path] for path in named if path in then}
        in_force = {path: value for path, value in chosen.items() if now[path] == value}
        restart = {path: value for path, value in chosen.items() if now[path] != value}
        saved, warning = self._keep(nested(chosen)) if save and chosen else ({}, "")
        return Outcome(nested(in_force), nested(restart), saved, warning)

    def _keep(self, values: dict[str, Any]) -> tuple[dict[str, Any], str]:
        if self._saved is None:
            return {}, ""
        try:
            told = self._saved.add(values)
        except SettingsError as error:
            log.warning("%s", error)
            return {}, str(error)
        if told:
            log.warning("%s", told)
        return values, told


def _changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    values = settings.model_dump()
    merge(values, changes)
    return parse(values)


def _shown(settings: Settings) -> dict[Path, Any]:
    """Every value that may be shown, as JSON has it."""
    values = settings.model_dump(mode="json")
    return {path: _at(values, path) for path, at in fields(Settings) if not is_marked(at, "secret")}


def _at(values: dict[str, Any], path: Path) -> Any:
    inner: Any = values
    for name in path:
        inner = inner[name]
    return inner


def _names(changes: Mapping[str, Any], path: Path) -> bool:
    inner: Any = changes
    for name in path:
        if not isinstance(inner, Mapping) or name not in inner:
            return False
        inner = inner[name]
    return True


def _refuse_local(before: Settings, after: Settings, named: list[Path]) -> None:
    marked = dict(fields(Settings))
    for path in named:
        old, new, at = value_at(before, path), value_at(after, path), marked[path]
        if old != new and is_marked(at, "local"):
            name = ".".join(path)
            line = f"{name} can only be set in a file or by a flag, not while the camera runs"
            raise SettingsError(line, "setting.local", name=name)
        for spec in new if isinstance(new, list) else ():
            if spec not in old and _kind(spec) in local_kinds(at):
                raise SettingsError(f"{spec} can only be set in a file or by a flag, not while the camera runs")


def _kind(spec: object) -> str:
    """What a SPEC starts with, as registries understand it: whatever the case, with blanks round it."""
    return str(spec).partition(":")[0].strip().lower()
