"""Files of the user's own that are edited while the camera runs: they count a second after they were saved."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from vtube.errors import VtubeError
from vtube.paths import edition
from vtube.threads import Worker

log = logging.getLogger(__name__)

LOOK_S = 1.0


class EditedFiles:
    """Looks at the files once a second."""

    def __init__(self, files: Callable[[], Iterable[str | None]], read_again: Callable[[], object]) -> None:
        """Nothing is looked at before `start`.

        Args:
            files: their paths; None is no file.
            read_again: called when one was edited; it knows which.
        """
        self._files, self._read_again = files, read_again
        self._worker = Worker("edited files", self._run)
        self._seen = self._editions()

    def start(self) -> None:
        """Begin to look."""
        self._worker.start()

    def close(self) -> None:
        """End; harmless when called twice."""
        self._worker.close()

    def look(self) -> None:
        """Have read again what was edited since the last look."""
        now = self._editions()
        edited = any(self._seen.get(path, was) != was for path, was in now.items() if was is not None)
        self._seen = now
        if edited:
            try:
                self._read_again()
            except VtubeError as error:
                log.warning("%s", error)

    def _editions(self) -> dict[str | None, tuple[int, int] | None]:
        return {path: edition(path) for path in self._files()}

    def _run(self, ending: threading.Event) -> None:
        while not ending.wait(LOOK_S):
            self.look()
