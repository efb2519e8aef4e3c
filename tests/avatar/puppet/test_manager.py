"""What is baked when, and what the camera and the user hear of it; the bake itself is a stand-in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.avatar.puppet_fixtures import bust, figure, still_puppet
from vtube.avatar.base import Renderer
from vtube.avatar.picture.character import Character
from vtube.avatar.puppet import manager as manager_module
from vtube.avatar.puppet import rejection
from vtube.avatar.puppet.file import COARSE, puppet_path, save
from vtube.avatar.puppet.folder import baking_folder, version
from vtube.avatar.puppet.manager import PuppetManager
from vtube.errors import ModelError
from vtube.settings import AvatarSettings


class FakeProcess:
    """A bake that says what the test tells it to."""

    def __init__(self, character: Character, variant: str, hear: Callable[[dict[str, Any]], None]) -> None:
        self.character, self.variant, self.hear = character, variant, hear
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
        self.given_back: list[Character] = []
        self.failure: ModelError | None = None
        self.manager = PuppetManager(
            AvatarSettings(**changes),
            lambda _, renderer: self.shown.append(renderer),
            self.given_back.append,
            self.start,  # type: ignore[arg-type]
        )

    def start(self, character: Character, variant: str, hear: Callable[[dict[str, Any]], None]) -> FakeProcess:
        if self.failure is not None:
            raise self.failure
        self.bakes.append(FakeProcess(character, variant, hear))
        return self.bakes[-1]

    def begin(self, character: Character, engine: str) -> None:
        self.manager.begin(character, engine, self.manager.look_up(character))

    def threads(self, character: Character) -> int:
        return self.manager.threads(character, self.manager.look_up(character))

    @property
    def state(self) -> str:
        return str(self.manager.status()["state"])


@pytest.fixture(autouse=True)
def no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    monkeypatch.setattr(manager_module, "torch_has_gpu", lambda: False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)


def keep(stage: str) -> Path:
    path = puppet_path(bust().digest, "separable_float")
    save(replace(still_puppet(figure()), stage=stage), path)
    return path


def test_a_bake_from_the_first_line_to_the_finished_puppet() -> None:
    camera, picture = Camera(), bust()
    assert camera.threads(picture) >= 1
    camera.begin(picture, "openvino")
    assert (camera.state, camera.manager.duty_cycle() < 1, camera.bakes[0].variant) == (
        "baking",
        True,
        "separable_float",
    )
    hear = camera.bakes[0].hear
    hear({"stage": "sampling", "progress": 0.25, "seconds_left": 300})
    assert camera.manager.status() == {
        "state": "baking",
        "stage": "sampling",
        "progress": 0.25,
        "seconds_left": 300,
        "quality": None,
        "reason": None,
    }
    keep(COARSE)
    hear({"published": "coarse", "quality": {"psnr_db": 28.0}})
    assert (camera.state, camera.manager.duty_cycle()) == ("coarse", 1.0)
    hear({"stage": "training", "progress": 0.5, "seconds_left": 200})
    keep("finished")
    hear({"published": "finished", "quality": {"psnr_db": 33.0}})
    hear({"ended": 0})
    assert camera.manager.status() == {
        "state": "finished",
        "stage": None,
        "progress": 1.0,
        "seconds_left": None,
        "quality": {"psnr_db": 33.0},
        "reason": None,
    }
    assert [renderer.name for renderer in camera.shown] == ["puppet", "puppet"]
    assert not camera.given_back


def test_a_coarse_puppet_of_before_plays_at_once_and_learns_on() -> None:
    keep(COARSE)
    camera = Camera()
    camera.begin(bust(), "puppet")
    assert (camera.state, len(camera.bakes), camera.manager.status()["quality"]) == (
        "coarse",
        1,
        {"psnr_db": 35.0},
    )


def test_a_finished_one_needs_nothing() -> None:
    keep("finished")
    camera = Camera()
    camera.begin(bust(), "puppet")
    assert (camera.state, camera.bakes, camera.threads(bust())) == ("finished", [], 0)


def test_a_finished_puppet_needs_no_weights_and_everything_else_does() -> None:
    assert Camera().manager.needs_weights(bust())
    keep(COARSE)
    assert Camera().manager.needs_weights(bust())
    keep("finished")
    assert not Camera().manager.needs_weights(bust())
    assert not Camera(engine="puppet").manager.needs_weights(bust())
    assert Camera(engine="openvino").manager.needs_weights(bust())


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
    camera.begin(bust(), engine)
    assert (camera.state, camera.bakes, camera.manager.duty_cycle()) == ("none", [], 1.0)


def test_no_bake_with_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager_module, "torch_has_gpu", lambda: True)
    camera = Camera()
    camera.begin(bust(), "torch")
    assert (camera.state, camera.threads(bust())) == ("none", 0)


def test_threads_that_the_user_chose_stay() -> None:
    assert Camera(threads=3).threads(bust()) == 3


def test_another_character_ends_the_bake_and_begins_its_own() -> None:
    camera, frame = Camera(), figure()
    frame[0, 0] = 255
    other = Character.of(frame)
    camera.begin(bust(), "openvino")
    camera.begin(other, "openvino")
    first, second = camera.bakes
    assert (first.stopped, second.stopped) == (1, 0)
    for line in ({"stage": "evaluating", "progress": 0.9}, {"published": "coarse"}, {"failed": "late"}, {"ended": 0}):
        first.hear(line)
    assert (camera.state, camera.manager.status()["progress"], camera.shown, camera.given_back) == (
        "baking",
        0.0,
        [],
        [],
    )
    camera.manager.close()
    assert second.stopped == 1


@pytest.mark.parametrize("line", [{"failed": "not good enough"}, {"ended": -9}])
def test_a_failure_is_one_line_and_the_exact_engine_gets_its_threads_back(
    line: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    camera, picture = Camera(), bust()
    camera.begin(picture, "openvino")
    with caplog.at_level(logging.WARNING):
        camera.bakes[0].hear(line)
        camera.bakes[0].hear({"ended": 1})
    assert [record.message.startswith("no puppet of this character: ") for record in caplog.records] == [True]
    assert camera.state == "failed" and camera.manager.status()["reason"]
    assert len(camera.given_back) == 1 and camera.given_back[0] is picture
    assert (camera.threads(picture), camera.manager.duty_cycle()) == (0, 1.0)


def test_what_was_refused_is_not_tried_at_every_start(caplog: pytest.LogCaptureFixture) -> None:
    folder = baking_folder(puppet_path(bust().digest, "separable_float"))
    rejection.remember(folder, version(), "nothing in this face moves")
    camera = Camera()
    with caplog.at_level(logging.WARNING):
        camera.begin(bust(), "openvino")
    assert (camera.state, camera.bakes, len(caplog.records)) == ("failed", [], 1)
    assert "nothing in this face moves" in caplog.text and "vtube bake" in caplog.text
    camera.begin(bust(), "torch")
    assert camera.state == "none", "a graphics card needs no puppet"
    rejection.remember(folder, "an older one", "nothing in this face moves")
    camera.begin(bust(), "openvino")
    assert camera.state == "baking"


def test_without_torch_it_is_one_line(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    camera = Camera()
    camera.begin(bust(), "openvino")
    assert (camera.state, camera.bakes) == ("failed", [])
    assert "extras torch" in caplog.text


def test_a_full_disk_is_said() -> None:
    camera = Camera()
    camera.failure = ModelError("cannot bake in the background: No space left on device")
    camera.begin(bust(), "openvino")
    assert (camera.state, "No space left" in camera.manager.status()["reason"]) == ("failed", True)


def test_a_puppet_that_cannot_be_played_is_a_failure() -> None:
    camera = Camera()
    camera.begin(bust(), "openvino")
    camera.bakes[0].hear({"published": "coarse", "quality": {}})
    assert (camera.state, camera.shown, camera.bakes[0].stopped) == ("failed", [], 1)


def test_lines_with_nonsense_do_no_harm() -> None:
    camera = Camera()
    camera.begin(bust(), "openvino")
    camera.bakes[0].hear({})
    camera.bakes[0].hear({"stage": 3, "progress": 1})
    assert camera.state == "baking"
