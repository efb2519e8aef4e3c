"""A program run with its pipes read within bounds of time and size."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from vtube.clock import monotonic

CHUNK = 1 << 16
MOST_ERRORS = 1 << 16
LAST_S = 1.0
"""So long the pipes of a program that has ended are still read: its children may hold them open for ever."""


class TooMuchOutputError(Exception):
    """The program wrote more than it may; it was ended."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a program left: its exit code, what it wrote, the end of its complaints."""

    code: int
    output: bytes
    errors: bytes


class _Output:
    """Standard output, read to its end in a thread; a program that writes more than `most` bytes is ended."""

    def __init__(self, process: subprocess.Popen[bytes], most: int) -> None:
        self.data = bytearray()
        self.over = False
        self._process, self._most = process, most

    def read(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), pipe:
            while chunk := pipe.read(CHUNK):
                self.data += chunk
                if len(self.data) > self._most:
                    self.over = True
                    self._process.kill()
                    return


def _keep_last(pipe: IO[bytes], data: bytearray) -> None:
    """Read to the end, and keep no more than `MOST_ERRORS` bytes."""
    with contextlib.suppress(OSError, ValueError), pipe:
        while chunk := pipe.read(CHUNK):
            data += chunk
            del data[:-MOST_ERRORS]


def run(arguments: list[str], given: bytes, most: int, timeout_s: float) -> Result:
    """Run a program without a shell and wait for its end.

    Args:
        arguments: the program and its arguments, word for word.
        given: its standard input.
        most: bytes of standard output that it may write.
        timeout_s: seconds that it may take.

    Raises:
        OSError, ValueError: it cannot be started.
        TimeoutError: it takes longer, and was ended.
        TooMuchOutputError: it writes more, and was ended.
    """
    process = subprocess.Popen(
        arguments,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        creationflags=int(getattr(subprocess, "CREATE_NO_WINDOW", 0)),
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    output, errors = _Output(process, most), bytearray()
    threads = [
        _started(lambda: _give(stdin, given)),
        _started(lambda: output.read(stdout)),
        _started(lambda: _keep_last(stderr, errors)),
    ]
    try:
        code = process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    finally:
        process.kill()  # harmless once it has ended
        process.wait()
        end = monotonic() + LAST_S
        for thread in threads:
            thread.join(max(0.0, end - monotonic()))
    if output.over:
        raise TooMuchOutputError
    return Result(code, bytes(output.data), bytes(errors))


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name="voice program", daemon=True)
    thread.start()
    return thread


def _give(pipe: IO[bytes], given: bytes) -> None:
    """A program need not read what it is given."""
    with contextlib.suppress(OSError), pipe:
        left = memoryview(given)
        while left:
            left = left[pipe.write(left) :]
