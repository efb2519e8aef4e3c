"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from vtube.avatar.base import Renderer
from vtube.avatar.picture.character import Character
from vtube.avatar.registry import AUTO, ENGINES, automatic_order, check_engine, choices, create_renderer
from vtube.errors import ModelError
from vtube.frame import SIZE
from vtube.pose import Pose
from vtube.settings import AvatarSettings, load, read_size
from vtube.text import shown

if TYPE_CHECKING:
    from vtube.avatar.puppet.file import Puppet


def add_engine(parser: argparse.ArgumentParser) -> None:
    """`--engine`, `--variant`, `--precision`."""
    kinds = "; ".join(f"{one.name}: {one.help}" for one in ENGINES)
    parser.add_argument("--engine", choices=choices(), default=None, help=f"what draws (default: {AUTO}). {kinds}")
    variants = [one for one in _allowed("variant") if one != AUTO]
    parser.add_argument(
        "--variant", choices=_allowed("variant"), metavar="V", help=f"which weights: {', '.join(variants)}"
    )
    parser.add_argument("--precision", choices=_allowed("precision"))


def _allowed(setting: str) -> tuple[str, ...]:
    return get_args(AvatarSettings.model_fields[setting].annotation)


def given_avatar(arguments: argparse.Namespace) -> dict[str, Any]:
    """What `--character` and the flags of `add_engine` say of the section `avatar` of the settings."""
    given = {name: getattr(arguments, name, None) for name in ("character", "engine", "variant", "precision")}
    return {name: value for name, value in given.items() if value is not None}


def add_size(parser: argparse.ArgumentParser) -> None:
    """`--size` of pictures that the command makes."""
    parser.add_argument(
        "--size",
        type=picture_size,
        default=(SIZE, SIZE),
        metavar="N",
        help=f"pixels: N for N x N, WIDTHxHEIGHT, or 1080p; a puppet draws at that size, the networks draw {SIZE} and "
        f"are enlarged (default: {SIZE})",
    )


def add_scene_size(parser: argparse.ArgumentParser) -> None:
    """`--size` of the scene."""
    parser.add_argument(
        "--size", metavar="N", help="size of the picture: N for N x N, WIDTHxHEIGHT, 720p, 1080p, 1440p, or auto"
    )


def seconds(text: str) -> float:
    """A time in seconds, 0 or more.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value >= 0:
        raise argparse.ArgumentTypeError(f"{shown(text)} should be seconds, 0 or more")
    return value


def picture_size(text: str) -> tuple[int, int]:
    """Width and height in pixels that `--size` asks for.

    Raises:
        ArgumentTypeError: it is no size, too small or too large.
    """
    from vtube.avatar.enlarge import LARGEST, SMALLEST

    limits = f"from {SMALLEST} to {LARGEST} pixels"
    try:
        size = read_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{shown(text)} {error}, {limits}") from None
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise argparse.ArgumentTypeError(f"{shown(text)} should be {limits}")
    return size


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

    from vtube.avatar.picture.prepare import prepare
    from vtube.cli.log import stderr
    from vtube.studio.still import make_folder, save_stills

    make_folder(arguments.out)
    large = max(arguments.size) > SIZE
    avatar = load(None, {"avatar": given_avatar(arguments)}).avatar
    check_engine(avatar.engine)
    with open_renderer(avatar, prepare(arguments.picture), large) as renderer:
        followed = track(poses, "rendering", console=stderr(), disable=arguments.quiet)
        save_stills(renderer, followed, arguments.out, arguments.size)


@contextmanager
def open_renderer(avatar: AvatarSettings, character: Character, large: bool = False) -> Iterator[Renderer]:
    """The renderer of these settings; weights are fetched when they are missing, unless a puppet draws.

    For `large` pictures, auto takes the character's puppet, where there is one: it draws them from the drawing itself.
    """
    first = automatic_order(large)[0] if avatar.engine == AUTO else avatar.engine
    puppet = _puppet(character, avatar.variant) if first == "puppet" else None
    if puppet is None:
        fetch_weights(avatar.variant)
    renderer = create_renderer(
        avatar.engine,
        character,
        variant=avatar.variant,
        precision=avatar.precision,
        device=avatar.device,
        threads=avatar.threads,
        live=large,
        puppet=puppet,
    )
    try:
        yield renderer
    finally:
        renderer.close()


def _puppet(character: Character, variant: str) -> Puppet | None:
    """The character's puppet; None without one."""
    from vtube.avatar.engines.request import Request
    from vtube.avatar.puppet.file import find

    with suppress(ModelError):
        return find(character.digest, Request(character, variant).weights)
    return None


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
