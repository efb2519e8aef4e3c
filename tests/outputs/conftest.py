"""A stand-in for the v4l2loopback kernel module, built where its source and a compiler are at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.captures import captures
from tests.waiting import PROGRAM_S

DEVICE = "/dev/video7"

RunWithDevice = Callable[..., subprocess.CompletedProcess[str]]


def shim_source() -> Path:
    """The file named by V4L2SHIM, else the one in `tools` beside the recordings; skips the test without it."""
    named = os.environ.get("V4L2SHIM")
    source = Path(named) if named else captures().parent / "tools" / "v4l2shim.c"
    if sys.platform != "linux" or not source.is_file() or shutil.which("gcc") is None:
        pytest.skip("needs Linux, gcc and v4l2shim.c; V4L2SHIM names it")
    return source


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("v4l2shim") / "v4l2shim.so"
    subprocess.run(
        ["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(shim_source()), "-ldl", "-pthread"],
        check=True,
        timeout=PROGRAM_S,
    )
    return library


@pytest.fixture
def run_with_device(shim: Path, tmp_path: Path) -> RunWithDevice:
    """Runs `tests.outputs.camera_program ARGUMENTS` where /dev/video7 is a loopback device that `fail`s."""

    def run(*arguments: str, fail: str = "") -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "LD_PRELOAD": str(shim),
            "V4L2SHIM_DEVICE": DEVICE,
            "V4L2SHIM_OUT": str(tmp_path / "frames.v4s"),
            "V4L2SHIM_FAIL": fail,
            "V4L2SHIM_LOG": "1",
        }
        return subprocess.run(
            [sys.executable, "-m", "tests.outputs.camera_program", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PROGRAM_S,
            check=False,
        )

    return run
