"""Ctrl-C at any moment: no traceback, exit code 130."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.avatar.weights_fixtures import write_manifest
from tests.house import ROOT
from tests.waiting import PROGRAM_S
from vtube.cli.interrupts import (
    INTERRUPTED,
    EndWishedError,
    held_back,
    leave,
    leave_from_now_on,
    leaving_at_once,
    let_commands_end_in_order,
)

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")


@pytest.fixture(autouse=True)
def _signals_as_at_a_start() -> Iterator[None]:
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    for name in names:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


def test_an_import_is_left_at_once_and_a_command_in_order() -> None:
    with leaving_at_once():
        assert signal.getsignal(signal.SIGINT) is leave
    assert signal.getsignal(signal.SIGINT) is not leave
    signal.signal(signal.SIGINT, leave)
    let_commands_end_in_order()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    in_order = signal.getsignal(signal.SIGTERM)
    with leaving_at_once():
        assert signal.getsignal(signal.SIGTERM) is leave
    assert signal.getsignal(signal.SIGTERM) is in_order
    leave_from_now_on()
    assert signal.getsignal(signal.SIGINT) is signal.getsignal(signal.SIGTERM) is leave


@POSIX
def test_a_wish_to_end_is_an_interrupt_with_its_own_code() -> None:
    signal.signal(signal.SIGINT, leave)
    let_commands_end_in_order()
    in_order = signal.getsignal(signal.SIGTERM)
    assert callable(in_order)
    with pytest.raises(KeyboardInterrupt) as ended:
        in_order(signal.SIGTERM, None)
    assert isinstance(ended.value, EndWishedError)
    assert ended.value.code == 143


@POSIX
def test_whoever_runs_without_a_terminal_still_does() -> None:
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    let_commands_end_in_order()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


PASSES_ON = """
import subprocess, sys
from vtube.cli.interrupts import passing_on
code = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print(1, flush=True); signal.pause()"
child = subprocess.Popen([sys.executable, "-c", code])
with passing_on(child):
    sys.exit(child.wait())
"""


@POSIX
def test_a_wish_to_end_goes_on_to_the_child_that_does_the_work() -> None:
    with child("-c", PASSES_ON) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        process.terminate()
        assert process.wait(PROGRAM_S) == 7


def test_a_program_s_own_way_with_ctrl_c_is_left_alone() -> None:
    own = signal.signal(signal.SIGINT, signal.SIG_IGN)
    let_commands_end_in_order()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    signal.signal(signal.SIGINT, own)


ENDS = """
import os, signal
from vtube.cli.interrupts import EndSignals
stopped = []
signals = EndSignals(lambda: stopped.append(True))
os.kill(os.getpid(), {number})
print(stopped, signals.code)
"""


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_camera_stops_and_ctrl_c_is_told_by_the_exit_code(number: int, code: int) -> None:
    """In a process of its own: here a thread of some engine could be the one that gets the signal."""
    done = subprocess.run(
        [sys.executable, "-c", ENDS.format(number=int(number))], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"[True] {code}\n"


TWICE = """
import os, signal
from vtube.cli.interrupts import EndSignals
told = []
signals = EndSignals(lambda: told.append("stop"), lambda: told.append("drain"))
for _ in range(2):
    os.kill(os.getpid(), signal.SIGTERM)
print(told, signals.drains, signals.code)
"""


@POSIX
def test_a_service_manager_s_wish_drains_and_its_second_one_stops() -> None:
    done = subprocess.run([sys.executable, "-c", TWICE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "['drain', 'stop'] True 0\n"


RUN = ["run", "--port", "0", "--tracking", "none", "--output", "null", "--no-bake"]
MOMENTS = ["vtube", "vtube.cli.interrupts", "rich.console", "pydantic", "numpy", "cv2", "vtube.studio.pipeline"]
"""Modules that a start imports, in this order; `-X importtime` tells of each when it is there."""


AS_IN_A_TERMINAL = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Starts Python where Ctrl-C is not ignored, as it is in the background of a shell."""


@contextlib.contextmanager
def child(*words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A Python where Ctrl-C does what it does in a terminal."""
    with subprocess.Popen(
        [sys.executable, "-c", AS_IN_A_TERMINAL, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_import(process: subprocess.Popen[str], module: str) -> None:
    """Until Python says with `-X importtime` that the module is there."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.rpartition("|")[2].strip() == module:
            return
    raise AssertionError(f"{module} is not imported")


def interrupted(process: subprocess.Popen[str], number: int = signal.SIGINT) -> str:
    """Ctrl-C, or another signal; what the process says after it, which has ended in the right way."""
    process.send_signal(number)
    assert process.stderr is not None
    said = process.stderr.read()
    assert "Traceback" not in said
    process.wait(PROGRAM_S)
    assert process.returncode == 128 + number, said[-500:]
    return said


@POSIX
@pytest.mark.parametrize("moment", ["vtube", "venv", "vtube.bootstrap"])
def test_the_first_file_of_a_checkout_can_be_interrupted(moment: str, tmp_path: Path) -> None:
    with child("-X", "importtime", "run_vcam.py", *RUN[1:], VTUBE_HOME=str(tmp_path)) as process:
        wait_for_import(process, moment)
        interrupted(process)


@POSIX
@pytest.mark.parametrize("moment", ["vtube", "numpy", "cv2", "vtube.avatar.puppet.bake"])
def test_the_process_that_bakes_can_be_interrupted(moment: str, tmp_path: Path) -> None:
    worker = ["-X", "importtime", "-m", "vtube.avatar.puppet.background_worker", str(tmp_path / "none.png"), "x"]
    with child(*worker, VTUBE_MODELS=str(tmp_path)) as process:
        wait_for_import(process, moment)
        interrupted(process)


def answer(server: socket.socket, moment: str, reached: threading.Event) -> None:
    """Take one request and never come to the end of the answer."""
    connection, _ = server.accept()
    with connection, contextlib.suppress(ConnectionError):  # whoever is interrupted hangs up
        connection.recv(65_536)
        if moment != "silence":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n")
        if moment == "file":
            connection.sendall(b"Content-Length: 1000000\r\n\r\n" + bytes(1000))
        reached.set()
        connection.recv(1)


FETCH = """
import sys
from pathlib import Path
from vtube.avatar.weights import manifest
manifest.manifest_path = lambda: Path({manifest!r})
from vtube.bootstrap import launch
raise SystemExit(launch())
"""


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("moment", "command"),
    [("silence", ["models", "fetch"]), ("head", ["models", "fetch"]), ("file", [*RUN, "--engine", "openvino"])],
)
def test_a_fetch_can_be_interrupted(moment: str, command: list[str], number: int, tmp_path: Path) -> None:
    reached = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        origin = {"kind": "archive", "title": "slow", "url": f"http://127.0.0.1:{server.getsockname()[1]}/all.zip"}
        script = FETCH.format(manifest=str(write_manifest(tmp_path / "manifest.yaml", {"float": [origin]})))
        threading.Thread(target=answer, args=(server, moment, reached), daemon=True).start()
        with child("-c", script, *command, VTUBE_HOME=str(tmp_path), VTUBE_MODELS=str(tmp_path / "models")) as process:
            assert reached.wait(60)
            interrupted(process, number)


@POSIX
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_start_can_be_interrupted_at_any_moment(moment: str, tmp_path: Path) -> None:
    with child("-X", "importtime", "-m", "vtube", *RUN, VTUBE_HOME=str(tmp_path)) as process:
        wait_for_import(process, moment)
        interrupted(process)


@POSIX
def test_ctrl_c_before_the_program_has_its_first_line_waits_for_it() -> None:
    early = """if True:
        import os, signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        os.kill(os.getpid(), signal.SIGINT)
        os.execv(sys.executable, [sys.executable, "-m", "vtube", "--version"])"""
    ended = subprocess.run(
        [sys.executable, "-c", early], cwd=ROOT, capture_output=True, text=True, check=False, timeout=PROGRAM_S
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (INTERRUPTED, "", "")


@POSIX
def test_what_is_started_while_ctrl_c_is_held_back_holds_it_back_too() -> None:
    held = [sys.executable, "-c", "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"]
    with held_back():
        inside = subprocess.run(held, capture_output=True, text=True, check=True).stdout
    outside = subprocess.run(held, capture_output=True, text=True, check=True).stdout
    assert (inside.strip(), outside.strip()) == ("True", "False")
