import ctypes
import sys
import threading

import pytest

from tests.waiting import PATIENCE_S
from tests.wine import on_wine
from vtube.cli.console_close import CLOSE, LOGOFF, SHUTDOWN, ConsoleClose
from vtube.cli.hidden_window import CLOSE as CLOSE_WINDOW
from vtube.cli.hidden_window import END, QUERY_END, TITLE


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


def test_the_end_of_a_session_is_waited_for_in_the_same_way() -> None:
    order: list[str] = []
    stopped = threading.Event()
    with ConsoleClose(stopped.set) as console:
        assert console.heard(QUERY_END, 0) == 1

        def windows() -> None:
            order.append(f"answered {console.heard(END, 1)}")

        thread = threading.Thread(target=windows)
        thread.start()
        assert stopped.wait(PATIENCE_S)
        order.append("closed")
    thread.join(PATIENCE_S)
    assert order == ["closed", "answered 0"]


def test_a_session_that_goes_on_after_all_stops_nothing() -> None:
    with ConsoleClose(lambda: pytest.fail("stopped")) as console:
        assert console.heard(END, 0) is None
        assert console.heard(0x0200, 1) is None


def test_a_task_that_is_to_end_is_not_waited_for() -> None:
    stopped = threading.Event()
    with ConsoleClose(stopped.set) as console:
        assert console.heard(CLOSE_WINDOW, 0) == 0
        assert stopped.is_set()


@pytest.mark.skipif(sys.platform != "win32", reason="Windows only: the system has windows")
def test_windows_tells_a_window_that_nobody_sees() -> None:
    user = getattr(ctypes, "WinDLL")("user32")  # noqa: B009 - mypy looks at Linux
    user.FindWindowW.restype = ctypes.c_void_p
    user.SendMessageW.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_size_t, ctypes.c_ssize_t]
    stopped = threading.Event()
    with ConsoleClose(stopped.set, patience_s=0.0):
        window = user.FindWindowW("STATIC", TITLE)
        if on_wine() and not window:
            pytest.skip("Wine has no windows without a screen")
        assert user.IsWindowVisible(ctypes.c_void_p(window)) == 0
        assert user.SendMessageW(window, QUERY_END, 0, 0) == 1
        assert not stopped.is_set()
        assert user.SendMessageW(window, END, 1, 0) == 0
        assert stopped.is_set()
    assert not user.FindWindowW("STATIC", TITLE)


@pytest.mark.skipif(sys.platform != "win32", reason="Windows only: the system takes the handler")
def test_windows_takes_the_handler_and_gives_it_back() -> None:
    kernel = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009 - mypy looks at Linux
    with ConsoleClose(lambda: None) as console:
        assert console.handle(1) == 0
    again = ConsoleClose(lambda: None)
    with again:
        pass
    assert not kernel.SetConsoleCtrlHandler(ctypes.cast(kernel.Beep, ctypes.c_void_p), 0)  # was never there
