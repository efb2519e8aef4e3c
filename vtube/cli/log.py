"""Where messages to the user go: one console on stderr, shared by log, status line and progress bars."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from functools import cache

from rich.console import Console
from rich.text import Text

from vtube.text import as_called_here, printable

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
    return any(isinstance(handler, JsonHandler) for handler in logging.getLogger("vtube").handlers)
