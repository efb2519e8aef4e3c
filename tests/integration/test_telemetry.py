"""What the libraries would tell their makers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.waiting import PROGRAM_S

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys, threading
from vtube.avatar.engines import openvino_check
import openvino.tools.ovc as ovc
print(ovc.telemetry.__class__.__module__, threading.active_count())
"""


def test_openvino_reports_nothing_and_keeps_no_number_of_its_user(tmp_path: Path) -> None:
    homes = {name: str(tmp_path) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA")}
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_REASON")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**environment, **homes},
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=True,
    )
    assert done.stdout.split() == ["openvino.tools.ovc.telemetry_stub", "1"]
    assert list(tmp_path.iterdir()) == []
