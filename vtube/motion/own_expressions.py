"""Expressions of the user's own, kept in one file: {name: {parameter: value}}, as SillyTavern keeps its emotions."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from vtube.errors import SettingsError
from vtube.motion.templates import Templates, parse_templates, said
from vtube.paths import changing, is_there, read_bounded, write_whole
from vtube.settings.complaints import complaining

NAME = "expressions.json"
MAX_BYTES = 1_000_000
MAX_EXPRESSIONS = 200
MAX_NAME = 60
Values = Mapping[str, Mapping[str, float]]

log = logging.getLogger(__name__)


class OwnExpressions:
    """The file, and what is made of it. Any thread may call; changes take turns and are written before they count."""

    def __init__(self, path: Path, lay: Callable[[Templates], object]) -> None:
        """Read the file and hand what it holds to `lay`.

        Args:
            path: the file; one that is damaged costs a line in the log and is left as it is until the next change.
            lay: takes over the whole of them, now and at each change.
        """
        self._path, self._lay = path, lay
        self._changing = threading.Lock()
        self._templates = self._read() or {}
        self._lay(self._templates)

    def names(self) -> list[str]:
        """Their names, sorted."""
        return sorted(self._templates)

    def values(self) -> dict[str, dict[str, float]]:
        """{name: {parameter: value}} of those that do something, in the order of their names."""
        return {name: said(self._templates[name]) for name in self.names()}

    def put(self, values: Values) -> None:
        """Add these; one that there is already is replaced. All of them or, when one is refused, none. Blocks.

        Raises:
            SettingsError: a name or a parameter cannot be, there are too many, or the file cannot be written.
        """
        for name in values:
            _check_name(name)
        added = parse_templates(values, "the expressions")
        with self._changing, changing(self._path):
            self._keep({**self._newest(), **added})

    def remove(self, name: str) -> bool:
        """Take one away; False when there is none of that name. Blocks.

        Raises:
            SettingsError: the file cannot be written.
        """
        with self._changing, changing(self._path):
            templates = self._newest()
            if name not in templates and name not in self._templates:
                return False
            self._keep({one: pose for one, pose in templates.items() if one != name})
            return True

    def _keep(self, templates: Templates) -> None:
        if len(templates) > MAX_EXPRESSIONS:
            raise SettingsError(f"there can be {MAX_EXPRESSIONS} expressions of your own; take some away first")
        text = json.dumps({name: said(pose) for name, pose in sorted(templates.items())}, indent=2) + "\n"
        try:
            write_whole(self._path, lambda part: part.write_text(text, encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"cannot write {self._path}: {error.strerror or error}") from None
        self._templates = templates
        self._lay(templates)

    def _newest(self) -> Templates:
        """What the file holds now, as another vtube may have written it; what is known where there is no such file."""
        found = self._read()
        return self._templates if found is None else found

    def _read(self) -> Templates | None:
        if not is_there(self._path):
            return None
        text = f"your own expressions in {self._path} are left out"
        with complaining(log, self._path, text, OSError, ValueError, RecursionError, SettingsError):
            return parse_templates(json.loads(read_bounded(self._path, MAX_BYTES)), str(self._path))
        return None


def _check_name(name: str) -> None:
    if not (0 < len(name.strip()) <= MAX_NAME and name == name.strip() and name.isprintable()) or set(name) & set(
        "/+:"
    ):
        raise SettingsError(f"an expression's name is 1 to {MAX_NAME} letters without / + and :, not {name!r}")
