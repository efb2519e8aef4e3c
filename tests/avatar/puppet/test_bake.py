"""A whole bake of a few steps, beside a stand-in for THA3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.avatar.puppet_fixtures import SlidingTeacher, bust, figure, look_at_few, still_puppet
from vtube.avatar.picture.character import Character
from vtube.avatar.puppet import bake, evaluate, rejection
from vtube.avatar.puppet.bake import Baking
from vtube.avatar.puppet.file import Puppet, load, save, shipped
from vtube.avatar.puppet.folder import version
from vtube.avatar.puppet.progress import Plan, StageProgress
from vtube.errors import ModelError
from vtube.frame import Frame, blank
from vtube.pose import Pose

FIRST = Plan(face_chunks=1, body_chunks=1, face_steps=2, body_steps=2, poses=1, detail=1)
PLAN = Plan(face_chunks=2, body_chunks=2, face_steps=5, body_steps=5, poses=2)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few looks; other tests use the other cores."""
    look_at_few(monkeypatch)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def baking(
    tmp_path: Path,
    teacher: SlidingTeacher,
    picture: Frame,
    plan: Plan = PLAN,
    report: Callable[[StageProgress], None] = lambda step: None,
    published: list[str] | None = None,
    quick: bool = False,
    ancestor: Puppet | None = None,
) -> Baking:
    def note(stage: str, quality: evaluate.Quality) -> None:
        if published is not None:
            published.append(stage)

    return Baking(
        Character.of(picture),
        "separable_float",
        teacher,
        tmp_path / "baking",
        report,
        published=note,
        plan=plan,
        coarse=FIRST,
        quick=quick,
        ancestor=ancestor,
    )


@pytest.fixture
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PSNR_FLOOR_DB", "FACE_PSNR_FLOOR_DB", "FINE_FACE_PSNR_FLOOR_DB", "SHARPNESS_FLOOR"):
        monkeypatch.setattr(evaluate, name, 0.0)
    for name in ("COARSE_PSNR_FLOOR_DB", "COARSE_FACE_PSNR_FLOOR_DB"):
        monkeypatch.setattr(bake, name, 0.0)


@pytest.mark.usefixtures("no_floor")
def test_bakes_a_coarse_and_a_finished_file_and_tidies_up(tmp_path: Path) -> None:
    path, steps, published, stages = tmp_path / "one.vtpuppet", list[StageProgress](), list[str](), set[str]()

    def report(step: StageProgress) -> None:
        steps.append(step)
        if path.exists():
            stages.add(load(path).stage)

    quality = baking(tmp_path, SlidingTeacher(figure()), figure(), report=report, published=published)(path)
    puppet = load(path, bust().digest)
    assert (puppet.quality, puppet.stage) == (quality.as_numbers(), "finished")
    assert (published[0], published[-1]) == ("coarse", "finished")
    assert stages == {"coarse"}
    assert {step.stage for step in steps} == {
        "sampling faces",
        "sampling bodies",
        "enlarging faces",
        "training faces",
        "training bodies",
        "evaluating",
    }
    assert all(step.done <= step.total for step in steps)
    progress = [step.progress for step in steps]
    assert progress == sorted(progress) and (progress[-1], steps[-1].seconds_left) == (1.0, 0.0)
    assert not (tmp_path / "baking").exists()


@pytest.mark.usefixtures("no_floor")
def test_quick_makes_only_a_coarse_one_and_the_next_bake_goes_on(tmp_path: Path) -> None:
    path, teacher = tmp_path / "one.vtpuppet", SlidingTeacher(figure())
    baking(tmp_path, teacher, figure(), quick=True).coarse(path)
    assert load(path).stage == "coarse"
    drawn, first = teacher.drawn, list[StageProgress]()
    baking(tmp_path, teacher, figure(), report=first.append)(path)
    assert load(path).stage == "finished"
    assert min(step.done for step in first if step.stage.startswith("training")) == FIRST.face_steps + 1
    assert teacher.drawn - drawn <= 50 + 20 + 2 * (FIRST.poses + PLAN.poses)
    assert first[0].progress > 0.1


@pytest.mark.usefixtures("no_floor")
def test_it_begins_with_what_another_has_learnt(tmp_path: Path) -> None:
    known = shipped()
    assert known is not None
    path = tmp_path / "one.vtpuppet"
    baking(tmp_path, SlidingTeacher(figure()), figure(), quick=True, ancestor=known).coarse(path)
    puppet = load(path)
    for part, name in (("face", "levels.0.after.weight"), ("body", "levels.0.after.weight")):
        own, its = getattr(puppet, part)[name], getattr(known, part)[name]
        assert np.corrcoef(own.ravel(), its.ravel())[0, 1] > 0.95


@pytest.mark.usefixtures("no_floor")
def test_a_coarse_puppet_never_replaces_a_finished_one(tmp_path: Path) -> None:
    path = tmp_path / "one.vtpuppet"
    save(still_puppet(figure()), path)
    baking(tmp_path, SlidingTeacher(figure()), figure(), quick=True).coarse(path)
    assert load(path).stage == "finished"


@pytest.mark.usefixtures("no_floor")
def test_a_finer_body_is_shown_before_the_face_has_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closeness = iter([30.0, 31.0, 32.0])

    def compare(*_: object) -> evaluate.Quality:
        return evaluate.Quality(next(closeness), 0.0, 40.0, 1.0, 1.0)

    monkeypatch.setattr(evaluate, "compare", compare)
    published: list[str] = []
    baking(tmp_path, SlidingTeacher(figure()), figure(), published=published)(tmp_path / "one.vtpuppet")
    assert published == ["coarse", "coarse", "finished"]


@pytest.mark.parametrize("stage", ["training bodies", "training faces"])
@pytest.mark.usefixtures("no_floor")
def test_goes_on_where_it_was_interrupted(tmp_path: Path, stage: str) -> None:
    def interrupt(step: StageProgress) -> None:
        if (step.stage, step.done, step.total) == (stage, 4, 5):
            raise KeyboardInterrupt

    path = tmp_path / "one.vtpuppet"
    with pytest.raises(KeyboardInterrupt):
        baking(tmp_path, SlidingTeacher(figure()), figure(), report=interrupt)(path)
    assert load(path).stage == "coarse"
    teacher, steps = SlidingTeacher(figure()), list[StageProgress]()
    baking(tmp_path, teacher, figure(), report=steps.append)(path)
    assert teacher.drawn <= 2 * (PLAN.poses + FIRST.poses)
    assert [step.done for step in steps if step.stage == stage] == [5]


@pytest.mark.usefixtures("no_floor")
def test_a_failing_lesson_ends_the_other(tmp_path: Path) -> None:
    def fail(step: StageProgress) -> None:
        if step.stage == "training bodies" and step.done == 1:
            raise ModelError("the disk is full")

    plan = replace(FIRST, face_steps=100_000)
    with pytest.raises(ModelError, match="disk is full"):
        Baking(bust(), "separable_float", SlidingTeacher(figure()), tmp_path / "baking", fail, coarse=plan)(
            tmp_path / "one.vtpuppet"
        )


@pytest.mark.usefixtures("no_floor")
def test_a_torn_sample_is_taken_again(tmp_path: Path) -> None:
    def interrupt(step: StageProgress) -> None:
        if step.stage == "training faces":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        baking(tmp_path, SlidingTeacher(figure()), figure(), report=interrupt)(tmp_path / "one.vtpuppet")
    chunk = tmp_path / "baking" / "body-0000.npz"
    chunk.write_bytes(chunk.read_bytes()[:1000])
    teacher = SlidingTeacher(figure())
    baking(tmp_path, teacher, figure(), quick=True).coarse(tmp_path / "one.vtpuppet")
    assert teacher.drawn == 20 + 2 * FIRST.poses


def test_refuses_what_is_below_the_floor_writes_nothing_and_remembers(tmp_path: Path) -> None:
    plan = replace(PLAN, face_steps=0, body_steps=0)
    bad, folder = baking(tmp_path, SlidingTeacher(figure()), figure(), plan), tmp_path / "baking"
    with pytest.raises(ModelError, match="not good enough"):
        bad(tmp_path / "one.vtpuppet")
    assert not (tmp_path / "one.vtpuppet").exists()
    assert "not good enough" in str(rejection.remembered(folder, version()))
    assert rejection.remembered(folder, "another version") is None
    assert [path.name for path in folder.iterdir()] == [rejection.NAME]


def test_what_was_shown_for_a_while_is_withdrawn_when_it_does_not_get_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def showable(quality: evaluate.Quality) -> bool:
        return True

    monkeypatch.setattr(bake, "is_showable", showable)
    published: list[str] = []
    plan = replace(PLAN, face_steps=0, body_steps=0)
    with pytest.raises(ModelError, match="not good enough"):
        baking(tmp_path, SlidingTeacher(figure()), figure(), plan, published=published)(tmp_path / "one.vtpuppet")
    assert published[0] == "coarse"
    assert not (tmp_path / "one.vtpuppet").exists()


def test_a_coarse_one_below_its_floor_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not good enough to be shown yet"):
        baking(tmp_path, SlidingTeacher(figure()), figure(), quick=True).coarse(tmp_path / "one.vtpuppet")
    assert not (tmp_path / "one.vtpuppet").exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1}', "\0"])
def test_a_damaged_refusal_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / rejection.NAME).write_text(content)
    assert rejection.remembered(tmp_path, version()) is None


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
