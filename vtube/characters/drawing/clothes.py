"""The clothes."""

from __future__ import annotations

from vtube.characters.drawing import palette as c
from vtube.characters.drawing.pen import XY, ink, mirrored, path
from vtube.characters.drawing.svg import group, linear, shape


def definitions() -> list[str]:
    """Gradients of the clothes."""
    return [
        linear("navy", (0, 215), (0, 460), (0, "#49518c"), (0.5, c.NAVY), (1, "#343a6b")),
        linear("cream", (0, 215), (0, 400), (0, c.CREAM), (1, "#efe6ee")),
        linear("plum", (0, 380), (0, 512), (0, c.PLUM), (1, "#4b3865")),
    ]


def drawing() -> str:
    """Everything worn."""
    return group(
        shape(path([(190, 385), (256, 380), (322, 385)], [(336, 450), (346, 513)], [(166, 513)], [(176, 450), (190, 385)]), "url(#plum)"),
        shape(path([(216, 222), (200, 300), (196, 390)], [(316, 390)], [(312, 300), (296, 222)], [(256, 250)], [(216, 222)]), "url(#cream)"),
        _jacket(lambda p: list(p)), _jacket(mirrored),
    )


def _jacket(place) -> str:
    body = path(place([(218, 216), (200, 226), (184, 236), (172, 262)]), place([(184, 300), (186, 350), (180, 392)]), place([(212, 398), (232, 396)]), place([(228, 340), (232, 280), (226, 240), (218, 216)]))
    sleeve = path(place([(190, 232), (176, 246), (162, 290), (148, 350), (132, 420)]), place([(148, 436), (172, 438)]), place([(182, 380), (190, 320), (194, 270), (190, 232)]))
    return group(shape(body, "url(#navy)"), shape(sleeve, "url(#navy)", stroke=c.NAVY_LINE, stroke_width=1))
