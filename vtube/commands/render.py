"""`vtube render`: a video, frame by frame, alpha kept where the container can."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from vtube import settings as settings_module
from vtube.commands.arguments import add_engine, open_renderer
from vtube.errors import SettingsError
from vtube.pose import Pose
from vtube.settings import Settings

HELP = "render a video offline from poses or a recorded tracking session"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--poses JSON or --tracking replay:FILE, and the file to write."""
    parser.add_argument("--character", metavar="PNG", help="the picture (default: our own character)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--poses", type=Path, metavar="JSON", help="a list of poses, one per frame")
    what.add_argument("--tracking", metavar="replay:FILE", help="a recorded tracking session")
    parser.add_argument("--fps", type=float, default=30.0, metavar="N", help="frames a second (default: 30)")
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")
    parser.add_argument("out", type=Path, metavar="OUT_VIDEO", help=".mov, .mkv or .webm keep the transparency")
    add_engine(parser)


def run(arguments: argparse.Namespace) -> int:
    """Render with a progress bar."""
    from rich.progress import Progress

    from vtube.characters import default_picture
    from vtube.cli import stderr
    from vtube.offline import render
    from vtube.outputs.context import OutputContext
    from vtube.outputs.file import create_video
    from vtube.scene.stage import Stage

    settings = settings_module.load(arguments.config, {"loop": {"fps": arguments.fps}})
    poses, total = _poses(arguments, settings)
    scene = settings.scene
    stage = Stage(scene, lambda: (0.0, 0.0, 1.0))
    output = create_video(arguments.out, OutputContext(scene.width, scene.height, arguments.fps, stage.flatten,
                                                       stage.preview))
    picture = Path(arguments.character) if arguments.character else default_picture()
    with (open_renderer(arguments, picture) as renderer,
          Progress(console=stderr(), disable=arguments.quiet) as bar):
        task = bar.add_task("rendering", total=total)
        count = render(poses, renderer, stage, output, lambda: bar.advance(task))
    print(f"{output.path}: {count} frames")
    return 0


def _poses(arguments: argparse.Namespace, settings: Settings) -> tuple[Iterable[tuple[float, Pose]], int]:
    from vtube.offline import performed
    from vtube.poses_file import load_poses
    from vtube.tracking.replay_files import frames_of

    if arguments.poses is not None:
        poses = load_poses(arguments.poses)
        return ((index / arguments.fps, pose) for index, pose in enumerate(poses)), len(poses)
    kind, _, file = arguments.tracking.partition(":")
    if kind != "replay" or not file:
        raise SettingsError("offline, --tracking takes replay:FILE")
    faces = [replace(face, time=seconds) for seconds, face in frames_of(Path(file))]
    return performed(settings, faces, arguments.fps), int(faces[-1].time * arguments.fps) + 1 if faces else 0
