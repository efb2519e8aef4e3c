"""The scene while the camera runs: changed as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from tests.outputs.contexts import sketched
from vtube.avatar.picture.character import Character
from vtube.avatar.still import seen
from vtube.errors import SettingsError
from vtube.frame import WHOLE, Frame, blank, drawn, is_drawn, recipe_of
from vtube.scene.overlay import Layer, Overlay
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings, Settings


def test_a_change_counts_when_it_is_committed() -> None:
    stage = Stage(SceneSettings(background="#102030"))
    commit = stage.prepare(Settings(scene=SceneSettings(background="#405060", effects=["background"])))
    assert tuple(stage.flatten(blank())[0, 0]) == (16, 32, 48)
    assert stage.process(blank(), 0.0)[0, 0, 3] == 0
    commit()
    assert tuple(stage.flatten(blank())[0, 0]) == (64, 80, 96)
    assert tuple(stage.process(blank(), 0.0)[0, 0]) == (64, 80, 96, 255)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (SceneSettings(background="no-such.png"), "does not exist"),
        (SceneSettings(zoom=2.0, effects=["backround"]), "did you mean 'background'"),
        (SceneSettings(width=640), "cannot change while the camera runs"),
    ],
)
def test_a_refused_change_changes_nothing(refused: SceneSettings, why: str) -> None:
    stage = Stage(SceneSettings(background="#102030"))
    with pytest.raises(SettingsError, match=why):
        stage.prepare(Settings(scene=refused))
    frame = blank()
    assert stage.process(frame, 0.0) is frame
    assert np.array_equal(stage.flatten(frame)[0, 0], (16, 32, 48))


@pytest.mark.parametrize("size", [(512, 512), (1280, 720), (1080, 1920), (640, 640)])
@pytest.mark.parametrize("zoom", [0.7, 1.0, 2.0])
@pytest.mark.parametrize("lean", [(0.0, 0.0, 1.0), (0.03, 0.05, 1.06), (-0.04, -0.03, 0.95)])
@pytest.mark.parametrize("rotation", [0.0, 35.0, -110.0])
def test_a_view_shows_what_placing_shows(
    size: tuple[int, int], zoom: float, lean: tuple[float, float, float], rotation: float
) -> None:
    """What a renderer draws of itself lies where the passes put a drawn picture."""
    scene = SceneSettings(width=size[0], height=size[1], zoom=zoom, x=0.05, y=-0.02, rotation=rotation)
    stage = Stage(scene, Leaning(lean))
    placed = stage.place(picture(), 0.0)
    view = stage.view(0.0)
    shown = seen(Character.of(picture()), view)
    assert shown.shape == placed.shape
    for channel, axis in ((3, 0), (3, 1)):
        rows = [each[..., channel].astype(float).sum(axis) for each in (placed, shown)]
        middles = [(line * np.arange(len(line))).sum() / line.sum() for line in rows]
        assert middles[0] == pytest.approx(middles[1], abs=0.75)
    assert np.abs(placed[..., 3].astype(int) - shown[..., 3]).mean() < 2


TOO_WIDE = "outline:0.05"
"""For its shader, in a picture of 3840 rows."""


def test_effects_come_after_what_is_drawn() -> None:
    stage = Stage(SceneSettings(background="#405060", effects=["background"]))
    assert stage.view(0.0) == WHOLE
    assert tuple(stage.finish(blank(), 0.0)[0, 0]) == (64, 80, 96, 255)
    assert not stage.place(blank(), 0.0).any()


@dataclass
class Leaning:
    """Somebody who leans so all the time."""

    values: tuple[float, float, float]

    def lean(self) -> tuple[float, float, float]:
        return self.values


def picture() -> Frame:
    frame = blank()
    frame[60:400, 180:330] = (200, 100, 50, 255)
    return frame


def test_effects_are_laid_over_pixels_and_without_any_nobody_draws_them() -> None:
    frame = sketched(512)
    plain = Stage(SceneSettings())
    assert plain.finish(frame, 0.0) is frame and not is_drawn(frame) and not plain.needs_pixels
    stage = Stage(SceneSettings(width=3840, height=3840, effects=[TOO_WIDE]))
    assert stage.needs_pixels
    stage.finish(frame, 0.0)
    assert is_drawn(frame)


def test_shaders_leave_pixels_to_whoever_asks_for_them() -> None:
    frame = sketched(512)
    stage = Stage(SceneSettings(effects=["vignette", "tint"]))
    assert not stage.needs_pixels
    result = stage.finish(frame, 0.0)
    recipe = recipe_of(result)
    assert recipe is not None and [one.shader for one in recipe.passes] == ["vignette", "grade"]
    assert not is_drawn(frame) and not is_drawn(result)
    eager = Stage(SceneSettings(effects=["vignette", "tint"])).finish(np.full((512, 512, 4), 5, np.uint8), 0.0)
    assert np.array_equal(drawn(result), eager)
    assert is_drawn(frame)


def test_a_picture_with_effects_stays_the_same_one_until_something_changes() -> None:
    frame = sketched(512)
    stage = Stage(SceneSettings(effects=["vignette"]))
    first = stage.finish(frame, 0.0)
    assert stage.finish(frame, 1.0) is first
    assert stage.finish(sketched(512), 1.0) is not first
    stage.prepare(Settings(scene=SceneSettings(effects=["vignette:0.9"])))()
    assert stage.finish(frame, 1.0) is not first
    moving = Stage(SceneSettings(effects=["vignette", "banding"]))
    assert moving.finish(frame, 0.0) is not moving.finish(frame, 1.0)


def test_one_effect_without_a_shader_turns_all_into_pixels() -> None:
    scene = SceneSettings(width=3840, height=3840, effects=["vignette", TOO_WIDE])
    stage = Stage(scene)
    assert stage.needs_pixels
    assert recipe_of(stage.finish(sketched(512), 0.0)) is None
    stage.prepare(Settings(scene=scene.model_copy(update={"effects": ["vignette"]})))()
    assert not stage.needs_pixels
    assert recipe_of(stage.finish(sketched(512), 0.0)) is not None


def test_an_outline_too_wide_for_the_shader_comes_as_pixels() -> None:
    assert not Stage(SceneSettings(width=2160, height=2160, effects=[TOO_WIDE])).needs_pixels
    assert Stage(SceneSettings(width=3840, height=3840, effects=[TOO_WIDE])).needs_pixels


def test_what_lies_over_the_picture_leaves_it_to_the_card_and_is_blended_once() -> None:
    stage, frame = Stage(SceneSettings()), sketched(512)
    picture = np.full((10, 20, 4), 200, np.uint8)
    stage.overlay.layers = (Layer.of(picture, (30, 40)),)
    result = stage.finish(frame, 0.0)
    assert not stage.needs_pixels and not is_drawn(frame)
    recipe = recipe_of(result)
    assert recipe is not None
    (one,) = recipe.passes
    assert (one.shader, one.values, one.still is not None) == ("over", {"corner": (30.0, 40.0)}, True)
    assert stage.finish(frame, 1.0) is result
    assert np.array_equal(drawn(result), Overlay(stage.overlay.layers).over(np.full((512, 512, 4), 5, np.uint8)))
    plain = blank()
    assert stage.finish(plain, 0.0) is stage.finish(plain, 1.0)
    stage.overlay.layers = ()
    assert stage.finish(frame, 2.0) is frame
