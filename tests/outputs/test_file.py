import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.outputs.contexts import context, moving_frame
from tests.outputs.test_v4l2 import psnr
from tests.waiting import PROGRAM_S
from vtube.errors import SettingsError
from vtube.frame import Frame
from vtube.outputs import encoding
from vtube.outputs.base import OutputEndedError
from vtube.outputs.file import create_file, create_video
from vtube.outputs.video_file import VideoFile
from vtube.outputs.video_format import CONTAINERS
from vtube.spec import Spec

FPS = 30.0
ENDINGS = list(CONTAINERS)


def write(path: Path, count: int = 10, start: float = 1000.0) -> VideoFile:
    output = create_video(path, context(fps=FPS))
    output.open()
    for number in range(count):
        output.send(moving_frame(number), start + number / FPS)
    output.close()
    return output


def read(path: Path) -> list[tuple[Fraction, Frame]]:
    """(time in seconds, picture) of every frame; VP9's transparency is lost by any decoder but libvpx's."""
    with av.open(str(path)) as file:
        stream: Any = file.streams.video[0]
        return [
            (Fraction(frame.pts) * stream.time_base, frame.to_ndarray(format="rgba")) for frame in decode(file, stream)
        ]


def decode(file: Any, stream: Any) -> Iterator[Any]:
    if stream.codec_context.name != "vp9":
        yield from file.decode(stream)
        return
    decoder = av.CodecContext.create("libvpx-vp9", "r")
    for packet in file.demux(stream):
        yield from decoder.decode(packet)


@pytest.mark.parametrize("ending", [".mov", ".mkv"])
def test_lossless_files_give_back_every_bit(tmp_path: Path, ending: str) -> None:
    write(tmp_path / f"take{ending}")
    frames = read(tmp_path / f"take{ending}")
    assert len(frames) == 10
    for number, (time, picture) in enumerate(frames):
        assert time == pytest.approx(number / FPS, abs=0.001)
        assert np.array_equal(picture, moving_frame(number))


def test_webm_keeps_transparency(tmp_path: Path) -> None:
    write(tmp_path / "take.webm")
    with av.open(str(tmp_path / "take.webm")) as file:
        assert file.streams.video[0].metadata["alpha_mode"] == "1"
    frames = read(tmp_path / "take.webm")
    assert len(frames) == 10
    picture, truth = frames[5][1], moving_frame(5)
    assert np.abs(picture[..., 3].astype(int) - truth[..., 3]).mean() < 2
    opaque = truth[..., 3] == 255
    assert psnr(picture[opaque][:, :3], truth[opaque][:, :3]) > 30


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
def test_players_are_told_the_colours(tmp_path: Path, ending: str) -> None:
    write(tmp_path / f"take{ending}")
    with av.open(str(tmp_path / f"take{ending}")) as file:
        told = file.streams.video[0].codec_context
        assert (told.colorspace, told.color_primaries, told.color_trc) == (1, 1, 1)


def test_mp4_gets_the_background_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    write(tmp_path / "take.mp4")
    frames = read(tmp_path / "take.mp4")
    assert len(frames) == 10
    assert psnr(frames[5][1][..., :3], context().backdrop.flatten(moving_frame(5))) > 28
    assert [record.getMessage() for record in caplog.records].count(
        "file: take.mp4 holds no transparency; the background is put in"
    ) == 1


def test_an_ffmpeg_without_h264_writes_mpeg4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av, "codecs_available", {"mpeg4", "aac"})
    write(tmp_path / "take.mp4")
    with av.open(str(tmp_path / "take.mp4")) as file:
        assert file.streams.video[0].codec_context.name == "mpeg4"


def test_an_ffmpeg_without_any_encoder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av, "codecs_available", set())
    with pytest.raises(OutputEndedError, match="has none of the encoders libx264, h264, mpeg4"):
        create_video(tmp_path / "take.mp4", context()).open()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_frames_stand_at_their_deadlines(tmp_path: Path, ending: str) -> None:
    output = create_video(tmp_path / f"take{ending}", context(fps=FPS))
    output.open()
    times = [5.0, 5.0001, 5.0 + 1 / FPS, 5.0 + 4 / FPS, 5.0 + 3 / FPS, 5.0 + 5.3 / FPS]
    for number, time in enumerate(times):
        output.send(moving_frame(number), time)
    output.close()
    found = [time for time, _ in read(tmp_path / f"take{ending}")]
    assert [round(time * 30) for time in found] == [0, 1, 4, 5]


@pytest.mark.parametrize("fps", [24.0, 29.97, 60.0, 144.0, 12.5])
def test_any_frame_rate(tmp_path: Path, fps: float) -> None:
    output = create_video(tmp_path / "take.mov", context(fps=fps))
    output.open()
    for number in range(6):
        output.send(moving_frame(number), number / fps)
    output.close()
    times = [time for time, _ in read(tmp_path / "take.mov")]
    assert times == pytest.approx([number / fps for number in range(6)], abs=0.001)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("rates", [(30.0, 60.0), (60.0, 30.0), (60.0, 25.0), (24.0, 144.0)])
def test_no_frame_is_lost_when_the_rate_changes(tmp_path: Path, ending: str, rates: tuple[float, float]) -> None:
    told = context(fps=rates[0])
    output = create_video(tmp_path / f"take{ending}", told)
    output.open()
    times = [1000 + number / rates[0] for number in range(20)]
    times += [times[-1] + (number + 1) / rates[1] for number in range(30)]
    for number, time in enumerate(times):
        if number == 17:  # three frames were on their way when the rate changed
            told.fps = rates[1]
        output.send(moving_frame(number), time)
    output.close()
    found = [float(time) for time, _ in read(tmp_path / f"take{ending}")]
    assert found == pytest.approx([time - 1000 for time in times], abs=0.02 if rates[1] == 25.0 else 0.0085)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("fps", [24.0, 30.0, 30000 / 1001, 60.0])
@pytest.mark.parametrize("ending", [".mov", ".mp4"])
def test_a_player_sees_one_constant_rate(tmp_path: Path, ending: str, fps: float) -> None:
    output = create_video(tmp_path / f"take{ending}", context(fps=fps))
    output.open()
    for number in range(30):
        output.send(moving_frame(number), 5 + number / fps + 0.004 * number / 30)  # deadlines slide to the tracker's
    output.close()
    with av.open(str(tmp_path / f"take{ending}")) as file:
        stream: Any = file.streams.video[0]
        stamps = sorted(packet.pts for packet in file.demux(stream) if packet.pts is not None)
        assert {later - earlier for earlier, later in pairwise(stamps)} == {round(1 / fps / stream.time_base)}
        assert float(stream.average_rate) == pytest.approx(fps, rel=1e-3)
        assert float(stream.duration * stream.time_base) == pytest.approx(30 / fps, rel=1e-3)


def test_an_existing_file_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "take.mkv").write_text("precious")
    assert write(tmp_path / "take.mkv").path == tmp_path / "take-2.mkv"
    assert write(tmp_path / "take.mkv").detail == str(tmp_path / "take-3.mkv")
    assert (tmp_path / "take.mkv").read_text() == "precious"
    assert len(read(tmp_path / "take-2.mkv")) == 10
    assert "take.mkv exists; writing to take-2.mkv" in caplog.text


def test_opening_again_begins_another_file(tmp_path: Path) -> None:
    output = create_video(tmp_path / "take.mkv", context(fps=FPS))
    for _ in range(2):
        output.open()
        output.send(moving_frame(0), 77.0)
        output.close()
        output.close()
    assert [len(read(tmp_path / name)) for name in ("take.mkv", "take-2.mkv")] == [1, 1]


def test_a_file_without_frames_is_not_left_behind(tmp_path: Path) -> None:
    write(tmp_path / "take.mov", count=0)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputEndedError, match=r"there is no folder .*nowhere; make it"):
        create_video(tmp_path / "nowhere" / "take.mov", context()).open()


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "take.mov").mkdir()
    write(tmp_path / "take.mov")
    assert (tmp_path / "take-2.mov").is_file()


def test_sending_to_a_closed_file(tmp_path: Path) -> None:
    output = create_video(tmp_path / "take.mov", context())
    with pytest.raises(OutputEndedError, match="is not open"):
        output.send(moving_frame(0), 0.0)
    with pytest.raises(OutputEndedError, match="has no sound track"):
        output.send_audio(np.zeros(10, np.float32))


@pytest.mark.parametrize("path", ["take.avi", "take", "take.gif", "take.png", "%d%d.png"])
def test_unknown_endings_are_refused_with_the_known_ones(path: str) -> None:
    with pytest.raises(SettingsError, match=r"use one of \.mov, \.mkv, \.webm, \.mp4 or numbered pictures"):
        create_file(Spec("file", path), context())


def test_a_path_is_needed() -> None:
    with pytest.raises(SettingsError, match=r"needs a path, such as file:take\.mov"):
        create_file(Spec("file"), context())


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("rate", [22_050, 48_000])
def test_sound_is_as_long_as_it_should_be(tmp_path: Path, ending: str, rate: int) -> None:
    output = create_video(tmp_path / f"take{ending}", context(fps=FPS), audio_rate=rate)
    output.open()
    tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)).astype(np.float32)
    for number in range(30):
        output.send(moving_frame(number), number / FPS)
        output.send_audio(tone[number * rate // 30 : (number + 1) * rate // 30])
    output.close()
    found = sound(tmp_path / f"take{ending}")
    assert len(found) / found_rate(tmp_path / f"take{ending}") == pytest.approx(1.0, abs=0.1)
    assert np.sqrt(np.mean(found**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)
    assert len(read(tmp_path / f"take{ending}")) == 30


def sound(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as file:
        resampler = av.AudioResampler("flt", "mono")
        blocks = [block for frame in file.decode(audio=0) for block in resampler.resample(frame)]
        return np.concatenate([block.to_ndarray()[0] for block in blocks])


def found_rate(path: Path) -> int:
    with av.open(str(path)) as file:
        return int(file.streams.audio[0].rate)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_killed_program_leaves_a_file_that_can_be_played(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"take{ending}"
    program = (
        "import os; from pathlib import Path; from tests.outputs.contexts import context, moving_frame\n"
        "from vtube.outputs.file import create_video\n"
        f"output = create_video(Path({str(path)!r}), context(fps={FPS})); output.open()\n"
        f"for number in range(70): output.send(moving_frame(number), number / {FPS})\n"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program], timeout=PROGRAM_S, check=False)
    frames = read(path)
    assert len(frames) >= 30
    if ending in (".mov", ".mkv"):
        assert np.array_equal(frames[29][1], moving_frame(29))


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as POSIX does")
@pytest.mark.parametrize(
    ("room", "said"),
    [
        (60_000, "cannot be written any further: File too large; what it holds can be played"),
        (30, "cannot be written: File too large"),
        (0, "cannot be written: File too large"),
    ],
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_full_disk_ends_the_file_and_says_so(tmp_path: Path, ending: str, room: int, said: str) -> None:
    path = tmp_path / f"take{ending}"
    program = (
        "import resource; from pathlib import Path; from tests.outputs.contexts import context, moving_frame\n"
        "import numpy as np; from vtube.outputs.base import OutputEndedError\n"
        "from vtube.outputs.file import create_video\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        f"output = create_video(Path({str(path)!r}), context(fps={FPS}))\n"
        "noise = np.random.default_rng(0)\n"
        "try:\n"
        "    output.open()\n"
        "    for number in range(900):\n"
        "        frame = moving_frame(number); frame[..., :3] = noise.integers(0, 255, frame[..., :3].shape)\n"
        f"        output.send(frame, number / {FPS})\n"
        "except OutputEndedError as error: print(error)\n"
        "output.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PROGRAM_S, check=False
    )
    assert said in done.stdout, done.stderr
    assert done.returncode == 0
    assert path.exists() == ("can be played" in said)


def test_numbered_pictures_keep_transparency(tmp_path: Path) -> None:
    output = create_file(Spec("file", str(tmp_path / "f-%03d.png")), context())
    output.open()
    for number in range(3):
        output.send(moving_frame(number), number / FPS)
    output.close()
    assert sorted(os.listdir(tmp_path)) == ["f-000.png", "f-001.png", "f-002.png"]
    picture = cv2.imread(str(tmp_path / "f-002.png"), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA), moving_frame(2))
    with pytest.raises(OutputEndedError, match=r"f-000\.png exists; use an empty folder"):
        output.open()


def test_numbered_pictures_need_a_folder(tmp_path: Path) -> None:
    output = create_file(Spec("file", str(tmp_path / "nowhere" / "%d.png")), context())
    with pytest.raises(OutputEndedError, match="there is no folder"):
        output.open()
    with pytest.raises(OutputEndedError, match="cannot be written"):
        output.send(moving_frame(0), 0.0)


def test_frames_are_handed_over_without_ffmpeg_s_own_conversion() -> None:
    frame = moving_frame(1)
    assert np.array_equal(encoding.SOURCES["argb"](frame, lambda frame: frame[..., :3]), np.roll(frame, 1, axis=2))
    assert np.array_equal(encoding.SOURCES["bgra"](frame, lambda frame: frame[..., :3]), frame[..., [2, 1, 0, 3]])


@pytest.mark.skipif(os.name != "nt", reason="other systems have files of that name")
@pytest.mark.parametrize("name", ["nul.mp4", "con.mkv", "nul.%03d.png"])
def test_a_device_of_windows_is_no_file(name: str) -> None:
    with pytest.raises(SettingsError, match="takes this name for a device"):
        create_file(Spec("file", name), context())
