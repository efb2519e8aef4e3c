"""The neutral faces that were asked for, kept from one session to the next.

`{"format": "vtube neutral faces", "version": 1, "faces": {"livelink": {"browInnerUp": 0.08, "head_x": -12.5, …}}}`:
the kind of tracker to the fields of a face vector; fields that are absent are 0.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from vtube.motion.facevector import FIELDS, INDEX, Vector
from vtube.paths import changing
from vtube.settings.complaints import complaining
from vtube.settings.kept_file import KeptFile
from vtube.threads import JOIN_S, Worker

NAME = "neutral-faces.json"
FORMAT, VERSION = "vtube neutral faces", 1
MAX_BYTES = 1_000_000
MAX_FACES = 64

Faces = dict[str, dict[str, float]]

log = logging.getLogger(__name__)


class NeutralFaceStore:
    """A small file, read at the start and written whenever a neutral face was asked for.

    A file that cannot be read or written costs one line in the log and nothing else.
    """

    def __init__(self, path: Path) -> None:
        self._file = KeptFile(path, FORMAT, VERSION, "faces", MAX_BYTES)
        self._faces = self._read()
        self._unwritten: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._waiting: set[str] = set()
        """What is in there, each once: a disk that hangs makes nothing grow."""
        self._writer = Worker("neutral faces", self._write_all)

    def get(self, source: str) -> Vector | None:
        """The neutral face, shape (62,), kept for this kind of tracker."""
        fields = self._faces.get(source)
        if fields is None:
            return None
        vector = np.zeros(len(FIELDS))
        for name, value in fields.items():
            vector[INDEX[name]] = value
        return vector

    def put(self, source: str, neutral: Vector) -> None:
        """Keep `neutral` for this kind of tracker; the file is written by a thread of the store's own."""
        values = zip(FIELDS, neutral.tolist(), strict=True)
        self._faces.pop(source, None)
        self._faces[source] = {name: round(value, 5) for name, value in values if value != 0.0}
        while len(self._faces) > MAX_FACES:
            del self._faces[next(iter(self._faces))]
        if source not in self._waiting:
            self._waiting.add(source)
            self._unwritten.put(source)
        self._writer.start()

    def close(self, seconds: float = JOIN_S) -> None:
        """Wait until everything is written, at most `seconds`; `put` may be called again."""
        if not self._writer.alive:
            return
        self._unwritten.put(None)
        if not self._writer.join(seconds):
            log.warning("the neutral face may not be kept for the next start: %s does not answer", self._file.path)

    def _read(self) -> Faces:
        text = f"the neutral faces in {self._file.path} cannot be read and do not count"
        with complaining(log, self._file.path, text, OSError, ValueError, OverflowError):
            return {source: _fields(face) for source, face in list(self._file.read().items())[-MAX_FACES:]}
        return {}

    def _write_all(self, _stopping: threading.Event) -> None:
        while (source := self._unwritten.get()) is not None:
            self._waiting.discard(source)
            if (face := self._faces.get(source)) is not None:
                with changing(self._file.path):
                    self._write(source, face)

    def _write(self, source: str, face: dict[str, float]) -> None:
        faces = {**self._read(), source: face}
        try:
            self._file.write(dict(list(faces.items())[-MAX_FACES:]))
        except OSError as error:
            log.warning("the neutral face is not kept for the next start: %s (%s)", self._file.path, error)


def _fields(face: object) -> dict[str, float]:
    if not isinstance(face, Mapping):
        raise ValueError("a face is no mapping")
    return {
        name: float(value)
        for name, value in face.items()
        if name in INDEX and isinstance(value, int | float) and math.isfinite(value)
    }
