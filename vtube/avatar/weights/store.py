"""The folder of weights: five .safetensors files per variant and a note of what they should be.

    models/separable_float/editor.safetensors … and installed.json

A start only compares sizes with the note; `verify` reads every byte. What is missing, short or damaged is named in
the log and fetched again, by one process at a time. Weights whose digest the manifest does not know are pinned by
the note when they first arrive.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from vtube.avatar.weights import NETWORKS
from vtube.errors import DAMAGED, ModelError
from vtube.net.progress import Progress
from vtube.paths import exclusive, file_sha256, is_file, write_whole

log = logging.getLogger(__name__)

NOTE = "installed.json"
LOCK = ".lock"


@dataclass(frozen=True)
class Installed:
    """What one installed file should be."""

    bytes: int
    sha256: str
    tensors: str


def paths(home: Path) -> dict[str, Path]:
    """Where the five files lie in a variant's folder."""
    return {network: home / f"{network}.safetensors" for network in NETWORKS}


def problems(home: Path, installed: Mapping[str, Installed], thorough: bool = False) -> dict[str, str]:
    """Network → what is wrong with its file; only sizes are compared unless `thorough`."""
    found: dict[str, str] = {}
    for network, wanted in installed.items():
        path = home / f"{network}.safetensors"
        size = path.stat().st_size if is_file(path) else None
        if size is None:
            found[network] = f"{path.name} is missing"
        elif size != wanted.bytes:
            found[network] = f"{path.name} has {size:,} bytes instead of {wanted.bytes:,}"
        elif thorough and (damage := _damage(path, wanted.sha256)):
            found[network] = f"{path.name} {damage}"
    return found


def _damage(path: Path, sha256: str) -> str | None:
    try:
        return None if file_sha256(path) == sha256 else "is damaged: its sha256 is not the one recorded"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def read_note(home: Path) -> dict[str, Installed]:
    """The note beside a variant's files; empty when there is none or it is not whole."""
    path = home / NOTE
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {str(network): Installed(**entry) for network, entry in entries.items()}
    except FileNotFoundError:
        return {}
    except DAMAGED:
        from vtube.settings.complaints import complain  # a start with a whole note needs none of the settings

        complain(log, path, f"{path} cannot be read; the weights beside it will be fetched again")
        return {}


def write_note(home: Path, origin: str, installed: Mapping[str, Installed]) -> None:
    """Say what a variant's files should be and where they came from; the last step of an installation.

    Raises:
        ModelError: the folder cannot be written.
    """
    note = {"origin": origin, "files": {network: asdict(entry) for network, entry in installed.items()}}
    try:
        write_whole(home / NOTE, lambda part: part.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"cannot write {home / NOTE}: {error.strerror or error}") from None


def origin_of(home: Path) -> str | None:
    """Where the installed files came from, as `write_note` was told."""
    try:
        return str(json.loads((home / NOTE).read_text(encoding="utf-8"))["origin"])
    except DAMAGED:
        return None


@contextmanager
def folder_lock(folder: Path, progress: Progress) -> Iterator[None]:
    """The lock that every change of the folder needs; says so while another process has it.

    Raises:
        ModelError: the folder cannot be written, before or during the work.
    """
    try:
        with exclusive(folder / LOCK, waiting=lambda: progress(0, None, "waiting for another vtube")):
            yield
    except OSError as error:
        raise ModelError(f"cannot write in {folder}: {error.strerror or error}") from None
