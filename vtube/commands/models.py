"""`vtube models`: the THA3 weights."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

HELP = "list, fetch or verify the THA3 weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list` (the default), `fetch [VARIANT] [--from PATH]`, `verify`."""
    actions = parser.add_subparsers(dest="action", metavar="list|fetch|verify")
    actions.add_parser("list", help="which variants there are, and which of them are here")
    fetch = actions.add_parser("fetch", help="download a variant")
    fetch.add_argument("variant", nargs="?", default="separable_float",
                       help="separable_float (default), separable_half, standard_float or standard_half")
    fetch.add_argument("--from", dest="source", type=Path, metavar="FILE_OR_FOLDER",
                       help="take it from a file or folder that is already on this computer")
    actions.add_parser("verify", help="compare every file with its sha256")


def run(arguments: argparse.Namespace) -> int:
    """Do what `models` was asked for."""
    return {"fetch": _fetch, "verify": _verify}.get(arguments.action, _list)(arguments)


def _list(_: argparse.Namespace) -> int:
    from vtube.avatar.weights.commands import list_models

    table = Table(box=None, pad_edge=False)
    for heading in ("variant", "here", "size", "origin", "licence"):
        table.add_column(heading)
    for row in list_models():
        table.add_row(row.variant, "yes" if row.present else "no", row.size, row.origin, row.licence)
    Console().print(table)
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    from vtube.avatar.weights.commands import fetch
    from vtube.avatar.weights.progress import progress_bar

    with progress_bar() as progress:
        folder = fetch(arguments.variant, arguments.source, progress)
    Console().print(f"{arguments.variant} is in {folder}", soft_wrap=True)
    return 0


def _verify(_: argparse.Namespace) -> int:
    from vtube.avatar.weights.commands import verify

    console, damaged = Console(), False
    for row in verify():
        damaged = damaged or not row.ok
        console.print(f"{row.file}: {row.text}", soft_wrap=True, markup=False)
    return 1 if damaged else 0
