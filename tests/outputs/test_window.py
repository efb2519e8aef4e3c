import os
import signal
import sys

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageGrab

from tests.outputs.contexts import context, moving_frame
from tests.outputs.test_worker import until
from vtube.outputs.base import OutputEndedError
from vtube.outputs.window import WindowOutput
from vtube.spec import Spec

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads the screen of Xvfb, which is for Linux")


def screen(display: str, width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"))[:height, :width]


@ON_LINUX
@pytest.mark.parametrize("background", ["#ff8000", "none"])
def test_the_window_shows_the_newest_frame(display: str, background: str) -> None:
    told = context(background=background)
    window = WindowOutput(Spec("window"), told)
    window.open()
    for number in range(5):
        window.send(moving_frame(number), number / 30)
    until(lambda: np.array_equal(screen(display), told.backdrop.preview(moving_frame(4))))
    window.close()
    window.close()
    until(lambda: not screen(display).any())


def test_closing_the_window_ends_the_output(display: str) -> None:
    window = WindowOutput(Spec("window"), context())
    window.open()
    window.send(moving_frame(0), 0.0)
    assert window.pid is not None
    os.kill(window.pid, signal.SIGTERM)
    until(lambda: "the window was closed" in refusal(window))
    window.close()


def refusal(window: WindowOutput) -> str:
    """Why it takes no frame, or nothing."""
    try:
        window.send(moving_frame(1), 1 / 30)
    except OutputEndedError as error:
        return str(error)
    return ""


@ON_LINUX
def test_no_display_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tkinter")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(OutputEndedError, match=r"no window .*display.*; use the browser page") as error:
        WindowOutput(Spec("window"), context()).open()
    assert "\n" not in str(error.value)


def test_sending_before_opening() -> None:
    with pytest.raises(OutputEndedError, match="not open"):
        WindowOutput(Spec("window"), context()).send(moving_frame(0), 0.0)
