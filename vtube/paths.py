"""Where the program keeps what it fetches and what it remembers; files written whole, and by one at a time."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import stat
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TypeVar

from vtube.clock import monotonic
from vtube.errors import ModelError, SettingsError

if TYPE_CHECKING:
    from filelock import BaseFileLock

log = logging.getLogger(__name__)

T = TypeVar("T")

CHECKOUT = Path(__file__).resolve().parents[1]
DATA = Path(__file__).resolve().parent / "data"
MANIFEST = Path("models") / "manifest.yaml"


def models_folder() -> Path:
    """VTUBE_MODELS, else `models/` of the checkout when it can be written, else a folder of the user's own."""
    named = os.environ.get("VTUBE_MODELS")
    if named:
        return expanded(named).absolute()
    own = CHECKOUT / "models"
    if is_file(CHECKOUT / MANIFEST) and os.access(own, os.W_OK):
        return own
    return user_folder() / "models"


def shipped(file: Path) -> Path | None:
    """A file that came with the program, such as `config/default.yaml`; None when it is missing.

    In a checkout it lies there; a wheel has its copy in the package's own `data` folder.
    """
    roots = (CHECKOUT, DATA) if is_file(CHECKOUT / MANIFEST) else (DATA,)
    return next((root / file for root in roots if is_file(root / file)), None)


def default_picture() -> Path:
    """The picture of Ilta, the default character."""
    return DATA / "ilta.png"


def child_environment() -> dict[str, str]:
    """With it a process of ours finds this package and these weights, from whatever folder the program was started."""
    return {
        **os.environ,
        "VTUBE_MODELS": str(models_folder()),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")])),
    }


def user_folder() -> Path:
    """VTUBE_HOME, else the place where this system keeps the data of a user's programs; it need not exist yet.

    Raises:
        SettingsError: it is not named, and this user has no home.
    """
    named = os.environ.get("VTUBE_HOME")
    return expanded(named).absolute() if named else _user_data() / "vtube"


def edition(path: str | Path | None) -> tuple[int, int] | None:
    """Another value after each edit of a file: when it was changed, ns, and its bytes; None where there is none."""
    try:
        state = expanded(path).stat() if path else None
    except (OSError, ValueError):
        return None
    return (state.st_mtime_ns, state.st_size) if state is not None else None


def expanded(path: str | Path) -> Path:
    """The path with `~` and `~NAME` as the home folders they mean; as it is where there is no such user or home."""
    path = Path(path)
    try:
        whole = path.expanduser()
        guessed = whole != path and path.parts[0] != "~" and not is_folder(Path(path.parts[0]).expanduser())
    except RuntimeError:
        return path
    return path if guessed else whole  # Windows has a home for every name, and a picture may be called ~me.png


def is_there(path: str | Path) -> bool:
    """Whether something is there that can be seen: False also for a path that is too long or in a closed folder."""
    return os.path.exists(path)


def is_file(path: str | Path) -> bool:
    """Whether a file is there that can be seen; never raises, as `Path.is_file` does for paths that are too long."""
    return os.path.isfile(path)


def is_folder(path: str | Path) -> bool:
    """Whether a folder is there that can be seen; never raises."""
    return os.path.isdir(path)


def _user_data() -> Path:
    home = expanded("~")
    if not home.is_absolute():
        raise SettingsError("this user has no home folder; let VTUBE_HOME name a folder for the program's own files")
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")


REPLACE_FOR_S = 2.0
"""Windows refuses to replace a file that anybody has open, as virus scanners and indexers do for a moment."""
READ_FOR_S = 0.5
"""And it refuses to open one that is being replaced."""


def replace(source: Path, target: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """`os.replace` that tries again for two seconds where another program has the target open.

    Raises:
        OSError: it cannot be replaced.
    """
    if is_folder(target) and not target.is_symlink():  # which Windows refuses as it refuses an open file
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(target))
    _patiently(lambda: os.replace(source, target), sleep)


def remove(path: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """Remove a file that need not exist; tries again for two seconds where another program has it open.

    Raises:
        OSError: it cannot be removed.
    """
    _patiently(lambda: path.unlink(missing_ok=True), sleep)


def _patiently(action: Callable[[], T], sleep: Callable[[float], None], seconds: float = REPLACE_FOR_S) -> T:
    naps = 20
    for _ in range(naps if os.name == "nt" else 0):
        try:
            return action()
        except PermissionError:
            sleep(seconds / naps)
    return action()


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file beside `path`, then put it in its place: readers see the old file or the new one.

    The folder is made when it is missing. The new file has the ending of `path`, for writers that look at it.

    Raises:
        OSError: it cannot be written; the old file stays as it was.
    """
    check_no_device(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.{os.getpid()}.{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        write(part)
        replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            remove(part)


_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL)


def is_device_name(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, whatever its ending."""
    return _DEVICE.fullmatch(name) is not None


def check_no_device(path: PurePath, windows: bool = os.name == "nt") -> None:
    """Refuse to write what Windows would take for a device: a video called `nul.mp4` is written and is nowhere.

    Raises:
        OSError: it is such a name, and this is Windows.
    """
    if windows and is_device_name(path.name):
        raise OSError(errno.EINVAL, "Windows takes this name for a device; choose another", str(path))


def is_elsewhere(path: PurePath, own: Iterable[PurePath] = ()) -> bool:
    """Whether the path is that of another computer's share or of a device, and below none of the folders `own`."""
    return str(path).startswith("\\\\") and not any(path.is_relative_to(folder) for folder in own)


def _own_folders() -> Iterator[Path]:
    """Where the program and its user's files are, which the user has chosen: that may be a share."""
    yield CHECKOUT
    for folder in (models_folder, user_folder):
        with contextlib.suppress(SettingsError):
            yield folder()


def plain_file(path: Path) -> Path:
    """The absolute path, if it names a file on a drive of this computer, for whoever opens what a client has named.

    A pipe or a device would block the reader, an address or another computer's share would send it into the network,
    and Windows would show its user's credentials to that computer. The share that the program itself lies on may be.

    Raises:
        OSError: it names something else, or nothing.
    """
    text = str(path)
    if is_elsewhere(path, _own_folders()):
        raise OSError(errno.EINVAL, "it lies on another computer; copy it to this one", text)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text) and not is_there(path):
        raise OSError(errno.EINVAL, "it is an address, not a file; download it first", text)
    whole = expanded(path).absolute()
    try:
        mode = whole.stat().st_mode
    except ValueError:
        raise OSError(errno.EINVAL, "it holds a character that no file's name has", text) from None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", text)
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no file but a device or a pipe", text)
    return whole


def read_bounded(path: Path, limit: int, sleep: Callable[[float], None] = time.sleep) -> bytes:
    """The file's bytes, at most `limit` + 1 of them, so that a longer one is seen to be too long.

    Tries again for half a second where another program is just replacing it. Reads in pieces: Windows touches every
    page of the buffer that a read is given, however short the file.

    Raises:
        OSError: it cannot be read.
    """
    if is_folder(path):  # which Windows refuses as it refuses a file that is being replaced
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if is_there(path) and not is_file(path):  # its reader might wait for ever
        raise OSError(errno.EINVAL, "it is no file but a device or a pipe", str(path))
    pieces, left = [], limit + 1
    with _patiently(lambda: path.open("rb"), sleep, READ_FOR_S) as file:
        while left > 0 and (piece := file.read(min(left, 1 << 20))):
            pieces.append(piece)
            left -= len(piece)
    return b"".join(pieces)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


LOOK_AGAIN_S = 0.2
WITHOUT_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP}
"""What file systems answer that have no locks, as some network drives have none."""
_lockless: set[Path] = set()
"""Folders of which that is told."""


@contextmanager
def exclusive(path: Path, timeout_s: float = 3600.0, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock file `path` against other processes and threads; whoever dies lets go of it.

    The folder is made when it is missing. `waiting` is called again and again while somebody else holds the lock;
    what that raises ends the wait.

    Raises:
        ModelError: the folder cannot be written, or somebody else still holds the lock after `timeout_s`.
    """
    from filelock import FileLock  # takes longer to import than all of this

    lock = FileLock(path, thread_local=False)
    until = monotonic() + timeout_s
    while not _acquired(lock, min(LOOK_AGAIN_S, max(0.0, until - monotonic()))):
        if monotonic() >= until:
            raise ModelError(f"another vtube has long been busy in {path.parent}; end it and try again")
        waiting()
    try:
        yield
    finally:
        lock.release()


def hold(path: Path) -> BaseFileLock | None:
    """Hold the lock file `path` until its `release` or the program's end; None when somebody else holds it.

    Raises:
        ModelError: the folder cannot be written.
    """
    from filelock import FileLock

    lock = FileLock(path, thread_local=False)
    return lock if _acquired(lock, 0.0) else None


SHORT_LOCK, SHORT_LOCK_S = ".lock", 2.0


@contextmanager
def changing(path: Path, timeout_s: float = SHORT_LOCK_S) -> Iterator[None]:
    """Read the small file `path`, change it and write it in the block: no other vtube changes its folder meanwhile.

    Where that cannot be had, because the folder has no locks or somebody holds on for `timeout_s`, it goes on without:
    a change that another program makes in the same milliseconds may be lost then.
    """
    with ExitStack() as held:
        try:
            held.enter_context(exclusive(path.with_name(SHORT_LOCK), timeout_s))
        except ModelError as error:  # who cannot write there either, says so himself
            log.debug("%s is changed without a lock: %s", path, error)
        yield


def _elsewhere(path: Path) -> str:
    """What helps against a folder that cannot be written to, where that is the folder of the weights."""
    return "; set VTUBE_MODELS to a folder of your own" if path.is_relative_to(models_folder()) else ""


def _acquired(lock: BaseFileLock, wait_s: float) -> bool:
    from filelock import Timeout

    path = Path(lock.lock_file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=wait_s)
    except Timeout:  # which is an OSError
        return False
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno not in WITHOUT_LOCKS:
            raise ModelError(f"cannot write in {path.parent}: {error.strerror or error}{_elsewhere(path)}") from None
        if path.parent not in _lockless:
            _lockless.add(path.parent)
            log.warning("the file system of %s has no locks; start only one vtube at a time", path.parent)
    return True
