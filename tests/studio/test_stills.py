"""Stills beside the camera: expression and pose together, framed as the scene, the renderer given back."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.errors import PoseError, SettingsError
from vtube.frame import SIZE, Frame, blank
from vtube.motion.emotion import EmotionDriver
from vtube.motion.templates import load_templates
from vtube.pose import INDEX, Pose, neutral
from vtube.scene.shot import TEMPLATE
from vtube.settings import EmotionSettings, SettingsOwner, parse
from vtube.studio.stills import Stills


class Lamp:
    """As bright as the mouth is open."""

    name, detail = "lamp", "fake"
    closed = False

    def render(self, pose: Pose) -> Frame:
        frame = blank(SIZE, SIZE)
        frame[100:400, 100:400] = round(255 * float(pose[INDEX["mouth_aaa"]]))
        return frame

    def close(self) -> None:
        self.closed = True


def stills(lamp: Lamp, **scene: object) -> Stills:
    settings = parse({"scene": scene})
    emotion = EmotionDriver(load_templates(), EmotionSettings())
    return Stills(lambda: lamp, lambda: TEMPLATE, SettingsOwner(settings), emotion)


def test_a_pose_lies_over_an_expression() -> None:
    made = stills(Lamp())
    whole, half = made.pose("joy", 1.0, {}), made.pose("joy", 0.5, {"head_y": -0.5})
    assert whole.any()
    assert half[INDEX["head_y"]] == -0.5
    rest = np.arange(len(half)) != INDEX["head_y"]
    assert half[rest] == pytest.approx(0.5 * whole[rest])
    with pytest.raises(SettingsError):
        made.pose("jo", 1.0, {})
    with pytest.raises(PoseError):
        made.pose(None, 1.0, {"head_q": 1.0})


def test_they_are_framed_and_without_effects_and_the_renderer_is_given_back() -> None:
    lamp = Lamp()
    made = stills(lamp, width=320, height=180, zoom=2.0, frame="full", effects=["vignette"])
    assert made.size() == (320, 180)
    bright, dark = neutral(), neutral()
    bright[INDEX["mouth_aaa"]] = 1.0
    first, second = made.draw([bright, dark], made.size())
    assert first.shape == (180, 320, 4)
    assert first[60:120, 100:220].min() == 255
    assert second.max() == 0
    assert lamp.closed


def test_who_leaves_early_gives_the_renderer_back() -> None:
    lamp = Lamp()
    frames = stills(lamp).draw([neutral()] * 5, (64, 64))
    next(frames)
    frames.close()
    assert lamp.closed
