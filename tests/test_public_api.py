"""What other programs may use: what is public is listed, what is listed exists, and importing it is cheap."""

import ctypes
import importlib
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import vtube
from tests.waiting import eventually
from vtube.clock import monotonic
from vtube.errors import PoseError, SettingsError
from vtube.paths import default_picture
from vtube.pose import from_mapping, to_mapping
from vtube.studio.camera import ENGINE_S, Camera
from vtube.studio.still import render_still

FACE: ModuleType = importlib.import_module("vtube")


def test_everything_that_is_visible_is_listed_and_everything_listed_is_visible() -> None:
    visible = {name for name, value in vars(FACE).items() if name[0] != "_" and not isinstance(value, ModuleType)}
    assert visible <= set(vtube.__all__)
    assert dir(vtube) == sorted(vtube.__all__)
    assert all(getattr(vtube, name) is not None for name in vtube.__all__)
    assert vtube.Camera is Camera
    assert vtube.render_still is render_still


def test_the_types_say_the_same(tmp_path: Path) -> None:
    stub = (Path(FACE.__file__ or "").parent / "__init__.pyi").read_text(encoding="utf-8")
    assert f"__all__ = {list(vtube.__all__)!r}".replace("'", '"') in stub


def test_what_is_not_there_is_said_in_pythons_words() -> None:
    with pytest.raises(AttributeError, match="module 'vtube' has no attribute 'Kamera'"):
        getattr(FACE, "Kamera")  # noqa: B009 - mypy knows that it does not exist


def test_importing_costs_nothing() -> None:
    code = "import sys; before = set(sys.modules); import vtube; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "vtube" in loaded
    assert not [name for name in loaded if name.startswith("vtube.")]
    assert not loaded & {"numpy", "PIL", "pydantic", "yaml", "aiohttp", "cv2", "openvino", "torch", "asyncio", "rich"}


def test_a_camera_lives_for_the_length_of_its_block(tmp_path: Path) -> None:
    video = tmp_path / "show_%03d.png"
    with Camera(outputs=[f"file:{video}"], engine="puppet", fps=20, settings={"avatar": {"bake": False}}) as camera:
        camera.emotion("joy", 0.5)
        camera.pose({"head_y": 0.25})
        assert "joy" in camera.emotions()
        assert camera.url is None
        camera.start()
        assert eventually(lambda: camera.state()["pose"]["head_y"] == pytest.approx(0.25))
        assert eventually(lambda: list(tmp_path.glob("show_*.png")))
        camera.stop()
        camera.run(0.1)
    assert list(tmp_path.glob("show_*.png"))


def test_a_camera_runs_beside_the_program() -> None:
    with Camera(outputs=["null"], engine="puppet", settings={"avatar": {"bake": False}}) as camera:
        camera.start()
        camera.stop()
        with pytest.raises(SettingsError, match="no emotion 'joi'"):
            camera.emotion("joi")
        with pytest.raises(PoseError):
            camera.pose({"head_z": 1.0})
    camera.close()  # twice: must not raise


def test_the_page_of_a_camera_lies_where_it_says() -> None:
    with Camera(outputs=["browser"], port=0, engine="puppet", settings={"avatar": {"bake": False}}) as camera:
        assert camera.url is not None
        assert camera.url.startswith("http://127.0.0.1:")


def test_settings_go_before_arguments_and_arguments_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("loop: {fps: 10}\nidle: {blinking: 0}\n")
    with pytest.raises(SettingsError, match="no tracker 'nul'"):
        Camera(tracking=["nul"], config=file)
    camera = Camera(outputs=["null"], config=file, fps=20, settings={"loop": {"fps": 40}, "avatar": {"bake": False}})
    assert camera.settings()["loop"]["fps"] == 40
    assert camera.settings()["idle"]["blinking"] == 0
    camera.close()


def test_closing_waits_for_no_other_cameras_threads() -> None:
    others_end = threading.Event()
    others = [threading.Thread(target=others_end.wait, name=name) for name in ("render", "engine", "speech", "closing")]
    for other in others:
        other.start()
    try:
        begun = monotonic()
        Camera(outputs=["null"], settings={"avatar": {"bake": False}}).close()
        assert monotonic() - begun < ENGINE_S / 2
    finally:
        others_end.set()
        for other in others:
            other.join()


@pytest.mark.weights
def test_a_still_is_a_picture_that_can_be_saved(tmp_path: Path) -> None:
    plain = render_still()
    posed = render_still(default_picture(), {"head_y": 0.5, "mouth_aaa": 1})
    posed.save(tmp_path / "still.png")
    assert plain.size == posed.size
    assert plain.mode == posed.mode == "RGBA"
    assert np.asarray(plain).astype(int).tobytes() != np.asarray(posed).astype(int).tobytes()
    numbers = list(from_mapping({"head_y": 0.5, "mouth_aaa": 1}))
    assert to_mapping(from_mapping({"head_y": 0.5}))["head_y"] == 0.5
    assert np.array_equal(np.asarray(render_still(None, numbers)), np.asarray(posed))


def test_a_wrong_pose_is_told_before_anything_is_loaded() -> None:
    with pytest.raises(PoseError):
        render_still("no-such-picture.png", {"head_q": 1.0})


def windows_without_the_runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    loaded: list[str] = []

    def load(path: str) -> None:
        if not Path(path).is_absolute():
            raise OSError("not found")
        loaded.append(path)
        if Path(path).read_bytes() == b"broken":
            raise OSError("one of its dependencies is not found")

    monkeypatch.setattr(ctypes, "WinDLL", load, raising=False)
    monkeypatch.setattr("sysconfig.get_path", lambda *_: str(tmp_path))
    return loaded


def test_windows_gets_its_cpp_runtime_from_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    loaded = windows_without_the_runtime(monkeypatch, tmp_path)
    FACE.__dict__["_load_visual_cpp"]()
    assert loaded == []  # neither Windows nor the environment has it: must not raise
    (tmp_path / "Scripts").mkdir()
    for name in ("msvcp140.dll", "vcruntime140_1.dll", "msvcp140_atomic_wait.dll"):
        (tmp_path / "Scripts" / name).write_bytes(b"broken" if name == "msvcp140.dll" else b"")
    FACE.__dict__["_load_visual_cpp"]()  # a broken one: must not raise
    names = [Path(path).name for path in dict.fromkeys(loaded)]
    assert names == ["vcruntime140_1.dll", "msvcp140.dll", "msvcp140_atomic_wait.dll"]
