import ctypes
import sys
import threading

import pytest

from vtube.cli.console_close import CLOSE, LOGOFF, SHUTDOWN, ConsoleClose


@pytest.mark.parametrize("event", [CLOSE, LOGOFF, SHUTDOWN])
def test_windows_is_kept_waiting_until_the_camera_has_closed(event: int) -> None:
    order: list[str] = []
    stopped = threading.Event()
    with ConsoleClose(stopped.set) as console:

        def windows() -> None:
            order.append(f"handled {console.handle(event)}")

        thread = threading.Thread(target=windows)
        thread.start()
        assert stopped.wait(30)
        order.append("closed")
    thread.join(30)
    assert order == ["closed", "handled 1"]


def test_windows_is_not_kept_waiting_for_ever() -> None:
    with ConsoleClose(lambda: None, patience_s=0.0) as console:
        assert console.handle(CLOSE) == 1


def test_ctrl_c_is_somebody_elses() -> None:
    with ConsoleClose(lambda: pytest.fail("stopped")) as console:
        assert console.handle(0) == 0


@pytest.mark.skipif(sys.platform != "win32", reason="Windows only: the system takes the handler")
def test_windows_takes_the_handler_and_gives_it_back() -> None:
    kernel = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009 - mypy looks at Linux
    with ConsoleClose(lambda: None) as console:
        assert console.handle(1) == 0
    again = ConsoleClose(lambda: None)
    with again:
        pass
    assert not kernel.SetConsoleCtrlHandler(ctypes.cast(kernel.Beep, ctypes.c_void_p), 0)  # was never there
