import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.outputs.contexts import SIZES, context, moving_frame
from vtube.errors import OutputError, PackageMissingError
from vtube.outputs.spout import GL_RGBA, SpoutOutput
from vtube.spec import Spec


class FakeSpout:
    made: "FakeSpout"
    has_opengl = True

    def __init__(self) -> None:
        FakeSpout.made = self
        self.calls: list[Any] = []

    def createOpenGL(self) -> bool:  # noqa: N802  (SpoutGL's own names)
        return self.has_opengl

    def setSenderName(self, name: str) -> None:  # noqa: N802
        self.calls.append(name)

    def sendImage(self, *arguments: Any) -> bool:  # noqa: N802
        self.calls.append(arguments)
        return True

    def releaseSender(self) -> None:  # noqa: N802
        self.calls.append("released")

    def closeOpenGL(self) -> None:  # noqa: N802
        self.calls.append("closed")


@pytest.fixture
def spout(monkeypatch: pytest.MonkeyPatch) -> type[FakeSpout]:
    module = ModuleType("SpoutGL")
    vars(module)["SpoutSender"] = FakeSpout
    monkeypatch.setitem(sys.modules, "SpoutGL", module)
    return FakeSpout


def test_frames_are_shared_with_transparency(spout: type[FakeSpout]) -> None:
    output = SpoutOutput(Spec("spout"), context())
    output.open()
    output.send(moving_frame(2), 0.0)
    output.close()
    output.close()
    name, (pixels, *rest), *end = spout.made.calls
    assert (name, rest, end) == ("vtube", [64, 48, GL_RGBA, False, 0], ["released", "closed"])
    assert np.array_equal(pixels, moving_frame(2))
    with pytest.raises(OutputError, match="does not take frames any more"):
        output.send(moving_frame(2), 0.0)


def test_no_opengl(spout: type[FakeSpout], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeSpout, "has_opengl", False)
    with pytest.raises(OutputError, match="no OpenGL context; update the graphics driver"):
        SpoutOutput(Spec("spout"), context()).open()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SpoutGL", None)
    with pytest.raises(PackageMissingError, match="extras spout"):
        SpoutOutput(Spec("spout"), context()).open()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_spout_gets_whole_rows(spout: type[FakeSpout], width: int, height: int) -> None:
    output, frame = SpoutOutput(Spec("spout"), context(width, height)), moving_frame(3, width, height)
    output.open()
    output.send(frame, 0.0)
    _, (pixels, *size, upside_down, host) = spout.made.calls
    assert (size, upside_down, host) == ([width, height, GL_RGBA], False, 0)
    assert memoryview(pixels).c_contiguous
    assert bytes(memoryview(pixels).cast("B")[: 4 * width]) == frame[0].tobytes()
    assert np.array_equal(pixels, frame)
