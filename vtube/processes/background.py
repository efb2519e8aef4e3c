"""Python processes that work beside the show: at low priority, ended with the program that started them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from vtube.paths import child_environment
from vtube.threads import LOW_PRIORITY

LONGEST_LINE = 10_000
"""Bytes of one message."""


def background_process(
    module: str,
    arguments: Sequence[str] = (),
    *,
    errors: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start `python -m module arguments…` with pipes to its input and from its output.

    `-P`: a `json.py` of the user's in the working folder is not taken for the library's. A Ctrl-C does not reach it,
    so that its parent ends it in order. It has a process group and no session of its own, as Linux shares the processor
    among sessions first: another session would be the show's equal.

    Args:
        module: the module that is run; it ends when its input does.
        arguments: those of the module.
        errors: what gets its standard error.

    Raises:
        OSError: it cannot be started.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**child_environment(), "PYTHONIOENCODING": "utf-8"},
        creationflags=LOW_PRIORITY,
        process_group=0,
    )


def messages(lines: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """The JSON objects that a process tells, one a line, until it ends; what a library printed between is left out."""
    while line := lines.readline(LONGEST_LINE):
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(message, dict):
            yield message
