"""Whose film it is: what the films' command lines have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from vtube.errors import VtubeError
from vtube.paths import default_picture


def add_character(parser: argparse.ArgumentParser) -> None:
    """--character, as the program's own commands have it."""
    parser.add_argument(
        "--character",
        type=Path,
        default=default_picture(),
        metavar="PNG",
        help="the picture (default: our own character)",
    )


def ended(make: Callable[[], object]) -> int:
    """The exit code of a command: 1 and one line on standard error for what a user can cause."""
    try:
        make()
    except VtubeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
