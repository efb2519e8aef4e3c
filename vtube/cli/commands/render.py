"""`vtube render`: a video, frame by frame, alpha kept where the container can."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vtube import settings as settings_module
from vtube.cli.commands.arguments import add_engine, add_scene_size, open_renderer, prepared
from vtube.errors import SettingsError
from vtube.frame import SIZE
from vtube.paths import read_bounded, write_whole
from vtube.settings import Settings

if TYPE_CHECKING:
    from vtube.offline import Clip

MAX_TEXT_BYTES = 2_000_000
MAX_PATH = 500
"""Characters beyond which a text is no file's name."""
SUBTITLES = (".srt", ".vtt")
HELP = "render a video offline from a text, sound, poses or a recorded tracking session"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--text TEXT, --audio WAV, --poses JSON or --tracking replay:FILE, and the file to write."""
    parser.add_argument("--character", metavar="PNG", help="the picture (default: our own character)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--audio", type=Path, metavar="WAV", help="speech: the mouth follows it, and it is heard")
    what.add_argument(
        "--text",
        metavar="TEXT|FILE",
        help="a text or a text file, to be spoken, with tags such as [joy]; - reads standard input",
    )
    what.add_argument("--poses", type=Path, metavar="JSON", help="a list of poses, one per frame")
    what.add_argument("--tracking", metavar="replay:FILE", help="a recorded tracking session")
    parser.add_argument("--voice", metavar="V", help="who speaks --text (default: that of the settings)")
    parser.add_argument("--subtitles", type=Path, metavar="FILE", help="of --text, as .srt or .vtt")
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

    check_subtitles(arguments)
    settings = settings_module.load(arguments.config, _overrides(arguments))
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


def _overrides(arguments: argparse.Namespace) -> dict[str, object]:
    """What the flags say in place of the settings."""
    overrides: dict[str, object] = {"loop": {"fps": arguments.fps}}
    if arguments.size is not None:
        overrides["scene"] = {"size": arguments.size}
    if arguments.voice is not None:
        overrides["speech"] = {"voice": arguments.voice}
    return overrides


def _clip(arguments: argparse.Namespace, settings: Settings) -> Clip:
    from vtube import offline

    if arguments.audio is not None:
        return offline.from_sound(arguments.audio, settings)
    if arguments.text is not None:
        return _spoken(arguments, settings)
    if arguments.poses is not None:
        return offline.from_poses(arguments.poses, settings)
    kind, _, file = arguments.tracking.partition(":")
    if kind != "replay" or not file:
        raise SettingsError("offline, --tracking takes replay:FILE")
    return offline.from_tracking(Path(file), settings)


def check_subtitles(arguments: argparse.Namespace) -> None:
    """Before anything is spoken.

    Raises:
        SettingsError: `--subtitles` or `--voice` without `--text`, or a file of another kind.
    """
    if arguments.text is None and (arguments.subtitles is not None or arguments.voice is not None):
        raise SettingsError("--voice and --subtitles belong to --text")
    if arguments.subtitles is not None and arguments.subtitles.suffix.lower() not in SUBTITLES:
        raise SettingsError(f"--subtitles writes {' or '.join(SUBTITLES)}, not {arguments.subtitles.name}")


def text_of(given: str) -> str:
    """The text itself, that of a file of this name, or standard input for `-`.

    Raises:
        SettingsError: the file cannot be read as text, or is too large.
    """
    if given == "-":
        return sys.stdin.read(MAX_TEXT_BYTES)
    path = Path(given)
    try:
        if len(given) > MAX_PATH or not path.is_file():
            return given
        return read_bounded(path, MAX_TEXT_BYTES).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read the text in {given}: {error}") from None


def _spoken(arguments: argparse.Namespace, settings: Settings) -> Clip:
    from rich.progress import Progress

    from vtube.cli.log import stderr
    from vtube.offline import from_text
    from vtube.speech.recording import subtitles

    with Progress(console=stderr(), disable=arguments.quiet) as bar:
        task = bar.add_task("speaking", total=None)
        clip, parts = from_text(
            text_of(arguments.text), settings, lambda done, all_: bar.update(task, completed=done, total=all_)
        )
    if arguments.subtitles is not None:
        written = subtitles(parts, arguments.subtitles.suffix.lower())
        write_whole(arguments.subtitles, lambda part: part.write_text(written, encoding="utf-8"))
    return clip
