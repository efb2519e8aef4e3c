import numpy as np
import pytest

from tests.fakes import FakeClock
from vtube.errors import SettingsError
from vtube.frame import Frame, blank
from vtube.scene.base import EffectChain, EffectCost
from vtube.scene.registry import EFFECTS, create_background, create_scene
from vtube.settings import SceneSettings


def test_the_default_scene_hands_the_frame_on() -> None:
    frame = blank()
    assert create_scene(SceneSettings()).process(frame, 0.0) is frame


@pytest.mark.parametrize("name", EFFECTS.names())
def test_every_effect_gives_frames_of_the_scene_s_size(name: str) -> None:
    scene = SceneSettings(width=640, height=360, effects=[name])
    assert create_scene(scene).process(blank(), 0.0).shape == (360, 640, 4)


def test_the_background_can_be_painted_in() -> None:
    scene = SceneSettings(width=640, height=360, background="#102030", effects=["background"])
    assert np.array_equal(create_scene(scene).process(blank(), 0.0)[0, 0], (16, 32, 48, 255))
    assert np.array_equal(create_background(scene).flatten(blank(640, 360))[0, 0], (16, 32, 48))


def test_an_unknown_effect_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="no effect 'backround'; did you mean 'background'"):
        create_scene(SceneSettings(effects=["backround"]))


def test_effects_come_in_order() -> None:
    class Add:
        def __init__(self, value: int) -> None:
            self.value = value

        def process(self, frame: Frame, now: float) -> Frame:
            return np.asarray(frame * 2 + self.value, np.uint8)

    chain = EffectChain([("one", Add(1)), ("five", Add(5))])
    assert chain.process(np.zeros((1, 1, 4), np.uint8), 0.0)[0, 0, 0] == 7


def test_the_chain_tells_what_each_effect_takes() -> None:
    clock = FakeClock()

    class Slow:
        def __init__(self, seconds: float) -> None:
            self.seconds = seconds

        def process(self, frame: Frame, _now: float) -> Frame:
            clock.advance(self.seconds)
            return frame

    chain = EffectChain([("tape", Slow(0.002)), ("bloom:1", Slow(0.0005))], clock)
    assert chain.costs() == [EffectCost("tape", None), EffectCost("bloom:1", None)]
    chain.process(blank(), 0.0)
    assert [(one.effect, one.ms) for one in chain.costs()] == [("tape", 2.0), ("bloom:1", 0.5)]
