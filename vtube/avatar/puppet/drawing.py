"""The drawing that a puppet moves: the user's own at its size, or the picture doubled once and kept with the puppet."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from vtube.avatar.enlarge import enlarge
from vtube.avatar.picture.character import frame_digest
from vtube.avatar.picture.decode import decode
from vtube.avatar.superres.enlarger import DRAWINGS, FACTOR, PROCESSOR, Enlarger
from vtube.errors import UNREADABLE, ModelError, PictureError
from vtube.frame import SIZE, Frame
from vtube.paths import write_whole

log = logging.getLogger(__name__)

ENDING = ".large.png"
"""Of the doubled picture beside a puppet."""
PICTURE, NETWORK = "vtube-picture", "vtube-enlarger"
"""Texts in it: the digest of the picture, and the name and sha256 of the network."""


class Doubling(Protocol):
    """A network that doubles pictures."""

    identity: str
    """Its name and sha256."""

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(n, h, w, 3) at twice the size."""

    def double(self, picture: Frame) -> Frame:
        """A whole picture, RGBA, at twice the size."""


Enlargers = Callable[[str], Doubling | None]


def enlarger(name: str, device: str = PROCESSOR) -> Doubling | None:
    """The network of this name, fetched when it is not here; None, and one line in the log, when it cannot be had.

    It runs on the processor, or on a device of torch's.
    """
    try:
        return Enlarger(name, device=device)
    except ModelError as error:
        log.warning("without the network %s a filter enlarges: %s", name, error)
        return None


def finest(picture: Frame, source: Frame, puppet: Path, enlargers: Enlargers = enlarger) -> Frame:
    """The drawing at the largest size that there is: `source`, else the doubled picture beside the file `puppet`.

    A picture that has not been doubled yet is doubled and kept; without the network for it, a filter doubles it and
    nothing is kept.
    """
    if len(source) > SIZE:
        return source
    kept = doubled(picture, puppet)
    if kept is not None:
        return kept
    network = enlargers(DRAWINGS)
    if network is None:
        return enlarge(picture, SIZE * FACTOR)
    drawing = network.double(picture)
    _keep(drawing, frame_digest(picture), network.identity, puppet)
    return drawing


def doubled(picture: Frame, puppet: Path) -> Frame | None:
    """What lies beside the file `puppet`, if that is this picture doubled."""
    path = puppet.with_suffix(ENDING)
    try:
        with Image.open(path) as opened:
            known = opened.info.get(PICTURE)
        pixels = decode(path).pixels if known == frame_digest(picture) else None
    except (*UNREADABLE, Image.DecompressionBombError, PictureError):
        return None
    return pixels if pixels is not None and pixels.shape == (SIZE * FACTOR, SIZE * FACTOR, 4) else None


def at_detail(drawing: Frame, detail: int) -> Frame:
    """`drawing` at `SIZE` · detail pixels a side."""
    size = SIZE * detail
    if len(drawing) <= size:
        return enlarge(drawing, size)
    shown = cv2.cvtColor(drawing, cv2.COLOR_RGBA2mRGBA)
    smaller = cv2.resize(shown, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(smaller, cv2.COLOR_mRGBA2RGBA), np.uint8)


def _keep(drawing: Frame, digest: str, network: str, puppet: Path) -> None:
    about = PngInfo()
    about.add_text(PICTURE, digest)
    about.add_text(NETWORK, network)
    try:
        write_whole(puppet.with_suffix(ENDING), lambda part: Image.fromarray(drawing).save(part, "PNG", pnginfo=about))
    except OSError as error:
        raise ModelError(f"cannot write {puppet.with_suffix(ENDING)}: {error.strerror or error}") from None
