"""The ear of the camera: a sound input and the lip sync that listens to it."""

from __future__ import annotations

from vtube.audio.registry import create_source
from vtube.settings import Settings
from vtube.signals import InputStatus, MouthShape


class Hearing:
    """Starts the sound input and gives the newest mouth shape."""

    def __init__(self, settings: Settings) -> None:
        self._source = create_source(settings.audio)

    def start(self) -> None:
        """Begin to listen, when there is something to listen to."""

    def mouth(self) -> MouthShape | None:
        """The newest mouth shape, None before the first."""
        return None

    def pretend(self, talking: bool) -> None:
        """Move the mouth as if speaking."""

    def statuses(self, now: float) -> list[InputStatus]:
        """The sound input's line, if there is one."""
        return [] if self._source is None else [self._source.status(now)]

    def close(self) -> None:
        """Stop listening."""
        if self._source is not None:
            self._source.close()
