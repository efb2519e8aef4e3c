from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from vtube.errors import OutputError
from vtube.frame import Frame, blank
from vtube.motion.marks import KINDS
from vtube.offline.captions import Caption, Chapter
from vtube.offline.clip import SOUND_RATE, Clip
from vtube.offline.film import Film, drawn
from vtube.offline.segments import Encoder
from vtube.offline.work_folder import WorkFolder
from vtube.outputs.video_format import CONTAINERS
from vtube.pose import COUNT, INDEX, Pose
from vtube.scene.stage import Stage
from vtube.settings import parse

FPS = 10.0
SETTINGS = parse({"loop": {"fps": FPS}, "scene": {"size": "128"}})
MOUTH = INDEX["mouth_aaa"]
SECONDS = 4


class MouthRenderer:
    """Paints everything as bright as the mouth is open; `stops_at` is the pose at which somebody presses Ctrl-C."""

    name = "mouth"
    detail = "fake"

    def __init__(self) -> None:
        self.poses: list[Pose] = []

    def render(self, pose: Pose) -> Frame:
        self.poses.append(pose.copy())
        frame = blank()
        frame[:] = (round(255 * float(pose[MOUTH])), 90, 40, 255)
        return frame

    def close(self) -> None:
        """Nothing."""


def clip(count: int = 25, sound: bool = True) -> Clip:
    poses = np.zeros((count, COUNT), np.float32)
    poses[:, MOUTH] = (np.arange(count) % 5) / 5
    heard = 0.2 * np.sin(np.arange(round(count / FPS * SOUND_RATE)) * 0.05)
    return Clip(poses, FPS, heard.astype(np.float32) if sound else None, [Caption(0.5, 1.0, "Hi.")])


def film(out: Path, made: Clip, renderer: MouthRenderer, digest: str = "a") -> Film:
    stage, container = Stage(SETTINGS.scene), CONTAINERS[out.suffix]
    encoder = Encoder(container, 128, 128, FPS, stage.flatten)
    return Film(WorkFolder(out, digest), made, drawn(made, renderer, stage), encoder, container)


@pytest.fixture(autouse=True)
def short_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of 10 frames."""
    monkeypatch.setattr("vtube.offline.segments.SEGMENT_S", 1.0)


class CtrlC:
    """Progress that ends with Ctrl-C."""

    def __init__(self, at: int) -> None:
        self._at = at

    def __call__(self, done: int) -> None:
        if done == self._at:
            raise KeyboardInterrupt


def seconds(packet: Any) -> float:
    return float(packet.pts * packet.time_base)


def pictures(path: Path) -> list[Frame]:
    with av.open(str(path)) as file:
        return [np.asarray(frame.to_ndarray(format="rgba"), np.uint8) for frame in file.decode(video=0)]


def test_a_player_of_webm_is_told_that_it_is_transparent(tmp_path: Path) -> None:
    path = film(tmp_path / "out.webm", clip(), MouthRenderer()).make()
    assert b"\x53\xc0\x81\x01" in path.read_bytes()  # Matroska's AlphaMode, 1 byte: 1


@pytest.mark.parametrize("ending", list(CONTAINERS))
def test_every_frame_is_there_in_order_and_the_sound_is_as_long(tmp_path: Path, ending: str) -> None:
    made = clip()
    path = film(tmp_path / f"out{ending}", made, MouthRenderer()).make()
    shown = [round(float(picture[..., 0].mean()) / 255 * 5) for picture in pictures(path)]
    assert shown == [index % 5 for index in range(25)]
    with av.open(str(path)) as file:
        video, sound = file.streams.video[0], file.streams.audio[0]
        times = [seconds(packet) for packet in file.demux(video) if packet.size]
        assert times == pytest.approx([index / FPS for index in range(25)], abs=0.001)
        assert float(video.average_rate or 0) == pytest.approx(FPS, rel=0.01)
        file.seek(0)
        heard = sum(part.samples for part in file.decode(sound)) / sound.rate
    assert heard == pytest.approx(2.5, abs=0.03)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", list(CONTAINERS))
@pytest.mark.parametrize("after", [1, 9, 10, 17, 24])
def test_a_film_that_was_stopped_goes_on_and_is_the_same_bytes(tmp_path: Path, ending: str, after: int) -> None:
    made = clip()
    whole = film(tmp_path / f"whole{ending}", made, MouthRenderer()).make()
    out = tmp_path / f"out{ending}"
    first = film(out, made, MouthRenderer())
    with pytest.raises(KeyboardInterrupt):
        first.make(CtrlC(after))
    first.work.release()
    assert len(pictures(out)) == after
    renderer, told = MouthRenderer(), list[int]()
    second = film(out, made, renderer)
    assert second.work.resumed
    assert second.make(told.append) == out
    assert told[0] == (after - 1) // 10 * 10
    assert len(renderer.poses) <= 25 - told[0]
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(tmp_path.iterdir()) == sorted([out, whole])


def test_other_settings_begin_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    out = tmp_path / "out.mkv"
    first = film(out, clip(), MouthRenderer())
    with pytest.raises(KeyboardInterrupt):
        first.make(CtrlC(15))
    first.work.release()
    told: list[int] = []
    second = film(out, clip(), MouthRenderer(), "another")
    assert not second.work.resumed
    assert second.make(told.append) == out
    assert told[0] == 0
    assert "beginning anew" in caplog.text


def test_a_finished_film_and_somebody_elses_file_stay(tmp_path: Path) -> None:
    out = tmp_path / "out.mkv"
    out.write_bytes(b"mine")
    assert film(out, clip(), MouthRenderer()).make() == tmp_path / "out-2.mkv"
    first = film(tmp_path / "next.mkv", clip(), MouthRenderer())
    with pytest.raises(KeyboardInterrupt):
        first.make(CtrlC(15))
    first.work.release()
    (tmp_path / "next.mkv").write_bytes(b"also mine")
    assert film(tmp_path / "next.mkv", clip(), MouthRenderer()).make() == tmp_path / "next-2.mkv"
    assert out.read_bytes() == b"mine"
    assert (tmp_path / "next.mkv").read_bytes() == b"also mine"


def test_two_at_a_time_do_not_share_a_folder(tmp_path: Path) -> None:
    first = film(tmp_path / "out.mkv", clip(), MouthRenderer())
    second = film(tmp_path / "out.mkv", clip(), MouthRenderer())
    assert second.work.out == tmp_path / "out-2.mkv"
    assert {first.make(), second.make()} == {tmp_path / "out.mkv", tmp_path / "out-2.mkv"}


def test_the_clip_is_kept_as_it_was(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "out.mkv", "a")
    assert work.clip() is None
    marks = np.ones((clip().count, len(KINDS), 2), np.float32)
    made = replace(clip(), chapters=[Chapter(0.0, "章")], drawn=marks)
    work.keep_clip(made)
    kept = work.clip()
    assert kept is not None
    assert np.array_equal(kept.poses, made.poses)
    assert kept.sound is not None
    assert np.array_equal(kept.sound, np.asarray(made.sound))
    assert kept.drawn is not None
    assert np.array_equal(kept.drawn, marks)
    assert (kept.captions, kept.chapters, kept.fps) == (made.captions, made.chapters, FPS)


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv"])
def test_chapters_are_in_the_file(tmp_path: Path, ending: str) -> None:
    made = replace(clip(), chapters=[Chapter(0.0, "One"), Chapter(1.5, "二")])
    with av.open(str(film(tmp_path / f"out{ending}", made, MouthRenderer()).make())) as file:
        chapters = file.chapters()
    assert [one["metadata"]["title"] for one in chapters] == ["One", "二"]
    places = [[float(one[side] * (one["time_base"] or 0)) for one in chapters] for side in ("start", "end")]
    assert places == [[0.0, 1.5], [1.5, 2.5]]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder"):
        WorkFolder(tmp_path / "nowhere" / "out.mkv", "a")


def test_what_a_renderer_raises_ends_the_film(tmp_path: Path) -> None:
    made = clip()

    def failing(first: int) -> Iterator[Frame]:
        yield from list(drawn(made, MouthRenderer(), Stage(SETTINGS.scene))(first))[:3]
        raise OutputError("the renderer broke")

    one = film(tmp_path / "out.mkv", made, MouthRenderer())
    with pytest.raises(OutputError, match="the renderer broke"):
        replace(one, frames=failing).make()


@pytest.mark.parametrize("ending", list(CONTAINERS))
def test_a_click_is_heard_with_the_frame_that_shows_it(tmp_path: Path, ending: str) -> None:
    """In the decoded file, at its beginning and its end; SECONDS = 600 was tried by hand."""
    count = round(SECONDS * FPS)
    poses, sound = np.zeros((count, COUNT), np.float32), np.zeros(round(SECONDS * SOUND_RATE), np.float32)
    for second in range(1, SECONDS):
        poses[round(second * FPS), MOUTH] = 1.0
        tone = 0.5 * np.sin(np.arange(SOUND_RATE // 20) * 0.3)
        sound[second * SOUND_RATE : second * SOUND_RATE + len(tone)] = tone
    path = film(tmp_path / f"out{ending}", Clip(poses, FPS, sound), MouthRenderer()).make()
    with av.open(str(path)) as file:
        shown = [frame.time for frame in file.decode(video=0) if frame.to_ndarray(format="rgb24")[..., 0].mean() > 128]
    with av.open(str(path)) as file:
        blocks = [(frame.time or 0.0, frame.sample_rate, frame.to_ndarray()) for frame in file.decode(audio=0)]
    start, rate = blocks[0][0], blocks[0][1]
    loud = np.abs(np.concatenate([block[0].astype(np.float64) for _, _, block in blocks]))
    heard = [
        start + np.argmax(loud[s * rate - rate // 4 :] > loud.max() / 3) / rate + s - 0.25 for s in range(1, SECONDS)
    ]
    assert len(shown) == SECONDS - 1
    skew = np.array(heard) - np.array(shown, np.float64)
    assert np.abs(skew).max() < 0.5 / FPS
    assert abs(skew[-1] - skew[0]) < 0.002
