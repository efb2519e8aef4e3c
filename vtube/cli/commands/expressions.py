"""`vtube expressions`: every emotion as a still, and all of them as templates."""

from __future__ import annotations

import argparse
from pathlib import Path

from vtube.cli.commands.arguments import add_stills, write_stills
from vtube.text import printable

HELP = "draw PICTURE with each of the 28 emotions, as joy.png, anger.png … in OUT_DIR, with templates.json beside them"
TEMPLATES = "templates.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PICTURE OUT_DIR."""
    parser.add_argument("picture", type=Path)
    add_stills(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw with a progress bar; interrupted, every picture that is there is whole."""
    from vtube.studio.still import expressions, save_templates

    templates = expressions()
    write_stills(arguments, list(templates.items()))
    save_templates(templates, arguments.out / TEMPLATES)
    print(printable(f"{arguments.out}: {len(templates)} pictures and {TEMPLATES}"))
    return 0
