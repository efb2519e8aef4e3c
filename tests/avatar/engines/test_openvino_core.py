from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.house import ROOT
from vtube.avatar.engines.openvino_core import new_core

DROPPED_ELSEWHERE = """
import signal, threading
from vtube.avatar.engines.openvino_core import new_core
cores = [new_core()]
cores[0].get_property("CPU", "FULL_DEVICE_NAME")
dropping = threading.Thread(target=cores.clear)
dropping.start()
dropping.join()
signal.signal(signal.SIGTERM, lambda *_: print("in order"))
signal.raise_signal(signal.SIGTERM)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_is_answered_after_another_thread_has_dropped_the_core() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DROPPED_ELSEWHERE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "in order\n"), ended.stderr


def test_it_can_be_used() -> None:
    assert "CPU" in new_core().available_devices


def test_no_other_file_makes_a_core() -> None:
    makes = re.compile(r"\bCore\(\)")
    files = [path for room in ("vtube", "tests", "tools") for path in (ROOT / room).rglob("*.py")]
    found = {path.name for path in files if makes.search(path.read_text(encoding="utf-8"))}
    assert found == {"openvino_core.py"}
