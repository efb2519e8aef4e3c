"""`vtube bench`: what this computer manages."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

from vtube.avatar.registry import ENGINES
from vtube.cli.commands.arguments import add_size, seconds
from vtube.text import shown

HELP = "measure frames a second, milliseconds per stage and memory of each engine, in one run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--engine may be given several times; the plain torch engine is always measured, too."""
    parser.add_argument("--character", metavar="PNG", help="the picture (default: our own character)")
    parser.add_argument("--poses", type=Path, metavar="JSON", help="poses to draw (default: random ones)")
    parser.add_argument(
        "--engine",
        action="append",
        metavar="E",
        help=f"{', '.join(ENGINES.names())}; a precision may follow: openvino-bfloat16 (default: openvino and torch)",
    )
    add_size(parser)
    parser.add_argument("--seconds", type=_duration, default=20.0, metavar="S", help="per engine (default: 20)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _duration(text: str) -> float:
    value = seconds(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{shown(text)} should be seconds, more than 0")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from vtube.avatar.bench import named, run_bench
    from vtube.avatar.picture.prepare import prepare
    from vtube.avatar.poses_file import load_poses
    from vtube.cli.commands.arguments import fetch_weights
    from vtube.paths import default_picture

    named(arguments.engine)
    character = prepare(Path(arguments.character) if arguments.character else default_picture())
    poses = load_poses(arguments.poses) if arguments.poses is not None else None
    fetch_weights("auto")
    result = run_bench(character, poses, arguments.engine, arguments.seconds, size=arguments.size)
    print(json.dumps(result, indent=2)) if arguments.json else _print_table(result)
    return 0


def _print_table(result: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    from vtube.cli.tables import print_table

    table = Table(box=None, pad_edge=False)
    for heading in ("engine", "fps", "median ms", "p99 ms", "memory MB", "stages ms"):
        table.add_column(heading, justify="left" if heading in ("engine", "stages ms") else "right")
    for name, engine in result["engines"].items():
        stages = ", ".join(f"{stage} {ms:.1f}" for stage, ms in engine["stages_ms"].items())
        table.add_row(
            name,
            f"{engine['fps']:.2f}",
            f"{engine['ms_median']:.1f}",
            f"{engine['ms_p99']:.1f}",
            f"{engine['peak_memory_mb']:.0f}",
            stages,
        )
    console = Console()
    print_table(table, console)
    console.print(", ".join(f"{key}: {value}" for key, value in result["computer"].items()), soft_wrap=True)
