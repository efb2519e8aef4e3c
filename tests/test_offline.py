import json
from pathlib import Path

import av
import numpy as np
import pytest

from tests.audio.test_file import write_wav
from vtube import offline
from vtube.frame import Frame, blank
from vtube.offline import SignalPlayback, frame_count, performed, render
from vtube.outputs.base import OutputContext
from vtube.outputs.video_file import VideoFile
from vtube.pose import INDEX, Pose
from vtube.scene.stage import Stage
from vtube.settings import Settings, parse
from vtube.signals import FaceFrame, MouthShape

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
    stage = Stage(SETTINGS.scene)
    context = OutputContext(512, 512, 10, stage)
    return VideoFile(path, context, offline.SOUND_RATE if sound else None)


def frames(path: Path) -> list[Frame]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="rgba"), np.uint8) for frame in container.decode(video=0)]


def stage() -> Stage:
    return Stage(SETTINGS.scene)


def test_every_pose_becomes_one_frame(tmp_path: Path) -> None:
    poses = tmp_path / "poses.json"
    poses.write_text(json.dumps([{"mouth_aaa": 0.0}, {"mouth_aaa": 1.0}, [0.0] * 45]))
    clip = offline.from_poses(poses, SETTINGS)
    out = video(tmp_path / "out.mov")
    assert render(clip, CountingRenderer(), stage(), out) == clip.count == 3
    pixels = [tuple(frame[0, 0]) for frame in frames(out.path)]
    assert pixels == [(1, 0, 0, 255), (2, 255, 0, 255), (3, 0, 0, 255)]


def test_sound_is_as_long_as_the_pictures(tmp_path: Path) -> None:
    clip = offline.from_sound(write_wav(tmp_path / "a.wav", 22050, 1, 1.0), SETTINGS)
    out = video(tmp_path / "out.mkv", sound=True)
    assert render(clip, CountingRenderer(), stage(), out) == 11
    with av.open(str(out.path)) as container:
        sound = np.concatenate([part.to_ndarray()[0] for part in container.decode(audio=0)])
    assert len(sound) == pytest.approx(offline.SOUND_RATE, rel=0.01)


def test_ctrl_c_leaves_a_video_that_can_be_played(tmp_path: Path) -> None:
    poses = tmp_path / "poses.json"
    poses.write_text(json.dumps([{"head_y": index / 5} for index in range(5)]))
    out = video(tmp_path / "out.mkv")
    with pytest.raises(KeyboardInterrupt):
        render(offline.from_poses(poses, SETTINGS), CountingRenderer(fails_at=2), stage(), out)
    assert len(frames(out.path)) == 2


def test_the_newest_signal_of_a_moment() -> None:
    playback = SignalPlayback([FaceFrame(0.1), FaceFrame(0.2), FaceFrame(0.5)])
    assert playback.latest() is None
    playback.advance(0.3)
    latest = playback.latest()
    assert latest is not None
    assert latest.time == 0.2


def test_frames_from_first_to_last() -> None:
    assert frame_count(2.0, 30) == 61
    times = [now for now, _ in performed(parse({"loop": {"fps": 24}}), 1.0)]
    assert times == pytest.approx([index / 24 for index in range(25)])


def test_a_face_and_a_voice_move_the_character() -> None:
    settings = Settings()
    faces = [FaceFrame(index / 30, parameters={"head_y": 0.8}) for index in range(60)]
    mouths = [MouthShape(index / 100, aaa=0.9, open=0.9, speaking=True) for index in range(200)]
    _, last = list(performed(settings, 1.9, faces=faces, mouths=mouths))[-1]
    assert last[INDEX["head_y"]] == pytest.approx(0.8, abs=0.1)
    assert last[INDEX["mouth_aaa"]] == pytest.approx(0.9, abs=0.1)


def test_the_same_every_time() -> None:
    def once() -> list[list[float]]:
        return [pose.tolist() for _, pose in performed(Settings(), 2.0)]

    assert once() == once()
