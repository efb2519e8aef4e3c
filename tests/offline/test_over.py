from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from tests.audio.test_file import write_wav
from vtube.cli.main import main
from vtube.errors import SettingsError
from vtube.offline.burnt import with_captions
from vtube.offline.captions import Caption
from vtube.offline.over import behind, place_of


def video(path: Path, frames: int = 24, sound: bool = True) -> Path:
    """A blue video of 320 x 180 at 24 frames a second, with a hum."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        track = file.add_stream("aac", rate=48_000) if sound else None
        for _ in range(frames):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((180, 320, 3), (20, 30, 200), np.uint8))))
        file.mux(stream.encode(None))
        if track is not None:
            hum = 0.2 * np.sin(2 * np.pi * 3000 * np.arange(frames * 2000) / 48_000)
            block = av.AudioFrame.from_ndarray(hum[None].astype(np.float32), "fltp", "mono")
            block.sample_rate = 48_000
            file.mux([*track.encode(block), *track.encode(None)])
    return path


def test_the_head_is_in_its_place_and_the_video_keeps_its_rate_length_and_sound(tmp_path: Path) -> None:
    source = video(tmp_path / "film.mp4")
    voice = write_wav(tmp_path / "voice.wav", 48_000, 1, 0.5)
    out = tmp_path / "out.mp4"
    arguments = ["--audio", str(voice), "--over", str(source), "--at", "200,60,120", "--engine", "puppet"]
    assert main(["render", *arguments, "--quiet", str(out)]) == 0
    with av.open(str(out)) as file:
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
        assert file.streams.video[0].average_rate == 24
    assert len(pictures) == 24
    assert pictures[0].shape == (180, 320, 3)
    blue = np.abs(pictures[12].astype(int) - (20, 30, 200)).max(axis=2) < 25
    assert blue[:, :190].all()
    assert blue[60:, 200:].mean() < 0.8
    with av.open(str(out)) as file:
        heard = np.concatenate([part.to_ndarray()[0] for part in file.decode(audio=0)])
    assert len(heard) == pytest.approx(48_000, abs=2048)
    spectrum = np.abs(np.fft.rfft(heard[30_000:44_000]))
    assert np.fft.rfftfreq(14_000, 1 / 48_000)[spectrum.argmax()] == pytest.approx(3000, abs=20)


@pytest.mark.parametrize("text", ["", "1,2", "a,b,c", "0,0,3", "0,0,101"])
def test_a_place_is_three_numbers(text: str) -> None:
    with pytest.raises(SettingsError, match="--at"):
        place_of(text)


def test_a_voice_that_is_longer_than_the_video_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = video(tmp_path / "film.mp4", sound=False)
    voice = write_wav(tmp_path / "voice.wav", 48_000, 1, 2.0)
    arguments = ["--audio", str(voice), "--over", str(source), "--engine", "puppet", "--quiet"]
    assert main(["render", *arguments, str(tmp_path / "out.mp4")]) == 2
    assert "takes 2.0 s and film.mp4 1.0 s" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "voice.wav"]


def test_what_is_no_video_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.raises(SettingsError, match="cannot read the video"):
        behind(tmp_path / "a.mp4")
    with pytest.raises(SettingsError, match="holds no picture"):
        behind(write_wav(tmp_path / "voice.wav", 48_000, 1, 0.5))


def test_a_caption_is_drawn_while_it_lasts() -> None:
    grey = np.full((200, 300, 4), (90, 90, 90, 255), np.uint8)
    frames = with_captions(lambda first: iter([grey] * (10 - first)), [Caption(0.2, 0.5, "Hello there.")], 10.0)
    drawn = [bool((frame != grey).any()) for frame in frames(0)]
    assert drawn == [False, False, True, True, True, *([False] * 5)]
    assert [bool((frame != grey).any()) for frame in frames(3)] == drawn[3:]
