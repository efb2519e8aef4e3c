import sys
from fractions import Fraction
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.outputs.contexts import SIZES, context, moving_frame
from vtube.errors import OutputError, PackageMissingError
from vtube.outputs.ndi import NdiOutput
from vtube.spec import Spec


class FakeVideo:
    def set_resolution(self, width: int, height: int) -> None:
        self.size = width, height

    def set_frame_rate(self, rate: Fraction) -> None:
        self.rate = rate

    def set_fourcc(self, fourcc: str) -> None:
        self.fourcc = fourcc


class FakeSender:
    made: "FakeSender"
    refuses = False

    def __init__(self, name: str, clock_video: bool) -> None:
        FakeSender.made = self
        self.name, self.clock_video = name, clock_video
        self.frames: list[Any] = []
        self.state = "made"

    def set_video_frame(self, video: FakeVideo) -> None:
        self.video = video

    def open(self) -> None:
        if self.refuses:
            raise RuntimeError("no licence")
        self.state = "open"

    def write_video(self, data: Any) -> bool:
        self.frames.append(data.copy())
        return self.state == "open"

    def close(self) -> None:
        self.state = "closed"


@pytest.fixture
def cyndilib(monkeypatch: pytest.MonkeyPatch) -> type[FakeSender]:
    modules: dict[str, dict[str, Any]] = {
        "cyndilib": {},
        "cyndilib.sender": {"Sender": FakeSender},
        "cyndilib.video_frame": {"VideoSendFrame": FakeVideo},
        "cyndilib.wrapper": {},
        "cyndilib.wrapper.ndi_structs": {"FourCC": SimpleNamespace(RGBA="RGBA")},
    }
    for name, content in modules.items():
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    return FakeSender


def test_frames_go_out_with_transparency(cyndilib: type[FakeSender]) -> None:
    output = NdiOutput(Spec("ndi", "studio"), context(fps=29.97))
    output.open()
    output.send(moving_frame(2), 0.0)
    sender = cyndilib.made
    assert (sender.name, sender.clock_video) == ("studio", False)
    assert (sender.video.size, sender.video.rate, sender.video.fourcc) == ((64, 48), Fraction(2997, 100), "RGBA")
    assert np.array_equal(sender.frames[0].reshape(48, 64, 4), moving_frame(2))
    output.close()
    output.close()
    assert sender.state == "closed"
    with pytest.raises(OutputError, match="does not take frames any more"):
        output.send(moving_frame(2), 0.0)


def test_a_refusal_is_an_output_error(cyndilib: type[FakeSender], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeSender, "refuses", True)
    with pytest.raises(OutputError, match="NDI cannot announce 'vtube': no licence"):
        NdiOutput(Spec("ndi"), context()).open()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cyndilib", None)
    with pytest.raises(PackageMissingError, match="extras ndi"):
        NdiOutput(Spec("ndi"), context()).open()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_ndi_gets_whole_rows(cyndilib: type[FakeSender], width: int, height: int) -> None:
    output, frame = NdiOutput(Spec("ndi"), context(width, height)), moving_frame(3, width, height)
    output.open()
    output.send(frame, 0.0)
    sender = cyndilib.made
    assert sender.video.size == (width, height)
    assert sender.frames[0].shape == (4 * width * height,)
    assert np.array_equal(sender.frames[0].reshape(height, width, 4), frame)
