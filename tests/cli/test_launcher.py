"""The launcher of an environment's Python, which is gone when the console's window is closed."""

from __future__ import annotations

import threading

import pytest

from tests.waiting import PATIENCE_S
from vtube.cli.launcher import Launcher


def test_the_camera_ends_in_order_when_its_launcher_is_gone() -> None:
    stopped, gone = threading.Event(), threading.Event()
    launcher = Launcher(stopped.set, lambda: lambda seconds: gone.wait(min(seconds, 0.01)))
    launcher.open()
    assert not stopped.wait(0.05)
    gone.set()
    assert stopped.wait(PATIENCE_S)
    launcher.close()


def test_after_the_end_nobody_watches() -> None:
    launcher = Launcher(lambda: pytest.fail("stopped"), lambda: lambda seconds: threading.Event().wait(seconds / 50))
    launcher.open()
    launcher.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "launcher"]


def test_without_a_launcher_nothing_is_watched() -> None:
    launcher = Launcher(lambda: pytest.fail("stopped"), lambda: None)
    launcher.open()
    launcher.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "launcher"]
