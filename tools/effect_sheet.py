"""Draw the program's own character with every effect on one sheet.

    python -m tools.effect_sheet [OUT.webp] [--frame full|bust|face]

Without a name it is the sheet of the reference page, docs/images/effects.webp.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vtube.avatar.picture.prepare import prepare
from vtube.frame import Frame
from vtube.paths import default_picture
from vtube.scene.background import Background
from vtube.scene.registry import EFFECTS
from vtube.scene.shot import Subject
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings

SHEET = Path("docs/images/effects.webp")
COLUMNS = 6
SIDE = 256
LABEL_HEIGHT = 20
GROUND, INK = (196, 208, 220), (40, 36, 64)
CLEARER = {"glitch": "glitch:0.8,share=1", "aberration": "aberration:0.012", "grade": "grade:1.6,contrast=1.2"}
"""Stronger than by default, where one would look twice."""
MOMENT_S = 5.4
"""When an old tape's torn strip is seen."""
HEAD = Subject(head_x=0.5, head_y=0.18, head_size=0.22)


def cell(effects: Sequence[str], frame: str) -> Image.Image:
    """The character with these effects over the sheet's ground."""
    scene = SceneSettings.model_validate({"width": 512, "height": 512, "frame": frame, "effects": list(effects)})
    drawn: Frame = Stage(scene, subject=lambda: HEAD).process(prepare(default_picture()).frame, MOMENT_S)
    ground = SceneSettings(width=512, height=512, background="#{:02x}{:02x}{:02x}".format(*GROUND))
    flat = Background(ground.background, 512, 512).flatten(drawn)
    return Image.fromarray(np.asarray(flat)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def sheet(frame: str) -> Image.Image:
    """Every effect, and the picture without one."""
    names = ["", *EFFECTS.names()]
    rows = -(-len(names) // COLUMNS)
    whole = Image.new("RGB", (COLUMNS * SIDE, rows * (SIDE + LABEL_HEIGHT)), "white")
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(13)
    for place, name in enumerate(names):
        left, top = place % COLUMNS * SIDE, place // COLUMNS * (SIDE + LABEL_HEIGHT)
        effects = [CLEARER.get(name, name)] if name else []
        whole.paste(cell(effects, frame), (left, top))
        draw.text((left + 6, top + SIDE + 2), effects[0] if effects else "no effect", INK, font)
    return whole


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description="Draw the program's own character with every effect on one sheet.")
    parser.add_argument("out", nargs="?", type=Path, default=SHEET, metavar="OUT.webp")
    parser.add_argument("--frame", choices=("full", "bust", "face"), default="bust", help="how much of her is shown")
    options = parser.parse_args(arguments)
    sheet(options.frame).save(options.out, quality=85, method=6)
    print(f"{options.out}: written")


if __name__ == "__main__":
    main()
