"""Names for files that are written: nothing that exists is overwritten."""

from __future__ import annotations

import logging
from itertools import count
from pathlib import Path

from vtube.outputs.base import OutputEndedError

log = logging.getLogger(__name__)


def reserve(path: Path) -> Path:
    """Create an empty file called `path`, or `take-2.mov`, `take-3.mov`, ... when `take.mov` exists.

    Raises:
        OutputEndedError: the folder is missing or cannot be written to.
    """
    for number in count(1):
        candidate = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        try:
            candidate.open("xb").close()
        except FileExistsError:
            continue
        except FileNotFoundError:
            raise OutputEndedError(f"there is no folder {path.parent}; make it, or write somewhere else") from None
        except OSError as error:
            raise OutputEndedError(f"{candidate} cannot be written: {error.strerror or error}") from None
        if number > 1:
            log.warning("file: %s exists; writing to %s", path, candidate.name)
        return candidate
    raise AssertionError("count() has no end")
