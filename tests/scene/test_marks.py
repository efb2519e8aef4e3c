from __future__ import annotations

import numpy as np
import pytest

from vtube.frame import Frame, View, blank, recipe_of, with_recipe
from vtube.motion.marks import KINDS
from vtube.scene.mark_shapes import MARKS
from vtube.scene.marks import draw_marks
from vtube.scene.shot import TEMPLATE
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings
from vtube.signals import HeadTurn, Marks

GREY = 120
VIEW = View()


def figure() -> Frame:
    """Grey all over."""
    frame = blank()
    frame[...] = (GREY, GREY, GREY, 255)
    return frame


def mark(kind: str, strength: float = 1.0, seconds: float = 2.0, **turned: float) -> Marks:
    return Marks({kind: (strength, seconds)}, HeadTurn(**turned))


def changed(kind: str, frame: Frame | None = None, **turned: float) -> np.ndarray:
    """Where a mark is, shape (512, 512)."""
    frame = figure() if frame is None else frame
    drawn = draw_marks(frame, mark(kind, **turned), TEMPLATE, VIEW)
    return np.asarray((drawn != frame).any(axis=2))


def middle(where: np.ndarray) -> tuple[float, float]:
    rows, columns = np.nonzero(where)
    return float(columns.mean()), float(rows.mean())


def test_the_scene_draws_every_kind_that_emotions_name() -> None:
    assert set(MARKS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_seen_near_the_head_and_moves_without_a_jump(kind: str) -> None:
    rows, columns = np.nonzero(changed(kind))
    assert 40 < len(rows) < 20_000
    assert rows.max() < 210
    assert columns.min() > 120
    assert columns.max() < 392
    for seconds in np.arange(0.0, 6.0, 0.21):
        draw_marks(figure(), mark(kind, seconds=float(seconds)), TEMPLATE, VIEW)
    one, next_ = (draw_marks(figure(), mark(kind, seconds=s), TEMPLATE, VIEW) for s in (2.0, 2.0 + 1 / 60))
    assert np.abs(one.astype(int) - next_).mean() < 0.35


@pytest.mark.parametrize("kind", ["blush", "tears", "gloom"])
def test_what_lies_on_the_face_is_seen_on_the_figure_only(kind: str) -> None:
    assert not changed(kind, blank()).any()
    assert changed("sparkles", blank()).any()


def test_marks_on_the_cheeks_go_with_the_head() -> None:
    x, y = middle(changed("blush"))
    assert middle(changed("blush", head_y=1.0))[0] == pytest.approx(x - 128 * 0.085 * 0.9, abs=2.5)
    assert middle(changed("blush", head_x=1.0))[1] == pytest.approx(y - 128 * 0.10 * 0.93, abs=1.0)
    rolled = changed("blush", neck_z=1.0)
    left, right = rolled.copy(), rolled.copy()
    left[:, int(middle(rolled)[0]) :] = right[:, : int(middle(rolled)[0])] = False
    assert middle(left)[1] > middle(right)[1] + 8
    assert middle(rolled)[0] < x - 5


def test_a_weaker_mark_is_fainter() -> None:
    differences = [
        float(np.abs(draw_marks(figure(), mark("blush", strength), TEMPLATE, VIEW).astype(int) - figure()).sum())
        for strength in (0.2, 0.5, 1.0)
    ]
    assert 0 < differences[0] < differences[1] < differences[2]


def test_a_larger_view_shows_the_same_mark_larger_and_no_coarser() -> None:
    large = blank(1024, 1024)
    large[...] = (GREY, GREY, GREY, 255)
    drawn = draw_marks(large, mark("anger"), TEMPLATE, View(1024, 1024, 2.0, 2.0))
    small = draw_marks(figure(), mark("anger"), TEMPLATE, VIEW)
    halved = drawn.reshape(512, 2, 512, 2, 4).mean(axis=(1, 3))
    assert np.abs(halved - small).max() < 90
    assert np.abs(halved - small).mean() < 0.1
    reds = drawn[..., 0].astype(int) - drawn[..., 1]
    assert np.count_nonzero((reds > 20) & (reds < 170)) > 30


def test_a_mark_outside_the_frame_is_left_out() -> None:
    away = View(left=-2000.0)
    assert (draw_marks(figure(), mark("hearts"), TEMPLATE, away) == figure()).all()


def test_nothing_is_copied_without_marks_and_a_marked_frame_has_no_recipe() -> None:
    shown: list[Marks | None] = [None]
    stage = Stage(SceneSettings(), marks=lambda now: shown[0])
    frame = with_recipe(figure(), object())  # type: ignore[arg-type]
    assert stage.finish(frame, 0.0) is frame
    assert not stage.needs_pixels
    shown[0] = mark("blush")
    assert recipe_of(stage.finish(frame, 0.1)) is None
    assert stage.needs_pixels
    shown[0] = None
    assert stage.finish(frame, 0.2) is frame
    assert not stage.needs_pixels


@pytest.mark.parametrize("kind", KINDS)
def test_a_weak_thing_is_no_ghost_and_a_weak_colour_is_pale(kind: str) -> None:
    def difference(strength: float) -> float:
        drawn = draw_marks(figure(), mark(kind, strength), TEMPLATE, VIEW)
        return float(np.abs(drawn.astype(int) - figure()).sum())

    steps = [difference(strength) for strength in (0.1, 0.3, 0.5, 0.8, 1.0)]
    assert steps == sorted(steps)
    share = steps[2] / steps[-1]
    assert 0.35 < share < 0.6 if kind in ("blush", "gloom") else share > 0.8
