"""`vtube voices`: the voices there are, which are ready and what is missing; or whether one of them can speak."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vtube import settings as settings_module
from vtube.clock import monotonic
from vtube.registry import Entry
from vtube.speech.registry import VOICES, create_voice
from vtube.text import program

HELP = "list the voices and what is missing, or try one of them"
SENTENCE = "こんにちは。Hello."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`[VOICE]`."""
    parser.add_argument("voice", metavar="VOICE", nargs="?", help="try this one; without it, list all")
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when the voice that is tried cannot speak."""
    if arguments.voice is None:
        _list()
        return 0
    settings = settings_module.load(arguments.config).speech
    voice = create_voice(arguments.voice, settings)
    begun = monotonic()
    said = voice.synthesize(SENTENCE)
    seconds = len(said.samples) / said.rate
    mouth = f"{len(said.phonemes)} phonemes" if said.phonemes else "no phonemes: the mouth listens to the sound"
    print(f"{arguments.voice} speaks: {seconds:.1f} s of sound in {monotonic() - begun:.1f} s; {mouth}")
    return 0


def _list() -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("voice", "state", "what it is"):
        table.add_column(heading)
    for entry in VOICES:
        if not entry.hidden:
            table.add_row(entry.usage.replace("[", r"\["), state_of(entry), entry.help)
    Console().print(table)


def state_of(entry: Entry[Any, Any]) -> str:
    """Ready; or the command that makes it so; or, of a program or server of its own, that nobody has asked it."""
    if entry.missing:
        return f"{program()} extras {entry.extra}"
    return "ready" if entry.modules or entry.name == "auto" else "not asked"
