"""The process that bakes: what it says, and how it ends."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest
import torch

from tests.avatar.puppet_fixtures import SlidingTeacher, figure, look_at_few, still_puppet
from vtube.avatar.picture.character import Character
from vtube.avatar.puppet import bake, evaluate, rejection
from vtube.avatar.puppet.background_worker import WAITING, BackgroundBake, read_character, watch
from vtube.avatar.puppet.file import load, puppet_path, save
from vtube.avatar.puppet.folder import baking_folder, lock_path, version
from vtube.avatar.puppet.progress import Plan
from vtube.errors import ModelError
from vtube.frame import Frame, blank
from vtube.paths import exclusive
from vtube.pose import Pose


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few steps, few looks, no floor, one thread."""
    look_at_few(monkeypatch)
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    monkeypatch.setattr(bake, "COARSE", Plan(1, 1, 1, 1, 1, detail=1))
    monkeypatch.setattr(bake, "Plan", lambda: Plan(1, 1, 2, 2, 1))
    for name in ("PSNR_FLOOR_DB", "FACE_PSNR_FLOOR_DB", "FINE_FACE_PSNR_FLOOR_DB", "SHARPNESS_FLOOR"):
        monkeypatch.setattr(evaluate, name, 0.0)
    for name in ("COARSE_PSNR_FLOOR_DB", "COARSE_FACE_PSNR_FLOOR_DB"):
        monkeypatch.setattr(bake, name, 0.0)
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


PICTURE = figure()


def path() -> Path:
    return puppet_path(Character.of(PICTURE).digest, "separable_float")


def worked(picture: Frame = PICTURE, teacher: type[SlidingTeacher] = SlidingTeacher) -> list[Mapping[str, Any]]:
    said: list[Mapping[str, Any]] = []
    BackgroundBake(Character.of(picture), "separable_float", said.append)(lambda: teacher(picture))
    return said


def published(said: list[Mapping[str, Any]]) -> list[str]:
    return [line["published"] for line in said if "published" in line]


def test_says_how_far_it_is_and_what_is_there() -> None:
    said = worked()
    assert {"stage", "progress", "seconds_left"} <= said[0].keys()
    assert {line["stage"] for line in said if "stage" in line} <= {"sampling", "enlarging", "training", "evaluating"}
    stages = published(said)
    assert (stages[0], stages[-1]) == ("coarse", "finished")
    assert said[-1]["quality"]["psnr_db"] > 0
    assert load(path()).stage == "finished"


def test_what_is_finished_is_only_told() -> None:
    save(still_puppet(PICTURE), path())
    said = worked()
    assert (len(said), published(said)) == (1, ["finished"])


def test_a_coarse_one_is_told_and_gone_on_from() -> None:
    save(replace(still_puppet(PICTURE), stage="coarse"), path())
    assert published(worked())[-1] == "finished"


def test_an_unfit_picture_is_refused_and_remembered() -> None:
    said = worked(blank(), SlidingTeacher)
    folder = baking_folder(puppet_path(Character.of(blank()).digest, "separable_float"))
    assert said[-1]["failed"] == rejection.remembered(folder, version())


def test_anything_else_that_breaks_is_told_but_not_remembered() -> None:
    class Broken(SlidingTeacher):
        def render(self, pose: Pose) -> Frame:
            raise RuntimeError("out of memory")

    said = worked(teacher=Broken)
    assert said[-1] == {"failed": "RuntimeError: out of memory"}
    assert rejection.remembered(baking_folder(path()), version()) is None


def test_stopped_it_says_nothing_more_and_keeps_what_is_done() -> None:
    said: list[Mapping[str, Any]] = []
    BackgroundBake(Character.of(PICTURE), "separable_float", said.append, lambda: True)(lambda: SlidingTeacher(PICTURE))
    assert said == []
    assert (baking_folder(path()) / "face-0000.npz").exists()


def test_while_another_process_bakes_it_waits_and_tells_what_that_one_made() -> None:
    said: list[Mapping[str, Any]] = []
    waiting, coarse = threading.Event(), threading.Event()

    def say(line: Mapping[str, Any]) -> None:
        said.append(line)
        if line.get("stage") == WAITING:
            waiting.set()
        if line.get("published") == "coarse":
            coarse.set()

    thread = threading.Thread(
        target=BackgroundBake(Character.of(PICTURE), "separable_float", say), args=(lambda: SlidingTeacher(PICTURE),)
    )
    with exclusive(lock_path(path())):
        thread.start()
        assert waiting.wait(30)
        save(replace(still_puppet(PICTURE), stage="coarse"), path())
        assert coarse.wait(30)
        save(still_puppet(PICTURE), path())
    thread.join(20)
    assert published(said)[-1] == "finished"
    assert set(published(said)) == {"coarse", "finished"}


def test_the_end_of_its_input_ends_it() -> None:
    stopped, left = threading.Event(), list[int]()
    watch(io.BytesIO(b"x"), stopped, left.append, 0.0)
    assert stopped.is_set()
    assert left == [0]


def test_a_prepared_character_is_read_bit_by_bit(tmp_path: Path) -> None:
    picture = PICTURE.copy()
    picture[0, 0] = (1, 2, 3, 0)
    cv2.imwrite(str(tmp_path / "some.png"), cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA))
    assert read_character(tmp_path / "some.png") == Character.of(picture)
    cv2.imwrite(str(tmp_path / "small.png"), picture[:100])
    with pytest.raises(ModelError, match="prepared"):
        read_character(tmp_path / "small.png")
