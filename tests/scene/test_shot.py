"""Which part of the picture a scene shows, and how it changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from vtube.frame import Frame, blank
from vtube.scene.shot import GLIDE_S, TEMPLATE, Glide, Shot, Subject, framing_values, shot
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings, Settings

BUST = Subject(left=0.25, top=0.08, right=0.75, bottom=0.55)
"""Ends a little below the middle of the picture."""


def bust() -> Frame:
    frame = blank()
    frame[64:192, 192:320] = (0, 0, 200, 255)
    frame[192:282, 128:384] = (0, 200, 0, 255)
    return frame


def staged(frame: Frame, scene: SceneSettings, subject: Subject = BUST) -> Frame:
    return Stage(scene, subject=lambda: subject).process(frame, 0.0)


def opaque(frame: Frame) -> tuple[int, int, int, int]:
    """(left, top, right, bottom)."""
    rows, columns = np.nonzero(frame[..., 3] > 128)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize(("width", "height"), [(512, 512), (1280, 720), (360, 640)])
def test_a_bust_stands_on_the_lower_edge(width: int, height: int) -> None:
    left, top, right, bottom = opaque(staged(bust(), SceneSettings(width=width, height=height)))
    assert bottom == height
    assert top > 0.02 * height
    assert 0 <= left < right <= width
    assert right - left > 0.95 * width or bottom - top > 0.8 * height
    assert (left + right) / 2 == pytest.approx(width / 2, abs=2)


def test_full_shows_the_picture_as_it_is_drawn() -> None:
    frame = bust()
    assert staged(frame, SceneSettings(frame="full")) is frame


@pytest.mark.parametrize(("width", "height"), [(512, 512), (1280, 720), (360, 640)])
@pytest.mark.parametrize("user", [0.5, 1.0, 2.0])
def test_a_figure_that_reaches_the_lower_edge_is_framed_by_the_settings_alone(
    width: int, height: int, user: float
) -> None:
    scene = SceneSettings(width=width, height=height, zoom=user, x=0.1, y=-0.2)
    values = framing_values(shot("auto", TEMPLATE, width, height), scene)
    assert values == pytest.approx((user, 0.1, -0.2, 0.0))


@pytest.mark.parametrize(("kind", "share"), [("bust", (0.3, 0.6)), ("face", (0.6, 1.0))])
def test_the_head_fills_more_of_a_nearer_shot(kind: str, share: tuple[float, float]) -> None:
    frame = blank()
    frame[64:192, 192:320] = 255
    scene = SceneSettings.model_validate({"frame": kind, "width": 1280, "height": 720})
    left, top, right, bottom = opaque(staged(frame, scene, TEMPLATE))
    assert share[0] * 720 < bottom - top < share[1] * 720
    assert top > 0
    assert (left + right) / 2 == pytest.approx(640, abs=2)


@pytest.mark.parametrize(("width", "height"), [(512, 512), (360, 640)])
def test_a_face_in_a_narrow_scene_has_as_much_room_above_as_below(width: int, height: int) -> None:
    frame = blank()
    frame[64:192, 192:320] = (0, 0, 200, 255)
    frame[192:512, 128:384] = (0, 200, 0, 255)
    shown = staged(frame, SceneSettings(width=width, height=height, frame="face"), TEMPLATE)
    rows = np.nonzero((shown[..., 2] > 128).any(1))[0]
    above, below = rows.min() / height, 1 - rows.max() / height
    assert above == pytest.approx(below, abs=0.15)
    assert opaque(shown)[3] == height


def test_no_shot_shows_what_is_below_the_end_of_the_figure() -> None:
    for kind in ("auto", "bust", "face"):
        assert opaque(staged(bust(), SceneSettings.model_validate({"frame": kind})))[3] == 512


def test_a_figure_that_is_cut_at_both_sides_fills_the_width() -> None:
    subject = Subject(0.2, 0.08, 0.8, 0.6, is_cut_at_sides=True)
    frame = blank()
    frame[41:307, 102:410] = 255
    left, _, right, bottom = opaque(staged(frame, SceneSettings(), subject))
    assert (left, right, bottom) == (0, 512, 512)


def test_the_users_zoom_and_place_lie_on_top() -> None:
    plain = opaque(staged(bust(), SceneSettings()))
    smaller = opaque(staged(bust(), SceneSettings(zoom=0.5)))
    aside = opaque(staged(bust(), SceneSettings(zoom=0.5, x=0.1)))
    assert smaller[3] == 512
    assert smaller[2] - smaller[0] == pytest.approx((plain[2] - plain[0]) / 2, abs=2)
    assert aside[0] - smaller[0] == pytest.approx(51, abs=1)


def test_a_change_glides_there_without_a_jump_and_arrives() -> None:
    glide, near, far = Glide(), Shot(2.0, -1.0, 0.2), Shot(1.0, 0.0, 0.0)
    assert glide.shot(near, 5.0) == near
    way = [glide.shot(far, 5.0 + step * GLIDE_S / 10) for step in range(11)]
    zooms = [one.zoom for one in way]
    assert zooms == sorted(zooms, reverse=True)
    assert zooms[0] == 2.0 and way[-1] == far
    assert max(one - two for one, two in pairwise(zooms)) < 0.2


def test_a_change_of_mind_goes_on_from_where_it_is() -> None:
    glide = Glide()
    glide.shot(Shot(1.0, 0.0, 0.0), 0.0)
    glide.shot(Shot(2.0, 0.0, 0.0), GLIDE_S / 2)
    half = glide.shot(Shot(2.0, 0.0, 0.0), GLIDE_S / 2 + 0.001)
    back = glide.shot(Shot(1.0, 0.0, 0.0), GLIDE_S / 2 + 0.002)
    assert abs(back.zoom - half.zoom) < 0.02


def test_the_stage_glides_when_the_setting_changes() -> None:
    stage, frame = Stage(SceneSettings(frame="full"), subject=lambda: BUST), bust()
    assert stage.process(frame, 0.0) is frame
    stage.prepare(Settings(scene=SceneSettings(frame="face")))()
    heights = [opaque(stage.process(frame, 0.0 + step / 10))[1] for step in range(8)]
    assert heights[0] == 64
    assert len(set(heights)) > 3
    assert heights[-1] == opaque(staged(frame, SceneSettings(frame="face")))[1]
