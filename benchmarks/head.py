"""Is the head found, whatever it wears? Twenty head-dresses, three sizes, three places; and the sample pictures.

    python -m benchmarks.head [--only WORD] [--sheet FILE] [--samples] [--json]

The truth is the template's box of the default character, moved with it. A case is right within 8 % of the box's size in
place and in size; the worst kind is one that is off by more than 25 % without a word.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.head_dresses import DRESSES, dressed
from vtube.avatar.engines.openvino_face import FaceMorpher
from vtube.avatar.picture.head import Head, find_head
from vtube.avatar.picture.search import search
from vtube.avatar.picture.template import HEAD_SIZE, HEAD_X, HEAD_Y
from vtube.avatar.weights.files import network_files
from vtube.avatar.weights.samples import sample_pictures_folder
from vtube.frame import SIZE, Frame

CANVAS = 1200
SIZES = (400, 700, 1000)
"""Sides of the figure's own square on the canvas, pixels."""
PLACES = ((0.02, 0.1), (0.5, 0.5), (0.98, 0.9))
"""Shares of the free space to the left of it and above it."""
RIGHT, WORST = 0.08, 0.25


@dataclass(frozen=True)
class Case:
    """What came of one picture; errors in shares of the box's size."""

    dress: str
    size: int
    place: int
    placed: float
    sized: float
    before_placed: float
    before_sized: float
    certainty: float
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether place and size are good enough."""
        return max(self.placed, self.sized) <= RIGHT

    @property
    def is_silent(self) -> bool:
        """Whether it is far off and nobody says so."""
        return max(self.placed, self.sized) > WORST and self.certainty >= 0.5


def main() -> int:
    """Run what was asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="head-dresses whose name has this word")
    parser.add_argument("--sheet", type=Path, help="a picture of all cases with the boxes that were found")
    parser.add_argument("--samples", action="store_true", help="the sample pictures of the weights' package instead")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    morpher = FaceMorpher(network_files("separable_float")["face_morpher"])
    if arguments.samples:
        return _samples(morpher)
    cases, tiles = [], []
    for dress in (name for name in DRESSES if arguments.only in name):
        figure = dressed(dress)
        for size in SIZES:
            for place in range(len(PLACES)):
                case, tile = _try(morpher, figure, dress, size, place)
                cases.append(case)
                tiles.append(tile)
    if arguments.sheet:
        _sheet(tiles).save(arguments.sheet)
    print(json.dumps([asdict(case) for case in cases]) if arguments.json else _table(cases))
    return 0 if all(case.is_right for case in cases) else 1


def _try(morpher: FaceMorpher, figure: Image.Image, dress: str, size: int, place: int) -> tuple[Case, Image.Image]:
    picture, truth = _placed(figure, size, PLACES[place])
    started = time.perf_counter()
    found = search(picture, morpher)
    seconds = time.perf_counter() - started
    before = find_head(picture)
    case = Case(
        dress, size, place, *_errors(found.head, truth), *_errors(before, truth), found.certainty, round(seconds, 2)
    )
    return case, _tile(picture, truth, found.head)


def _placed(figure: Image.Image, size: int, place: tuple[float, float]) -> tuple[Frame, Head]:
    """The figure on the canvas, and the true box of its head."""
    left, top = (round(share * (CANVAS - size)) for share in place)
    canvas = Image.new("RGBA", (CANVAS, CANVAS))
    canvas.alpha_composite(figure.resize((size, size), Image.Resampling.LANCZOS), (left, top))
    scale = size / SIZE
    truth = Head(left + HEAD_X * scale - 0.5, top + HEAD_Y * scale - 0.5, HEAD_SIZE * scale, by_eyes=True)
    return np.asarray(canvas), truth


def _errors(head: Head | None, truth: Head) -> tuple[float, float]:
    if head is None:
        return 9.99, 9.99
    away = float(np.hypot(head.x - truth.x, head.y - truth.y)) / truth.size
    return round(away, 3), round(max(head.size / truth.size, truth.size / head.size) - 1, 3)


def _tile(picture: Frame, truth: Head, head: Head | None) -> Image.Image:
    image = Image.new("RGBA", (CANVAS, CANVAS), "white")
    image.alpha_composite(Image.fromarray(picture))
    draw = ImageDraw.Draw(image)
    for box, colour in ((truth, "green"), (head, "red")):
        if box:
            draw.rectangle((box.x - box.size / 2, box.top, box.x + box.size / 2, box.chin), None, colour, 8)
    return image.resize((150, 150)).convert("RGB")


def _sheet(tiles: list[Image.Image]) -> Image.Image:
    columns = len(SIZES) * len(PLACES)
    sheet = Image.new("RGB", (150 * columns, 150 * -(-len(tiles) // columns)))
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (150 * (number % columns), 150 * (number // columns)))
    return sheet


def _table(cases: list[Case]) -> str:
    lines = ["| head-dress | right | worst place | worst size | before: right | seconds |", "|---|---|---|---|---|---|"]
    for dress in dict.fromkeys(case.dress for case in cases):
        own = [case for case in cases if case.dress == dress]
        lines.append(_row(dress, own))
    lines.append(_row("**all**", cases))
    silent = sum(case.is_silent for case in cases)
    return "\n".join([*lines, "", f"far off in silence: {silent}"])


def _row(name: str, cases: list[Case]) -> str:
    before = sum(max(case.before_placed, case.before_sized) <= RIGHT for case in cases)
    return (
        f"| {name} | {sum(case.is_right for case in cases)} of {len(cases)} "
        f"| {100 * max(case.placed for case in cases):.0f} % | {100 * max(case.sized for case in cases):.0f} % "
        f"| {before} | {np.median([case.seconds for case in cases]):.1f} |"
    )


def _samples(morpher: FaceMorpher) -> int:
    away = []
    for path in sorted(sample_pictures_folder().glob("*.png")):
        with Image.open(path) as image:
            picture = np.asarray(image.convert("RGBA"))
        found = search(picture, morpher)
        assert found.head is not None
        away.append(float(np.hypot(found.head.x - HEAD_X, found.head.y - HEAD_Y)))
        print(f"{path.name}: {away[-1]:.1f} pixels away, size {found.head.size:.1f}, certainty {found.certainty:.2f}")
    print(f"median {np.median(away):.1f} pixels")
    return 0


if __name__ == "__main__":
    sys.exit(main())
