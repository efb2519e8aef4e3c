"""The system asks for an end (SIGTERM): the sentence that is being said is said to its end, recordings are finished."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from vtube.clock import Clock, monotonic
from vtube.threads import Worker

DRAIN_S = 8.0
"""A sentence may go on for so long; Docker waits ten seconds until it ends a program, systemd ninety."""

PATIENT_CLOSE_S = 1.8
"""How long outputs may then take for what they have queued."""

LOOK_S = 0.05

log = logging.getLogger(__name__)


class Draining:
    """Calls `stop` as soon as the present sentence is over."""

    def __init__(
        self, speech: Callable[[float], Mapping[str, Any]], stop: Callable[[], object], clock: Clock = monotonic
    ) -> None:
        """`speech` is the object of `/api/state` for a moment, monotonic seconds."""
        self._speech, self._stop, self._clock = speech, stop, clock
        self._worker = Worker("draining", self._run)

    def start(self) -> None:
        """Begin; returns at once. From a signal handler, too."""
        self._worker.start()

    def _run(self, stopping: threading.Event) -> None:
        began, said = self._clock(), self.sentence()
        if said is not None:
            log.info("ending after this sentence; a second signal ends at once")
        while said is not None and self.sentence() == said and self._clock() - began < DRAIN_S:
            stopping.wait(LOOK_S)
        self._stop()

    def sentence(self) -> str | None:
        """The sentence that is heard now; None in silence, and while speech stands still."""
        speech = self._speech(self._clock())
        going = speech["speaking"] and not speech["paused"] and not speech["held"]
        return str(speech["text"]) if going else None
