"""Blouse, bow and skirt."""

from __future__ import annotations

from vtube.characters.drawing import palette as c
from vtube.characters.drawing.pen import XY, ink, mirrored, path
from vtube.characters.drawing.svg import clip, ellipse, group, linear, radial, shape
from vtube.characters.drawing.star import star

BLOUSE: tuple[list[XY], ...] = (
    [(228, 214), (214, 262), (206, 320), (206, 372)], [(256, 376), (306, 372)], [(306, 320), (298, 262), (284, 214)],
    [(270, 224), (256, 236)], [(242, 224), (228, 214)],
)
SKIRT: tuple[list[XY], ...] = (
    [(204, 362), (256, 367), (308, 362)], [(316, 384), (332, 440), (343, 514)], [(169, 514)], [(180, 440), (196, 384), (204, 362)],
)
COLLAR: tuple[list[XY], ...] = (
    [(240, 205), (233, 212), (229, 224)], [(233, 240), (240.6, 252)], [(249, 244), (257, 233)], [(246, 222), (240, 205)],
)


def definitions() -> list[str]:
    """Gradients and clip paths of blouse, bow and skirt."""
    return [
        clip("blouse-clip", path(*BLOUSE)),
        clip("skirt-clip", path(*SKIRT)),
        linear("cream", (0, 215), (0, 380), (0, c.CREAM), (1, "#f1e8f0")),
        linear("plum", (0, 362), (0, 512), (0, "#67507f"), (1, "#4b3865")),
        linear("bow", (0, 232), (0, 300), (0, "#ff9089"), (0.5, c.CORAL), (1, "#dd5f74")),
        radial("gold", (254.5, 241.5), 8, (0, c.GOLD_LIGHT), (0.55, c.GOLD), (1, c.GOLD_SHADE)),
    ]


def drawing() -> str:
    """Skirt and blouse, under the jacket."""
    return group(_skirt(), _blouse(), id="clothes")


def collar_and_bow() -> str:
    """Collar and bow, over the throat."""
    return group(
        _collar(list(COLLAR)), _collar([mirrored(run) for run in COLLAR]),
        _tail(1.0), _tail(-1.0), _loop(1.0), _loop(-1.0), _knot(), id="bow",
    )


def _skirt() -> str:
    folds, lines, lights = [], [], []
    for top, foot, depth in ((209, 183, 8), (222, 207, 12), (240, 238, 15), (276, 280, -14), (292, 305, -12), (304, 327, -8)):
        middle = (top + foot) / 2 + (1 if depth > 0 else -1)
        edge = [(top, 376), (middle, 436), (foot, 514)]
        folds.append(shape(path(edge, [(foot + depth, 514)], [(middle + depth * 0.42, 436), (top, 376)]), c.PLUM_SHADE, opacity=0.85))
        lines.append(shape(ink(edge, 1.1, 0.3, 1), c.PLUM_LINE))
        lights.append(shape(ink([(x - depth * 0.3, y + 6) for x, y in edge[:2]] + [(foot - depth * 0.45, 500)], 3, 0.05, 0.05),
                            c.PLUM_LIGHT, opacity=0.65))
    band = path([(203, 362), (256, 367.4), (309, 362)], [(312, 381)], [(256, 388), (200, 381)], [(203, 362)])
    return group(
        shape(path(*SKIRT), "url(#plum)"),
        group(*folds, *lights, *lines,
              shape(ink([(190, 400), (256, 410), (322, 400)], 16, 0.3, 0.3), c.PLUM_LINE, opacity=0.3),
              shape(band, "#705889"),
              shape(ink([(200, 381), (256, 388), (312, 381)], 1.2, 0.6, 0.6), c.PLUM_LINE),
              shape(ink([(203, 363), (256, 368), (309, 363)], 1.4, 0.6, 0.6), c.PLUM_LINE),
              *(_button(x, 379.4) for x in (238, 274)),
              clip_path="url(#skirt-clip)"),
        shape(ink([(196, 384), (180, 440), (169, 514)], 1.3, 0.5, 1), c.PLUM_LINE),
        shape(ink([(316, 384), (332, 440), (343, 514)], 1.3, 0.5, 1), c.PLUM_LINE),
    )


def _button(x: float, y: float) -> str:
    return ellipse((x, y), (3.4, 3.4), c.GOLD_LINE) + ellipse((x, y), (2.7, 2.7), c.GOLD) + ellipse((x - 0.8, y - 0.9), (1, 0.9), c.GOLD_LIGHT)


def _blouse() -> str:
    folds = (
        ([(240, 268), (232, 310), (230, 364)], 4.5), ([(272, 268), (281, 310), (283, 364)], 4.5),
        ([(222, 300), (240, 312), (252, 308)], 3.2), ([(290, 306), (274, 318), (262, 314)], 3.2),
        ([(226, 372), (236, 350), (240, 330)], 3.6), ([(286, 372), (276, 352), (270, 334)], 3.6),
        ([(246, 372), (248, 356), (247, 340)], 2.6),
    )
    return group(
        shape(path(*BLOUSE), "url(#cream)"),
        group(
            shape(path([(236, 250), (256, 262), (276, 250)], [(280, 272), (272, 300), (262, 306)], [(258, 270), (254, 270)],
                       [(248, 306), (238, 300), (232, 272), (236, 250)]), c.CREAM_SHADE, opacity=0.75),
            shape(ink([(234, 262), (222, 316), (214, 380)], 15, 0.4, 1), c.CREAM_SHADE, opacity=0.85),
            shape(ink([(278, 262), (290, 316), (298, 380)], 15, 0.4, 1), c.CREAM_SHADE, opacity=0.85),
            *(shape(ink(points, width, 0.05, 0.05), c.CREAM_SHADE, opacity=0.85) for points, width in folds),
            shape(ink([(253, 262), (252.4, 320), (253, 372)], 0.9, 0.8, 0.8), c.CREAM_DEEP),
            shape(ink([(260, 262), (260.4, 320), (260, 372)], 0.9, 0.8, 0.8), c.CREAM_DEEP),
            *(ellipse((256.6, y), (2, 2), c.CREAM_LINE) + ellipse((256.4, y - 0.2), (1.5, 1.5), c.GOLD) for y in (306, 328, 350)),
            clip_path="url(#blouse-clip)",
        ),
    )


def _collar(runs: list[list[XY]]) -> str:
    (neck, *_), (_, tip) = runs[0], runs[1]
    edge = [runs[0][-1], *runs[1]]
    fold = [tip, *runs[2]]
    middle = [(x * 0.82 + (256 if True else x) * 0.18, y * 0.98) for x, y in edge]
    return group(
        shape(path(*runs), c.CREAM),
        shape(path(runs[0], [*runs[1]], [middle[-1], middle[0]], [neck]), c.CREAM_SHADE, opacity=0.55),
        shape(ink(edge, 1.1, 0.4, 0.6), c.CREAM_LINE),
        shape(ink(fold, 1.1, 0.6, 0.4), c.CREAM_LINE),
        shape(ink([runs[2][-1], *runs[3]], 1.0, 0.4, 0.4), c.CREAM_LINE),
    )


def _x(sign: float, points: list[XY]) -> list[XY]:
    return points if sign > 0 else mirrored(points)


def _loop(sign: float) -> str:
    upper = [(254, 240), (242, 230.6), (229, 228), (221.6, 231.6)]
    outer = [(219.6, 242), (222, 254), (226, 258.4)]
    lower = [(236, 257), (247, 252), (254, 246)]
    return group(
        shape(path(_x(sign, upper), _x(sign, outer), _x(sign, lower), _x(sign, [(254, 240)])), "url(#bow)"),
        shape(path(_x(sign, [(254, 242), (240, 238), (230, 240)]), _x(sign, [(238, 246), (254, 246)]), _x(sign, [(254, 242)])), c.CORAL_SHADE),
        shape(path(_x(sign, outer), _x(sign, lower[:2]), _x(sign, [(232, 252), (226, 248), (219.6, 242)])), c.CORAL_SHADE, opacity=0.6),
        shape(ink(_x(sign, [(242, 232.8), (232, 230.8), (225.4, 233)]), 2, 0.05, 0.05), c.CORAL_LIGHT),
        shape(ink(_x(sign, upper), 1.25, 0.3, 0.6), c.CORAL_LINE),
        shape(ink(_x(sign, [upper[-1], *outer]), 1.25, 0.6, 0.6), c.CORAL_LINE),
        shape(ink(_x(sign, [outer[-1], *lower]), 1.25, 0.6, 0.3), c.CORAL_LINE),
        shape(ink(_x(sign, [(252, 243), (243, 241), (235, 242.6)]), 0.9, 0.6, 0.05), c.CORAL_LINE),
    )


def _tail(sign: float) -> str:
    drop = 0.0 if sign > 0 else -5.0
    outer = [(251, 246), (244, 262), (236, 280), (229.6, 293 + drop)]
    notch = [(238, 292 + drop), (243.6, 300 + drop)]
    inner = [(250, 284), (254, 266), (256, 248)]
    return group(
        shape(path(_x(sign, outer), _x(sign, notch[:1]), _x(sign, notch[1:]), _x(sign, inner), _x(sign, [(251, 246)])), "url(#bow)"),
        shape(path(_x(sign, [(253, 248), (248, 266), (240, 291)]), _x(sign, [(243.6, 299 + drop)]), _x(sign, inner)), c.CORAL_SHADE, opacity=0.7),
        shape(ink(_x(sign, outer), 1.2, 0.4, 0.7), c.CORAL_LINE),
        shape(ink(_x(sign, [outer[-1], *notch]), 1.1, 0.7, 0.7), c.CORAL_LINE),
        shape(ink(_x(sign, [notch[-1], *inner]), 1.2, 0.7, 0.4), c.CORAL_LINE),
    )


def _knot() -> str:
    return group(
        shape(path([(249, 237), (256, 235.6), (263, 237)], [(264.6, 243), (263, 250)], [(256, 251.6), (249, 250)], [(247.4, 243), (249, 237)]),
              c.CORAL, stroke=c.CORAL_LINE, stroke_width=1),
        shape(path(*star((256, 243.4), 8.4)), c.GOLD_LINE),
        shape(path(*star((256, 243.4), 6.9)), "url(#gold)"),
        shape(path([(256, 236.6), (254.4, 241.2)], [(249.6, 241.6)], [(256, 243.4)], [(256, 236.6)]), c.GOLD_LIGHT, opacity=0.9),
    )
