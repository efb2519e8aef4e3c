"""Ctrl-C at any moment: no traceback, exit code 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import ROOT
from vtube.cli.interrupts import leave, leaving_at_once, let_commands_end_in_order

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
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


RUN = ["run", "--port", "0", "--tracking", "none", "--output", "null", "--no-bake"]
MOMENTS = ["vtube.cli.interrupts", "rich.console", "pydantic", "numpy", "cv2", "vtube.studio.pipeline"]
"""Modules that a start imports, in this order; `-X importtime` tells of each when it is there."""


AS_IN_A_TERMINAL = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Starts Python where Ctrl-C is not ignored, as it is in the background of a shell."""


@POSIX
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_start_can_be_interrupted_at_any_moment(moment: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", AS_IN_A_TERMINAL, "-X", "importtime", "-m", "vtube", *RUN],
        cwd=ROOT,
        env={**os.environ, "VTUBE_HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if line.rpartition("|")[2].strip() == moment:
                break
        else:
            raise AssertionError(f"{moment} is not imported")
        child.send_signal(signal.SIGINT)
        rest = child.stderr.read()
    assert "Traceback" not in rest
    assert child.returncode == 130, rest[-500:]
