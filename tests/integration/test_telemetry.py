"""What the libraries would tell their makers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import PROGRAM_S

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys, threading
from vtube.avatar.engines import openvino_check
import openvino.tools.ovc as ovc
print(ovc.telemetry.__class__.__module__, threading.active_count())
"""


ONNX = "import vtube, onnxruntime"


def told_by(script: str, home: Path, **more: str) -> str:
    """What a program prints whose user has the home folder `home`."""
    homes = {name: str(home) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA")}
    left_out = ("CI", "BUILD_REASON", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**environment, **homes, **more},
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=True,
    )
    return done.stdout


def test_openvino_reports_nothing_and_keeps_no_number_of_its_user(tmp_path: Path) -> None:
    assert told_by(SCRIPT, tmp_path).split() == ["openvino.tools.ovc.telemetry_stub", "1"]
    assert list(tmp_path.iterdir()) == []


def test_onnxruntime_reports_nothing_and_keeps_no_number_of_its_user(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    told_by(ONNX, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_whoever_wants_onnxruntime_to_report_may(tmp_path: Path) -> None:
    script = "import os, vtube; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    assert told_by(script, tmp_path, ORT_DISABLE_TELEMETRY="0") == "0\n"
    assert told_by(script, tmp_path) == "1\n"
