"""Where messages to the user go: one console on stderr, shared by log, status line and progress bars."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import sys
import threading
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from rich.console import Console
from rich.text import Text

from vtube.text import as_called_here, printable

MOST_WAITING = 1000
END_S = 0.5
"""A terminal that has not taken everything so long after the end takes nothing."""

_STYLES = {logging.DEBUG: "dim", logging.WARNING: "yellow", logging.ERROR: "bold red"}


@cache
def stderr() -> Console:
    """The one console, so that a message never tears the status line below it."""
    return Console(stderr=True, soft_wrap=True)


class MessageHandler(logging.Handler):
    """Prints each record as one line; warnings and errors say so; `verbose` adds time, module and tracebacks."""

    def __init__(self, verbose: bool) -> None:
        super().__init__()
        self._verbose = verbose

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        try:
            stderr().print(Text(self._line(record), style=_STYLES.get(record.levelno, "")), highlight=False)
        except Exception:  # noqa: BLE001 - a closed terminal must not end the show
            self.handleError(record)

    def _line(self, record: logging.LogRecord) -> str:
        loud = record.levelno >= logging.WARNING
        message = printable(as_called_here(record.getMessage()))
        line = f"{record.levelname.lower()}: {message}" if loud else message
        if not self._verbose:
            return line
        trace = f"\n{logging.Formatter().formatException(record.exc_info)}" if record.exc_info else ""
        return f"{logging.Formatter().formatTime(record, '%H:%M:%S')} {record.name}: {line}{trace}"


class JsonHandler(logging.Handler):
    """Prints each record as a JSON object on a line of its own: time (UTC), level, logger, message, perhaps a trace."""

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        try:
            sys.stderr.write(printable(self._line(record)) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - a closed pipe must not end the show
            self.handleError(record)

    def _line(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = logging.Formatter().formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class Beside(logging.Handler):
    """Lets a thread of its own print, so that a terminal that takes nothing holds up nobody who has something to say.

    A click into a console of Windows stops what is printed, as do Ctrl-S, a pager and a connection that hangs. Of what
    waits, the newest MOST_WAITING records are kept.
    """

    def __init__(self, printer: logging.Handler) -> None:
        super().__init__()
        self.printer = printer
        self._waiting: deque[logging.LogRecord] = deque(maxlen=MOST_WAITING)
        self._changed = threading.Condition()
        self._printing = self._closing = self._has_ended = False
        threading.Thread(target=self._print, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        try:
            told = copy.copy(record)
            told.msg, told.args = record.getMessage(), None  # of what may change meanwhile
        except Exception:  # noqa: BLE001 - a message that cannot be made must not end the show
            self.handleError(record)
            return
        with self._changed:
            if not self._has_ended:
                self._waiting.append(told)
                self._changed.notify_all()
                return
        self.printer.handle(told)

    def end(self, seconds: float) -> bool:
        """Wait, at most `seconds`, until everything is printed, and end the thread; whether it is."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._waiting and not self._printing, seconds)

    def _print(self) -> None:
        while True:
            with self._changed:
                self._printing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    self._has_ended = True
                    return
                record, self._printing = self._waiting.popleft(), True
            self.printer.handle(record)


@contextlib.contextmanager
def printed_beside() -> Iterator[None]:
    """While the block runs, what the package logs is printed by a thread of its own; see `Beside`."""
    own = logging.getLogger("vtube")
    before = own.handlers
    beside = [Beside(one) for one in before]
    own.handlers = list[logging.Handler](beside)
    try:
        yield
    finally:
        if all([one.end(END_S) for one in beside]):
            own.handlers = before


def wait_for_printing() -> None:
    """Wait, at most END_S, until what is printed by threads of its own is; where it is not, the process may end now."""
    for handler in logging.getLogger("vtube").handlers:
        if isinstance(handler, Beside):
            handler.end(END_S)


def set_up_logging(level: int, verbose: bool, form: str = "text") -> None:
    """Send what the package logs at `level` and above to the console; other packages have their say when `verbose`.

    `form` is text, for people, or json, for programs that collect logs.
    """
    handler = JsonHandler() if form == "json" else MessageHandler(verbose)
    own = logging.getLogger("vtube")
    own.handlers = [handler]
    own.setLevel(level)
    own.propagate = False
    logging.captureWarnings(True)  # packages' warnings, which Python would print into the status line
    logging.lastResort = handler if verbose else logging.NullHandler()


def is_json() -> bool:
    """Whether the log is for programs, so that nothing else may be printed between its lines."""
    handlers = logging.getLogger("vtube").handlers
    return any(isinstance(getattr(handler, "printer", handler), JsonHandler) for handler in handlers)
