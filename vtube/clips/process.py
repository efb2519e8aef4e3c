"""The child process that renders one clip: at low priority, told line by line, ended at any moment."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from vtube.errors import OutputError
from vtube.processes.background import background_process, messages
from vtube.text import first_line

LONGEST_LOG = 20_000
WAIT_S = 3.0


class Rendering(Protocol):
    """A render that is running."""

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """What it tells, until it ends."""

    def end(self) -> str:
        """Wait for its end; why it failed, one line, empty where it did not."""

    def kill(self) -> None:
        """End it at once; what is done is kept. Any thread may; harmless when called twice."""


class RenderProcess:
    """`python -m vtube render …`. It ends with this program, as it holds the other end of its input."""

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        """Start it.

        Args:
            arguments: those of `vtube`.
            log: the file that gets its errors.

        Raises:
            OutputError: it cannot be started.
        """
        self._log = log
        try:
            with log.open("wb") as errors:
                self._process = background_process("vtube", arguments, errors=errors)
        except OSError as error:
            raise OutputError(f"cannot render in the background: {error.strerror or error}") from None

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """See `Rendering`."""
        told = self._process.stdout
        assert told is not None
        yield from messages(told)

    def end(self) -> str:
        """See `Rendering`."""
        try:
            code = self._process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return "" if code == 0 else self._reason(code)

    def kill(self) -> None:
        """See `Rendering`."""
        self._process.kill()

    def _reason(self, code: int) -> str:
        try:
            said = self._log.read_bytes()[-LONGEST_LOG:].decode("utf-8", "replace").splitlines()
        except OSError:
            said = []
        lines = [line for line in said if line.strip()]
        own = [line.removeprefix("vtube: ") for line in lines if line.startswith("vtube: ")]
        return first_line((own or lines or [f"the render ended with {code}"])[-1])
