"""Which steps a pose takes, and what a frame is worth, without any network."""

from __future__ import annotations

import numpy as np
import pytest

from vtube import pose as parameters
from vtube.avatar.engines.stepped import SteppedRenderer
from vtube.errors import EngineError
from vtube.frame import Frame, blank
from vtube.pose import Pose


class Steps(SteppedRenderer):
    """Writes down what it is told to do."""

    name = "steps"
    detail = "on paper"

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.pose = parameters.neutral()
        self.failure: Exception | None = None
        self.released = 0

    def _take(self, pose: Pose) -> None:
        self.pose = pose

    def _eyebrows(self) -> None:
        self.done.append("eyebrows")

    def _face(self) -> None:
        self.done.append("face")
        if self.failure:
            raise self.failure

    def _body(self) -> Frame:
        self.done.append("body")
        return blank(1, 1)

    def _release(self) -> None:
        self.released += 1


@pytest.fixture
def steps() -> Steps:
    return Steps()


def done(steps: Steps, pose: Pose) -> list[str]:
    steps.done.clear()
    steps.render(pose)
    return steps.done


def test_only_what_changed_is_done(steps: Steps) -> None:
    pose = parameters.neutral()
    assert done(steps, pose) == ["eyebrows", "face", "body"]
    assert done(steps, pose) == []
    for name, expected in (
        ("breathing", ["body"]),
        ("mouth_aaa", ["face", "body"]),
        ("eyebrow_happy_left", ["eyebrows", "face", "body"]),
    ):
        pose[parameters.INDEX[name]] = 0.5
        assert done(steps, pose) == expected


@pytest.mark.parametrize("parameter", parameters.PARAMETERS, ids=lambda parameter: parameter.name)
def test_no_parameter_is_overlooked(steps: Steps, parameter: parameters.Parameter) -> None:
    pose = parameters.neutral()
    steps.render(pose)
    pose[parameter.index] = 0.25
    assert "body" in done(steps, pose)


def test_an_unchanged_pose_is_the_same_frame(steps: Steps) -> None:
    pose = parameters.neutral()
    frame = steps.render(pose)
    assert steps.render(pose.copy()) is frame


def test_the_caller_may_use_his_array_again(steps: Steps) -> None:
    pose = parameters.neutral()
    frame = steps.render(pose)
    pose += np.float32(0.3)
    assert steps.pose[0] == 0
    assert steps.render(pose) is not frame


def test_a_failed_step_is_done_again(steps: Steps) -> None:
    pose = parameters.neutral()
    steps.render(pose)
    steps.failure = RuntimeError("out of memory")
    with pytest.raises(RuntimeError):
        steps.render(pose + np.float32(0.2))
    steps.failure = None
    assert done(steps, pose) == ["eyebrows", "face", "body"]


def test_steps_are_timed_while_somebody_listens(steps: Steps) -> None:
    heard: list[str] = []
    steps.observe = lambda stage, ms: heard.append(stage)
    steps.render(parameters.neutral())
    assert heard == ["eyebrows", "face", "body"]


def test_closed_once_for_all(steps: Steps) -> None:
    steps.close()
    steps.close()
    assert steps.released == 1
    with pytest.raises(EngineError, match="closed"):
        steps.render(parameters.neutral())
