"""One warning about one file, however many parts of the program read it, and however often."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_said: dict[Path, str] = {}
_saying = threading.Lock()


def complain(log: logging.Logger, path: Path, text: str) -> None:
    """Warn of `path`, unless this was the last that was said of it. Any thread."""
    with _saying:
        is_new = _said.get(path) != text
        _said[path] = text
    if is_new:
        log.warning("%s", text)


@contextmanager
def complaining(log: logging.Logger, path: Path, text: str, *errors: type[Exception]) -> Iterator[None]:
    """Read `path` in the block; one of these `errors` ends it and is warned of once, as `text: error`. Any thread.

    Once it was read without one, the same is said again.
    """
    try:
        yield
    except errors as error:
        complain(log, path, f"{text}: {error}")
    else:
        with _saying:
            _said.pop(path, None)
