"""What a client changed while the camera ran, kept for the next start in a file of the user's own."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from vtube.errors import SettingsError
from vtube.paths import changing, is_file, is_there, replace, user_folder, write_whole
from vtube.settings.complaints import complaining
from vtube.settings.loading import merge, parse, read
from vtube.settings.renamed import with_new_names

log = logging.getLogger(__name__)

NAME = "settings.yaml"
MOST_BROKEN = 10
HEAD = """\
# What was changed on the control page or over HTTP. It lies over the defaults; --config and flags win over it.
# `python -m vtube run --no-saved` leaves it out; to forget it, delete this file.
"""


class SavedSettings:
    """The file, as a nested mapping of the changed values only. Two programs at once lose none of each other's."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: `settings.yaml` in the user's folder when None."""
        self.path = path if path is not None else user_folder() / NAME

    def read(self) -> dict[str, Any]:
        """The values, empty without a file; a file that cannot be used costs one warning and does not count."""
        with complaining(log, self.path, "the saved settings do not count", SettingsError):
            return self._checked()
        return {}

    def add(self, changes: Mapping[str, Any]) -> str:
        """Lay `changes` over what is saved, and write it; a file that cannot be used is put aside as `.broken`.

        Returns:
            what the user should know: that a file was put aside, and why; mostly an empty string.

        Raises:
            SettingsError: the file cannot be read or written; it stays as it was.
        """
        with changing(self.path):
            return self._add(changes)

    def _add(self, changes: Mapping[str, Any]) -> str:
        told = ""
        try:
            values = self._checked()
        except SettingsError as error:
            if not (is_file(self.path) and os.access(self.path, os.R_OK)):
                raise
            values, aside = {}, self._put_aside()
            told = f"what was saved before does not count and lies in {aside}: {error}"
        merge(values, changes)
        try:
            write_whole(self.path, lambda part: part.write_text(_text(values), encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"cannot write {self.path}: {error.strerror or error}") from None
        return told

    def _checked(self) -> dict[str, Any]:
        if not is_there(self.path):
            return {}
        if not is_file(self.path):  # a pipe would be waited for
            raise SettingsError(f"{self.path} is no file; move it away")
        values = with_new_names(read(self.path))
        parse(values)
        return values

    def _put_aside(self) -> Path:
        names = [f"{self.path.name}.broken", *(f"{self.path.name}.broken.{number}" for number in range(2, MOST_BROKEN))]
        places = [self.path.with_name(name) for name in names]
        aside = next((place for place in places if not is_there(place)), places[-1])
        with contextlib.suppress(OSError):
            replace(self.path, aside)
        return aside


def _text(values: Mapping[str, Any]) -> str:
    return HEAD + yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False)
