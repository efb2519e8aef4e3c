"""The examples run, as somebody would start them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.audio.test_file import write_wav
from tests.ports import free_port
from tests.waiting import PROGRAM_S
from vtube.paths import CHECKOUT
from vtube.registry import installed
from vtube.studio.camera import Camera

EXAMPLES = CHECKOUT / "examples"


def start(folder: Path, name: str, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=PROGRAM_S,
        input=typed,
    )


def test_an_example_starts_as_its_page_says_and_tells_that_no_camera_runs() -> None:
    without = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-m", "examples.remote", f"http://127.0.0.1:{free_port()}"]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=without, capture_output=True, text=True, check=False, timeout=PROGRAM_S
    )
    assert done.returncode == 1
    assert done.stderr.startswith("the camera does not answer: ")
    assert "run_vcam.py" in done.stderr


@pytest.mark.weights
def test_a_still_is_written(tmp_path: Path) -> None:
    done = start(tmp_path, "still.py")
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "still.png") as picture:
        assert picture.mode == "RGBA"
        assert picture.getbbox() is not None


@pytest.mark.weights
def test_a_live_camera_goes_through_the_emotions(tmp_path: Path) -> None:
    done = start(tmp_path, "expressions.py", "0.1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == ["joy", "surprise", "sadness", "anger", "neutral"]


@pytest.mark.weights
@pytest.mark.skipif(not installed("pyopenjtalk"), reason="the voice openjtalk is not installed")
def test_a_sentence_is_said_to_its_end(tmp_path: Path) -> None:
    done = start(tmp_path, "say.py", "はい。", "openjtalk")
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert "/camera" in done.stdout


@pytest.mark.weights
def test_a_voice_that_cannot_speak_is_one_line(tmp_path: Path) -> None:
    done = start(tmp_path, "say.py", "Hello!", "command")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_running_camera_is_steered(tmp_path: Path) -> None:
    with Camera(outputs=["browser"], port=0, engine="puppet", settings={"avatar": {"bake": False}}) as camera:
        camera.start()
        done = start(tmp_path, "remote.py", str(camera.url))
        assert done.returncode == 0, done.stderr
        assert "frames a second out" in done.stdout


@pytest.mark.skipif(not installed("pipecat"), reason="pip install pipecat-ai")
def test_an_agent_of_pipecat_speaks_through_a_running_camera(tmp_path: Path) -> None:
    with Camera(outputs=["browser"], port=0, engine="puppet", settings={"avatar": {"bake": False}}) as camera:
        camera.start()
        done = start(tmp_path, "pipecat_agent.py", str(camera.url), typed="hello\n")
        assert done.returncode == 0, done.stderr
        assert camera.state()["speech"]["pending"] == []
        assert bool(done.stdout) is not installed("hibari")


def test_a_plain_loop_answers_through_a_running_camera(tmp_path: Path) -> None:
    with Camera(outputs=["browser"], port=0, engine="puppet", settings={"avatar": {"bake": False}}) as camera:
        camera.start()
        done = start(tmp_path, "chat_loop.py", str(camera.url), typed="hello\n\n")
        assert (done.returncode, done.stderr) == (0, "")
        assert camera.state()["speech"]["pending"] == []
        assert bool(done.stdout) is not installed("hibari")


@pytest.mark.skipif(not installed("mcp"), reason="the package mcp is not installed")
def test_an_agent_speaks_over_the_model_context_protocol(tmp_path: Path) -> None:
    with Camera(outputs=["browser"], port=0, engine="puppet", settings={"avatar": {"bake": False}}) as camera:
        camera.start()
        done = start(tmp_path, "mcp_client.py", str(camera.url).rpartition(":")[2], "Hello", "there!")
        assert done.returncode == 0, done.stderr
        assert "tools: say, stop, expression, gesture, scene, state" in done.stdout
        assert "says text" in done.stdout


NODDING = """
from vtube.settings import Settings
from vtube.tracking.registry import create_tracker

tracker = create_tracker("nod:30", Settings())
assert tracker.latest() is None
tracker.start()
print(tracker.latest().head[0])
tracker.close()
"""


def test_the_tracker_of_another_package_nods(tmp_path: Path) -> None:
    info = tmp_path / "nodding_tracker-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nodding-tracker\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[vtube.trackers]\nnod = nodding_tracker:entry\n")
    paths = os.pathsep.join(map(str, (tmp_path, EXAMPLES / "nodding_tracker", CHECKOUT)))
    done = subprocess.run(
        [sys.executable, "-c", NODDING],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert -12.0 <= float(done.stdout) <= 12.0


def test_ray_renders_a_list_and_says_which_row_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    write_wav(tmp_path / "a.wav", 48_000, 1, 0.3)
    rows = "out,audio,size,engine\na.mkv,a.wav,128,puppet\nb.mkv,none.wav,128,puppet\n"
    (tmp_path / "clips.csv").write_text(rows)
    done = start(tmp_path, "ray_render.py", "clips.csv", "--cores", "1")
    assert done.returncode == 1
    assert "a.mkv: done" in done.stdout
    assert "b.mkv: vtube: cannot read the sound none.wav" in done.stdout
    assert (tmp_path / "a.mkv").stat().st_size > 1000


def test_ray_bakes_and_says_which_picture_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    (tmp_path / "no.png").write_bytes(b"no picture")
    done = start(tmp_path, "ray_bake.py", "puppets", "no.png", "--cores", "1")
    assert done.returncode == 1
    assert "no.png: vtube:" in done.stdout
