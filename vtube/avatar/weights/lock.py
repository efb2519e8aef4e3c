"""One process at a time in a folder; the operating system lets go of the lock when its holder dies."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vtube.clock import monotonic
from vtube.errors import ModelError

log = logging.getLogger(__name__)

POLL_S = 0.2


@contextmanager
def exclusive(path: Path, timeout_s: float = 3600.0, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock file `path` (made when absent, never removed); calls `waiting` each time it is found taken.

    Raises:
        ModelError: the folder cannot be written, or another process still holds the lock after `timeout_s`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ModelError(
            f"cannot write in {path.parent}: {error.strerror or error}; set VTUBE_MODELS to a folder of your own"
        ) from None
    try:
        until = monotonic() + timeout_s
        while not _try_lock(handle):
            if monotonic() >= until:
                raise ModelError(f"another vtube has long been busy in {path.parent}; end it and try again")
            waiting()
            time.sleep(POLL_S)
        try:
            yield
        finally:
            _unlock(handle)
    finally:
        os.close(handle)


if sys.platform == "win32":

    def _try_lock(handle: int) -> bool:
        import msvcrt  # Windows only

        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: int) -> None:
        import msvcrt  # Windows only

        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:

    def _try_lock(handle: int) -> bool:
        import fcntl  # not on Windows

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            log.warning("this folder's file system has no locks; start only one vtube at a time")
        return True

    def _unlock(handle: int) -> None:
        import fcntl  # not on Windows

        fcntl.flock(handle, fcntl.LOCK_UN)
