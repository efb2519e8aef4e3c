"""The hair: what hangs behind, the coral underneath, side locks, fringe and crown."""

from __future__ import annotations

from vtube.characters.drawing import palette as c
from vtube.characters.drawing.pen import Lock, ink, path
from vtube.characters.drawing.svg import clip, group, linear, shape

BACK = (
    Lock((210, 90, 12), (193, 130, 13), (187, 172, 12), (186, 206, 9), (178, 228, 5), (166, 240, 0)),
    Lock((302, 90, 12), (319, 130, 13), (325, 172, 12), (326, 206, 9), (334, 228, 5), (347, 239, 0)),
    Lock((216, 110, 16), (202, 160, 16), (197, 200, 13), (191, 232, 7), (181, 252, 0)),
    Lock((296, 110, 16), (310, 160, 16), (315, 200, 13), (321, 232, 7), (332, 251, 0)),
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
    Lock((216, 70, 10), (200, 100, 10), (194.4, 136, 8.6), (196, 168, 7), (201, 196, 4.6), (199, 214, 2), (193, 226, 0)),
    Lock((298, 70, 10), (313, 100, 10), (317.6, 136, 8.6), (316, 168, 7), (311, 196, 4.6), (313, 214, 2), (320, 225, 0)),
    Lock((220, 72, 8), (207, 100, 6), (203, 128, 4.4), (203.4, 152, 3.2), (207, 172, 2), (213, 186, 0)),
    Lock((294, 72, 8), (306, 100, 6), (309.4, 128, 4.4), (308.4, 152, 3.2), (305, 170, 2), (300, 183, 0)),
)
FRINGE = (
    Lock((254, 58, 6), (226, 72, 11), (209, 96, 9), (204, 116, 5.6), (206, 130, 2.6), (211, 141, 0)),
    Lock((264, 58, 6), (290, 71, 11), (304, 95, 9), (308.6, 114, 5.4), (306, 130, 2.4), (301, 140, 0)),
    Lock((258, 56, 5), (233, 73, 11), (219, 95, 9.6), (215, 110, 6), (217.4, 122, 2.6), (223, 129, 0)),
    Lock((264, 56, 5), (283, 72, 10), (293, 94, 8), (296, 108, 5), (294, 119, 2.2), (289, 125, 0)),
    Lock((261, 55, 4), (243, 73, 11), (231, 95, 9), (226, 109, 5), (228, 119, 2), (233, 124, 0)),
    Lock((264, 55, 4), (274, 72, 9.6), (280, 93, 7.4), (282, 106, 4.4), (280, 115, 1.8), (276, 119.6, 0)),
    Lock((262, 54, 4), (252, 73, 11), (243, 95, 8), (239, 108, 4), (240.4, 117, 1.6), (244, 121, 0)),
    Lock((263, 54, 4), (263, 73, 10), (259, 96, 8.4), (255, 114, 5.4), (254.6, 126, 2.6), (258, 136, 0)),
)
CAP = path(
    [(186, 150), (185, 126), (190, 96), (205, 70), (229, 54), (257, 49.4), (285, 54), (308, 70), (322, 96), (327, 126), (326, 150)],
    [(308, 128), (306, 100), (284, 84), (256, 80), (228, 84), (206, 100), (204, 128), (186, 150)],
)


def definitions() -> list[str]:
    """Gradients, clip paths and the fringe's shape, which also throws the shadow on the face."""
    return [
        linear("hair-back", (0, 60), (0, 262), (0, c.HAIR_DEEP), (0.5, "#66549f"), (0.78, "#9a669f"), (1, c.INNER)),
        linear("hair-under", (0, 150), (0, 246), (0, "#6d3f78"), (0.4, c.INNER_SHADE), (1, c.INNER)),
        linear("hair-front", (0, 49), (0, 228), (0, "#8f80d0"), (0.12, "#a798e2"), (0.42, "#b5a6ea"), (0.6, "#b9a1e0"),
               (0.8, "#dc9fc4"), (1, "#ffa39a")),
        linear("hair-tip", (0, 100), (0, 138), (0, "#ecd3f6", 0), (1, "#fbe3f2", 0.85)),
        '<g id="fringe-shape">' + "".join(f'<path d="{lock.outline()}"/>' for lock in [*FRINGE, *SIDES]) + "</g>",
        clip("cap-clip", CAP),
    ]


def behind() -> str:
    """Hair behind neck and body."""
    mass = path(
        [(256, 54), (218, 62), (196, 92), (186, 132), (186, 176), (190, 206), (204, 226), (228, 232), (256, 226)],
        [(284, 232), (308, 226), (322, 206), (326, 176), (326, 132), (317, 92), (295, 62), (256, 54)],
    )
    return group(
        *(_lock(lock, "url(#hair-back)", c.HAIR_LINE, 1.1, c.HAIR_DEEP) for lock in BACK[:4]),
        shape(mass, "url(#hair-under)"),
        *(_lock(lock, "url(#hair-back)", c.HAIR_LINE, 1.1, c.HAIR_DEEP) for lock in BACK[4:]),
        *(_lock(lock, "url(#hair-under)", "#6f2f58", 0.9, "#a84a70") for lock in UNDER),
        id="hair-behind",
    )


def front() -> str:
    """Crown, side locks and fringe."""
    return group(
        shape(CAP, "url(#hair-front)"),
        *(_lock(lock, "url(#hair-front)", c.HAIR_LINE, 1.15, c.HAIR_SHADE, c.HAIR_LIGHT) for lock in SIDES),
        *(_lock(lock, "url(#hair-front)", c.HAIR_LINE, 1.1, c.HAIR_SHADE, c.HAIR_LIGHT) + shape(lock.outline(), "url(#hair-tip)") for lock in FRINGE),
        _crown(),
        _ring(),
        _ahoge(),
        id="hair-front",
    )


def _lock(lock: Lock, fill: str, line: str, width: float, shade: str, light: str = "") -> str:
    parts = [
        shape(lock.outline(), fill),
        shape(lock.crescent(0.2, 1, 1, 0.9, 1.2), shade, opacity=0.6),
        shape(lock.wisp(0.45, 0.95, 0.1, 0.3, -0.1), shade, opacity=0.5),
    ]
    if light:
        parts += [shape(lock.wisp(0.3, 0.9, -0.55, 0.3, 0.2), light, opacity=0.75)]
    parts += [
        shape(lock.ink(width, -1, 0.2, 1, first=0.05, last=0.4, peak=0.7), line),
        shape(lock.ink(width, 1, 0.2, 1, first=0.05, last=0.4, peak=0.7), line),
    ]
    return group(*parts)


def _crown() -> str:
    """Outline of the head and the strands that leave the parting."""
    outline = [(186.4, 146), (185, 126), (190, 96), (205, 70), (229, 54), (257, 49.4), (285, 54), (308, 70), (322, 96), (327, 126), (325.6, 146)]
    strands = (
        [(258, 52), (236, 60), (214, 80), (201, 104)], [(260, 51), (246, 58), (230, 74)], [(264, 51), (284, 60), (302, 78), (313, 104)],
        [(263, 52), (274, 60), (284, 76)], [(262, 51), (262, 62), (260, 76)],
    )
    return group(
        shape(ink(outline, 1.4, 0.3, 0.3), c.HAIR_LINE),
        *(shape(ink(strand, 1.0, 0.6, 0.05, 0.3), c.HAIR_SHADE) for strand in strands),
    )


def _ring() -> str:
    """The band of light: spindles of uneven length along one latitude of the head."""
    parts = []
    for n, lock in enumerate(FRINGE):
        for k, u in enumerate((-0.62, -0.22, 0.2, 0.6)):
            drift = 0.025 * ((n * 5 + k * 3) % 4)
            parts.append(shape(lock.wisp(0.21 + drift / 2, 0.37 + drift, u, 0.36), c.HAIR_SHINE, opacity=0.82))
    return group(*parts)


def _ahoge() -> str:
    lock = Lock((259, 57, 1.6), (254, 46, 2.6), (257, 36, 2.8), (267, 31, 2), (276, 35, 0))
    second = Lock((262, 56, 1.2), (266, 48, 1.8), (274, 44, 1.4), (281, 46, 0))
    return "".join(_lock(x, "#a798e2", c.HAIR_LINE, 1.0, c.HAIR_SHADE) for x in (second, lock))
