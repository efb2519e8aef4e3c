"""A tint of the whole figure."""

import numpy as np

from tests.outputs.contexts import sketched
from vtube.frame import Frame, blank, drawn, is_drawn, recipe_of
from vtube.scene.colouring import RAINBOW_S, Colourist
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings
from vtube.signals import PLAIN, Colouring


def figure() -> Frame:
    frame = blank()
    frame[100:300, 150:250] = (200, 100, 50, 240)
    return frame


def test_colours_and_alpha_are_multiplied_and_nothing_else_appears() -> None:
    frame, colourist = figure(), Colourist()
    assert colourist.over(frame, 0.0) is frame
    colourist.show(Colouring(0.5, 1.0, 0.0, 0.5))
    result = colourist.over(frame, 0.0)
    assert tuple(result[200, 200]) == (100, 100, 0, 120)
    assert not result[:90].any() and tuple(frame[200, 200]) == (200, 100, 50, 240)
    assert colourist.over(frame, 5.0) is result
    colourist.show(PLAIN)
    assert colourist.over(frame, 6.0) is frame


def test_a_rainbow_goes_through_all_hues() -> None:
    colourist = Colourist()
    colourist.show(Colouring(is_rainbow=True))
    seen = [tuple(colourist.over(figure(), RAINBOW_S * part / 3)[200, 200, :3]) for part in range(4)]
    assert seen == [(200, 0, 0), (0, 100, 0), (0, 0, 50), (200, 0, 0)]


def test_effects_and_background_are_not_tinted() -> None:
    stage = Stage(SceneSettings(background="#405060", effects=["background"]))
    stage.colourist.show(Colouring(0.0, 0.0, 0.0, 1.0))
    result = stage.finish(figure(), 0.0)
    assert tuple(result[0, 0]) == (64, 80, 96, 255)
    assert max(result[200, 200, :3]) < 10


def test_nobody_draws_what_a_card_can_tint() -> None:
    stage, frame = Stage(SceneSettings(effects=["vignette"])), sketched(512)
    stage.colourist.show(Colouring(0.4, 0.4, 0.4, 1.0))
    result = stage.finish(frame, 0.0)
    recipe = recipe_of(result)
    assert recipe is not None and [one.shader for one in recipe.passes] == ["multiply", "vignette"]
    assert stage.finish(frame, 1.0) is result
    assert not is_drawn(frame)
    assert np.array_equal(np.unique(drawn(result)[256, 256, :3]), [2])
