import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from tests.outputs.camera_program import FRAMES
from tests.outputs.conftest import DEVICE, RunWithDevice
from tests.outputs.contexts import context, moving_frame
from tests.outputs.test_v4l2 import psnr
from tests.outputs.test_v4l2_camera import recorded
from vtube.errors import OutputError, PackageMissingError
from vtube.outputs.camera import CAMERAS, create_camera
from vtube.outputs.pyvirtualcam_camera import PyVirtualCamera
from vtube.outputs.v4l2_camera import V4l2Camera
from vtube.spec import Spec


class UnityLike:
    """A back end that takes RGBA, as Unity Capture on Windows does."""

    takes: ClassVar[set[str]] = {"RGBA"}
    opened: ClassVar[list["UnityLike"]] = []

    def __init__(self, *, fourcc: int, **rest: Any) -> None:
        format_ = {"raw ": "RGB", "ABGR": "RGBA"}[fourcc.to_bytes(4, "little").decode()]
        if format_ not in self.takes:
            raise RuntimeError(f"cannot do {format_}.")
        self.frames: list[np.ndarray[Any, Any]] = []
        self.closed = False
        self.opened.append(self)

    def close(self) -> None:
        self.closed = True

    def send(self, frame: np.ndarray[Any, Any]) -> None:
        self.frames.append(frame.copy())

    def device(self) -> str:
        return "Unity Video Capture"

    def native_fourcc(self) -> None:
        return None


@pytest.fixture
def unity(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[UnityLike]]:
    """pyvirtualcam with no other back end than the fake one."""
    pyvirtualcam = pytest.importorskip("pyvirtualcam")
    monkeypatch.setattr(pyvirtualcam.camera, "BACKENDS", {"unity": UnityLike})
    monkeypatch.setattr(UnityLike, "opened", [])
    yield UnityLike


def test_transparency_goes_to_a_device_that_takes_it(unity: type[UnityLike]) -> None:
    camera = PyVirtualCamera(Spec("camera"), context())
    camera.open()
    camera.send(moving_frame(1), 0.0)
    assert camera.detail == "Unity Video Capture, 64x48, transparent"
    camera.close()
    camera.close()
    (backend,) = unity.opened
    assert backend.closed
    assert np.array_equal(backend.frames[0].reshape(48, 64, 4), moving_frame(1))


def test_other_devices_get_the_background(unity: type[UnityLike], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unity, "takes", {"RGB"})
    camera = PyVirtualCamera(Spec("camera"), context())
    camera.open()
    camera.send(moving_frame(1), 0.0)
    assert camera.detail == "Unity Video Capture, 64x48"
    camera.close()
    (backend,) = unity.opened
    assert np.array_equal(backend.frames[0].reshape(48, 64, 3), context().backdrop.flatten(moving_frame(1)))


@pytest.mark.parametrize("system, advice", [("win32", "or Unity Capture"), ("darwin", "Start Virtual Camera")])
def test_no_device_says_what_to_install(
    unity: type[UnityLike], monkeypatch: pytest.MonkeyPatch, system: str, advice: str
) -> None:
    monkeypatch.setattr(unity, "takes", set())
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(OutputError, match=rf"cannot do RGB\); install OBS Studio, .*{advice}") as caught:
        PyVirtualCamera(Spec("camera"), context()).open()
    assert "\n" not in str(caught.value)


def test_a_failing_device_is_an_output_error(unity: type[UnityLike], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(backend: UnityLike, frame: object) -> None:
        raise RuntimeError("gone")

    camera = PyVirtualCamera(Spec("camera"), context())
    with pytest.raises(OutputError, match="not open"):
        camera.send(moving_frame(0), 0.0)
    camera.open()
    monkeypatch.setattr(unity, "send", fail)
    with pytest.raises(OutputError, match="the virtual camera stopped: gone"):
        camera.send(moving_frame(0), 0.0)
    camera.close()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(PackageMissingError, match="extras camera"):
        PyVirtualCamera(Spec("camera"), context()).open()


@pytest.mark.parametrize("system, kind", CAMERAS.items())
def test_every_system_has_its_camera(monkeypatch: pytest.MonkeyPatch, system: str, kind: type) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert isinstance(create_camera(Spec("camera"), context()), kind)
    assert kind in (V4l2Camera, PyVirtualCamera)


def test_the_real_package_writes_what_we_hand_it(run_with_device: RunWithDevice, tmp_path: Path) -> None:
    pytest.importorskip("pyvirtualcam")
    done = run_with_device("pyvirtualcam")
    assert done.stdout == f"{DEVICE}, 64x48\n"
    frames = recorded(tmp_path / "frames.v4s")
    assert len(frames) == 2 * FRAMES
    for number, (_, picture) in enumerate(frames):
        assert psnr(picture, context().backdrop.flatten(moving_frame(number % FRAMES))) > 33


def test_the_real_package_finds_nothing(run_with_device: RunWithDevice) -> None:
    pytest.importorskip("pyvirtualcam")
    done = run_with_device("pyvirtualcam", fail="notloopback")
    assert done.stdout.startswith("no virtual camera can be used (")
    assert done.stdout.count("\n") == 1
