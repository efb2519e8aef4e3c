"""Where messages to the user go: one console on stderr, shared by log, status line and progress bars."""

from __future__ import annotations

import logging
from functools import cache

from rich.console import Console
from rich.text import Text

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
        line = f"{record.levelname.lower()}: {record.getMessage()}" if loud else record.getMessage()
        if not self._verbose:
            return line
        trace = f"\n{logging.Formatter().formatException(record.exc_info)}" if record.exc_info else ""
        return f"{logging.Formatter().formatTime(record, '%H:%M:%S')} {record.name}: {line}{trace}"


def set_up_logging(level: int, verbose: bool) -> None:
    """Send what the package logs at `level` and above to the console; other packages have their say when `verbose`."""
    own = logging.getLogger("vtube")
    own.handlers = [MessageHandler(verbose)]
    own.setLevel(level)
    own.propagate = False
    logging.lastResort = MessageHandler(verbose) if verbose else logging.NullHandler()
