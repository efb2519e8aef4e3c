"""The jacket: wide sleeves, a hood with a coral lining, gold zip. Drawn left in the picture and mirrored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vtube.characters.drawing import palette as c
from vtube.characters.drawing.pen import XY, ink, mirrored, path
from vtube.characters.drawing.svg import clip, group, linear, shape

Place = Callable[[Sequence[XY]], list[XY]]

FRONT: tuple[list[XY], ...] = (
    [(208, 222), (192, 231), (178, 250)], [(186, 300), (186, 350), (180, 398)], [(198, 403), (217, 404)],
    [(221, 360), (228, 310), (237, 266)], [(226, 240), (208, 222)],
)
SLEEVE: tuple[list[XY], ...] = (
    [(204, 225), (188, 231), (175, 243), (167, 262), (160, 296), (151, 336), (139, 376), (131, 404), (133, 419)],
    [(150, 427), (171, 427)], [(179, 408), (184, 372), (189, 330), (195, 296), (200, 268)], [(204, 244), (204, 225)],
)
CUFF: tuple[list[XY], ...] = (
    [(133, 417), (134, 432)], [(150, 440), (170, 438)], [(172, 425)], [(152, 426), (133, 417)],
)
HAND: tuple[list[XY], ...] = (
    [(139, 432), (137.4, 444), (139.4, 453)], [(143, 455.4), (145, 452)], [(145.6, 459), (149, 459.6), (151, 454)],
    [(152, 459.6), (156, 458.6), (157.4, 452)], [(159.4, 455.6), (162.6, 453), (163.6, 444), (164, 434)],
)
HOOD: tuple[list[XY], ...] = (
    [(236, 203), (222, 203.5), (207, 210), (197, 222), (196, 235), (204, 245), (220, 254), (237, 270)],
    [(240, 258), (236, 240), (234, 222), (236, 203)],
)
LINING: tuple[list[XY], ...] = (
    [(236, 203), (226, 209), (221.6, 222), (223, 238), (229, 254), (237, 270)],
    [(240, 258), (236, 240), (234, 222), (236, 203)],
)


def definitions() -> list[str]:
    """Gradients and clip paths of the jacket."""
    return [
        linear("navy", (0, 215), (0, 440), (0, "#525b9a"), (0.45, c.NAVY), (1, "#383e70")),
        linear("sleeve", (130, 330), (200, 345), (0, "#4f5896"), (0.4, "#464e88"), (1, c.NAVY_SHADE)),
        linear("sleeve-other", (382, 330), (312, 345), (0, c.NAVY), (0.5, "#3f467c"), (1, c.NAVY_SHADE)),
        *(clip(f"{name}-{side}", path(*map(place, runs)))
          for side, place in _SIDES for name, runs in (("front", FRONT), ("arm", SLEEVE), ("hood", HOOD))),
    ]


def drawing() -> str:
    """Both halves."""
    return group(*(_front(side, place) for side, place in _SIDES), *(_arm(side, place) for side, place in _SIDES), id="jacket")


def hood() -> str:
    """The hood around the neck, over the blouse."""
    return group(*(_hood(side, place) for side, place in _SIDES), id="hood")


def _same(points: Sequence[XY]) -> list[XY]:
    return list(points)


_SIDES: tuple[tuple[str, Place], ...] = (("right", _same), ("left", mirrored))


def _fold(place: Place, points: Sequence[XY], width: float, colour: str = c.NAVY_SHADE, opacity: float = 0.75) -> str:
    return shape(ink(place(points), width, 0.05, 0.05, 0.35), colour, opacity=opacity)


def _line(place: Place, points: Sequence[XY], width: float = 1.1) -> str:
    return shape(ink(place(points), width, 0.3, 0.3), c.NAVY_LINE)


def _front(side: str, place: Place) -> str:
    inside = group(
        _fold(place, [(198, 240), (196, 290), (194, 340), (188, 400)], 20, opacity=0.7),
        _fold(place, [(228, 300), (214, 330), (206, 372)], 5),
        _fold(place, [(226, 322), (212, 352), (210, 390)], 4),
        _fold(place, [(204, 270), (214, 296), (216, 330)], 4, opacity=0.5),
        _fold(place, [(219, 268), (213, 300), (214, 340)], 3.4, c.NAVY_LIGHT, 0.55),
        shape(path(place([(176, 388), (198, 393), (222, 393.5)]), place([(222, 410), (176, 410)]), place([(176, 388)])), c.NAVY_SHADE),
        shape(path(place([(176, 392.6), (198, 397), (222, 397.6)]), place([(222, 400), (198, 399.6), (176, 395.2)]), place([(176, 392.6)])), c.CORAL),
        clip_path=f"url(#front-{side})",
    )
    edge = [(237, 266), (228, 310), (221, 360), (217, 404)]
    return group(
        shape(path(*map(place, FRONT)), "url(#navy)"),
        inside,
        _line(place, [(180, 398), (198, 403), (217, 404)]),
        shape(ink(place([(x - 2.4, y) for x, y in edge]), 1.1, 0.7, 0.7), c.NAVY_SHADE),
        shape(ink(place(edge), 2.3, 0.8, 0.8), c.GOLD_SHADE),
        shape(ink(place([(x - 0.3, y) for x, y in edge]), 1.1, 0.8, 0.8), c.GOLD),
        shape(ink(place([(x + 1.2, y) for x, y in edge]), 0.7, 0.8, 0.8), c.NAVY_LINE),
    )


def _arm(side: str, place: Place) -> str:
    fill = "url(#sleeve)" if side == "right" else "url(#sleeve-other)"
    stripes = (
        (c.CREAM, [(120, 364), (150, 376), (200, 378)], 7), (c.CORAL, [(118, 375), (148, 386), (198, 388)], 4),
    )
    return group(
        _hand(place),
        shape(path(*map(place, SLEEVE)), fill),
        group(
            *(shape(ink(place(points), width, 1, 1), colour) for colour, points, width in stripes),
            _fold(place, [(202, 236), (199, 280), (190, 330), (184, 400), (176, 430)], 15, opacity=0.72),
            _fold(place, [(192, 290), (178, 300), (166, 298)], 4.6),
            _fold(place, [(191, 318), (174, 328), (158, 322)], 5),
            _fold(place, [(186, 340), (170, 346), (156, 338)], 3.6),
            _fold(place, [(182, 400), (166, 404), (148, 398)], 5),
            _fold(place, [(140, 424), (146, 410), (156, 402)], 4),
            _fold(place, [(164, 426), (166, 414), (172, 404)], 4),
            _fold(place, [(151, 424), (153, 416), (158, 410)], 3),
            _fold(place, [(180, 246), (171, 270), (166, 296)], 4.4, c.NAVY_LIGHT, 0.7),
            _fold(place, [(158, 322), (149, 352), (144, 366)], 4, c.NAVY_LIGHT, 0.6),
            _fold(place, [(136, 396), (136, 406), (139, 414)], 3, c.NAVY_LIGHT, 0.6),
            clip_path=f"url(#arm-{side})",
        ),
        _line(place, SLEEVE[0], 1.3),
        _line(place, [(200, 268), (195, 296), (189, 330), (184, 372), (179, 408), (171, 427)], 1.2),
        _line(place, [(191, 306), (180, 312), (172, 311)], 0.9),
        _line(place, [(190, 331), (178, 338), (168, 337)], 0.9),
        _cuff(place),
    )


def _cuff(place: Place) -> str:
    ribs = (((140, 421), (140.4, 435)), ((147, 424), (147.2, 438)), ((154, 425.4), (154, 439)), ((161, 425.6), (160.6, 438.6)), ((167, 425.4), (166, 438)))
    return group(
        shape(path(*map(place, CUFF)), c.CORAL),
        shape(path(place([(160, 425.6), (158, 440)]), place([(170, 438), (172, 425)]), place([(160, 425.6)])), c.CORAL_SHADE, opacity=0.8),
        *(shape(ink(place(rib), 0.9), c.CORAL_SHADE) for rib in ribs),
        shape(ink(place([(133, 417), (134, 432), (150, 440), (170, 438), (172, 425)]), 1.1, 0.5, 0.5), c.CORAL_LINE),
        shape(ink(place([(133, 418), (152, 426.4), (172, 425.4)]), 1.2, 0.5, 0.5), c.CORAL_LINE),
    )


def _hand(place: Place) -> str:
    fingers = (((145, 452), (146, 445)), ((151, 454), (151.4, 446)), ((157.4, 452), (157, 446)))
    return group(
        shape(path(*map(place, HAND), place([(139, 432)])), c.SKIN),
        shape(path(place([(138, 432), (137.6, 441), (150, 446)]), place([(164, 443), (164, 434)]), place([(138, 432)])), c.SKIN_SHADE),
        *(shape(ink(place(run), 1.0, 0.4, 0.4), c.SKIN_LINE) for run in _joined(HAND)),
        *(shape(ink(place(finger), 0.9, 1, 0.1), c.SKIN_LINE) for finger in fingers),
    )


def _joined(runs: Sequence[list[XY]]) -> list[list[XY]]:
    """Each run with the point that it starts from."""
    return [runs[0], *([before[-1], *run] for before, run in zip(runs, runs[1:], strict=False))]


def _hood(side: str, place: Place) -> str:
    return group(
        shape(ink(place([(202, 243), (218, 254), (232, 268)]), 6, 0.2, 0.3), c.NAVY_LINE, opacity=0.35),
        shape(path(*map(place, HOOD)), "url(#navy)"),
        group(
            _fold(place, [(224, 205), (210, 216), (206, 234), (214, 250)], 4.4),
            _fold(place, [(214, 207), (203, 218), (200, 234)], 3.4, c.NAVY_LIGHT, 0.8),
            _fold(place, [(197, 238), (212, 246), (232, 264)], 4),
            shape(path(*map(place, LINING)), c.CORAL),
            _fold(place, [(238, 200), (230, 216), (231, 238), (240, 262)], 7, c.CORAL_SHADE, 0.9),
            _fold(place, [(226, 212), (223.4, 226), (226, 242)], 1.8, c.CORAL_LIGHT, 0.9),
            clip_path=f"url(#hood-{side})",
        ),
        _line(place, HOOD[0], 1.3),
        shape(ink(place(LINING[0]), 1.1, 0.3, 0.3), c.CORAL_LINE),
        shape(ink(place([(237, 270), (240, 258), (236, 240), (234, 222), (236, 203)]), 1.1, 0.3, 0.3), c.CORAL_LINE),
    )
