"""`vtube pose`: stills of a picture in given poses."""

from __future__ import annotations

import argparse
from pathlib import Path

from vtube.cli.commands.arguments import add_stills, write_stills

HELP = "render stills: PICTURE in each pose of POSES.json, as 0000.png, 0001.png … in OUT_DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PICTURE POSES.json OUT_DIR."""
    parser.add_argument("picture", type=Path)
    parser.add_argument("poses", type=Path, help="a JSON list; each pose is 45 numbers or {parameter: value}")
    add_stills(parser)


def run(arguments: argparse.Namespace) -> int:
    """Render every pose with a progress bar."""
    from vtube.avatar.poses_file import load_poses

    poses = load_poses(arguments.poses)
    write_stills(arguments, [(f"{number:04d}", pose) for number, pose in enumerate(poses)])
    return 0
