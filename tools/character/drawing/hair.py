"""The hair: what hangs behind, the coral underneath, side locks, fringe and crown.

The locks end above the lashes: THA3 takes hair across a lash for a part of the eye.
"""

from __future__ import annotations

import math

from tools.character.drawing import palette as c
from tools.character.drawing.pen import XY, Lock, ink, path
from tools.character.drawing.star import star
from tools.character.drawing.svg import group, linear, shape

BACK = (
    Lock((210, 90, 12), (193, 130, 13), (187, 172, 12), (186, 206, 9), (178, 228, 5), (166, 240, 0)),
    Lock((302, 90, 12), (319, 130, 13), (325, 172, 12), (326, 206, 9), (334, 228, 5), (347, 239, 0)),
    Lock((216, 110, 16), (202, 160, 16), (197, 200, 13), (191, 232, 7), (181, 252, 0)),
    Lock((296, 110, 16), (310, 160, 16), (315, 200, 13), (321, 232, 7), (332, 251, 0)),
    Lock((200, 150, 3), (187, 190, 4.4), (179, 214, 2.8), (166, 223, 0)),
    Lock((314, 160, 3), (327, 194, 4.4), (336, 215, 2.6), (349, 220, 0)),
    Lock((226, 130, 16), (212, 180, 14), (208, 216, 10), (203, 240, 5), (205, 260, 0)),
    Lock((286, 130, 16), (300, 180, 14), (304, 216, 10), (309, 240, 5), (306, 259, 0)),
)
UNDER = (
    Lock((214, 150, 12), (212, 190, 12), (210, 216, 9), (215, 244, 0)),
    Lock((298, 150, 12), (300, 190, 12), (302, 216, 9), (297, 243, 0)),
    Lock((232, 150, 14), (226, 190, 11), (222, 214, 7), (227, 236, 0)),
    Lock((280, 150, 14), (286, 190, 11), (290, 214, 7), (285, 235, 0)),
)
SIDES = (
    Lock(
        (222, 72, 8), (202, 100, 9.4), (194.4, 136, 8.6), (196, 168, 7), (201, 196, 4.6), (199, 214, 2), (193, 226, 0)
    ),
    Lock(
        (292, 72, 8), (311, 100, 9.4), (317.6, 136, 8.6), (316, 168, 7), (311, 196, 4.6), (313, 214, 2), (320, 225, 0)
    ),
    Lock((220, 72, 8), (207, 100, 6), (203, 128, 4.4), (203.4, 152, 3.2), (207, 172, 2), (213, 186, 0)),
    Lock((294, 72, 8), (306, 100, 6), (309.4, 128, 4.4), (308.4, 152, 3.2), (305, 170, 2), (300, 183, 0)),
)
FRINGE = (
    Lock((254, 58, 6), (226, 72, 11), (209, 96, 9), (203, 116, 5.6), (203.4, 132, 2.8), (207, 146, 0)),
    Lock((264, 58, 6), (290, 71, 11), (305, 95, 9), (309.6, 115, 5.6), (308.6, 132, 2.6), (304, 147, 0)),
    Lock((258, 56, 5), (233, 73, 11), (219, 95, 10), (213, 108, 6.2), (211.6, 118, 3), (214, 127.6, 0)),
    Lock((264, 56, 5), (283, 72, 10), (294, 94, 8.8), (298.6, 107, 5.6), (299.4, 117, 2.6), (297, 126, 0)),
    Lock((261, 55, 4), (244, 73, 12), (232, 95, 11), (225.4, 108, 6.6), (221.4, 117, 3), (220.6, 124, 0)),
    Lock((264, 55, 4), (274, 72, 9.6), (281, 92, 7.8), (285, 106, 5), (288.4, 114, 2.2), (293, 119, 0)),
    Lock((262, 54, 4), (252, 73, 9.6), (245.4, 95, 7.8), (240, 108, 4.8), (235.4, 116, 2.1), (230, 121, 0)),
    Lock((263, 54, 4), (263, 73, 10), (259, 96, 9), (253, 115, 5.8), (250, 127, 2.8), (251, 139, 0)),
)
STRAYS = (
    Lock((272, 78, 0), (269, 94, 2.1), (271, 110, 1.8), (277, 119, 0)),
    Lock((238, 84, 0), (226, 100, 2), (216.4, 114, 1.5), (212.4, 124, 0)),
    Lock((294, 88, 0), (301, 106, 1.9), (304, 121, 1.3), (303, 133, 0)),
    Lock((257, 94, 0), (247, 112, 1.7), (243, 122, 1), (243.4, 130, 0)),
)
MASS = path(
    [(256, 54), (218, 62), (196, 92), (186, 132), (186, 176), (190, 206), (204, 226), (228, 232), (256, 226)],
    [(284, 232), (308, 226), (322, 206), (326, 176), (326, 132), (317, 92), (295, 62), (256, 54)],
)
CROWN: list[XY] = [
    (186, 150),
    (185, 126),
    (190, 96),
    (205, 70),
    (229, 54),
    (257, 49.4),
    (285, 54),
    (308, 70),
    (322, 96),
    (327, 126),
    (326, 150),
]
CAP = path(
    CROWN,
    [(308, 128), (306, 100), (284, 84), (256, 80), (228, 84), (206, 100), (204, 128), (186, 150)],
)
PARTING: tuple[list[XY], ...] = (
    [(258, 52), (236, 60), (214, 80), (201, 104)],
    [(260, 51), (246, 58), (230, 74)],
    [(264, 51), (284, 60), (302, 78), (313, 104)],
    [(263, 52), (274, 60), (284, 76)],
    [(262, 51), (262, 62), (260, 76)],
)
AHOGE = (
    Lock((262, 56, 1.2), (266, 48, 1.8), (274, 44, 1.4), (281, 46, 0)),
    Lock((259, 57, 1.6), (254, 46, 2.6), (257, 36, 2.8), (267, 31, 2), (276, 35, 0)),
)
MOON = "M4.2 -8.6A9.4 9.4 0 1 0 8.6 5.4A7.6 7.6 0 1 1 4.2 -8.6Z"
FRONT = "url(#front-hair)"
BEHIND = "url(#back-hair)"
UNDERNEATH = "url(#under-hair)"


def definitions() -> list[str]:
    """Gradients, and the fringe's shape, which also throws the shadow on the face."""
    outlines = (shape(lock.outline(), "inherit").replace(' fill="inherit"', "") for lock in (*FRINGE, *SIDES))
    return [
        linear("back-hair", (0, 60), (0, 262), (0, c.HAIR_DEEP), (0.5, "#66549f"), (0.78, "#9a669f"), (1, c.INNER)),
        linear("under-hair", (0, 150), (0, 246), (0, "#6d3f78"), (0.4, c.INNER_SHADE), (1, c.INNER)),
        linear(
            "front-hair",
            (0, 49),
            (0, 228),
            (0, "#8f80d0"),
            (0.12, "#a798e2"),
            (0.42, "#b5a6ea"),
            (0.6, "#b9a1e0"),
            (0.8, "#dc9fc4"),
            (1, "#ffa39a"),
        ),
        linear("gold-clip", (-6, -8), (4, 9), (0, c.GOLD_LIGHT), (0.4, c.GOLD), (1, c.GOLD_SHADE)),
        linear("shine", (0, 68), (0, 104), (0, "#fffaff", 0.95), (0.6, c.HAIR_SHINE, 0.85), (1, "#dccdfb", 0.6)),
        linear("fringe-tips", (0, 100), (0, 138), (0, "#ecd3f6", 0), (1, "#fbe3f2", 0.85)),
        group(*outlines, id="fringe-shape"),
    ]


def behind() -> str:
    """Hair behind neck and body."""
    outer, inner = BACK[:-2], BACK[-2:]
    return group(
        *(_lock(lock, BEHIND, c.HAIR_DEEP, "#8f74b8") for lock in outer),
        shape(MASS, UNDERNEATH),
        *(_lock(lock, BEHIND, c.HAIR_DEEP, "#8f74b8") for lock in inner),
        *(_lock(lock, UNDERNEATH, "#a84a70", line="#6f2f58", width=0.9) for lock in UNDER),
        id="hair-behind",
    )


def front() -> str:
    """Crown, side locks and fringe."""
    return group(
        *(_lock(lock, "#a798e2", c.HAIR_SHADE, width=1) for lock in AHOGE),
        shape(CAP, FRONT),
        *(_lock(lock, FRONT, c.HAIR_SHADE, c.HAIR_LIGHT) for lock in SIDES),
        *(_lock(lock, FRONT, c.HAIR_SHADE, c.HAIR_LIGHT, _shine(lock, n)) for n, lock in enumerate(FRINGE)),
        *(_lock(lock, FRONT, c.HAIR_SHADE, width=0.8) for lock in STRAYS),
        shape(ink(CROWN, 1.15, 0.3, 0.3), c.HAIR_LINE),
        *(shape(ink(strand, 1.0, 0.6, 0.05, 0.3), c.HAIR_SHADE) for strand in PARTING),
        _clip(),
        id="hair-front",
    )


def _lock(
    lock: Lock,
    fill: str,
    shade: str,
    light: str = "",
    shine: str = "",
    line: str = c.HAIR_LINE,
    width: float = 1.1,
) -> str:
    """A lock with a shadow along its right, light along its left and ink on both edges."""
    parts = [
        shape(lock.outline(), fill),
        shape(lock.crescent(0.2, 1, 1, 0.9, 1.2), shade, opacity=0.6),
        shape(lock.wisp(0.45, 0.95, 0.1, 0.3, -0.1), shade, opacity=0.5),
    ]
    if light:
        parts.append(shape(lock.wisp(0.3, 0.9, -0.55, 0.3, 0.2), light, opacity=0.75))
    if shine:
        parts += [shape(lock.outline(), "url(#fringe-tips)"), shine]
    edges = (lock.ink(width, side, 0.2, 1, first=0.05, last=0.4, peak=0.7) for side in (-1, 1))
    return group(*parts, *(shape(edge, line) for edge in edges))


def _shine(lock: Lock, n: int) -> str:
    """The lock's part of the band of light: smooth above, drawn out into points below."""
    drops = (0.025, 0.11, 0.04, 0.15, 0.03, 0.09, 0.035, 0.13, 0.02)
    crest, teeth = [], []
    for i in range(11):
        u = -0.95 + 0.19 * i
        crest.append(lock.at(_latitude(lock, u, -3 * math.sin(0.7 * n + i)), u))
    for i, drop in enumerate(drops):
        u = 0.95 - 1.9 * i / 8
        teeth.append([lock.at(_latitude(lock, u, 5) + drop * (0.8 + 0.2 * ((n + i) % 3)), u)])
    spark = _latitude(lock, -0.4, 0)
    return group(
        shape(path(crest, *teeth, [crest[0]]), "url(#shine)"),
        shape(lock.wisp(spark + 0.16, spark + 0.34, -0.45, 0.2, 0.1), c.HAIR_SHINE, opacity=0.75),
    )


def _latitude(lock: Lock, u: float, below: float) -> float:
    """How far along `lock` the line `u` meets the band of light's upper edge, or a line `below` it."""
    for step in range(100):
        x, y = lock.at(step / 100, u)
        if y > 70 + below + 15 * ((x - 256) / 56) ** 2:
            return step / 100
    return 1.0


def _clip() -> str:
    """Her hair clip: a crescent moon that holds a star."""
    outline = {"stroke_linejoin": "round"}
    return group(
        shape(MOON, c.HAIR_DEEP, opacity=0.5, transform="translate(-0.8 2.2)"),
        shape(MOON, "url(#gold-clip)", stroke=c.GOLD_LINE, stroke_width=1.1, **outline),
        shape(ink([(-1.6, -7.4), (-7.2, -2.6), (-7, 3.4)], 1.4, 0.05, 0.05), c.GOLD_LIGHT),
        shape(path(*star((4.4, 0.6), 4.8, 14)), c.CORAL_LIGHT, stroke=c.CORAL_LINE, stroke_width=0.9, **outline),
        transform="translate(303 97) rotate(-24)",
        id="clip",
    )
