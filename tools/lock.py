"""Writes requirements.lock: the newest versions within the ranges, for every system and Python at once.

    python -m tools.lock        # needs the program uv

Left out is what torch asks for exactly by itself (CUDA's libraries, whose names begin with `nvidia-` and the like).
On a Mac the newest wheel of some packages depends on the version of macOS; there the ranges alone decide.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
OLDEST_PYTHON = "3.11"
TORCHS_OWN = re.compile(r"(nvidia-|cuda-|triton)")
BY_MACOS = ("av", "numpy", "onnxruntime", "opencv-python-headless", "openvino", "torch")
HEADING = """\
# The versions that were tested, for every system: the constraints of a checkout's first start. Made by
# `python -m tools.lock`. What torch pins by itself is not repeated, and on a Mac the system's version has a say.
"""


def main() -> int:
    """Write the lock; returns an exit code."""
    command = ["uv", "pip", "compile", "--universal", "--python-version", OLDEST_PYTHON, "--no-header"]
    done = subprocess.run(
        [*command, "--no-annotate", "--quiet", str(ROOT / "requirements.txt")],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return 1
    LOCK.write_text(lock_of(done.stdout), encoding="utf-8", newline="\n")
    return 0


def lock_of(compiled: str) -> str:
    """The lock from what uv has compiled, one `name==version ; marker` a line."""
    lines = (line.strip() for line in compiled.splitlines())
    kept = [line for line in lines if "==" in line and not line.startswith("#") and not TORCHS_OWN.match(line)]
    return HEADING + "".join(f"{_not_on_a_mac(line)}\n" for line in kept)


def _not_on_a_mac(line: str) -> str:
    pin, _, marker = (part.strip() for part in line.partition(";"))
    if pin.split("==")[0] not in BY_MACOS:
        return f"{pin} ; {marker}" if marker else pin
    pythons = re.search(r"python_full_version [<>=]+ '[^']+'", marker)
    return f"{pin} ; " + " and ".join(filter(None, [pythons and pythons[0], "sys_platform != 'darwin'"]))


if __name__ == "__main__":
    raise SystemExit(main())
