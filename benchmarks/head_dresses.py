"""The default character with twenty things on, beside or before its head, to try the search for heads."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw

from vtube.paths import default_picture

SIDE = 1024
"""Side of the drawings, pixels: twice the template, so that the head's box is 256 around (512, 256)."""

HAIR, SHADE, LINE = (140, 130, 220, 255), (105, 95, 190, 255), (60, 50, 110, 255)
DARK, PALE, GOLD, RED = (60, 40, 30, 255), (235, 235, 250, 255), (255, 215, 90, 255), (200, 50, 70, 255)
SIDES = (-1, 1)

Draw = ImageDraw.ImageDraw
Painter = Callable[[Draw], None]


def plain() -> Image.Image:
    """The character alone, 1024 x 1024 RGBA."""
    with Image.open(default_picture()) as picture:
        return picture.convert("RGBA").resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def dressed(name: str, character: Image.Image | None = None) -> Image.Image:
    """The character with the head-dress of that name, 1024 x 1024 RGBA; a key of `BEHIND` or `BEFORE`, or both."""
    picture = _painted(BEHIND.get(name))
    picture.alpha_composite(character or plain())
    picture.alpha_composite(_painted(BEFORE.get(name)))
    return picture


def _painted(painter: Painter | None) -> Image.Image:
    layer = Image.new("RGBA", (SIDE, SIDE))
    if painter:
        painter(ImageDraw.Draw(layer))
    return layer


def _cat_ears(draw: Draw) -> None:
    for side in SIDES:
        draw.polygon([(512 + side * 112, 190), (512 + side * 132, 40), (512 + side * 22, 120)], SHADE, LINE, 4)


def _rabbit_ears(draw: Draw) -> None:
    for side in SIDES:
        x = 512 + side * 60
        draw.ellipse((x - 30, 0, x + 30, 190), PALE, LINE, 4)


def _horns(draw: Draw) -> None:
    for side in SIDES:
        draw.polygon(
            [(512 + side * 100, 170), (512 + side * 210, 15), (512 + side * 120, 60), (512 + side * 40, 120)], DARK
        )


def _witch_hat(draw: Draw) -> None:
    draw.ellipse((300, 120, 724, 215), DARK)
    draw.polygon([(400, 165), (540, 4), (624, 165)], DARK)
    draw.line((404, 150, 618, 150), RED, 18)


def _top_hat(draw: Draw) -> None:
    draw.ellipse((330, 130, 694, 195), DARK)
    draw.rectangle((400, 10, 624, 165), DARK)
    draw.rectangle((400, 120, 624, 150), RED)


def _beret(draw: Draw) -> None:
    draw.ellipse((330, 50, 650, 185), RED, LINE, 4)
    draw.line((480, 60, 488, 30), LINE, 9)


def _bow(draw: Draw) -> None:
    for side in SIDES:
        draw.polygon([(512, 95), (512 + side * 190, 10), (512 + side * 170, 180)], RED, LINE, 4)
    draw.ellipse((482, 68, 542, 128), RED, LINE, 4)


def _buns(draw: Draw) -> None:
    for side in SIDES:
        x = 512 + side * 125
        draw.ellipse((x - 62, 40, x + 62, 164), HAIR, LINE, 5)


def _twin_tails(draw: Draw) -> None:
    for side in SIDES:
        x = 512 + side * 205
        draw.line((512 + side * 110, 150, 512 + side * 185, 150), HAIR, 46)
        draw.ellipse((x - 52, 120, x + 52, 560), HAIR, LINE, 5)


def _side_tail(draw: Draw) -> None:
    draw.line((620, 160, 720, 150), HAIR, 50)
    draw.ellipse((660, 110, 790, 620), HAIR, LINE, 5)


def _braids(draw: Draw) -> None:
    for side in SIDES:
        for knot in range(9):
            x, y = 512 + side * (135 + 4 * knot), 330 + 52 * knot
            draw.ellipse((x - 36, y - 34, x + 36, y + 34), HAIR, LINE, 4)


def _headphones(draw: Draw) -> None:
    draw.arc((355, 70, 669, 440), 180, 360, DARK, 26)
    for side in SIDES:
        x = 512 + side * 152
        draw.ellipse((x - 42, 205, x + 42, 335), DARK, RED, 8)


def _wings(draw: Draw) -> None:
    draw.polygon([(400, 460), (10, 120), (80, 660)], PALE, LINE, 4)
    draw.polygon([(624, 460), (1014, 120), (940, 660)], PALE, LINE, 4)


def _head_wings(draw: Draw) -> None:
    for side in SIDES:
        for feather in range(4):
            tip = (512 + side * (330 - 20 * feather), 60 + 55 * feather)
            draw.polygon(
                [(512 + side * 110, 170 + 15 * feather), tip, (512 + side * 120, 210 + 15 * feather)], PALE, LINE, 3
            )


def _halo(draw: Draw) -> None:
    draw.ellipse((380, 6, 644, 76), None, GOLD, 14)


def _veil(draw: Draw) -> None:
    draw.polygon([(512, 70), (330, 180), (230, 820), (794, 820), (694, 180)], (240, 240, 250, 190))


def _veil_on_hair(draw: Draw) -> None:
    draw.pieslice((375, 80, 649, 420), 200, 340, (245, 245, 255, 120))


def _glasses(draw: Draw) -> None:
    for side in SIDES:
        x = 512 + side * 53
        draw.ellipse((x - 47, 238, x + 47, 330), None, (20, 20, 20, 255), 8)
    draw.line((504, 282, 520, 282), (20, 20, 20, 255), 8)


def _mask(draw: Draw) -> None:
    draw.rounded_rectangle((430, 316, 594, 396), 30, (245, 245, 245, 255), (200, 200, 205, 255), 4)


def _eye_patch(draw: Draw) -> None:
    draw.line((390, 210, 640, 320), DARK, 8)
    draw.rounded_rectangle((416, 234, 508, 330), 26, (40, 40, 50, 255))


def _crown(draw: Draw) -> None:
    points = [(410, 150), (395, 20), (450, 85), (512, 5), (574, 85), (629, 20), (614, 150)]
    draw.polygon(points, GOLD, DARK, 4)


BEHIND: dict[str, Painter] = {
    "cat ears": _cat_ears,
    "rabbit ears": _rabbit_ears,
    "horns": _horns,
    "buns": _buns,
    "twin tails": _twin_tails,
    "side tail": _side_tail,
    "wings": _wings,
    "head wings": _head_wings,
    "veil": _veil,
}
"""Painted before the character, so that it stands in front."""

BEFORE: dict[str, Painter] = {
    "witch's hat": _witch_hat,
    "top hat": _top_hat,
    "beret": _beret,
    "bow": _bow,
    "braids": _braids,
    "headphones": _headphones,
    "halo": _halo,
    "veil": _veil_on_hair,
    "glasses": _glasses,
    "mask": _mask,
    "eye-patch": _eye_patch,
    "crown": _crown,
}
"""Painted over the character."""

DRESSES = sorted({*BEHIND, *BEFORE})
