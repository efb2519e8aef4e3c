"""What a client changed while the camera ran, kept for the next start in a file of the user's own."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from vtube.errors import SettingsError
from vtube.paths import is_there, replace, user_folder, write_whole
from vtube.settings.loading import merge, parse, read
from vtube.settings.renamed import with_new_names

log = logging.getLogger(__name__)

NAME = "settings.yaml"
HEAD = """\
# What was changed on the control page or over HTTP. It lies over the defaults; --config and flags win over it.
# `python -m vtube run --no-saved` leaves it out; to forget it, delete this file.
"""


class SavedSettings:
    """The file, as a nested mapping of the changed values only. For one thread at a time."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: `settings.yaml` in the user's folder when None."""
        self.path = path if path is not None else user_folder() / NAME

    def read(self) -> dict[str, Any]:
        """The values, empty without a file; a file that cannot be used costs one warning and does not count."""
        try:
            return self._checked()
        except SettingsError as error:
            log.warning("the saved settings do not count: %s", error)
            return {}

    def add(self, changes: Mapping[str, Any]) -> None:
        """Lay `changes` over what is saved, and write it; a file that cannot be used is put aside as `.broken`.

        Raises:
            SettingsError: the file cannot be written; it stays as it was.
        """
        try:
            values = self._checked()
        except SettingsError:
            values = {}
            self._put_aside()
        merge(values, changes)
        try:
            write_whole(self.path, lambda part: part.write_text(_text(values), encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"cannot write {self.path}: {error.strerror or error}") from None

    def _checked(self) -> dict[str, Any]:
        if not is_there(self.path):
            return {}
        values = with_new_names(read(self.path))
        parse(values)
        return values

    def _put_aside(self) -> None:
        with contextlib.suppress(OSError):
            replace(self.path, self.path.with_name(f"{self.path.name}.broken"))


def _text(values: Mapping[str, Any]) -> str:
    return HEAD + yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False)
