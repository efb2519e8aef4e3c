import json
from pathlib import Path

import av
import numpy as np
import pytest

from tests.audio.test_file import write_wav
from vtube import takes
from vtube.frame import Frame, blank
from vtube.offline import render
from vtube.outputs.base import OutputContext
from vtube.outputs.video_file import VideoFile
from vtube.pose import INDEX, Pose
from vtube.scene.stage import Stage
from vtube.settings import parse

SETTINGS = parse({"loop": {"fps": 10}})


class CountingRenderer:
    """Each picture's first pixel counts how often it was asked; fails at `fails_at`."""

    name = "counting"
    detail = "fake"

    def __init__(self, fails_at: int | None = None) -> None:
        self.calls = 0
        self.fails_at = fails_at

    def render(self, pose: Pose) -> Frame:
        if self.calls == self.fails_at:
            raise KeyboardInterrupt
        self.calls += 1
        frame = blank()
        frame[0, 0] = (self.calls, round(255 * float(pose[INDEX["mouth_aaa"]])), 0, 255)
        return frame

    def close(self) -> None:
        """Nothing."""


def video(path: Path, sound: bool = False) -> VideoFile:
    stage = Stage(SETTINGS.scene, lambda: (0.0, 0.0, 1.0))
    context = OutputContext(512, 512, 10, stage.flatten, stage.preview)
    return VideoFile(path, context, takes.SOUND_RATE if sound else None)


def frames(path: Path) -> list[Frame]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]


def stage() -> Stage:
    return Stage(SETTINGS.scene, lambda: (0.0, 0.0, 1.0))


def test_every_pose_becomes_one_frame(tmp_path: Path) -> None:
    poses = tmp_path / "poses.json"
    poses.write_text(json.dumps([{"mouth_aaa": 0.0}, {"mouth_aaa": 1.0}, [0.0] * 45]))
    take = takes.from_poses(poses, SETTINGS)
    out = video(tmp_path / "out.mov")
    assert render(take, CountingRenderer(), stage(), out) == take.count == 3
    pixels = [tuple(frame[0, 0]) for frame in frames(out.path)]
    assert pixels == [(1, 0, 0, 255), (2, 255, 0, 255), (3, 0, 0, 255)]


def test_sound_is_as_long_as_the_pictures(tmp_path: Path) -> None:
    take = takes.from_sound(write_wav(tmp_path / "a.wav", 22050, 1, 1.0), SETTINGS)
    out = video(tmp_path / "out.mkv", sound=True)
    assert render(take, CountingRenderer(), stage(), out) == 11
    with av.open(str(out.path)) as container:
        sound = np.concatenate([part.to_ndarray()[0] for part in container.decode(audio=0)])
    assert len(sound) == pytest.approx(takes.SOUND_RATE, rel=0.01)


def test_ctrl_c_leaves_a_video_that_can_be_played(tmp_path: Path) -> None:
    poses = tmp_path / "poses.json"
    poses.write_text(json.dumps([{}] * 5))
    out = video(tmp_path / "out.mkv")
    with pytest.raises(KeyboardInterrupt):
        render(takes.from_poses(poses, SETTINGS), CountingRenderer(fails_at=2), stage(), out)
    assert len(frames(out.path)) == 2
