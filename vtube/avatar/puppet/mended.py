"""What THA3 paints wrong in every face of a picture, mended before a puppet learns it.

Its lids are a little off the skin of many pictures: a pale patch lies around eyes that are shut. And where lids rise,
it uncovers whites as grey as if the lash's shadow went along: domes in eyes that are wide open. Both are told by their
colours and by where the eyes are, so that whatever else a face has there stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.float32]
"""(rows, columns, 3), 0 to 255, or one colour (3,)."""

MOVED, EYES = 4.0, 80.0
"""Of 255: what differs so much in a face whose eyes are shut, connected to what differs very much, is lids and eyes."""
LIKE_SKIN = 45.0
"""Of 255: how far skin may be from the lids that THA3 paints."""
BELOW = 0.5
"""Of the distance between the eyes: how far down from them skin is looked for, between them, where no hair is."""
FEWEST = 30
"""Pixels from which a colour is known."""
LID_SIGMA = 3.0
"""Of the blur that leaves of lids their colour, pixels of 512."""
PALEST, GREYEST = 215.0, 16.0
"""Of 255: the white of an eye has no channel below the first, and none differs more from another than the second."""
UNLIKE_SKIN = 14.0
"""Of 255: by how much white and skin differ, at least, where whites are mended."""
GREY_EYES = 0.15
"""Share of grey pixels among the eyes' from which on whites are left alone: the iris may be grey."""
WHITER, LASH = 0.8, 0.12
"""Of the way from an uncovered grey to white; how light lash is where grey is smeared over it, of white."""
OPEN_SIGMA = 2.0
"""Of the blur that tells an uncovered white from grey that is smeared over the lash, pixels of 512."""


class Mending:
    """Mends the faces of one picture."""

    def __init__(self, neutral: NDArray[np.uint8], shut: Sequence[NDArray[np.uint8]]) -> None:
        """Find out about the picture.

        Args:
            neutral: the exact face of zeros or a part of it, (rows, columns, 3).
            shut: the same with nothing changed but that both eyes are shut, in one way or several.
        """
        self._neutral = neutral.astype(np.float32)
        closed = [each.astype(np.float32) for each in shut]
        moved = _eyes(np.max([np.abs(each - self._neutral).max(2) for each in closed], 0))
        there = cv2.dilate(moved.astype(np.float32), np.ones((7, 7), np.uint8))
        self._near = cv2.GaussianBlur(there, (0, 0), 1)[..., None]
        self._skin, self._white = self._known_skin(closed, moved), self._known_white(moved)
        self._whitens = self._white is not None and self._is_mendable(self._white, moved)

    def __call__(self, faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(n, rows, columns, 3), as they should be."""
        if self._skin is None and not self._whitens:
            return faces
        return np.stack([self._mended(face) for face in faces])

    def _mended(self, face: NDArray[np.uint8]) -> NDArray[np.uint8]:
        seen = face.astype(np.float32)
        change = np.abs(seen - self._neutral).max(2, keepdims=True)
        if self._skin is not None:
            seen = seen + self._near * _as_skin(seen, self._skin, self._white, _rising(change, 0, 3))
        if self._white is not None and self._whitens:
            whole = cv2.morphologyEx(change, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))[..., None]
            much = self._near * _rising(whole, 4, 20)
            seen = seen + much * _as_white(seen, self._white, self._skin, self._neutral)
        return np.asarray(np.rint(seen.clip(0, 255)), np.uint8)

    def _known_skin(self, closed: Sequence[Colours], moved: NDArray[np.bool_]) -> Colours | None:
        if moved.sum() < FEWEST:
            return None
        inside = np.concatenate([each[moved] for each in closed])
        bright = _light(inside)
        lid = np.median(inside[bright > 0.8 * np.quantile(bright, 0.95)], 0)
        nose = self._neutral[_between(moved)].reshape(-1, 3)
        skin = nose[np.abs(nose - lid).max(1) < LIKE_SKIN]
        return np.asarray(np.median(skin, 0), np.float32) if len(skin) >= FEWEST else None

    def _known_white(self, moved: NDArray[np.bool_]) -> Colours | None:
        inside = self._neutral[moved]
        white = inside[(inside.min(1, initial=255) > PALEST) & (np.ptp(inside, axis=1) < GREYEST)]
        return np.asarray(np.median(white, 0), np.float32) if len(white) >= FEWEST else None

    def _is_mendable(self, white: Colours, moved: NDArray[np.bool_]) -> bool:
        if self._skin is not None and np.abs(white - self._skin).max() < UNLIKE_SKIN:
            return False
        inside = self._neutral[moved]
        share = _light(inside) / _light(white)
        hue = np.abs(inside / np.maximum(share, 0.3)[:, None] - white).max(1)
        grey = (hue < 20) & (share > 0.35) & (share < 0.85)
        return bool(grey.mean() < GREY_EYES)


def _eyes(change: Colours) -> NDArray[np.bool_]:
    """Where the eyes are, from how much each pixel changes when they shut, (rows, columns)."""
    count, parts = cv2.connectedComponents((change > MOVED).astype(np.uint8))
    sure = np.bincount(parts[change > EYES], minlength=count) > 0
    sure[0] = False
    return np.asarray(sure[parts])


def _between(moved: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Rows and columns between the middles of both eyes and below; `moved`: where the eyes are."""
    rows, columns = np.nonzero(moved)
    middle = columns.mean()
    left, right = (float(np.median(columns[side])) for side in (columns < middle, columns >= middle))
    top = float(np.median(rows))
    return slice(round(top), round(top + BELOW * (right - left)) + 1), slice(round(left), round(right) + 1)


def _as_skin(seen: Colours, skin: Colours, white: Colours | None, changed: Colours) -> Colours:
    """What makes lids of `seen` skin: all that is near its colour, lighter or darker, and nearer to it than to white.

    Lines on lids stay: only what is as broad as a lid is brought to the skin's colour.
    """
    share = (_light(seen) / _light(skin))[..., None].clip(0, 1.1)
    colour = seen / np.maximum(share, 0.3)
    beside = np.abs(colour - skin).max(2, keepdims=True)
    sure = changed * (1 - _rising(beside, 14, 28))
    if white is not None:
        as_light = white * (_light(skin) / _light(white))
        unlike_white = np.minimum(np.abs(seen - white).max(2), np.abs(colour - as_light).max(2))[..., None]
        sure = sure * _rising(unlike_white - beside, -4, 4)
    lid = sure * _rising(share, 0.8, 0.92)
    much = cv2.GaussianBlur(lid, (0, 0), LID_SIGMA)[..., None]
    broad = cv2.GaussianBlur(seen * lid, (0, 0), LID_SIGMA) / np.maximum(much, 1e-3)
    return np.asarray(sure * share.clip(0, 1) * _rising(much, 0.02, 0.1) * (skin - broad), np.float32)


def _as_white(seen: Colours, white: Colours, skin: Colours | None, neutral: Colours) -> Colours:
    """What makes greys of `seen` white, those of white's own hue and not the skin's; dark ones become lash instead.

    Where a lid rises a little, a narrow grey lies between iris and lash: what is no lighter all around is smeared, too.
    """
    share = (_light(seen) / _light(white))[..., None]
    colour = seen / np.maximum(share, LASH)
    beside = np.abs(colour - white).max(2, keepdims=True)
    around = cv2.GaussianBlur(share, (0, 0), OPEN_SIGMA)[..., None]
    is_open = _rising(np.maximum(around, share - 0.15), 0.38, 0.5)
    own = _light(neutral)[..., None] / _light(white)
    covered = 1 - _rising(own, 1.5 * LASH, 2.5 * LASH)
    sure = (1 - _rising(beside, 14, 30)) * _rising(share, 0.4, 0.65) * is_open
    dark = (1 - _rising(beside, 20, 40)) * _rising(share, LASH, 2 * LASH) * (1 - _rising(share, 0.4, 0.55))
    smeared = covered * (1 - is_open) * (1 - _rising(beside, 40, 80)) * _rising(share - own, 0.02, 0.08)
    dark = np.maximum(dark, smeared)
    if skin is not None:
        as_light = skin * (_light(white) / _light(skin))
        hue = _rising(np.abs(colour - as_light).max(2, keepdims=True) - beside, -2, 6)
        sure, dark = sure * hue, dark * hue
    lighter, darker = (cv2.GaussianBlur(each, (0, 0), 0.7)[..., None] for each in (sure, dark))
    lash = np.minimum(covered * neutral + (1 - covered) * LASH * white, seen)
    gained = WHITER * lighter * np.maximum(1 - share, 0) * white + darker * (lash - seen)
    return np.asarray(gained, np.float32)


def _light(colours: Colours) -> Colours:
    return np.asarray(colours @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)


def _rising(values: Colours, first: float, last: float) -> Colours:
    """0 up to `first`, 1 from `last` on."""
    return np.asarray(np.clip((values - first) / (last - first), 0, 1), np.float32)
