from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from vtube.errors import SettingsError
from vtube.motion.animator import Animator
from vtube.motion.marks import EmotionMarks, load_marks, parse_marks, turn_of
from vtube.motion.templates import load_templates
from vtube.offline.performance import SignalPlayback
from vtube.pose import INDEX, neutral
from vtube.settings import EmotionSettings, parse
from vtube.signals import FaceFrame, HeadTurn

TABLE = {"joy": {"blush": 0.5}, "love": {"hearts": 1.0, "blush": 1.0}}


class Feeling:
    """What is felt, to be changed; the marks of TABLE."""

    def __init__(self, marks: float = 1.0, table: Mapping[str, Mapping[str, float]] = TABLE) -> None:
        self.shares: Mapping[str, float] = {"neutral": 1.0}
        self.strength = 1.0
        self.marks = EmotionMarks(lambda: (self.shares, self.strength), EmotionSettings(marks=marks), table)

    def run(self, start: float, seconds: float, fps: int = 60) -> list[dict[str, float]]:
        """The strength of each mark, frame by frame."""
        frames = []
        for number in range(int(seconds * fps)):
            marks = self.marks.at(start + number / fps, neutral())
            frames.append({} if marks is None else {kind: weight for kind, (weight, _) in marks.shown.items()})
        return frames


def test_no_marks_are_drawn_unless_they_are_asked_for() -> None:
    feeling = Feeling(EmotionSettings().marks)
    feeling.shares = {"joy": 1.0}
    assert not any(feeling.run(0.0, 2.0))


def test_marks_come_and_go_with_their_emotion_without_a_jump() -> None:
    feeling = Feeling()
    assert not any(feeling.run(0.0, 0.5))
    feeling.shares = {"joy": 1.0}
    coming = feeling.run(0.5, 1.0)
    feeling.shares = {"neutral": 1.0}
    going = feeling.run(1.5, 2.0)
    course = [frame.get("blush", 0.0) for frame in coming + going]
    assert max(course) == pytest.approx(0.5, abs=0.01)
    assert np.abs(np.diff(course)).max() < 0.06
    assert not going[-1]


def test_a_sign_comes_when_the_one_in_its_place_has_gone() -> None:
    feeling = Feeling(table={"curiosity": {"question": 1.0}, "surprise": {"exclamation": 1.0}})
    feeling.shares = {"curiosity": 1.0}
    feeling.run(0.0, 1.0)
    feeling.shares = {"surprise": 1.0}
    course = feeling.run(1.0, 1.0)
    assert not any(len(frame) > 1 for frame in course)
    assert 0.1 < sum("question" in frame for frame in course) / 60 < 0.35
    assert course[-1] == pytest.approx({"exclamation": 1.0}, abs=0.05)
    feeling.shares = {"curiosity": 0.7, "surprise": 0.3}
    assert feeling.run(2.0, 2.0)[-1] == pytest.approx({"question": 0.7}, abs=0.01)


def test_a_sign_does_not_stand_before_hearts_that_leave() -> None:
    feeling = Feeling(table={**TABLE, "surprise": {"exclamation": 1.0}})
    feeling.shares = {"love": 1.0}
    feeling.run(0.0, 1.0)
    feeling.shares = {"surprise": 1.0}
    course = feeling.run(1.0, 1.0)
    assert not any({"hearts", "exclamation"} <= frame.keys() for frame in course)
    assert course[-1] == pytest.approx({"exclamation": 1.0}, abs=0.05)


def test_blends_weaken_marks_and_share_them() -> None:
    feeling = Feeling()
    feeling.shares, feeling.strength = {"joy": 0.5, "love": 0.5}, 0.8
    assert feeling.run(0.0, 2.0)[-1] == pytest.approx({"blush": 0.4, "hearts": 0.4}, abs=0.01)


def test_marks_fade_when_the_setting_is_taken_back() -> None:
    feeling = Feeling()
    feeling.shares = {"love": 1.0}
    feeling.run(0.0, 1.0)
    feeling.marks.settings = EmotionSettings(marks=0.0)
    course = [frame.get("hearts", 0.0) for frame in feeling.run(1.0, 2.0)]
    assert course[0] > 0.9
    assert course[-1] == 0


def test_a_mark_knows_where_the_head_is_and_how_long_it_is_there() -> None:
    feeling = Feeling()
    feeling.shares = {"joy": 1.0}
    feeling.run(0.0, 1.0)
    pose = neutral()
    pose[INDEX["head_x"]], pose[INDEX["neck_z"]] = 0.5, -0.25
    marks = feeling.marks.at(1.0, pose)
    assert marks is not None
    assert marks.head == HeadTurn(head_x=0.5, neck_z=-0.25) == turn_of(pose)
    assert marks.shown["blush"][1] == pytest.approx(1.0)


def test_the_program_s_own_marks_belong_to_emotions_that_there_are() -> None:
    assert set(load_marks()) < set(load_templates())
    assert len(load_marks()) >= 20


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "should map emotions"),
        ({"joy": 1}, "should map emotions"),
        ({"joy": {"blusch": 1}}, "'blush'"),
        ({"joy": {"blush": 2}}, "0 to 1"),
        ({"joy": {"blush": True}}, "0 to 1"),
    ],
)
def test_a_faulty_table_is_refused_in_one_line(values: object, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        parse_marks(values, Path("marks.yaml"))
    assert "\n" not in str(caught.value)


def test_the_animator_takes_over_the_strength_of_marks_while_it_runs() -> None:
    animator = Animator(parse({}), SignalPlayback[FaceFrame]([]), lambda now: None)
    animator.emotion.show("embarrassment")
    assert animator.marks.at(0.0, animator.mixer.pose(0.0)) is None
    animator.prepare(parse({"emotion": {"marks": 1.0}}))()
    shown = [animator.marks.at(at / 30, animator.mixer.pose(at / 30)) for at in range(1, 40)][-1]
    assert shown is not None
    assert set(shown.shown) == {"blush", "sweat"}
