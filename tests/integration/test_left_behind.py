"""What libraries leave behind in the process that loads them, which every later part of it would have to live with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.house import ROOT
from tests.waiting import PROGRAM_S

SCRIPT = """
import locale, os, signal, sys
import numpy as np
import vtube
from vtube.audio.portaudio import portaudio
from vtube.errors import VtubeError

def state():
    os.umask(umask := os.umask(0o22))
    return {
        "environment": dict(os.environ),
        "blocked": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "handlers": [signal.getsignal(one) for one in signal.valid_signals()],
        "numbers": locale.setlocale(locale.LC_NUMERIC),
        "folder": os.getcwd(),
        "umask": umask,
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "hook": sys.excepthook,
        "tiny": float(np.float32(1e-45) * np.float32(1.0)),
        "niceness": os.nice(0),
        "cores": os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None,
    }

before = state()
try:
    portaudio() if sys.argv[1] == "sounddevice" else __import__(sys.argv[1])
except (ImportError, VtubeError):
    print("missing")
after = state()
print(*(name for name in before if before[name] != after[name]))
"""


@pytest.mark.skipif(os.name == "nt", reason="looks at what POSIX has")
@pytest.mark.parametrize(
    "library", ["cv2", "av", "torch", "openvino", "onnxruntime", "sounddevice", "hibari", "aiortc"]
)
def test_a_library_leaves_the_process_as_it_was(library: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, library],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=True,
    )
    if "missing" in done.stdout:
        pytest.skip(f"{library} is a part of an extra, or of the system, that is not installed here")
    assert done.stdout.strip() == ""
