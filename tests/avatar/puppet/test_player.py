from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.avatar.puppet_fixtures import bust, figure, still_puppet
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.puppet.file import puppet_path, save
from vtube.avatar.puppet.layout import Box, body_shape, face_shape
from vtube.avatar.puppet.player import Player
from vtube.errors import EngineError
from vtube.frame import Frame
from vtube.pose import INDEX, neutral


def shown(frame: Frame) -> NDArray[np.float32]:
    alpha: NDArray[np.float32] = frame[..., 3:].astype(np.float32) / np.float32(255)
    return np.asarray(frame[..., :3] * alpha, np.float32)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    puppet = still_puppet(figure())
    save(puppet, puppet_path(puppet.picture, puppet.variant, tmp_path))
    return tmp_path


def test_a_resting_puppet_shows_its_picture(models: Path) -> None:
    renderer = PuppetRenderer(Request(bust(), precision="float32", models=models))
    frame = renderer.render(neutral())
    assert frame.shape == (512, 512, 4) and frame.dtype == np.uint8 and frame.flags.c_contiguous
    inside = np.abs(shown(frame) - shown(figure()))
    assert inside.mean() < 0.5
    assert np.array_equal(frame[..., 3] > 250, figure()[..., 3] > 250) or inside.max() < 60


def test_frames_are_not_written_to_again(models: Path) -> None:
    renderer = PuppetRenderer(Request(bust(), models=models))
    first = renderer.render(neutral())
    before = first.copy()
    pose = neutral()
    pose[INDEX["head_y"]] = 1
    renderer.render(pose)
    assert np.array_equal(first, before)


@pytest.mark.parametrize("measured", [False, True], ids=["beside", "one after the other"])
def test_only_what_changed_is_done(models: Path, measured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    renderer = PuppetRenderer(Request(bust(), models=models))
    renderer.observe = (lambda stage, ms: None) if measured else None
    calls: list[str] = []
    for name in ("face", "begin_body", "finish_body"):
        monkeypatch.setattr(Player, name, noted(calls, name, getattr(Player, name)))
    body = ["begin_body", "finish_body"]
    pose = neutral()
    renderer.render(pose)
    assert calls == (["face", *body] if measured else ["begin_body", "face", "finish_body"])
    calls.clear()
    pose[INDEX["mouth_aaa"]] = 1
    renderer.render(pose)
    assert calls == ["face"]
    calls.clear()
    pose[INDEX["head_x"]] = 1
    renderer.render(pose)
    assert calls == body
    renderer.render(pose)
    assert calls == body


def noted(calls: list[str], name: str, step: Callable[..., None]) -> Callable[..., None]:
    def call(*given: object) -> None:
        calls.append(name)
        step(*given)

    return call


def test_a_face_that_fails_leaves_no_body_behind(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renderer, other = (PuppetRenderer(Request(bust(), models=models)) for _ in range(2))
    poses = [neutral() for _ in range(3)]
    for pose, turn in zip(poses, (0.0, 1.0, -1.0), strict=True):
        pose[INDEX["head_y"]] = pose[INDEX["mouth_aaa"]] = turn
    renderer.render(poses[0])
    with monkeypatch.context() as broken:
        broken.setattr(Player, "face", _raise)
        with pytest.raises(RuntimeError):
            renderer.render(poses[1])
    assert np.array_equal(renderer.render(poses[2]), other.render(poses[2]))
    assert np.array_equal(renderer.render(poses[1]), other.render(poses[1]))


def _raise(*_: object) -> None:
    raise RuntimeError("the processor is on fire")


def test_without_a_puppet_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="vtube bake"):
        PuppetRenderer(Request(bust(), models=tmp_path))


def test_a_foreign_file_in_its_place_is_refused_in_one_line(models: Path) -> None:
    path = next((models / "puppets").iterdir())
    path.write_bytes(b"something else")
    with pytest.raises(EngineError, match="not a puppet"):
        PuppetRenderer(Request(bust(), models=models))


def test_half_precision_is_not_offered(models: Path) -> None:
    with pytest.raises(EngineError, match="float32 or bfloat16"):
        PuppetRenderer(Request(bust(), precision="float16", models=models))


def test_closed_it_draws_no_more(models: Path) -> None:
    renderer = PuppetRenderer(Request(bust(), models=models))
    renderer.close()
    renderer.close()
    with pytest.raises(EngineError, match="closed"):
        renderer.render(neutral())


def test_shift_is_in_pixels_and_reads_from_there() -> None:
    puppet = still_puppet(figure())
    puppet.body["head.bias"][0:4] = 0.5  # of SHIFT_UNIT: 16 pixels from the right
    player = Player(puppet, figure(), "f32")
    player.face(neutral())
    player.body(neutral())
    moved = np.roll(figure(), -16, axis=1)
    assert np.abs(shown(player.frame()) - shown(moved))[:, :480].mean() < 0.6


def test_what_a_body_takes_away_and_adds_is_not_shown() -> None:
    puppet = still_puppet(figure())
    painted = replace(puppet, body={name: array.copy() for name, array in puppet.body.items()})
    bias = painted.body["head.bias"]
    bias[8:12], bias[12:16], bias[16:24], bias[24:28] = 30, 4, -4, 4
    frames = []
    for each in (puppet, painted):
        player = Player(each, figure(), "f32")
        player.face(neutral())
        player.body(neutral())
        frames.append(player.frame())
    assert np.array_equal(frames[0], frames[1])


def test_colour_stops_at_its_alpha() -> None:
    alpha, colour = np.meshgrid(np.arange(256), np.arange(256))
    pixels = np.stack([colour, colour, colour, alpha], 2).astype(np.uint8)
    held = np.minimum(pixels, pixels[..., 3:])
    straight = [cv2.cvtColor(each, cv2.COLOR_mRGBA2RGBA) for each in (pixels, held)]
    assert np.array_equal(*straight), "what the player relies on"


@pytest.mark.parametrize("box", [Box(0, 0, 192, 192), Box(0, 96, 96, 96), Box(96, 0, 96, 96)])
def test_faces_reach_the_borders_of_their_crop(box: Box) -> None:
    picture = figure()
    picture[..., 3] = 255
    neutral_face = np.full((box.height, box.width, 3), 77, np.uint8)
    weights = {name: np.zeros(size, np.float32) for name, size in face_shape(box.height, box.width).tensors().items()}
    still = still_puppet(picture)
    puppet = type(still)(still.picture, still.variant, still.figure_box, box, neutral_face, still.body, weights)
    player = Player(puppet, picture, "f32")
    player.face(neutral())
    player.body(neutral())
    rows, columns = box.moved(160, 32).slices
    assert np.abs(player.frame()[rows, columns, :3].astype(int)[2:-2, 2:-2] - 77).max() <= 1
    assert body_shape().size == (128, 128)
