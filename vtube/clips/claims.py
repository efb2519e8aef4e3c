"""Whose clip it is while it is made: a lock in its folder, which ends with the program that holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vtube.errors import ModelError, OutputError
from vtube.paths import hold, is_file

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK = ".lock"


class Claims:
    """The clips that this program makes. For one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """`folder`: that of the clips."""
        self._folder = folder
        self._held: dict[str, BaseFileLock] = {}

    def take(self, key: str) -> bool:
        """Claim a clip; False when another program that runs has it.

        Raises:
            OutputError: its folder cannot be written.
        """
        if key not in self._held:
            try:
                lock = hold(self._folder / key / LOCK)
            except ModelError as error:
                raise OutputError(str(error)) from None
            if lock is None:
                return False
            self._held[key] = lock
        return True

    def holds(self, key: str) -> bool:
        """Whether this program has claimed it."""
        return key in self._held

    def is_elsewhere(self, key: str) -> bool:
        """Whether another program that runs has claimed it."""
        if self.holds(key) or not is_file(self._folder / key / LOCK):
            return False
        try:
            lock = hold(self._folder / key / LOCK)
        except ModelError:
            return False
        if lock is not None:
            lock.release()
        return lock is None

    def release(self, key: str) -> None:
        """Leave a clip to whoever wants it."""
        if (lock := self._held.pop(key, None)) is not None:
            lock.release()

    def release_all(self) -> None:
        """Leave all of them."""
        for key in list(self._held):
            self.release(key)
