"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vtube.avatar.base import Renderer
from vtube.avatar.registry import AUTO, ENGINES, choices, create_renderer


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


@contextmanager
def open_renderer(arguments: argparse.Namespace, picture: Path) -> Iterator[Renderer]:
    """The renderer of `--engine` for the picture file; weights are fetched when they are missing."""
    from vtube.avatar.picture.prepare import prepare

    character = prepare(picture)
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
    from vtube.avatar.weights.progress import progress_bar
    from vtube.avatar.weights.store import network_files

    with progress_bar() as progress:
        network_files(DEFAULT_VARIANT if variant == "auto" else variant, progress=progress)
