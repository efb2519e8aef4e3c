"""Draw every parameter of a character on one sheet.

    python -m tools.contact_sheet CHARACTER.png OUT.png [--engine E]

Shows the face or the bust in each of the 45 parameters at its extremes, and in combinations that streams are full of.
Look at it before you trust a picture on air: lids have to close without shards, mouths to open, heads to turn.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from vtube.avatar.base import Renderer
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import choices, create_renderer
from vtube.errors import VtubeError
from vtube.pose import PARAMETERS, from_mapping

COLUMNS = 8
CELL = (192, 168)
LABEL_HEIGHT = 16
FACE = (192, 92, 320, 204)
BUST = (128, 20, 384, 244)
BACKGROUND = (201, 212, 222, 255)
INK = (40, 36, 64)
BUST_FROM = next(parameter.index for parameter in PARAMETERS if parameter.name == "head_x")


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture of the sheet: its label, the pose and the part of the frame that is shown."""

    label: str
    values: Mapping[str, float]
    box: tuple[int, int, int, int] = FACE


def both(name: str, value: float = 1.0) -> dict[str, float]:
    """`name` on both sides of the face."""
    return {f"{name}_left": value, f"{name}_right": value}


COMBINATIONS = (
    Cell("both lids closed", both("eye_wink")),
    Cell("both closed, happy", both("eye_happy_wink")),
    Cell("both relaxed", both("eye_relaxed")),
    Cell("half closed", both("eye_wink", 0.5)),
    Cell("laughing", both("eye_happy_wink") | both("eyebrow_happy") | {"mouth_aaa": 1.0} | both("mouth_raised_corner")),
    Cell("angry", both("eyebrow_angry") | both("eye_unimpressed") | both("mouth_lowered_corner") | {"mouth_iii": 0.5}),
    Cell("sad", both("eyebrow_troubled") | both("eye_relaxed", 0.4) | both("mouth_lowered_corner")),
    Cell("turned, smiling", {"head_y": -1.0, "head_x": 0.4, "mouth_aaa": 0.6} | both("eye_happy_wink"), BUST),
    Cell("turned, tilted, aaa", {"head_y": 1.0, "neck_z": 0.7, "mouth_aaa": 1.0}, BUST),
    Cell("looking up", {"head_x": 1.0, "iris_rotation_x": 0.6, "mouth_ooo": 0.6}, BUST),
    Cell("looking down", {"head_x": -1.0, "iris_rotation_x": -0.6} | both("eye_wink", 0.4), BUST),
)


def cells() -> Iterator[Cell]:
    """The neutral face, each parameter's extremes, then the combinations."""
    yield Cell("neutral", {})
    for parameter in PARAMETERS:
        box = BUST if parameter.index >= BUST_FROM else FACE
        for value in (parameter.high, parameter.low):
            if value:
                sign = f" {value:+.0f}" if parameter.low < 0 else ""
                yield Cell(parameter.name + sign, {parameter.name: value}, box)
    yield from COMBINATIONS


def draw(renderer: Renderer, cell: Cell) -> Image.Image:
    """One labelled cell."""
    figure = Image.fromarray(renderer.render(from_mapping(cell.values)))
    shown = Image.alpha_composite(Image.new("RGBA", figure.size, BACKGROUND), figure).crop(cell.box)
    tile = Image.new("RGB", (CELL[0], CELL[1] + LABEL_HEIGHT), "white")
    tile.paste(shown.convert("RGB").resize(CELL, Image.Resampling.LANCZOS), (0, LABEL_HEIGHT))
    ImageDraw.Draw(tile).text((4, 1), cell.label, fill=INK, font=ImageFont.load_default(size=11))
    return tile


def sheet(tiles: list[Image.Image]) -> Image.Image:
    """The tiles in rows of `COLUMNS`."""
    width, height = tiles[0].size
    rows = -(-len(tiles) // COLUMNS)
    picture = Image.new("RGB", (COLUMNS * width, rows * height), "white")
    for n, tile in enumerate(tiles):
        picture.paste(tile, (n % COLUMNS * width, n // COLUMNS * height))
    return picture


def save(picture: Image.Image, path: Path) -> None:
    """As a PNG of 256 colours, small enough for a repository."""
    picture.quantize(256, Image.Quantize.MEDIANCUT, kmeans=2).save(path, optimize=True)


def main() -> int:
    """Render and save the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("character", type=Path, help="a picture of the character")
    parser.add_argument("out", type=Path, help="the PNG to write")
    parser.add_argument("--engine", default="auto", choices=choices())
    options = parser.parse_args()
    try:
        renderer = create_renderer(options.engine, prepare(options.character))
    except VtubeError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        save(sheet([draw(renderer, cell) for cell in cells()]), options.out)
    finally:
        renderer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
