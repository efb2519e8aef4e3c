"""The child process, with a real program in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audio.test_file import write_wav
from tests.waiting import eventually
from vtube.clips.process import RenderProcess


def arguments(sound: Path, out: Path, *more: str) -> list[str]:
    flags = (
        "--quiet",
        "--progress=json",
        "--stop-with-input",
        "--engine=puppet",
        "--size=128",
        "--fps=4",
    )
    return ["render", *flags, *more, f"--audio={sound}", "--", str(out)]


def test_it_tells_how_far_it_is_and_leaves_a_video(tmp_path: Path) -> None:
    sound, out = write_wav(tmp_path / "a.wav", 48_000, 1, 0.5), tmp_path / "clip.webm"
    process = RenderProcess(arguments(sound, out), tmp_path / "log.txt")
    lines = list(process.lines())
    assert process.end() == ""
    assert [line["stage"] for line in lines][-1] == "finished"
    assert any(line["stage"] == "drawing" for line in lines)
    assert out.stat().st_size > 1000


def test_it_says_in_one_line_why_it_failed(tmp_path: Path) -> None:
    process = RenderProcess(arguments(tmp_path / "no.wav", tmp_path / "clip.webm"), tmp_path / "log.txt")
    assert list(process.lines()) == []
    assert process.end().startswith("cannot read the sound")


def test_it_is_ended_at_once_and_goes_on_where_it_was(tmp_path: Path) -> None:
    sound, out = write_wav(tmp_path / "a.wav", 48_000, 1, 30.0), tmp_path / "clip.webm"
    process = RenderProcess(arguments(sound, out), tmp_path / "log.txt")
    for line in process.lines():
        if line.get("done", 0) > 40:  # the first ten seconds are a segment of their own
            break
    process.kill()
    process.kill()
    assert process.end() != ""
    assert not out.exists()
    again = RenderProcess(arguments(sound, out), tmp_path / "log.txt")
    first = next(line for line in again.lines() if line["stage"] == "drawing")
    assert first["done"] >= 40
    assert list(again.lines())[-1]["frames"] == 120
    assert again.end() == ""
    assert out.exists()


@pytest.mark.skipif(os.name == "nt", reason="asks POSIX for the priority")
def test_it_leaves_the_processor_to_others_and_ends_with_who_started_it(tmp_path: Path) -> None:
    sound, out = write_wav(tmp_path / "a.wav", 48_000, 1, 60.0), tmp_path / "clip.webm"
    script = (
        "import sys, time; from pathlib import Path; from vtube.clips.process import RenderProcess\n"
        f"process = RenderProcess({arguments(sound, out, '--low-priority')!r}, Path({str(tmp_path / 'log.txt')!r}))\n"
        "print(process._process.pid, flush=True); time.sleep(300)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert eventually(lambda: os.getpriority(os.PRIO_PROCESS, child) >= 15, 60.0)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not _runs(child), 120.0)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{process}/stat").exists() or " Z " not in Path(f"/proc/{process}/stat").read_text()
