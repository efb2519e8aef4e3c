"""`vtube pose`: stills of a picture in given poses."""

from __future__ import annotations

import argparse
from pathlib import Path

from vtube.cli.commands.arguments import add_engine, open_renderer
from vtube.errors import OutputError

HELP = "render stills: PICTURE in each pose of POSES.json, as 0000.png, 0001.png … in OUT_DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PICTURE POSES.json OUT_DIR."""
    parser.add_argument("picture", type=Path)
    parser.add_argument("poses", type=Path, help="a JSON list; each pose is 45 numbers or {parameter: value}")
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    add_engine(parser)


def run(arguments: argparse.Namespace) -> int:
    """Render every pose with a progress bar."""
    from PIL import Image
    from rich.progress import track

    from vtube.avatar.poses_file import load_poses
    from vtube.cli.log import stderr

    poses = load_poses(arguments.poses)
    with open_renderer(arguments, arguments.picture) as renderer:
        try:
            arguments.out.mkdir(parents=True, exist_ok=True)
            for number, pose in enumerate(track(poses, "rendering", console=stderr(), disable=arguments.quiet)):
                Image.fromarray(renderer.render(pose)).save(arguments.out / f"{number:04d}.png", compress_level=3)
        except OSError as error:
            raise OutputError(f"cannot write to {arguments.out}: {error.strerror or error}") from None
    return 0
