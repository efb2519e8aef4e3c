"""What a face's box should look like at a multiple of 512: exact THA3's faces, enlarged by a network for line art.

    FOLDER/face-0000-x2.npy …, neutral-x2.npy

They lie beside the samples, one file a chunk, and are read from there as needed: 3000 faces are 330 MB and more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.sampling import FACE_CHUNK
from vtube.errors import ModelError
from vtube.frame import Frame
from vtube.paths import write_whole

DETAIL = 2
"""Times 512 at which faces are learnt."""

Enlarge = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
"""(n, h, w, 3) to (n, h * DETAIL, w * DETAIL, 3)."""


class FaceTargets:
    """The enlarged faces of a picture in the folder of its samples."""

    def __init__(self, folder: Path, enlarge: Enlarge) -> None:
        self._folder, self._enlarge = folder, enlarge
        self._chunks: list[NDArray[np.uint8]] = []
        self.neutral: Frame = np.zeros((0, 0, 3), np.uint8)

    def set_neutral(self, neutral: Frame) -> None:
        """Enlarge the neutral face's box, unless that has been done."""
        self.neutral = np.array(self._kept("neutral", neutral[None]))[0]

    def add(self, seen: NDArray[np.uint8]) -> None:
        """Enlarge the next chunk of samples, (FACE_CHUNK, h, w, 3), unless that has been done.

        Raises:
            ModelError: the disk fails.
        """
        self._chunks.append(self._kept(f"face-{len(self._chunks):04d}", seen))

    def of(self, numbers: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
        """(n, h * DETAIL, w * DETAIL, 3): of the samples of these numbers; the one after the last is neutral."""
        return np.stack([self._of(int(number)) for number in numbers])

    def _of(self, number: int) -> NDArray[np.uint8]:
        chunk, place = divmod(number, FACE_CHUNK)
        return self._chunks[chunk][place] if chunk < len(self._chunks) else self.neutral

    def _kept(self, name: str, seen: NDArray[np.uint8]) -> NDArray[np.uint8]:
        path = self._folder / f"{name}-x{DETAIL}.npy"
        shape = (len(seen), seen.shape[1] * DETAIL, seen.shape[2] * DETAIL, 3)
        kept = _mapped(path)
        if kept is None or kept.shape != shape or kept.dtype != np.uint8:
            enlarged = self._enlarge(seen)
            try:
                write_whole(path, lambda part: np.save(part, enlarged, allow_pickle=False))
            except OSError as error:
                raise ModelError(f"cannot write in {self._folder}: {error.strerror or error}") from None
            kept = enlarged
        return kept


def _mapped(path: Path) -> NDArray[np.uint8] | None:
    try:
        kept: NDArray[np.uint8] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return kept
