"""How loud the user's voice is at each microphone, kept from one session to the next.

`{"format": "vtube voice levels", "version": 1, "microphones": {"NAME": {"peak_db": -12.4, "floor_db": -54.0}, …}}`
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path

from vtube.audio.known_voice import VoiceLevel
from vtube.errors import AudioError
from vtube.paths import changing, is_there, remove, user_folder
from vtube.settings.complaints import complaining
from vtube.settings.kept_file import KeptFile
from vtube.threads import JOIN_S, Worker

NAME = "voice-levels.json"
FORMAT, VERSION = "vtube voice levels", 1
MAX_BYTES, MAX_MICROPHONES, MAX_NAME = 100_000, 32, 200
WRITE_S = 60.0
CHANGED_DB = 1.0
"""A level that moved by less is not written again."""

Levels = dict[str, VoiceLevel]

log = logging.getLogger(__name__)


class VoiceMemory:
    """A small file: read at the start, written now and then and at the end, by a thread of its own.

    A file that cannot be read or written costs one line in the log and nothing else.
    """

    def __init__(self, path: Path) -> None:
        self._file = KeptFile(path, FORMAT, VERSION, "microphones", MAX_BYTES)
        self._levels = self._read()
        self._written = dict(self._levels)
        self._complained = False
        self._writer = Worker("voice levels", self._write_now_and_then)

    def get(self, microphone: str) -> VoiceLevel | None:
        """The level at this microphone, None where it never was heard."""
        return self._levels.get(microphone[:MAX_NAME])

    def put(self, microphone: str, level: VoiceLevel) -> None:
        """Keep `level`; any thread may call, and nothing is written in it."""
        self._levels[microphone[:MAX_NAME]] = level

    def start(self) -> None:
        """Begin to write now and then."""
        self._writer.start()

    def close(self, seconds: float = JOIN_S) -> None:
        """Write what is not written yet; waits at most `seconds`."""
        if self._writer.alive and not self._writer.close(seconds):
            log.warning("the level of your voice may not be kept: %s does not answer", self._file.path)

    def _write_now_and_then(self, stopping: threading.Event) -> None:
        ended = False
        while not ended:
            ended = stopping.wait(WRITE_S)
            changed = {name: level for name, level in list(self._levels.items()) if self._has_moved(name, level)}
            if changed:
                with changing(self._file.path):
                    self._write(changed)

    def _has_moved(self, name: str, level: VoiceLevel) -> bool:
        kept = self._written.get(name)
        return kept is None or abs(level.peak_db - kept.peak_db) + abs(level.floor_db - kept.floor_db) >= CHANGED_DB

    def _write(self, changed: Levels) -> None:
        others = {name: level for name, level in self._read().items() if name not in changed}
        levels = dict([*others.items(), *changed.items()][-MAX_MICROPHONES:])
        told = {
            name: {"peak_db": round(level.peak_db, 1), "floor_db": round(level.floor_db, 1)}
            for name, level in levels.items()
        }
        try:
            self._file.write(told)
        except OSError as error:
            if not self._complained:
                log.warning("the level of your voice is not kept for the next start: %s (%s)", self._file.path, error)
            self._complained = True
        else:
            self._written.update(changed)

    def _read(self) -> Levels:
        text = f"the level of your voice in {self._file.path} cannot be read and does not count"
        with complaining(log, self._file.path, text, OSError, ValueError):
            kept = list(self._file.read().items())[-MAX_MICROPHONES:]
            levels = {name[:MAX_NAME]: _level(value) for name, value in kept}
            return {name: level for name, level in levels.items() if level is not None}
        return {}


def forget_voice_levels() -> bool:
    """Remove the file; whether there was one.

    Raises:
        AudioError: it cannot be removed.
    """
    path = user_folder() / NAME
    try:
        there = is_there(path)
        remove(path)
    except OSError as error:
        raise AudioError(f"cannot remove {path}: {error.strerror or error}") from None
    return there


def _level(value: object) -> VoiceLevel | None:
    if not isinstance(value, Mapping):
        return None
    peak, floor = value.get("peak_db"), value.get("floor_db")
    if not isinstance(peak, int | float) or not isinstance(floor, int | float):
        return None
    try:
        return VoiceLevel(float(peak), float(floor))
    except (ValueError, OverflowError):
        return None
