"""The picture with its present face in it, from which the warp reads: premultiplied, larger than what is shown."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.layout import FACE_LEFT, FACE_TOP, Box
from vtube.avatar.puppet.redrawn import own_face, redrawn
from vtube.frame import SIZE, Frame

SCALE = 2
"""Times the size of the picture, of what small frames are drawn from."""
BORDER = 6
"""Pixels around the face's box, half of which see it when they are doubled."""
OWN = np.ones(1, np.float32)
BETWEEN = np.array([1, -5, 20, 20, -5, 1], np.float32) / np.float32(32)
"""The half-way filter of H.264 (ITU-T H.264, 8.4.2.2.1): sharper than a cubic, and short."""

BAND, HALO = 16, 2
"""Rows of a face that are put in at once, and those around them that a cubic looks at."""
STEP = 4
"""Columns of a face come in multiples of this, so that they are whole pixels of every canvas."""


class Canvas(Protocol):
    """What a frame is drawn from."""

    scale: int
    """Times the size of the picture."""
    origin: float
    """Where the picture's upper left corner is, pixels: from the middle of the first one, right and down."""
    source: DrawingSource | None
    """The drawing without the present face, where others can draw from it, too."""
    layer: Frame | None
    """The face that covers the drawing now, RGBA premultiplied; a new object for every face."""

    @property
    def pixels(self) -> Frame:
        """Premultiplied, `SIZE` · scale pixels a side."""

    def show(self, face: NDArray[np.uint8]) -> None:
        """Put a face into its box, as the face's decoder gives it; see `decoder.face_model`."""

    def showing(self, layer: Frame | None) -> Frame:
        """The pixels with this layer, or with the drawing's own face. From any thread."""


class DrawingSource:
    """A drawing for those who draw frames themselves; see `vtube.frame.Source`."""

    def __init__(self, shown: Frame, kept: Frame, place: Box, doubling: float | None = None) -> None:
        """`shown`: has any face in the box `place`; `kept`: the drawing's own face; `doubling`: see `Source`."""
        self._shown, self._kept, self._place = shown, kept, place
        self.doubling = doubling

    @property
    def face(self) -> tuple[int, int, int, int]:
        """Left, top, width and height, pixels of the drawing."""
        return self._place.left, self._place.top, self._place.width, self._place.height

    def pixels(self) -> Frame:
        """A copy with the drawing's own face."""
        whole = np.array(self._shown)
        whole[self._place.slices] = self._kept
        return whole


class Doubled:
    """The picture at twice its size, for frames not larger than the picture."""

    scale = SCALE
    origin = -1.0

    def __init__(self, picture: Frame, box: Box, crispness: float) -> None:
        """`box`: of the face, within the face's crop."""
        self._box = box.moved(FACE_LEFT, FACE_TOP)
        self._around = Box(
            self._box.left - BORDER, self._box.top - BORDER, self._box.width + 2 * BORDER, self._box.height + 2 * BORDER
        )
        self._picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2mRGBA), np.uint8)
        self._kept = self._picture[self._box.slices].copy()
        self._crispness = crispness
        self.source: DrawingSource | None = DrawingSource(self._picture, self._kept, self._box, crispness)
        self.layer: Frame | None = None
        self._own = doubled(self._picture, crispness)
        self.pixels = self._own.copy()

    def show(self, face: NDArray[np.uint8]) -> None:
        """Put `face` into its box and double what has changed."""
        self.layer = with_face(self._kept, face)
        self._picture[self._box.slices] = self.layer
        self._double(self._picture[self._around.slices], self.pixels)

    def showing(self, layer: Frame | None) -> Frame:
        """A copy of the pixels with `layer` in place of the face, or with the drawing's own face. From any thread."""
        pixels = self._own.copy()
        if layer is not None:
            around = self._picture[self._around.slices].copy()
            around[BORDER:-BORDER, BORDER:-BORDER] = layer
            self._double(around, pixels)
        return pixels

    def _double(self, around: Frame, pixels: Frame) -> None:
        """Write the face's box and half of the border around it, doubled, into `pixels`."""
        large = doubled(around, self._crispness)
        edge = BORDER // 2 * SCALE
        inner = slice(self._around.top * SCALE + edge, self._around.bottom * SCALE - edge)
        across = slice(self._around.left * SCALE + edge, self._around.right * SCALE - edge)
        pixels[inner, across] = large[edge:-edge, edge:-edge]


class Drawn:
    """The drawing itself, at several times the size of the picture; it shows through where a face changes nothing."""

    origin = -0.5

    def __init__(self, drawing: Frame, box: Box, neutral: NDArray[np.uint8]) -> None:
        """`drawing`: `SIZE` · k pixels a side; `box`: of the face, within its crop; `neutral`: the face of zeros."""
        self.scale = len(drawing) // SIZE
        pixels = np.asarray(cv2.cvtColor(drawing, cv2.COLOR_RGBA2mRGBA), np.uint8)
        place = box.moved(FACE_LEFT, FACE_TOP).times(self.scale)
        kept = pixels[place.slices].copy()
        self.source: DrawingSource | None = DrawingSource(pixels, kept, place)
        self.layer: Frame | None = None
        self._own = _Blend(pixels, place, kept)
        self._place, self._kept, self._neutral = place, kept, neutral
        self._always = None if len(neutral) != box.height else redrawn(own_face(drawing, place), neutral)
        self._blended: Frame | None = None

    def show(self, face: NDArray[np.uint8]) -> None:
        """Have `face` blended in, as far as it covers the drawing or differs from the neutral one."""
        self.layer = face.copy() if face.shape[2] == 4 else changed(face, self._neutral, self._always)

    @property
    def pixels(self) -> Frame:
        """With the present face, which is blended in when somebody looks."""
        if self.layer is not None and self._blended is not self.layer:
            self._blended = self.layer
            self._own.show(self.layer)
        return self._own.pixels

    def showing(self, layer: Frame | None) -> Frame:
        """A copy of the pixels with `layer`, or with the drawing's own face. From any thread."""
        pixels = np.array(self._own.pixels)
        pixels[self._place.slices] = self._kept
        if layer is not None:
            _Blend(pixels, self._place, self._kept).show(layer)
        return pixels


class _Blend:
    """A drawing in which one face after another is shown.

    The drawing gives way to the face: only a blend leaves none of the drawing's own lines behind.
    """

    def __init__(self, pixels: Frame, place: Box, kept: Frame) -> None:
        """`pixels`: written to; `place`: the face's, where the drawing's own is `kept`."""
        self.pixels, self._kept = pixels, kept
        self._there = pixels[place.slices]
        alpha = np.ascontiguousarray(kept[..., 3])
        self._alpha = None if (alpha == 255).all() else cv2.merge([alpha] * 4)
        self._dirty: list[tuple[slice, slice]] = []

    def show(self, layer: Frame) -> None:
        """Let `layer`, RGBA premultiplied, take the place of the one before."""
        for part in self._dirty:
            self._there[part] = self._kept[part]
        self._dirty = []
        alpha = np.asarray(cv2.extractChannel(layer, 3), np.uint8)
        most = brightest(layer, alpha)
        for top in range(0, len(layer), BAND):
            self._put(layer, alpha, most, top, min(top + BAND, len(layer)))

    def _put(self, layer: Frame, alpha: NDArray[np.uint8], most: Frame, top: int, bottom: int) -> None:
        left, _, width, _ = cv2.boundingRect(alpha[max(0, top - HALO) : bottom + HALO])
        if not width:
            return
        first = max(0, left - HALO) // STEP * STEP
        last = min(layer.shape[1], -(-(left + width + HALO) // STEP) * STEP)
        above, below = min(top, STEP), min(len(layer) - bottom, STEP)
        rows, factor = bottom - top + above + below, len(self._there) / len(layer)
        large = cv2.resize(
            layer[top - above : bottom + below, first:last],
            (round((last - first) * factor), round(rows * factor)),
            interpolation=cv2.INTER_CUBIC,
        )[round(above * factor) : round((rows - below) * factor)]
        size = large.shape[1], large.shape[0]
        cv2.min(large, cv2.resize(most[top:bottom, first:last], size, interpolation=cv2.INTER_NEAREST_EXACT), large)
        part = slice(round(top * factor), round(bottom * factor)), slice(round(first * factor), round(last * factor))
        shown = self._there[part]
        cover(shown, large, None if self._alpha is None else self._alpha[part])
        self._dirty.append(part)


UNCHANGED, CHANGED = 3, 10
"""Of 255: a face that differs less from the neutral one is not drawn, one that differs more is all drawn."""
_SHARE = np.clip((np.arange(256) - UNCHANGED) * 255 / (CHANGED - UNCHANGED), 0, 255).astype(np.uint8)
_AROUND = np.ones((5, 5), np.uint8)
EDGE = 2
"""A neighbour that lacks a part of its alpha takes so many times as much from how bright any pixel may be."""
_ROOM = np.clip(255 - EDGE * (255 - np.arange(256)), 0, 255).astype(np.uint8)
_NEIGHBOURS = np.ones((3, 3), np.uint8)


def brightest(layer: Frame, alpha: NDArray[np.uint8]) -> Frame:
    """What each pixel of `layer`, premultiplied, may be at most when a cubic enlarges it; `static/warp.js` has it, too.

    Past an edge, a cubic exceeds what it enlarges. Alpha is full there and cannot; colours that did would be a light
    line around the layer. So they keep to the brightest of the nine pixels around, unless all that a cubic looks at are
    opaque: lines within the layer stay as sharp as a cubic makes them.
    """
    room = cv2.cvtColor(cv2.LUT(cv2.erode(alpha, _AROUND), _ROOM), cv2.COLOR_GRAY2RGBA)
    return np.asarray(cv2.max(cv2.dilate(layer, _NEIGHBOURS), room), np.uint8)


def cover(shown: Frame, layer: Frame, alpha: Frame | None) -> None:
    """Lay `layer` over `shown`, both premultiplied, in place; `alpha`: of what is shown, four times, where not full.

    Colours of `layer` that exceed its alpha count as its alpha.
    """
    mask = cv2.merge([cv2.extractChannel(layer, 3)] * 4)
    cv2.subtract(shown, cv2.multiply(shown, mask, scale=1 / 256), shown)
    cv2.min(layer, mask, mask)
    cv2.add(shown, mask if alpha is None else cv2.multiply(mask, alpha, scale=1 / 255), shown)


def with_face(kept: Frame, face: NDArray[np.uint8]) -> Frame:
    """The face's box of the picture, premultiplied, with the decoder's face in it, at the picture's own size."""
    shown, alpha = kept.copy(), cv2.extractChannel(kept, 3)
    if face.shape[2] == 3:
        opaque = bool((alpha == 255).all())
        shown[..., :3] = face if opaque else cv2.multiply(face, cv2.merge([alpha] * 3), scale=1 / 255)
    else:
        layer = cv2.resize(face, (kept.shape[1], kept.shape[0]), interpolation=cv2.INTER_AREA)
        cover(shown, layer, cv2.merge([alpha] * 4))
    return shown


def changed(face: NDArray[np.uint8], neutral: NDArray[np.uint8], always: NDArray[np.uint8] | None = None) -> Frame:
    """Where and how `face` differs from `neutral`, both (rows, columns, 3): RGBA premultiplied, soft at its edges.

    `always`: what is covered at least, (rows, columns); see `redrawn`.
    """
    red, green, blue = cv2.split(cv2.absdiff(face, neutral))
    most = cv2.dilate(cv2.max(cv2.max(red, green), blue), _AROUND)
    mask = cv2.GaussianBlur(cv2.LUT(most, _SHARE), (0, 0), 1)
    if always is not None:
        mask = cv2.max(mask, always)
    layer = cv2.cvtColor(face, cv2.COLOR_RGB2RGBA)
    cv2.insertChannel(mask, layer, 3)
    return np.asarray(cv2.cvtColor(layer, cv2.COLOR_RGBA2mRGBA), np.uint8)


def doubled(picture: Frame, crispness: float = 0.0) -> Frame:
    """`picture`, premultiplied, with a sample between each two.

    Without crispness its own pixels stay what they are; with it, differences between neighbours grow (an unsharp mask
    of three pixels, in each direction), by as much as warping will take from them.
    """
    taps = _crisp(OWN, crispness), _crisp(BETWEEN, crispness)
    large = np.empty((picture.shape[0] * SCALE, picture.shape[1] * SCALE, 4), np.uint8)
    whole = np.ascontiguousarray(picture)
    pixels = large.view(np.uint32)[..., 0]
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        across, along = taps[right], taps[down]
        filtered = cv2.sepFilter2D(whole, -1, across, along, anchor=((len(across) - 1) // 2, (len(along) - 1) // 2))
        pixels[down::SCALE, right::SCALE] = filtered.view(np.uint32)[..., 0]
    most = cv2.cvtColor(cv2.extractChannel(large, 3), cv2.COLOR_GRAY2RGBA)  # numpy's minimum takes thirty times as long
    return np.asarray(cv2.min(large, most, large), np.uint8)


def crisp(large: Frame, crispness: float) -> Frame:
    """`large`, a picture at twice its size, premultiplied, with the unsharp mask that `doubled` has."""
    taps = np.zeros(2 * SCALE + 1, np.float32)
    taps[::SCALE] = _crisp(OWN, crispness)
    filtered = cv2.sepFilter2D(large, -1, taps, taps)
    most = cv2.cvtColor(cv2.extractChannel(filtered, 3), cv2.COLOR_GRAY2RGBA)
    return np.asarray(cv2.min(filtered, most, filtered), np.uint8)


def _crisp(taps: NDArray[np.floating], crispness: float) -> NDArray[np.floating]:
    sharpen = np.array([-crispness, 1 + 2 * crispness, -crispness], np.float32)
    return np.convolve(taps, sharpen)
