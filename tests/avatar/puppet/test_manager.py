"""What is baked when, and what the camera and the user hear of it; the bake itself is a stand-in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.avatar.puppet_stand import figure, still_puppet
from vtube.avatar.base import Renderer
from vtube.avatar.puppet import manager as upkeep_module
from vtube.avatar.puppet import rejection as refusal
from vtube.avatar.puppet.file import COARSE, picture_hash, puppet_path, save
from vtube.avatar.puppet.folder import baking_folder, version
from vtube.avatar.puppet.manager import PuppetUpkeep
from vtube.errors import ModelError
from vtube.frame import Frame
from vtube.settings import AvatarSettings


class FakeProcess:
    """A bake that says what the test tells it to."""

    def __init__(self, picture: Frame, variant: str, hear: Callable[[dict[str, Any]], None]) -> None:
        self.picture, self.variant, self.hear = picture, variant, hear
        self.stopped = 0

    def stop(self) -> None:
        self.stopped += 1

    def wait(self, seconds: float) -> int | None:
        return 0


class Camera:
    """A studio that notes what it is asked for."""

    def __init__(self, **changes: Any) -> None:
        self.bakes: list[FakeProcess] = []
        self.shown: list[Renderer] = []
        self.retired: list[Frame] = []
        self.failure: ModelError | None = None
        self.upkeep = PuppetUpkeep(
            AvatarSettings(**changes),
            lambda picture, renderer: self.shown.append(renderer),
            self.retired.append,
            self.start,  # type: ignore[arg-type]
        )

    def start(self, picture: Frame, variant: str, hear: Callable[[dict[str, Any]], None]) -> FakeProcess:
        if self.failure is not None:
            raise self.failure
        self.bakes.append(FakeProcess(picture, variant, hear))
        return self.bakes[-1]

    @property
    def state(self) -> str:
        return str(self.upkeep.status()["state"])


@pytest.fixture(autouse=True)
def no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    monkeypatch.setattr(upkeep_module, "torch_has_gpu", lambda: False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)


def keep(stage: str) -> Path:
    path = puppet_path(picture_hash(figure()), "separable_float")
    save(replace(still_puppet(figure()), stage=stage), path)
    return path


def test_a_bake_from_the_first_line_to_the_finished_puppet() -> None:
    camera, picture = Camera(), figure()
    assert camera.upkeep.threads(picture) >= 1
    camera.upkeep.begin(picture, "openvino")
    assert (camera.state, camera.upkeep.duty_cycle() < 1, camera.bakes[0].variant) == (
        "baking",
        True,
        "separable_float",
    )
    hear = camera.bakes[0].hear
    hear({"stage": "watching", "progress": 0.25, "seconds_left": 300})
    assert camera.upkeep.status() == {
        "state": "baking",
        "stage": "watching",
        "progress": 0.25,
        "seconds_left": 300,
        "quality": None,
        "reason": None,
    }
    keep(COARSE)
    hear({"published": "coarse", "quality": {"closeness_db": 28.0}})
    assert (camera.state, camera.upkeep.duty_cycle()) == ("coarse", 1.0)
    hear({"stage": "learning", "progress": 0.5, "seconds_left": 200})
    keep("finished")
    hear({"published": "finished", "quality": {"closeness_db": 33.0}})
    hear({"ended": 0})
    assert camera.upkeep.status() == {
        "state": "finished",
        "stage": None,
        "progress": 1.0,
        "seconds_left": None,
        "quality": {"closeness_db": 33.0},
        "reason": None,
    }
    assert [renderer.name for renderer in camera.shown] == ["puppet", "puppet"]
    assert not camera.retired


def test_a_coarse_puppet_of_before_plays_at_once_and_learns_on() -> None:
    keep(COARSE)
    camera = Camera()
    camera.upkeep.begin(figure(), "puppet")
    assert (camera.state, len(camera.bakes), camera.upkeep.status()["quality"]) == ("coarse", 1, {"closeness_db": 35.0})


def test_a_finished_one_needs_nothing() -> None:
    keep("finished")
    camera = Camera()
    camera.upkeep.begin(figure(), "puppet")
    assert (camera.state, camera.bakes, camera.upkeep.threads(figure())) == ("finished", [], 0)


@pytest.mark.parametrize(
    ("changes", "engine"),
    [
        ({"engine": "openvino"}, "openvino"),
        ({"engine": "puppet"}, "puppet"),
        ({"bake": False}, "openvino"),
        ({"device": "gpu"}, "openvino"),
        ({}, "torch"),
        ({}, "marking"),
    ],
)
def test_no_bake_where_none_is_wanted(changes: dict[str, Any], engine: str) -> None:
    camera = Camera(**changes)
    camera.upkeep.begin(figure(), engine)
    assert (camera.state, camera.bakes, camera.upkeep.duty_cycle()) == ("none", [], 1.0)


def test_no_bake_with_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep_module, "torch_has_gpu", lambda: True)
    camera = Camera()
    camera.upkeep.begin(figure(), "torch")
    assert (camera.state, camera.upkeep.threads(figure())) == ("none", 0)


def test_threads_that_the_user_chose_stay() -> None:
    assert Camera(threads=3).upkeep.threads(figure()) == 3


def test_another_character_ends_the_bake_and_begins_its_own() -> None:
    camera, other = Camera(), figure()
    other[0, 0] = 255
    camera.upkeep.begin(figure(), "openvino")
    camera.upkeep.begin(other, "openvino")
    first, second = camera.bakes
    assert (first.stopped, second.stopped) == (1, 0)
    for line in ({"stage": "checking", "progress": 0.9}, {"published": "coarse"}, {"failed": "late"}, {"ended": 0}):
        first.hear(line)
    assert (camera.state, camera.upkeep.status()["progress"], camera.shown, camera.retired) == ("baking", 0.0, [], [])
    camera.upkeep.close()
    assert second.stopped == 1


@pytest.mark.parametrize("line", [{"failed": "not good enough"}, {"ended": -9}])
def test_a_failure_is_one_line_and_the_exact_engine_gets_its_threads_back(
    line: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    camera, picture = Camera(), figure()
    camera.upkeep.begin(picture, "openvino")
    with caplog.at_level(logging.WARNING):
        camera.bakes[0].hear(line)
        camera.bakes[0].hear({"ended": 1})
    assert [record.message.startswith("no puppet of this character: ") for record in caplog.records] == [True]
    assert camera.state == "failed" and camera.upkeep.status()["reason"]
    assert len(camera.retired) == 1 and camera.retired[0] is picture
    assert (camera.upkeep.threads(picture), camera.upkeep.duty_cycle()) == (0, 1.0)


def test_what_was_refused_is_not_tried_at_every_start(caplog: pytest.LogCaptureFixture) -> None:
    folder = baking_folder(puppet_path(picture_hash(figure()), "separable_float"))
    refusal.remember(folder, version(), "nothing in this face moves")
    camera = Camera()
    with caplog.at_level(logging.WARNING):
        camera.upkeep.begin(figure(), "openvino")
    assert (camera.state, camera.bakes, len(caplog.records)) == ("failed", [], 1)
    assert "nothing in this face moves" in caplog.text and "vtube bake" in caplog.text
    camera.upkeep.begin(figure(), "torch")
    assert camera.state == "none", "a graphics card needs no puppet"
    refusal.remember(folder, "an older one", "nothing in this face moves")
    camera.upkeep.begin(figure(), "openvino")
    assert camera.state == "baking"


def test_without_torch_it_is_one_line(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    camera = Camera()
    camera.upkeep.begin(figure(), "openvino")
    assert (camera.state, camera.bakes) == ("failed", [])
    assert "torch is not installed" in caplog.text


def test_a_full_disk_is_said() -> None:
    camera = Camera()
    camera.failure = ModelError("cannot bake in the background: No space left on device")
    camera.upkeep.begin(figure(), "openvino")
    assert (camera.state, "No space left" in camera.upkeep.status()["reason"]) == ("failed", True)


def test_a_puppet_that_cannot_be_played_is_a_failure() -> None:
    camera = Camera()
    camera.upkeep.begin(figure(), "openvino")
    camera.bakes[0].hear({"published": "coarse", "quality": {}})
    assert (camera.state, camera.shown, camera.bakes[0].stopped) == ("failed", [], 1)


def test_lines_with_nonsense_do_no_harm() -> None:
    camera = Camera()
    camera.upkeep.begin(np.copy(figure()), "openvino")
    camera.bakes[0].hear({})
    camera.bakes[0].hear({"stage": 3, "progress": 1})
    assert camera.state == "baking"
