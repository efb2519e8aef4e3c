"""A thread of its own for every output, so that none can delay the loop or its neighbours."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vtube.clock import monotonic
from vtube.errors import OutputError, PackageMissingError
from vtube.frame import Frame, drawn
from vtube.outputs.base import Output, OutputAwayError, OutputEndedError
from vtube.threads import Worker, urgent_thread

RETRY_S = 2.0
"""Seconds between two attempts to open an output that failed."""

QUEUE_BYTES = 256 * 2**20
"""How much an output that keeps every frame may fall behind before it loses one."""

CLOSE_S = 1.0
"""Seconds that closing may take, all outputs together."""

FINISH_SHARE = 0.6
"""Part of that time in which an output that keeps every frame may still write what it has queued."""

NOT_URGENT = (
    "this system does not let the camera run before other programs: beside busy ones its rate may suffer "
    "(on Linux: an rtprio line for your user in /etc/security/limits.conf, or root)"
)

log = logging.getLogger(__name__)


class OutputState(StrEnum):
    """Where an output stands."""

    OPENING = "opening"
    LIVE = "live"
    FAILED = "failed"
    ABSENT = "absent"
    ENDED = "ended"
    CLOSED = "closed"


ENDED = (OutputState.ENDED, OutputState.CLOSED)
FAULTY = (OutputState.FAILED, OutputState.ABSENT)


@dataclass(frozen=True, slots=True)
class OutputStatus:
    """One output's line in the status line and in `/api/state`.

    Attributes:
        name: the SPEC's kind, such as `camera`.
        state: opening, live, failed (tried again every 2 s), absent (the same of an output that is only there by
            default and has not worked yet: not a failure), ended (not tried again) or closed.
        detail: where it goes, for the user.
        sent: frames handed to the device.
        dropped: frames that were ready while the device was still busy with an earlier one.
        error: the reason of a failure, an end or an absence, empty otherwise.
        failures: how often it has failed since it was made; one that goes on failing counts once.
        urgent: of a device that others read at its rate: whether the system lets its thread run before ordinary
            ones, so that other programs cannot take its rate; None of an output that does not need it.
        age_s: how long ago it took its last frame, seconds; None before the first.
    """

    name: str
    state: OutputState
    detail: str
    sent: int
    dropped: int
    error: str
    failures: int = 0
    urgent: bool | None = None
    age_s: float | None = None


class OutputWorker:
    """Feeds one output from a slot that the loop overwrites, and opens it again when it failed.

    An output that keeps every frame gets a bounded queue instead of the slot.
    """

    def __init__(self, output: Output, *, retry_s: float = RETRY_S, queue_bytes: int = QUEUE_BYTES) -> None:
        self._output = output
        self._retry_s = self._pause_s = retry_s
        self._queue_bytes = queue_bytes
        self._waiting: deque[tuple[Frame, float]] = deque()
        self._changed = threading.Condition()
        self._closing_by: float | None = None
        self._state = OutputState.OPENING
        self._accepts = True
        self._required, self._was_live = True, False
        self._error = ""
        self._sent = 0
        self._sent_at: float | None = None
        self._failures = 0
        self._dropped = 0
        self._urgent: bool | None = None
        self._reopens = False
        self._thread = Worker(f"output {output.name}", self._run)

    def start(self) -> None:
        """Open the output and feed it, both in its own thread."""
        self._thread.start()

    def require(self, required: bool) -> None:
        """Tell whether somebody has asked for it: one that is only there by default may be absent. From any thread.

        One that is absent and is asked for is tried again at once.
        """
        with self._changed:
            self._required = required
            if required and self._state is OutputState.ABSENT:
                self._state = OutputState.OPENING
                self._changed.notify()

    def submit(self, frame: Frame, now: float) -> None:
        """Hand over the frame of the deadline `now`. Never blocks, never raises."""
        with self._changed:
            if not self._accepts or self._closing_by is not None:
                return
            if not self._output.keeps_every_frame:
                self._dropped += len(self._waiting) if self._state is OutputState.LIVE else 0
                self._waiting.clear()
            elif (len(self._waiting) + 1) * frame.nbytes > self._queue_bytes:
                self._dropped += 1
                return
            self._waiting.append((frame, now))
            self._changed.notify()

    def status(self) -> OutputStatus:
        """Where the output stands. Never blocks for long."""
        with self._changed:
            return OutputStatus(
                self._output.name,
                self._state,
                self._output.detail,
                self._sent,
                self._dropped,
                self._error,
                self._failures,
                self._urgent,
                None if self._sent_at is None else round(monotonic() - self._sent_at, 1),
            )

    def failure(self) -> str:
        """Why it has failed at what it is for, one line; empty when it has not.

        What keeps every frame has failed when it could not go on; anything else when it took no frame or takes none any
        more, so a window that somebody closed has not. Never blocks for long.
        """
        with self._changed:
            served = self._state is OutputState.ENDED and self._sent > 0 and not self._output.keeps_every_frame
            return f"{self._output.name}: {self._error}" if self._error and not served else ""

    @property
    def keeps_every_frame(self) -> bool:
        """Whether it is a recording."""
        return self._output.keeps_every_frame

    @property
    def needs_pixels(self) -> bool:
        """Whether it looks at the pixels of the frames that it gets. From any thread."""
        return self._output.takes_pixels and self._accepts and self._state not in ENDED

    def reopen(self) -> None:
        """Close the output and open it again, in its own thread; frames meanwhile wait as they do at the start."""
        with self._changed:
            self._reopens = True
            self._changed.notify()

    def change_rate(self) -> None:
        """The frames a second of its context have changed: open an output again that has announced them."""
        if self._output.announces_rate:
            self.reopen()

    def begin_close(self, deadline: float) -> None:
        """Ask for the end; queued frames of a file are written until the monotonic moment `deadline`."""
        with self._changed:
            self._closing_by = deadline
            if not self._output.keeps_every_frame:
                self._waiting.clear()
            self._changed.notify()

    def finish_close(self, deadline: float) -> None:
        """Wait for the end, until `deadline` at most."""
        if not self._thread.join(max(0.0, deadline - monotonic())):
            log.warning("%s: does not answer; it is left behind", self._output.name)
            self._note_end(f"{self._output.detail} does not answer; it is left behind")

    def _run(self, _stopping: threading.Event) -> None:
        if not self._output.real_time:
            self._serve()
            return
        with urgent_thread() as self._urgent:
            if not self._urgent:
                log.info("%s: %s", self._output.name, NOT_URGENT)
            self._serve()

    def _serve(self) -> None:
        while self._closing_by is None and self._state is not OutputState.ENDED:
            if self._open():
                self._feed()
            self._close_output()
            self._pause()
        with self._changed:
            if self._state is not OutputState.ENDED:
                self._state = OutputState.CLOSED

    def _open(self) -> bool:
        with self._changed:
            self._reopens = False
        try:
            self._output.open()
        except Exception as error:  # noqa: BLE001 - a device may raise anything; the camera goes on
            self._fail(error)
            return False
        with self._changed:
            self._accepts = True
        if self._state in (OutputState.OPENING, OutputState.ABSENT):
            self._go_live()
        return True

    def _feed(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and self._closing_by is None and not self._reopens:
                    self._changed.wait()
                if self._reopens and self._closing_by is None:
                    return
                if not self._waiting or self._out_of_time():
                    self._dropped += len(self._waiting)
                    return
                frame, now = self._waiting.popleft()
            try:
                self._output.send(drawn(frame) if self._output.takes_pixels else frame, now)
            except Exception as error:  # noqa: BLE001 - a device may raise anything; the camera goes on
                self._fail(error)
                return
            self._sent, self._sent_at = self._sent + 1, monotonic()
            if self._state is not OutputState.LIVE:
                self._go_live()

    def _out_of_time(self) -> bool:
        return self._closing_by is not None and monotonic() > self._closing_by

    def _close_output(self) -> None:
        try:
            self._output.close()
        except Exception as error:
            log.warning("%s: %s", self._output.name, error)
            log.debug("while closing", exc_info=error)
            self._note_end(str(error) or type(error).__name__)

    def _note_end(self, error: str) -> None:
        """Something that went wrong at the end matters to a file, which is not whole then, and to nothing else."""
        with self._changed:
            if self._output.keeps_every_frame and not self._error:
                self._error = error

    def _pause(self) -> None:
        with self._changed:
            if self._closing_by is None and self._state in FAULTY:
                self._changed.wait(self._pause_s)

    def _go_live(self) -> None:
        """After a failure a device counts as back only when it took a frame: opening it proves too little."""
        with self._changed:
            was_failed = self._state is OutputState.FAILED
            self._state, self._was_live = OutputState.LIVE, True
            self._error = ""
        if was_failed:
            log.warning("%s: works again, %s", self._output.name, self._output.detail)
        else:
            log.info("%s: %s", self._output.name, self._output.detail)

    def _fail(self, error: Exception) -> None:
        """Note the failure; say it once, not again while it lasts."""
        self._pause_s = error.retry_s if isinstance(error, OutputAwayError) else self._retry_s
        with self._changed:
            state = self._state_after(error)
            absent, first = state is OutputState.ABSENT, self._state is not state
            self._state = state
            self._error = str(error) or type(error).__name__
            self._accepts = False
            self._waiting.clear()
            self._failures += first and not absent
        if first:
            log.log(logging.INFO if absent else logging.WARNING, "%s: %s", self._output.name, self._error)
        if not isinstance(error, OutputError | PackageMissingError):
            log.debug("unexpected failure of %s", self._output.name, exc_info=error)

    def _state_after(self, error: Exception) -> OutputState:
        if isinstance(error, OutputEndedError):
            return OutputState.ENDED
        if not (self._required or self._was_live):
            return OutputState.ABSENT
        return OutputState.ENDED if isinstance(error, PackageMissingError) else OutputState.FAILED


def close_all(workers: Iterable[OutputWorker], timeout_s: float = CLOSE_S) -> None:
    """Close all of them at the same time; together they take at most `timeout_s`."""
    all_of_them = list(workers)
    start = monotonic()
    for worker in all_of_them:
        worker.begin_close(start + FINISH_SHARE * timeout_s)
    for worker in all_of_them:
        worker.finish_close(start + timeout_s)
