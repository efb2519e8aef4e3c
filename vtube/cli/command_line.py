"""Which command a line means where people leave it out, or put it behind its options."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from vtube.cli.parser import Parser
from vtube.paths import is_file

CAMERA = "run"
"""The command that is meant where none is named."""
OF_THE_PROGRAM = ("--help", "--version")


def with_command(words: Sequence[str], commands: Mapping[str, Parser]) -> list[str]:
    """The words with their command first, `run` where options or a picture stand alone.

    As they are where they begin with a command, with help or the version, or with a word that means nothing here.
    """
    if not words or words[0] in commands or _is_of_the_program(words[0]):
        return list(words)
    if not words[0].startswith("-"):
        return [CAMERA, *words] if is_file(words[0]) else list(words)
    place = next((one for one in commands[CAMERA].texts(words) if words[one] in commands), None)
    if place is None:
        return [CAMERA, *words]
    return [words[place], *words[:place], *words[place + 1 :]]


def take_picture(arguments: argparse.Namespace, strangers: list[str]) -> list[str]:
    """Let the camera show the file that stands alone, as one that is dropped onto `start.bat`; what nobody takes."""
    alone = len(strangers) == 1 and is_file(strangers[0])
    if not alone or getattr(arguments, "character", "") is not None:
        return strangers
    arguments.character = strangers[0]
    return []


def _is_of_the_program(word: str) -> bool:
    return word in ("-h", "--") or any(len(word) > 2 and flag.startswith(word) for flag in OF_THE_PROGRAM)
