"""`vtube render`: a video, frame by frame, alpha kept where the container can."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vtube import settings as settings_module
from vtube.cli.commands.arguments import add_engine, add_scene_size, open_renderer, prepared
from vtube.errors import SettingsError
from vtube.frame import SIZE
from vtube.settings import Settings

if TYPE_CHECKING:
    from vtube.offline import Clip

HELP = "render a video offline from sound, poses or a recorded tracking session"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--audio WAV, --poses JSON or --tracking replay:FILE, and the file to write."""
    parser.add_argument("--character", metavar="PNG", help="the picture (default: our own character)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--audio", type=Path, metavar="WAV", help="speech: the mouth follows it, and it is heard")
    what.add_argument("--poses", type=Path, metavar="JSON", help="a list of poses, one per frame")
    what.add_argument("--tracking", metavar="replay:FILE", help="a recorded tracking session")
    parser.add_argument("--fps", type=float, default=30.0, metavar="N", help="frames a second (default: 30)")
    add_scene_size(parser)
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")
    parser.add_argument("out", type=Path, metavar="OUT_VIDEO", help=".mov, .mkv or .webm keep the transparency")
    add_engine(parser)


def run(arguments: argparse.Namespace) -> int:
    """Render with a progress bar; Ctrl-C leaves a video that can be played."""
    from rich.progress import Progress

    from vtube.cli.log import stderr
    from vtube.offline import SOUND_RATE, render
    from vtube.outputs.base import OutputContext
    from vtube.outputs.file import create_video
    from vtube.paths import default_picture
    from vtube.scene.stage import Stage
    from vtube.studio.subject import subject_of

    size = {} if arguments.size is None else {"scene": {"size": arguments.size}}
    settings = settings_module.load(arguments.config, {"loop": {"fps": arguments.fps}, **size})
    clip, scene = _clip(arguments, settings), settings.scene
    character = prepared(arguments, Path(arguments.character) if arguments.character else default_picture())
    subject = subject_of(character)
    stage = Stage(scene, subject=lambda: subject)
    context = OutputContext(scene.width, scene.height, arguments.fps, stage)
    video = create_video(arguments.out, context, SOUND_RATE if clip.sound is not None else None)
    large, quiet = max(scene.width, scene.height) > SIZE, arguments.quiet
    with open_renderer(arguments, character, large) as renderer, Progress(console=stderr(), disable=quiet) as bar:
        task = bar.add_task("rendering", total=clip.count)
        count = render(clip, renderer, stage, video, lambda: bar.advance(task))
    print(f"{video.path}: {count} frames")
    return 0


def _clip(arguments: argparse.Namespace, settings: Settings) -> Clip:
    from vtube import offline

    if arguments.audio is not None:
        return offline.from_sound(arguments.audio, settings)
    if arguments.poses is not None:
        return offline.from_poses(arguments.poses, settings)
    kind, _, file = arguments.tracking.partition(":")
    if kind != "replay" or not file:
        raise SettingsError("offline, --tracking takes replay:FILE")
    return offline.from_tracking(Path(file), settings)
