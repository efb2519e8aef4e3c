"""What goes out: whether the character is on it, and its recording into a folder of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from vtube.errors import SettingsError
from vtube.outputs.group import OutputGroup
from vtube.outputs.video_format import CONTAINERS
from vtube.paths import user_folder

FOLDER = "recordings"
"""In the user's folder: a client names a kind of video and never a path."""


class Recorder:
    """Starts and ends recordings; any thread may."""

    def __init__(self, outputs: OutputGroup, now: Callable[[], datetime] = datetime.now) -> None:
        """`now` is the time of day that names a file."""
        self._outputs = outputs
        self._now = now

    def start(self, kind: str) -> str:
        """Begin a new file of this kind, such as `mov`; returns its path.

        Raises:
            SettingsError: there is no such kind, or the folder cannot be made.
            OutputError: a recording is running.
        """
        if f".{kind}" not in CONTAINERS:
            raise SettingsError(f"a recording is {', '.join(name[1:] for name in CONTAINERS)}, not {kind!r}")
        folder = user_folder() / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"cannot make the folder {folder}: {error.strerror or error}") from None
        path = Path(folder, f"{self._now():%Y-%m-%d %H.%M.%S}.{kind}")
        self._outputs.record(path)
        return str(path)

    def stop(self) -> None:
        """Finish the file; harmless when none is written."""
        self._outputs.stop_recording()

    def status(self) -> dict[str, Any] | None:
        """For `/api/state`: the last recording, None before the first."""
        status = self._outputs.recording()
        return asdict(status) if status is not None else None


class Air:
    """Whether the outputs get the character."""

    def __init__(self, outputs: OutputGroup) -> None:
        self._outputs = outputs

    @property
    def on(self) -> bool:
        """Whether she is on air."""
        return self._outputs.on_air

    def put(self, on: bool) -> None:
        """Show her in every output, or in none."""
        self._outputs.on_air = on
