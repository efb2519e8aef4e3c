"""Draw the faces of the guides: every emotion, the portrait with six of them, the shapes of the mouth.

    python -m tools.faces emotions docs/images/emotions.webp [--character PNG] [--engine E] [--bare] [--seconds 1]
    python -m tools.faces portrait docs/images/character.webp
    python -m tools.faces mouths docs/images/mouth-shapes.webp

An emotion is shown as a camera shows it so many seconds after it came. With `--bare` the cells have numbers instead of
names, in an order of their own that is printed: to tell them apart without knowing which is which.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tools.film.__main__ import sky
from tools.film.whose import add_character, ended
from vtube.avatar.base import Renderer
from vtube.avatar.enlarge import draw
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import choices, create_renderer
from vtube.frame import SIZE
from vtube.motion.animator import Animator
from vtube.offline.performance import SignalPlayback
from vtube.pose import Pose, from_mapping, neutral
from vtube.settings import parse
from vtube.signals import FaceFrame
from vtube.studio.still import expressions

Box = tuple[int, int, int, int]
BUST: Box = (144, 10, 368, 234)
"""Of the engine's 512 pixels: head and shoulders wherever the head turns."""
FACE: Box = (196, 92, 316, 212)
GROUND, INK = (214, 222, 236), (40, 36, 64)
COLUMNS, CELL, LABEL = 7, 160, 20
FPS = 30
MOUTHS: Mapping[str, Mapping[str, float]] = {
    "closed (m, b, p, n)": {},
    **{shape: {f"mouth_{shape}": 1.0} for shape in ("aaa", "iii", "uuu", "eee", "ooo")},
}
MOUTH_CELL = 224
PORTRAIT = (1200, 600)
FIGURE = 1280
"""Pixels of the whole picture's side in the portrait, whose height shows head and shoulders only."""
FIGURE_LEFT, FIGURE_TOP = -250, -30
SIX = ("amusement", "surprise", "approval", "anger", "embarrassment", "sadness")
TILE, TILES_LEFT, TILES_TOP, TILES_GAP, ROUND = 168, 806, 34, 14, 22
QUALITY = 85


def felt(name: str, seconds: float) -> Pose:
    """The pose of an otherwise idle camera, `seconds` after the emotion came."""
    still = {"idle": {"blinking": 0.0, "sway": 0.0, "gaze": 0.0}}
    animator = Animator(parse(still), SignalPlayback[FaceFrame]([]), lambda now: None)
    animator.emotion.show(name)
    pose = neutral()
    for tick in range(round(seconds * FPS) + 1):
        pose = animator.mixer.pose(tick / FPS)
    animator.close()
    return pose


def shown(renderer: Renderer, pose: Pose, box: Box, side: int) -> Image.Image:
    """That part of the frame over GROUND, `side` pixels a side."""
    whole = round(2 * side * SIZE / (box[2] - box[0]))
    figure = Image.fromarray(draw(renderer, pose, whole, whole).copy())
    ground = Image.new("RGBA", figure.size, (*GROUND, 255))
    ground.alpha_composite(figure)
    left, top, right, bottom = (round(edge * whole / SIZE) for edge in box)
    part = ground.crop((left, top, right, bottom))
    return part.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)


def labelled(cells: Mapping[str, Image.Image], columns: int) -> Image.Image:
    """The cells in rows, each with its name below it."""
    side = next(iter(cells.values())).width
    rows = -(-len(cells) // columns)
    sheet = Image.new("RGB", (columns * side, rows * (side + LABEL)), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for place, (name, cell) in enumerate(cells.items()):
        left, top = place % columns * side, place // columns * (side + LABEL)
        sheet.paste(cell, (left, top))
        pen.text((left + side // 2, top + side + LABEL // 2), name, INK, font, anchor="mm")
    return sheet


def emotions(renderer: Renderer, seconds: float, bare: bool) -> Image.Image:
    """All of them, neutral first; `bare`: shuffled and numbered."""
    names = sorted(expressions(), key=lambda name: (name != "neutral", name))
    if bare:
        random.shuffle(names)
        print(", ".join(f"{number} {name}" for number, name in enumerate(names, 1)))
    labels = [str(number) for number in range(1, len(names) + 1)] if bare else names
    pairs = zip(labels, names, strict=True)
    return labelled({label: shown(renderer, felt(name, seconds), BUST, CELL) for label, name in pairs}, COLUMNS)


def mouths(renderer: Renderer) -> Image.Image:
    """The shapes of the vowels."""
    cells = {name: shown(renderer, from_mapping(pose), FACE, MOUTH_CELL) for name, pose in MOUTHS.items()}
    return labelled(cells, len(cells))


def rounded(image: Image.Image, radius: int) -> Image.Image:
    """RGBA, with round corners."""
    mask = Image.new("L", (4 * image.width, 4 * image.height))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), 4 * radius, fill=255)
    cut = image.convert("RGBA")
    cut.putalpha(mask.resize(image.size, Image.Resampling.LANCZOS))
    return cut


def portrait(renderer: Renderer, seconds: float) -> Image.Image:
    """The character at rest on an evening sky, with SIX of her emotions beside her."""
    whole = sky(*PORTRAIT)
    figure = Image.new("RGBA", PORTRAIT)
    figure.paste(Image.fromarray(draw(renderer, neutral(), FIGURE, FIGURE).copy()), (FIGURE_LEFT, FIGURE_TOP))
    glow = Image.new("RGBA", PORTRAIT, (255, 214, 190, 0))
    glow.putalpha(figure.getchannel("A").filter(ImageFilter.GaussianBlur(40)).point(lambda alpha: alpha // 3))
    whole.alpha_composite(glow)
    whole.alpha_composite(figure)
    for place, name in enumerate(SIX):
        tile = rounded(shown(renderer, felt(name, seconds), BUST, TILE), ROUND)
        column, row = place % 2, place // 2
        whole.alpha_composite(tile, (TILES_LEFT + column * (TILE + TILES_GAP), TILES_TOP + row * (TILE + TILES_GAP)))
    return rounded(whole, ROUND)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("emotions", "portrait", "mouths"))
    parser.add_argument("out", type=Path)
    add_character(parser)
    parser.add_argument("--engine", default="puppet", choices=choices())
    parser.add_argument("--bare", action="store_true", help="numbers instead of names, in an order of their own")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long after an emotion came")
    options = parser.parse_args()
    renderer = create_renderer(options.engine, prepare(options.character))
    try:
        if options.what == "emotions":
            sheet = emotions(renderer, options.seconds, options.bare)
        else:
            sheet = mouths(renderer) if options.what == "mouths" else portrait(renderer, options.seconds)
    finally:
        renderer.close()
    sheet.save(options.out, quality=QUALITY, method=6)
    print(f"{options.out}: {options.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    sys.exit(ended(main))
