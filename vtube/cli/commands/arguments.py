"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from vtube.avatar.base import Renderer
from vtube.avatar.picture.character import Character
from vtube.avatar.registry import AUTO, ENGINES, check_engine, choices, create_renderer
from vtube.frame import SIZE
from vtube.pose import Pose


def add_engine(parser: argparse.ArgumentParser) -> None:
    """`--engine`, `--variant`, `--precision`."""
    kinds = "; ".join(f"{one.name}: {one.help}" for one in ENGINES)
    parser.add_argument("--engine", choices=choices(), default=None, help=f"what draws (default: {AUTO}). {kinds}")
    parser.add_argument(
        "--variant",
        default=None,
        metavar="V",
        help="which weights: separable_float, separable_half, standard_float, standard_half",
    )
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16", "float16"), default=None)


def add_size(parser: argparse.ArgumentParser) -> None:
    """`--size`."""
    parser.add_argument(
        "--size",
        type=picture_size,
        default=SIZE,
        metavar="N",
        help=f"width and height in pixels, scaled from the {SIZE} that the networks draw (default: {SIZE})",
    )


def picture_size(text: str) -> int:
    """The pixels that `--size` asks for.

    Raises:
        ArgumentTypeError: it is no whole number, too small or too large.
    """
    from vtube.avatar.enlarge import LARGEST, SMALLEST

    if not (text.isascii() and text.isdigit() and len(text) < 10 and SMALLEST <= int(text) <= LARGEST):
        raise argparse.ArgumentTypeError(f"{text!r} should be a whole number from {SMALLEST} to {LARGEST}")
    return int(text)


def add_stills(parser: argparse.ArgumentParser) -> None:
    """OUT_DIR and how stills are drawn."""
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    add_engine(parser)
    add_size(parser)


def write_stills(arguments: argparse.Namespace, poses: Sequence[tuple[str, Pose]]) -> None:
    """Draw the picture in each pose, named in the folder, with a progress bar.

    Raises:
        OutputError: the folder cannot be made or written to.
    """
    from rich.progress import track

    from vtube.cli.log import stderr
    from vtube.studio.still import make_folder, save_stills

    make_folder(arguments.out)
    with open_renderer(arguments, prepared(arguments, arguments.picture)) as renderer:
        shown = track(poses, "rendering", console=stderr(), disable=arguments.quiet)
        save_stills(renderer, shown, arguments.out, arguments.size)


def prepared(arguments: argparse.Namespace, picture: Path) -> Character:
    """The character of a picture file, read only when there is such an engine as `--engine`."""
    from vtube.avatar.picture.prepare import prepare

    check_engine(arguments.engine or AUTO)
    return prepare(picture)


@contextmanager
def open_renderer(arguments: argparse.Namespace, character: Character) -> Iterator[Renderer]:
    """The renderer of `--engine` for the character; weights are fetched when they are missing."""
    variant = arguments.variant or "auto"
    fetch_weights(variant)
    renderer = create_renderer(
        arguments.engine or AUTO, character, variant=variant, precision=arguments.precision or "auto"
    )
    try:
        yield renderer
    finally:
        renderer.close()


def fetch_weights(variant: str) -> None:
    """Make sure the weights are here, with a progress bar when they have to be fetched.

    Raises:
        ModelError: they cannot be had.
    """
    from vtube.avatar.weights.commands import DEFAULT_VARIANT
    from vtube.avatar.weights.files import network_files
    from vtube.net.progress import progress_bar

    with progress_bar() as progress:
        network_files(DEFAULT_VARIANT if variant == "auto" else variant, progress=progress)
