"""What bakes leave behind: folders of those that were never finished (some 700 MB each), and locks.

Pictures come and go, so these are listed, cleared on request, and bounded by themselves: before a bake begins, only
the `MOST_UNFINISHED` folders used last stay, and what has not been touched for `OLD_S` goes. A bake that runs is left
alone: it holds its lock. Needs neither torch nor OpenVINO.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vtube.avatar.puppet import file, rejection
from vtube.avatar.puppet.folder import baking_folder, lock_path
from vtube.errors import ModelError
from vtube.paths import exclusive, is_file, is_folder, is_there, models_folder, remove

MOST_UNFINISHED = 2
MOST_REFUSED = 200
"""A refusal is a file of a few hundred bytes, and saves the next start a bake that ends alike."""
OLD_S = 60 * 86_400.0
OLDEST_S = 1000 * 86_400.0
"""What seems older than this is dated by a clock that is wrong, or was: that alone is no reason to remove it."""
BEGINNING_S = 60.0
"""So long a bake may take from writing its picture to holding its lock."""


class Kind(StrEnum):
    """What is left of a bake."""

    UNFINISHED = "unfinished"
    REFUSED = "refused"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Remains:
    """One thing that a bake left.

    Attributes:
        path: a folder, or the file of a lock.
        kind: a lock is listed where nothing else is left of its picture.
        size: in bytes.
        used_at: when it was last written to, in seconds since 1970.
        busy: a bake works on it at this moment.
    """

    path: Path
    kind: Kind
    size: int
    used_at: float
    busy: bool


def remains(folder: Path | None = None) -> list[Remains]:
    """Everything that bakes have left in the folder of models, what was used last first."""
    puppets = (folder or models_folder()) / "puppets"
    try:
        paths = sorted(puppets.iterdir())
    except OSError:
        return []
    folders = [_folder(path) for path in paths if path.suffix.startswith(".baking") and is_folder(path)]
    used = {one.path.stem for one in folders} | {path.stem for path in paths if path.suffix == file.SUFFIX}
    locks = [_lock(path) for path in paths if path.suffix == ".lock" and path.stem not in used]
    return sorted([*folders, *locks], key=lambda one: -one.used_at)


def clear(found: Iterable[Remains]) -> list[Remains]:
    """Remove them with their locks, but for those that a bake works on; what was removed."""
    return [one for one in found if _remove(one)]


def superfluous(found: Iterable[Remains], now: float, keep: Path | None = None) -> list[Remains]:
    """Those that need not be kept: of other versions, old, or too many. `keep` is a puppet whose own folder stays."""
    own = None if keep is None else baking_folder(keep)
    spare: list[Remains] = []
    kept = {Kind.UNFINISHED: MOST_UNFINISHED - (own is not None), Kind.REFUSED: MOST_REFUSED, Kind.LOCK: 0}
    for one in found:
        if one.busy or one.path == own or (keep is not None and one.path == lock_path(keep)):
            continue
        kept[one.kind] -= 1
        if kept[one.kind] < 0 or OLD_S < now - one.used_at < OLDEST_S or _is_of_another_version(one):
            spare.append(one)
    return spare


def bound(keep: Path, now: float | None = None) -> None:
    """Before a bake of the puppet `keep` begins: remove what is superfluous beside it. Never fails."""
    with contextlib.suppress(OSError):
        clear(superfluous(remains(keep.parent.parent), time.time() if now is None else now, keep))


def _folder(path: Path) -> Remains:
    files = [one.stat() for one in path.rglob("*") if is_file(one)]
    refused = is_there(path / rejection.NAME)
    used_at = max((one.st_mtime for one in files), default=path.stat().st_mtime)
    kind = Kind.REFUSED if refused else Kind.UNFINISHED
    begins = not refused and len(files) <= 1 and abs(time.time() - used_at) < BEGINNING_S
    busy = begins or _is_busy(path.with_suffix(".lock"))
    return Remains(path, kind, sum(one.st_size for one in files), used_at, busy)


def _lock(path: Path) -> Remains:
    about = path.stat()
    return Remains(path, Kind.LOCK, about.st_size, about.st_mtime, _is_busy(path))


def _is_busy(lock: Path) -> bool:
    if not is_there(lock):
        return False
    try:
        with exclusive(lock, timeout_s=0.0):
            return False
    except ModelError:
        return True


def _is_of_another_version(one: Remains) -> bool:
    return one.kind is not Kind.LOCK and one.path.suffix != baking_folder(one.path.with_suffix(file.SUFFIX)).suffix


def _remove(one: Remains) -> bool:
    lock = one.path.with_suffix(".lock")
    if one.busy or _is_busy(lock):
        return False
    shutil.rmtree(one.path, ignore_errors=True)
    if not is_there(one.path.with_suffix(file.SUFFIX)):
        with contextlib.suppress(OSError):
            remove(lock)
    return not is_there(one.path)
