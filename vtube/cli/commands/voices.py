"""`vtube voices`: the voices, which are ready and what is missing; or what one has and whether it can speak."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from vtube import settings as settings_module
from vtube.cli.tables import print_table
from vtube.clock import monotonic
from vtube.speech.listing import HasStyles, styles_of, voices
from vtube.speech.registry import create_voice
from vtube.text import printable

HELP = "list the voices and what is missing, or try one of them"
SENTENCE = "こんにちは。Hello."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`[VOICE]`."""
    parser.add_argument(
        "voice", metavar="VOICE", nargs="?", help="try this one, and list what its server has; without it, list all"
    )
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when the voice that is tried cannot speak."""
    if arguments.voice is None:
        _list()
        return 0
    settings = settings_module.load(arguments.config).speech
    voice = create_voice(arguments.voice, settings)
    if ":" not in arguments.voice and isinstance(voice, HasStyles):
        for spec, name in styles_of(arguments.voice, settings).items():
            print(f"{spec}  {printable(name)}")
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
    for one in voices():
        table.add_row(one["usage"].replace("[", r"\["), state_of(one), one["help"])
    print_table(table)


def state_of(voice: Mapping[str, Any]) -> str:
    """Ready; or the command that makes it so; or, of a program or server of its own, that nobody has asked it."""
    return voice["command"] or ("ready" if voice["ready"] else "not asked")
