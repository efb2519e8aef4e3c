"""A whole bake of a few steps, beside a stand-in for THA3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.avatar.puppet_stand import SlidingTeacher, figure
from vtube.avatar.puppet import check
from vtube.avatar.puppet.bake import Baking, Plan, Step
from vtube.avatar.puppet.file import load, picture_hash
from vtube.errors import ModelError
from vtube.frame import Frame, blank
from vtube.pose import Pose

PLAN = Plan(face_chunks=1, body_chunks=1, face_steps=3, body_steps=3, poses=2)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Other tests use the other cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def baking(tmp_path: Path, teacher: SlidingTeacher, picture: Frame, plan: Plan = PLAN,
           report: Callable[[Step], None] = lambda step: None) -> Baking:
    return Baking(picture, "separable_float", teacher, tmp_path / "baking", report, plan)


@pytest.fixture
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLOSENESS_FLOOR_DB", "FACE_FLOOR_DB", "SHARPNESS_FLOOR"):
        monkeypatch.setattr(check, name, 0.0)


@pytest.mark.usefixtures("no_floor")
def test_bakes_a_file_that_loads_and_tidies_up(tmp_path: Path) -> None:
    steps: list[Step] = []
    quality = baking(tmp_path, SlidingTeacher(figure()), figure(), report=steps.append)(tmp_path / "one.vtpuppet")
    puppet = load(tmp_path / "one.vtpuppet", picture_hash(figure()))
    assert puppet.quality == quality.as_numbers()
    assert list(dict.fromkeys(step.stage for step in steps)) == [
        "watching faces", "watching bodies", "learning faces", "learning bodies", "checking"]
    assert all(step.done <= step.total for step in steps)
    assert steps[-1].done == steps[-1].total
    assert not (tmp_path / "baking").exists()


@pytest.mark.usefixtures("no_floor")
def test_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    def interrupt(step: Step) -> None:
        if step.stage == "learning bodies" and step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        baking(tmp_path, SlidingTeacher(figure()), figure(), report=interrupt)(tmp_path / "one.vtpuppet")
    assert not (tmp_path / "one.vtpuppet").exists()
    teacher, steps = SlidingTeacher(figure()), list[Step]()
    baking(tmp_path, teacher, figure(), report=steps.append)(tmp_path / "one.vtpuppet")
    assert teacher.drawn == 2 * PLAN.poses
    assert [(step.stage, step.done) for step in steps if step.stage.startswith("learning")] == [("learning bodies", 3)]


@pytest.mark.usefixtures("no_floor")
def test_a_torn_sample_is_taken_again(tmp_path: Path) -> None:
    def interrupt(step: Step) -> None:
        if step.stage == "learning faces":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        baking(tmp_path, SlidingTeacher(figure()), figure(), report=interrupt)(tmp_path / "one.vtpuppet")
    chunk = tmp_path / "baking" / "body-0000.npz"
    chunk.write_bytes(chunk.read_bytes()[:1000])
    teacher = SlidingTeacher(figure())
    baking(tmp_path, teacher, figure())(tmp_path / "one.vtpuppet")
    assert teacher.drawn == 20 + 2 * PLAN.poses


def test_refuses_what_is_below_the_floor_and_writes_nothing(tmp_path: Path) -> None:
    plan = replace(PLAN, face_steps=0, body_steps=0)
    with pytest.raises(ModelError, match="not good enough"):
        baking(tmp_path, SlidingTeacher(figure()), figure(), plan)(tmp_path / "one.vtpuppet")
    assert not (tmp_path / "one.vtpuppet").exists()


def test_a_face_that_never_moves_is_named(tmp_path: Path) -> None:
    class Frozen(SlidingTeacher):
        def face(self, pose: Pose) -> Frame:
            return figure()[32:224, 160:352].copy()

    with pytest.raises(ModelError, match="nothing in this face moves"):
        baking(tmp_path, Frozen(figure()), figure())(tmp_path / "one.vtpuppet")


def test_an_empty_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"empty|nothing in this face moves"):
        baking(tmp_path, SlidingTeacher(blank()), blank())(tmp_path / "one.vtpuppet")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "baking").write_text("in the way")
    with pytest.raises(ModelError, match="cannot write"):
        baking(tmp_path, SlidingTeacher(figure()), figure())(tmp_path / "one.vtpuppet")
