"""One warning about one file, however many parts of the program read it, and however often."""

from __future__ import annotations

import logging
import threading
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


def is_well(path: Path) -> None:
    """Nothing is wrong with `path`; what is found from now on is said again. Any thread."""
    with _saying:
        _said.pop(path, None)
