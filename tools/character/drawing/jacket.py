"""The jacket's fronts and wide sleeves, drawn for her right side and mirrored; the lamp stands at the left."""

from __future__ import annotations

from tools.character.drawing import palette as c
from tools.character.drawing.cloth import fold, outline
from tools.character.drawing.hand import hand
from tools.character.drawing.pen import SIDES, XY, Place, ink, path
from tools.character.drawing.svg import clip, group, linear, shape

FRONT: tuple[list[XY], ...] = (
    [(208, 222), (192, 231), (178, 250)],
    [(186, 300), (186, 350), (180, 398)],
    [(198, 403), (217, 404)],
    [(221, 360), (228, 310), (237, 266)],
    [(226, 240), (208, 222)],
)
ZIP: list[XY] = [(237, 266), (228, 310), (221, 360), (217, 404)]
RIBBING: tuple[list[XY], ...] = ([(176, 388), (198, 393), (222, 393.5)], [(222, 410), (176, 410)], [(176, 388)])
HEM_STRIPE: tuple[list[XY], ...] = (
    [(176, 392.6), (198, 397), (222, 397.6)],
    [(222, 400), (198, 399.6), (176, 395.2)],
    [(176, 392.6)],
)
SLEEVE: tuple[list[XY], ...] = (
    [(204, 225), (188, 231), (175, 243), (167, 262), (160, 296), (151, 336), (139, 376), (131, 404), (133, 419)],
    [(150, 427), (171, 427)],
    [(179, 408), (184, 372), (189, 330), (195, 296), (200, 268)],
    [(204, 244), (204, 225)],
)
SLEEVE_FOLDS: tuple[tuple[list[XY], float], ...] = (
    ([(202, 236), (199, 280), (190, 330), (184, 400), (176, 430)], 15),
    ([(192, 290), (178, 300), (166, 298)], 4.6),
    ([(191, 318), (174, 328), (158, 322)], 5),
    ([(186, 340), (170, 346), (156, 338)], 3.6),
    ([(182, 400), (166, 404), (148, 398)], 5),
    ([(140, 424), (146, 410), (156, 402)], 4),
    ([(164, 426), (166, 414), (172, 404)], 4),
    ([(151, 424), (153, 416), (158, 410)], 3),
)
SLEEVE_LIGHTS: tuple[tuple[list[XY], float], ...] = (
    ([(180, 246), (171, 270), (166, 296)], 4.4),
    ([(158, 322), (149, 352), (144, 366)], 4),
    ([(136, 396), (136, 406), (139, 414)], 3),
)
SLEEVE_LINES: tuple[tuple[list[XY], float], ...] = (
    (SLEEVE[0], 1.3),
    ([(200, 268), (195, 296), (189, 330), (184, 372), (179, 408), (171, 427)], 1.2),
    ([(191, 306), (180, 312), (172, 311)], 0.9),
    ([(190, 331), (178, 338), (168, 337)], 0.9),
)
CUFF: tuple[list[XY], ...] = (
    [(133, 417), (134, 432)],
    [(150, 440), (170, 438)],
    [(172, 425)],
    [(152, 426), (133, 417)],
)
CUFF_RIBS = (
    ((140, 421), (140.4, 435)),
    ((147, 424), (147.2, 438)),
    ((154, 425.4), (154, 439)),
    ((161, 425.6), (160.6, 438.6)),
    ((167, 425.4), (166, 438)),
)


def definitions() -> list[str]:
    """Gradients and clip paths of the jacket."""
    return [
        linear("navy", (0, 215), (0, 440), (0, "#525b9a"), (0.45, c.NAVY), (1, "#383e70")),
        linear("sleeve-right", (130, 330), (200, 345), (0, "#4f5896"), (0.4, "#464e88"), (1, c.NAVY_SHADE)),
        linear("sleeve-left", (382, 330), (312, 345), (0, c.NAVY), (0.5, "#3f467c"), (1, c.NAVY_SHADE)),
        *(clip(f"front-{side}", path(*map(place, FRONT))) for side, place in SIDES),
        *(clip(f"arm-{side}", path(*map(place, SLEEVE))) for side, place in SIDES),
    ]


def drawing() -> str:
    """Fronts, then the sleeves that hang before them."""
    return group(
        *(_front(side, place) for side, place in SIDES),
        *(_arm(side, place) for side, place in SIDES),
        id="jacket",
    )


def _front(side: str, place: Place) -> str:
    return group(
        shape(path(*map(place, FRONT)), "url(#navy)"),
        group(
            fold(place, [(198, 240), (196, 290), (194, 340), (188, 400)], 20, opacity=0.7),
            fold(place, [(228, 300), (214, 330), (206, 372)], 5),
            fold(place, [(226, 322), (212, 352), (210, 390)], 4),
            fold(place, [(204, 270), (214, 296), (216, 330)], 4, opacity=0.5),
            fold(place, [(219, 268), (213, 300), (214, 340)], 3.4, c.NAVY_LIGHT, 0.55),
            shape(path(*map(place, RIBBING)), c.NAVY_SHADE),
            shape(path(*map(place, HEM_STRIPE)), c.CORAL),
            clip_path=f"url(#front-{side})",
        ),
        outline(place, [(180, 398), (198, 403), (217, 404)]),
        *(
            _zip_line(place, shift, width, colour)
            for shift, width, colour in (
                (-2.4, 1.1, c.NAVY_SHADE),
                (0, 2.3, c.GOLD_SHADE),
                (-0.3, 1.1, c.GOLD),
                (1.2, 0.7, c.NAVY_LINE),
            )
        ),
    )


def _zip_line(place: Place, shift: float, width: float, colour: str) -> str:
    return shape(ink(place([(x + shift, y) for x, y in ZIP]), width, 0.8, 0.8), colour)


def _arm(side: str, place: Place) -> str:
    return group(
        hand(place),
        shape(path(*map(place, SLEEVE)), f"url(#sleeve-{side})"),
        group(
            shape(ink(place([(120, 364), (150, 376), (200, 378)]), 7, 1, 1), c.CREAM),
            shape(ink(place([(118, 375), (148, 386), (198, 388)]), 4, 1, 1), c.CORAL),
            *(fold(place, points, width) for points, width in SLEEVE_FOLDS),
            *(fold(place, points, width, c.NAVY_LIGHT, 0.65) for points, width in SLEEVE_LIGHTS),
            clip_path=f"url(#arm-{side})",
        ),
        *(outline(place, points, width) for points, width in SLEEVE_LINES),
        _cuff(place),
    )


def _cuff(place: Place) -> str:
    shadow = path(place([(160, 425.6), (158, 440)]), place([(170, 438), (172, 425)]), place([(160, 425.6)]))
    rim = [(133, 417), (134, 432), (150, 440), (170, 438), (172, 425)]
    return group(
        shape(path(*map(place, CUFF)), c.CORAL),
        shape(shadow, c.CORAL_SHADE, opacity=0.8),
        *(shape(ink(place(rib), 0.9), c.CORAL_SHADE) for rib in CUFF_RIBS),
        shape(ink(place(rim), 1.1, 0.5, 0.5), c.CORAL_LINE),
        shape(ink(place([(133, 418), (152, 426.4), (172, 425.4)]), 1.2, 0.5, 0.5), c.CORAL_LINE),
    )
