"""`sphinx`: PocketSphinx, whose English model is inside its package; for computers that can do no more."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np

from vtube.audio.base import Samples
from vtube.errors import AudioError
from vtube.listening.base import Recogniser
from vtube.listening.sphinx_process import serve
from vtube.registry import optional
from vtube.settings import ListeningSettings
from vtube.spec import Spec
from vtube.text import first_line
from vtube.threads import children_ignore_interrupts

QUIETEST = 1e-3
START_S = 60.0
ANSWER_S = 120.0
"""A turn has 40 s at most; a busy computer takes as long for it."""


class SphinxRecogniser:
    """The model that comes with the package, in a process that ends with this object."""

    name = "sphinx"

    def __init__(self, target: Callable[[Connection], None] = serve) -> None:
        """`target` is what the process does; see `sphinx_process.serve`."""
        self._target = target
        self._process: BaseProcess | None = None
        self._link: Connection | None = None

    def load(self) -> None:
        """See `base.Recogniser`."""
        optional("pocketsphinx", "sphinx", "sphinx")
        self._started()

    def recognise(self, samples: Samples, language: str) -> str:  # noqa: ARG002 - its model has one of its own
        """See `base.Recogniser`."""
        if float(np.abs(samples).max(initial=0.0)) < QUIETEST:
            return ""
        link = self._link or self._started()
        try:
            link.send_bytes(as_int16(samples).tobytes())
            text, why = _answer(link, ANSWER_S)
        except (EOFError, OSError):
            self._end()
            raise AudioError("PocketSphinx has ended; it is started again with the next turn") from None
        if why:
            raise AudioError(f"speech recognition fails: {why}")
        return str(text)

    def _started(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        link, theirs = context.Pipe()
        self._process = context.Process(target=self._target, args=(theirs,), name="sphinx", daemon=True)
        with children_ignore_interrupts():
            self._process.start()
        theirs.close()
        self._link = link
        try:
            why = _answer(link, START_S)
        except (EOFError, OSError) as error:
            why = first_line(error) or "its process has ended"
        if why:
            self._end()
            raise AudioError(f"PocketSphinx does not start: {why}")
        return link

    def _end(self) -> None:
        process, link = self._process, self._link
        self._process = self._link = None
        if link is not None:
            link.close()
        if process is not None:
            process.terminate()


def _answer(link: Connection, seconds: float) -> Any:
    if not link.poll(seconds):
        raise EOFError
    return link.recv()


def as_int16(samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Float samples in [-1, 1] as 16 bits."""
    return (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)


def create(_spec: Spec, _settings: ListeningSettings) -> Recogniser:
    """`sphinx`. Raises: PackageMissingError."""
    optional("pocketsphinx", "sphinx", "sphinx")
    return SphinxRecogniser()
