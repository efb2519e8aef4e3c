"""Faces at more detail than 512, before head and body move them: what a puppet shows, and what it should show."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.canvas import Drawn, changed
from vtube.avatar.puppet.layout import CROP, FACE_LEFT, FACE_TOP, Box
from vtube.avatar.puppet.redrawn import own_face, redrawn
from vtube.frame import SIZE, Frame

COVERED = 230
"""Of 255: where the drawing hardly shows through."""


class FineFaces:
    """One drawing with one face after another."""

    def __init__(
        self,
        drawing: Frame,
        box: Box,
        neutral: NDArray[np.uint8],
        enlarge: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
        mend: Callable[[NDArray[np.uint8]], NDArray[np.uint8]] = lambda faces: faces,
    ) -> None:
        """Nothing is shown yet.

        Args:
            drawing: the picture at `SIZE` · detail pixels a side.
            box: where faces change, inside the 192 x 192 face.
            neutral: the exact face of zeros in it, (rows, columns, 3).
            enlarge: exact faces, (n, rows, columns, 3), to the drawing's detail.
            mend: the same to what they should be; see `mended`.
        """
        self._box, self._neutral, self._enlarge, self._mend = box, neutral, enlarge, mend
        self._detail = len(drawing) // SIZE
        self._canvas = Drawn(drawing, box, neutral)
        self._place = box.moved(FACE_LEFT, FACE_TOP).times(self._detail)
        self._own = _grey(self._canvas.pixels[self._place.slices])
        self._always = redrawn(own_face(drawing, self._place), neutral)

    def with_layer(self, layer: NDArray[np.uint8]) -> Frame:
        """The face's crop with `layer`, RGBA premultiplied, over the drawing; straight alpha."""
        self._canvas.show(layer)
        return np.asarray(cv2.cvtColor(self._canvas.pixels[CROP.times(self._detail).slices], cv2.COLOR_mRGBA2RGBA))

    def wanted(self, exact: Frame) -> NDArray[np.uint8]:
        """The layer that the exact 192 x 192 face asks for: mended, enlarged, where it differs from the neutral one."""
        seen = self._mend(np.ascontiguousarray(exact[self._box.slices][..., :3])[None])[0]
        colours = self._enlarge(seen[None])[0]
        size = colours.shape[1], colours.shape[0]
        cover = cv2.resize(changed(seen, self._neutral, self._always)[..., 3], size, interpolation=cv2.INTER_CUBIC)
        return np.asarray(cv2.cvtColor(np.dstack([colours, cover]), cv2.COLOR_RGBA2mRGBA), np.uint8)

    def ghosts(self, shown: Frame, wanted: Frame, cover: NDArray[np.uint8]) -> float:
        """How much of the drawing's own lines is left where it should be covered: a correlation, 0 to 1.

        Of what is shown too bright or too dark with the drawing's Laplacian. `shown` and `wanted`: crops of the face;
        `cover`: alpha of the wanted layer.
        """
        part = self._box.times(self._detail).slices
        off = _grey(shown[part]) - _grey(wanted[part])
        lines, covered = cv2.Laplacian(self._own, cv2.CV_32F, ksize=3), cover > COVERED
        if not covered.any():
            return 0.0
        return abs(_correlation(off[covered], lines[covered]))


def _grey(frame: Frame) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGBA2GRAY), np.float32)


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one**2).mean() * (other**2).mean()))
    return float((one * other).mean()) / spread if spread > 1e-6 else 0.0
