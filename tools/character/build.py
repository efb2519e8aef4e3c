"""Draws the default character: `python -m tools.character.build`.

Writes the SVG from `tools/character/drawing/`, and renders the 512 x 512 PNG and the large WebP from it with
rsvg-convert (librsvg; Debian's librsvg2-bin, Homebrew's librsvg). The PNG carries the SVG's sha256 in a text chunk, so
that a test can tell whether one was changed without the other.
"""

from __future__ import annotations

import hashlib
import io
import logging
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tools.character.drawing.figure import drawing
from vtube.avatar.picture.drawing import ENDINGS
from vtube.errors import VtubeError
from vtube.paths import default_picture

SIZE = 512
LARGE = 2048
"""Pixels of the picture from which large frames are drawn."""
OVERSAMPLING = 4
SOURCE_KEY = "Source-SHA256"

log = logging.getLogger(__name__)


def default_source() -> Path:
    """The SVG that the default character's picture was rendered from."""
    return Path(__file__).with_name("ilta.svg")


def source_digest(svg: bytes) -> str:
    """sha256 of the SVG as it stands in the PNG's text chunk; line ends don't count."""
    return hashlib.sha256(svg.replace(b"\r\n", b"\n")).hexdigest()


def rasterise(svg: bytes, size: int = SIZE) -> Image.Image:
    """The SVG as a square RGBA picture, drawn larger and brought down, for cleaner edges.

    Raises:
        VtubeError: rsvg-convert is missing or refuses the SVG.
    """
    command = shutil.which("rsvg-convert")
    if command is None:
        raise VtubeError("drawing the character needs rsvg-convert: install librsvg (Debian: librsvg2-bin)")
    width = str(size * OVERSAMPLING)
    done = subprocess.run([command, "-w", width, "-h", width], input=svg, capture_output=True, check=False)
    if done.returncode != 0:
        raise VtubeError(f"rsvg-convert: {done.stderr.decode(errors='replace').strip()}")
    large = Image.open(io.BytesIO(done.stdout)).convert("RGBa")
    return large.resize((size, size), Image.Resampling.BOX).convert("RGBA")


def build(svg_path: Path, png_path: Path) -> None:
    """Write the SVG, the PNG and, beside it, the same picture at LARGE pixels."""
    svg = drawing().encode()
    svg_path.write_bytes(svg)
    notes = PngInfo()
    notes.add_text(SOURCE_KEY, source_digest(svg))
    notes.add_text("Copyright", "CC0 1.0, no rights reserved")
    rasterise(svg).save(png_path, pnginfo=notes, optimize=True)
    large = png_path.with_name(png_path.stem + ENDINGS[1])
    rasterise(svg, LARGE).save(large, lossless=True, quality=100, method=6)
    log.info("wrote %s, %s and %s", svg_path, png_path, large)


def main() -> int:
    """Draw the SVG beside this file, the PNG into the package."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        build(default_source(), default_picture())
    except VtubeError as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
