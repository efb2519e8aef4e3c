"""A stream, against a receiver of RTMP on this computer: what arrives is what was sent, and whatever it does."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from tests.ports import free_port, free_udp_port
from tests.waiting import PROGRAM_S, eventually
from vtube.errors import OutputError, SettingsError
from vtube.frame import Frame, blank
from vtube.outputs.base import OutputContext, OutputEndedError
from vtube.outputs.registry import create_output
from vtube.outputs.soundtrack import RATE, LiveLine, Soundtrack
from vtube.outputs.stream import Pauses, StreamOutput
from vtube.outputs.stream_process import reason
from vtube.outputs.worker import OutputState, OutputWorker
from vtube.scene.background import Background
from vtube.settings import StreamSettings
from vtube.spec import Spec

RECEIVER = Path(__file__).with_name("receiver.py")
WIDTH, HEIGHT, FPS = 320, 180, 30.0
SECRET = "live_123_verysecret"

Start = Callable[[Path], "subprocess.Popen[bytes]"]


@pytest.fixture
def url() -> str:
    return f"rtmp://127.0.0.1:{free_port()}/live"


@pytest.fixture
def receive(url: str) -> Iterator[Start]:
    processes: list[subprocess.Popen[bytes]] = []

    def start(path: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(RECEIVER), f"{url}/{SECRET}", str(path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"listening"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_STREAM_KEY", SECRET)


def context(line: LiveLine | None = None, **stream: object) -> OutputContext:
    lines = [] if line is None else [line]
    settings = StreamSettings.model_validate({"encoder": "x264", **stream})
    background = Background("#00b140", WIDTH, HEIGHT)
    return OutputContext(WIDTH, HEIGHT, FPS, background, stream=settings, soundtrack=lambda: Soundtrack(lines))


def opened(output: StreamOutput, tries: int = 50) -> StreamOutput:
    """The receiver needs a moment between its word and its port."""
    for _ in range(tries):
        try:
            output.open()
        except OutputError:
            time.sleep(0.1)
        else:
            return output
    raise AssertionError("no stream")


def picture(lit: bool) -> Frame:
    """A square in the middle, half transparent red, or white."""
    frame = blank(WIDTH, HEIGHT)
    frame[HEIGHT // 4 : -HEIGHT // 4, WIDTH // 4 : -WIDTH // 4] = (255, 255, 255, 255) if lit else (255, 0, 0, 128)
    return frame


def show(output: StreamOutput, line: LiveLine, seconds: int) -> int:
    """Frames faster than life, each second with a flash and a click at once; how many there were."""
    count = round(seconds * FPS)
    for index in range(count):
        now = 1000.0 + index / FPS
        lit = index % round(FPS) < 3
        if lit:
            tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(round(RATE / FPS)) / RATE)
            line.write(tone.astype(np.float32), now)
        output.send(picture(lit), now)
    return count


def flashes(path: Path) -> tuple[list[float], list[Frame], list[float]]:
    """When it becomes bright, the pictures, and when the key frames are."""
    with av.open(str(path)) as file:
        frames = list(file.decode(video=0))
    pictures = [np.asarray(one.to_ndarray(format="rgb24"), np.uint8) for one in frames]
    bright = [bool(one[HEIGHT // 2, WIDTH // 2].min() > 200) for one in pictures]
    times = [float(one.time or 0.0) for one in frames]
    begins = [times[n] for n in range(len(bright)) if bright[n] and (n == 0 or not bright[n - 1])]
    return begins, pictures, [time for one, time in zip(frames, times, strict=True) if one.key_frame]


def clicks(path: Path) -> list[float]:
    """When a tone begins."""
    with av.open(str(path)) as file:
        frames = list(file.decode(audio=0))
    samples = np.concatenate([one.to_ndarray()[0] for one in frames])
    start = float(frames[0].time or 0.0)
    loud = np.flatnonzero(np.abs(samples) > 0.1)
    begins = loud[np.concatenate([[True], np.diff(loud) > RATE // 5])]
    return [start + one / RATE for one in begins]


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames come faster than life; a busy computer is behind when they end."""
    monkeypatch.setattr(StreamOutput, "close_s", 60.0)


@pytest.mark.usefixtures("key", "unhurried")
def test_what_arrives_is_what_was_sent_with_its_sound_in_step(url: str, receive: Start, tmp_path: Path) -> None:
    path, line = tmp_path / "got.mkv", LiveLine()
    receiver = receive(path)
    output = opened(StreamOutput(Spec("stream", url), context(line)))
    count = show(output, line, 6)
    output.close()
    receiver.wait(60)

    seen, pictures, keys = flashes(path)
    heard = clicks(path)
    assert len(pictures) == count
    assert np.abs(pictures[10][4, 4].astype(int) - (0, 177, 64)).max() <= 4
    assert np.abs(pictures[10][HEIGHT // 2, WIDTH // 2].astype(int) - (128, 88, 32)).max() <= 6
    assert np.diff(keys) == pytest.approx(2.0, abs=0.005)
    assert len(seen) >= 5
    assert max(min(abs(one - other) for other in heard) for one in seen[:5]) < 0.005


def has_srt() -> bool:
    """Whether there is an ffmpeg with SRT in it."""
    program = shutil.which("ffmpeg")
    if program is None:
        return False
    listed = subprocess.run([program, "-v", "quiet", "-protocols"], capture_output=True, text=True, check=False).stdout
    return "srt" in listed.split()


@pytest.mark.slow
@pytest.mark.usefixtures("unhurried")
@pytest.mark.skipif(not has_srt(), reason="needs the program ffmpeg with SRT in it")
@pytest.mark.parametrize("passphrase", ["", "a long passphrase"])
def test_srt_brings_it_whole_and_in_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, passphrase: str) -> None:
    monkeypatch.setenv("VTUBE_SRT_PASSPHRASE", passphrase)
    path, line, url = tmp_path / "got.ts", LiveLine(), f"srt://127.0.0.1:{free_udp_port()}"
    listen = f"{url}?mode=listener" + (f"&passphrase={passphrase}" if passphrase else "")
    command = ["ffmpeg", "-v", "quiet", "-i", listen, "-c", "copy", str(path)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as receiver:
        output = opened(StreamOutput(Spec("stream", url), context(line)))
        count = show(output, line, 6)
        output.close()
        receiver.wait(60)

    seen, pictures, _ = flashes(path)
    heard = clicks(path)
    assert len(pictures) >= count - 2
    assert len(seen) >= 5
    assert max(min(abs(one - other) for other in heard) for one in seen[:5]) < 0.005


@pytest.mark.usefixtures("key")
def test_nobody_there_is_an_error_that_keeps_the_key_to_itself(url: str) -> None:
    output = StreamOutput(Spec("stream", url), context())
    with pytest.raises(OutputError, match=r"refused|timed out") as error:
        output.open()
    assert SECRET not in str(error.value) + output.detail
    assert not isinstance(error.value, OutputEndedError)


WAITING = """
import importlib, sys, threading, time
program = importlib.import_module("vtube.outputs." + sys.argv[-1])
program.main = lambda *_: 3
threading.Thread(target=sys.stdin.buffer.read, args=(1,), daemon=True).start()
time.sleep(0.3)
program.start()
"""


@pytest.mark.parametrize("name", ["stream_process", "window_process", "whip_process"])
def test_its_process_ends_in_order_while_a_thread_waits_for_frames(name: str) -> None:
    """Left to itself Python breaks off there, which Windows reports as a crash for seconds."""
    if name == "whip_process":
        pytest.importorskip("aiortc")
    command = [sys.executable, "-c", WAITING, "64", "48", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(PROGRAM_S) == 3


def test_each_failure_waits_longer_and_none_forever() -> None:
    pauses = Pauses(lambda: 1.0)
    assert [pauses.next() for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert pauses.next(lasted_s=600) == 1
    assert Pauses(lambda: 0.0).next() == 0.5


@pytest.mark.usefixtures("key")
def test_a_receiver_that_goes_and_comes_back_gets_the_stream_again(url: str, receive: Start, tmp_path: Path) -> None:
    first = receive(tmp_path / "first.mkv")
    output = StreamOutput(Spec("stream", url), context(), pauses=Pauses(lambda: 0.0))
    worker = OutputWorker(output)
    worker.start()
    stop = threading.Event()

    def loop() -> None:
        number = 0
        while not stop.wait(1 / FPS):
            worker.submit(picture(False), 1000.0 + number / FPS)
            number += 1

    feeding = threading.Thread(target=loop)
    feeding.start()
    try:
        assert eventually(lambda: worker.status().sent > 20)
        first.kill()
        first.wait()
        assert eventually(lambda: worker.status().state is OutputState.FAILED)
        assert SECRET not in worker.status().error
        sent = worker.status().sent
        receive(tmp_path / "second.mkv")
        assert eventually(lambda: worker.status().state is OutputState.LIVE and worker.status().sent > sent + 20)
    finally:
        stop.set()
        feeding.join()
        worker.begin_close(0.0)
        worker.finish_close(time.perf_counter() + 30)


def test_a_receiver_that_stands_still_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection and never says a word."""
    monkeypatch.setattr(StreamOutput, "answer_s", 1.0)
    monkeypatch.setattr("vtube.outputs.stream.STALL_S", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        output = StreamOutput(Spec("stream", f"rtmp://127.0.0.1:{silent.getsockname()[1]}/live"), context())
        began = time.perf_counter()
        with pytest.raises(OutputError, match="does not answer"):
            output.open()
        assert time.perf_counter() - began < 30


LATE = """
import json, time
time.sleep(1.0)
for line in ({"loaded": True}, {"live": "x264"}):
    print(json.dumps(line), flush=True)
"""


def test_loading_the_libraries_is_no_time_of_the_other_side(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """On Windows a virus scanner may read them for longer than a platform may take."""
    monkeypatch.setattr(StreamOutput, "answer_s", 0.5)
    monkeypatch.setattr("vtube.outputs.stream.STALL_S", 0.1)
    monkeypatch.setattr("vtube.outputs.stream.LOOK_S", 0.05)
    monkeypatch.setattr(StreamOutput, "program", ("-c", LATE))
    output = StreamOutput(Spec("stream", url), context())
    output.open()
    assert output.detail.endswith("x264")
    output.close()


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has the encoder that this needs to be missing")
def test_an_encoder_that_is_not_there_ends_the_stream(url: str) -> None:
    output = StreamOutput(Spec("stream", url), context(encoder="videotoolbox"))
    with pytest.raises(OutputEndedError, match=r"set stream\.encoder to auto"):
        output.open()


def test_the_program_makes_it_by_its_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_TWITCH_KEY", SECRET)
    output = create_output("stream:twitch", context())
    assert output.name == "stream"
    assert SECRET not in output.detail
    with pytest.raises(SettingsError, match="twitch, youtube or an address"):
        create_output("stream", context())


def test_an_error_that_ffmpeg_has_no_words_for_is_told_in_those_of_the_system() -> None:
    error = OSError(errno.ECONNREFUSED, f"Error number -{errno.ECONNREFUSED} occurred")
    assert reason(error) == os.strerror(errno.ECONNREFUSED)
    assert reason(OSError(errno.EIO, "I/O error")) == "I/O error"
