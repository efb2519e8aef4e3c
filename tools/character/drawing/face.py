"""The head without its hair: skin, shadows, blush, nose, mouth and brows.

The mouth is one dark line with nothing beneath it: THA3 opens that into a clean shape.
"""

from __future__ import annotations

from tools.character.drawing import palette as c
from tools.character.drawing.pen import SIDES, XY, both_halves, ink, mirrored, path
from tools.character.drawing.svg import clip, ellipse, group, linear, radial, shape, use

HALF: list[XY] = [
    (256, 66),
    (228, 72),
    (211, 92),
    (206, 118),
    (206.6, 138),
    (210, 154),
    (217.4, 168.4),
    (230, 181),
    (243, 189),
    (252, 192.2),
    (256, 192.6),
]
OUTLINE = path(both_halves(HALF))
NECK = path(
    [(238.5, 172), (239.6, 192), (239, 204), (232, 214), (216, 222)],
    [(256, 262)],
    [(296, 222)],
    [(280, 214), (273, 204), (272.4, 192), (273.5, 172)],
)
CHIN_SHADOW = path(
    [(236, 176), (276, 176)],
    [(273.6, 199), (266, 207), (257, 210), (247, 207.5), (238.6, 200), (236, 176)],
)
COLLARBONES = path(
    [(225, 220), (240, 222), (256, 233)],
    [(272, 222), (287, 220)],
    [(270, 226), (256, 240)],
    [(241, 226), (225, 220)],
)
CHEEK_SHADOWS = (
    path([(200, 110), (212, 118), (211, 140), (215, 158), (224, 174)], [(204, 176)], [(200, 110)]),
    path([(312, 110), (300.6, 118), (301.6, 140), (297, 158), (287, 175)], [(308, 176)], [(312, 110)]),
)
MOUTH: list[XY] = [(246.6, 173.8), (251, 175.7), (256, 176.5), (261, 175.7), (265.4, 173.8)]
BROWS: tuple[list[XY], ...] = (
    [(217.8, 119.4), (224.2, 115.8), (232.4, 114.6), (241, 116.8)],
    [(294.2, 119), (287.8, 115.4), (279.6, 114.2), (271, 116.4)],
)


def definitions() -> list[str]:
    """Gradients and clip paths of the face."""
    return [
        clip("face-clip", OUTLINE),
        clip("neck-clip", NECK),
        linear("skin", (0, 80), (0, 196), (0, "#fff2e9"), (0.6, c.SKIN), (1, "#ffdfd2")),
        *(
            radial(
                f"blush-{side}",
                place([(222, 163)])[0],
                13,
                (0, c.BLUSH, 0.5),
                (0.5, c.BLUSH, 0.28),
                (1, c.BLUSH, 0),
                squash=0.55,
            )
            for side, place in SIDES
        ),
    ]


def neck() -> str:
    """Neck and throat, in the shadow of the chin."""
    lines: tuple[tuple[list[XY], float], ...] = (
        ([(239.4, 186), (239.8, 196), (238.6, 206), (232, 214), (224, 219)], 1.1),
        ([(235, 221), (243, 222.6), (250, 226.6)], 0.9),
    )
    return group(
        shape(NECK, c.SKIN),
        group(
            shape(CHIN_SHADOW, c.SKIN_DEEP, opacity=0.85),
            shape(COLLARBONES, c.SKIN_SHADE, opacity=0.8),
            clip_path="url(#neck-clip)",
        ),
        *(shape(ink(place(line), width), c.SKIN_LINE) for line, width in lines for _, place in SIDES),
        id="neck",
    )


def skin() -> str:
    """The face, and on it the shadow that the fringe throws."""
    jaw = HALF[4:]
    return group(
        shape(OUTLINE, "url(#skin)"),
        group(
            use("fringe-shape", fill=c.SKIN_SHADE, transform="translate(1.6 4.6)"),
            *(shape(shadow, c.SKIN_SHADE, opacity=0.85) for shadow in CHEEK_SHADOWS),
            *(ellipse(place([(222, 163)])[0], (13, 7.2), f"url(#blush-{side})") for side, place in SIDES),
            clip_path="url(#face-clip)",
        ),
        *(
            shape(ink([(x, 161.4), (x - 1.6, 164.8)], 0.9), c.BLUSH, opacity=0.75)
            for x in (218.4, 222, 225.6, 288, 291.6, 295.2)
        ),
        shape(ink([*jaw, *reversed(mirrored(jaw[:-1]))], 1.35, 0.3, 0.3), c.SKIN_LINE),
        id="face",
    )


def features() -> str:
    """Nose and mouth."""
    return group(
        shape(ink([(256.2, 160.6), (257.4, 163.4), (255.6, 164.4)], 1.15, 0.2, 0.6, 0.6), c.SKIN_LINE),
        shape(
            path([(253.6, 165.4), (256, 166.6), (258, 165.2)], [(256, 168), (253.6, 165.4)]), c.SKIN_SHADE, opacity=0.8
        ),
        shape(ink(MOUTH, 1.55, 0.35, 0.35), c.LIP),
        id="features",
    )


def brows() -> str:
    """Brows, over the fringe as the genre has it; THA3 has to see them to move them."""
    return group(
        *(shape(ink(brow, 2.5, 0.12, 0.5, 0.62), c.HAIR_LINE, opacity=0.92) for brow in BROWS),
        id="brows",
    )
