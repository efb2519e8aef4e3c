"""`vtube render`: a video, frame by frame, alpha kept where the container can."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from vtube.cli.commands.arguments import add_engine, add_scene_size
from vtube.cli.interrupts import leave_with_input
from vtube.errors import SettingsError
from vtube.text import shown
from vtube.threads import full_speed, lower_process

SUBTITLES, CHAPTERS = (".srt", ".vtt"), (".vtt", ".txt")
LOWEST_FPS, HIGHEST_FPS = 1.0, 240.0
MOST_TAKES = 100
HELP = "render a video offline from a text, sound, poses or a recorded tracking session"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is said or played, how it looks and sounds, and the file to write."""
    _add_sources(parser)
    _add_look(parser)
    _add_words(parser)
    parser.add_argument(
        "--loudness",
        type=loudness_of,
        default=-16.0,
        metavar="LUFS",
        help="bring the sound to this loudness (EBU R 128, true peak -1 dB at most); off leaves it (default: -16)",
    )
    parser.add_argument("--takes", type=int, default=1, metavar="N", help="N films that move differently: out-1, out-2")
    parser.add_argument("--seconds", type=float, default=math.inf, metavar="S", help="only so much of the beginning")
    parser.add_argument(
        "--progress", choices=("bar", "json"), default="bar", help="json: two lines a second on stdout, at most"
    )
    parser.add_argument(
        "--low-priority", action="store_true", help="take only what other programs leave, and draw on one thread"
    )
    parser.add_argument(
        "--stop-with-input",
        action="store_true",
        help="end at once when standard input ends, for a program that starts this one; the same command goes on later",
    )
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")
    parser.add_argument(
        "out", type=Path, nargs="?", metavar="OUT_VIDEO", help=".mov, .mkv or .webm keep the transparency"
    )
    add_engine(parser)


def _add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--character",
        metavar="PNG",
        help="the picture, or a name of the wardrobe (default: that of --config, else our own)",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--audio", type=Path, metavar="FILE", help="speech: the mouth follows it, and it is heard")
    what.add_argument(
        "--text",
        metavar="TEXT|FILE",
        help="a text or a text file, to be spoken, with tags such as [joy] and lines such as # Chapter; - reads "
        "standard input",
    )
    what.add_argument("--poses", type=Path, metavar="JSON", help="a list of poses, one per frame")
    what.add_argument("--tracking", metavar="replay:FILE", help="a recorded tracking session")
    what.add_argument(
        "--list", type=Path, metavar="CSV", help="many films: a row each, columns named like these flags, and out"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="films of --list at the same time")
    parser.add_argument("--voice", metavar="V", help="who speaks --text (default: that of the settings)")


def _add_look(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--emotion", default="", metavar="E", help="shown from the beginning, until a tag changes it")
    parser.add_argument("--frame", choices=("auto", "full", "bust", "face"), help="how much of the character is shown")
    parser.add_argument("--background", metavar="B", help="a colour, a picture or none, for every kind of file")
    parser.add_argument("--fps", type=float, metavar="N", help="frames a second (default: 30)")
    add_scene_size(parser)
    parser.add_argument("--over", type=Path, metavar="VIDEO", help="lay the character over this video, with its sound")
    parser.add_argument("--at", metavar="X,Y,SIZE", help="where in --over, pixels (default: lower right, half as high)")


def _add_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subtitles", type=Path, metavar="FILE", help="of --text, as .srt or .vtt")
    parser.add_argument("--burn", action="store_true", help="draw what --text says into the picture")
    parser.add_argument("--chapters", type=Path, metavar="FILE", help="of --text, as .vtt, or .txt for a description")


def run(arguments: argparse.Namespace) -> int:
    """Render with a progress bar; after Ctrl-C the same command goes on where it was stopped."""
    if arguments.list is not None:
        from vtube.cli.film_list import make_films

        if arguments.out is not None:
            raise SettingsError("with --list, each row has its own out")
        return make_films(arguments.list, arguments.jobs)
    import cv2

    from vtube.cli.filming import make_film, takes_of

    check(arguments)
    if arguments.low_priority:
        cv2.setNumThreads(1)
        lower_process()
    else:
        full_speed()
    if arguments.stop_with_input:
        leave_with_input()
    for take in takes_of(arguments):
        make_film(arguments, take)
    return 0


def check(arguments: argparse.Namespace) -> None:
    """Before anything is spoken.

    Raises:
        SettingsError: flags that do not go together, or a value out of its range.
    """
    from vtube.outputs.file import video_container

    if all(getattr(arguments, name) is None for name in ("audio", "text", "poses", "tracking")):
        raise SettingsError("say what happens: --text, --audio, --poses, --tracking, or --list for many films")
    if arguments.out is None:
        raise SettingsError("say where the video goes, such as hello.mkv")
    video_container(arguments.out)
    _check_over(arguments)
    for flag in ("voice", "subtitles", "chapters", "burn"):
        if arguments.text is None and getattr(arguments, flag):
            raise SettingsError("--voice, --subtitles, --chapters and --burn belong to --text")
    if arguments.emotion and arguments.text is None and arguments.audio is None:
        raise SettingsError("--emotion belongs to --text and --audio")
    for flag, endings in (("subtitles", SUBTITLES), ("chapters", CHAPTERS)):
        file = getattr(arguments, flag)
        if file is not None and file.suffix.lower() not in endings:
            raise SettingsError(f"--{flag} writes {' or '.join(endings)}, not {file.name}")
    if arguments.fps is not None and not LOWEST_FPS <= arguments.fps <= HIGHEST_FPS:
        raise SettingsError(f"--fps is from {LOWEST_FPS:g} to {HIGHEST_FPS:g}, not {arguments.fps:g}")
    if not arguments.seconds > 0:
        raise SettingsError(f"--seconds is above 0, not {arguments.seconds:g}")
    if arguments.stop_with_input and arguments.text == "-":
        raise SettingsError("--stop-with-input leaves no standard input for --text -")
    if not 1 <= arguments.takes <= MOST_TAKES:
        raise SettingsError(f"--takes is from 1 to {MOST_TAKES}, not {arguments.takes}")


def _check_over(arguments: argparse.Namespace) -> None:
    if arguments.over is None and arguments.at is not None:
        raise SettingsError("--at belongs to --over")
    if arguments.over is not None and arguments.seconds != math.inf:
        raise SettingsError("--over takes as long as the video; --seconds does not go with it")
    if arguments.over is not None and any(
        getattr(arguments, name) is not None for name in ("fps", "size", "background", "poses", "tracking")
    ):
        raise SettingsError("--over takes --text or --audio, and size, rate and background are the video's")


def loudness_of(text: str) -> float | None:
    """The LUFS that `--loudness` asks for; None for off.

    Raises:
        ArgumentTypeError: it is neither off nor from -40 to -5.
    """
    if text == "off":
        return None
    try:
        lufs = float(text)
    except ValueError:
        lufs = 0.0
    if not -40 <= lufs <= -5:
        raise argparse.ArgumentTypeError(f"it is off, or from -40 to -5, not {shown(text)}")
    return lufs
