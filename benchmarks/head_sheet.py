"""What comes in and what goes on air: a contact sheet of head-dresses, for docs/guide/character.md.

python -m benchmarks.head_sheet docs/images/fitted.png
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from benchmarks.head import CANVAS
from benchmarks.head_dresses import dressed
from vtube.avatar.picture.examine import examine

CASES = (
    ("cat ears", 400, 0.05, 0.1),
    ("witch's hat", 700, 0.9, 0.8),
    ("twin tails", 1000, 0.5, 0.5),
    ("wings", 700, 0.1, 0.9),
    ("glasses", 400, 0.9, 0.1),
    ("mask", 1000, 0.5, 0.5),
)
"""What the figure wears, its side in pixels, and where it lies: shares of the free space to its left and above it."""
TILE, GROUND, INK = 192, (238, 238, 240, 255), (30, 30, 40)


def main() -> int:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    rows = [_row(*case) for case in CASES]
    sheet = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)))
    for number, row in enumerate(rows):
        sheet.paste(row, (0, number * row.height))
    sheet.quantize(256).save(out, optimize=True)
    return 0


def _row(dress: str, size: int, across: float, down: float) -> Image.Image:
    """The picture with the head that was found, then the five poses that an engine made of it."""
    picture = Image.new("RGBA", (CANVAS, CANVAS))
    at = round(across * (CANVAS - size)), round(down * (CANVAS - size))
    picture.alpha_composite(dressed(dress).resize((size, size), Image.Resampling.LANCZOS), at)
    file = io.BytesIO()
    picture.save(file, "PNG")
    examined = examine(file.getvalue(), dress)
    found, poses = examined.character.found, examined.preview()
    if found:
        box = (found.x - found.size / 2, found.top, found.x + found.size / 2, found.chin)
        ImageDraw.Draw(picture).rectangle(box, outline=(220, 30, 60, 255), width=8)
    row = Image.new("RGBA", (TILE + poses.width, poses.height), GROUND)
    row.alpha_composite(picture.resize((TILE, TILE), Image.Resampling.LANCZOS))
    ImageDraw.Draw(row).text((TILE // 2, TILE + 9), f"{dress}: the picture", INK, anchor="mm")
    row.paste(poses, (TILE, 0))
    print(f"{dress}: {'fine' if examined.is_fine else 'a problem'}; " + " ".join(note.text for note in examined.notes))
    return row.convert("RGB")


if __name__ == "__main__":
    sys.exit(main())
