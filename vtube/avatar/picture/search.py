"""Where the head of a picture is: where its eyes close and its mouth opens.

From coarse to fine. First the picture is looked at as it is, and where its outline says a head might be; a face that
works there ends the search. Else whole figures, and then parts of them, are told to close their eyes, and wherever two
things close beside each other, it is looked closely. A close look tells eyes, mouth and chin to a pixel or two, so
that two or three of them settle the box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture import response
from vtube.avatar.picture.head import Head, find_head
from vtube.avatar.picture.response import Response
from vtube.avatar.picture.silhouette import OPAQUE
from vtube.frame import SIZE, Frame
from vtube.pose import Pose

FACE = 192
"""Side of the square that the networks see of a face, pixels; the head's box is its middle 128."""
SURVEY = 384
BOX = 128

WORK_SIZE = 1024
"""Longer side to which a picture is reduced before it is searched, pixels."""

HEAD_PER_EYES_TO_CHIN = 2.25
HEAD_PER_APART = 2.5
HIGH_WEIGHT = 0.6
EYES_BELOW_MIDDLE = 0.09
"""Size of the head's box for what is seen of a face (a weighted geometric mean of both), and where the eyes are in
it; measured on eleven pictures that follow the template. The box ends at the chin."""

UNLIKE = 1.5
"""Two measures of a head that differ by more than this factor are not of the same: then the chin was none."""
APART_PER_EYE = 2.0
"""Distance of the eyes for the width of one that closes."""

SURE, POSSIBLE = 0.5, 0.2
"""Certainty from which on a face is one, and from which on it may be one. Faces that work have 0.9 and more; hair,
hats and clothes less than 0.2."""

IN_PLACE_X, IN_PLACE_EYES, IN_PLACE_CHIN = (90.5, 100.5), (100.0, 119.0), (154.5, 165.0)
"""Columns of the middle between the eyes, rows of the eyes and rows of the chin, in the networks' square, of pictures
that were made for the template: a picture with all three in there is one."""

SETTLED = 0.02
"""A look that moves the box by less than this share of its size is the last one."""
LOOKS = 4
CANDIDATES = 3
FAINT = 60.0
"""Change, by distance of the eyes, under which a pair of spots is not looked at more closely."""

Premultiplied = NDArray[np.float32]


class Morpher(Protocol):
    """What makes faces."""

    def morph(self, square: Frame, poses: list[Pose], /) -> list[Frame]:
        """The square in each of the poses."""


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    head: Head | None
    """In pixels of the picture; a guess where `is_sure` is False."""
    certainty: float
    """0 to 1, that the face there works."""
    seen: Response | None = None

    @property
    def is_sure(self) -> bool:
        """Whether the head may be moved by this."""
        return self.certainty >= SURE


def search(picture: Frame, morpher: Morpher) -> Found:
    """Find the head in a picture of any size with transparency."""
    looking = _Looking(picture, morpher)
    best = Found(None, 0.0)
    for found in looking.places():
        if found.certainty > best.certainty:
            best = found
        if best.is_sure:
            break
    if best.certainty < POSSIBLE:
        best = Found(find_head(picture), best.certainty)
    return best


def as_template(picture: Frame) -> Head:
    """Where the head is if the whole picture, scaled to the template's size, keeps to it."""
    height, width = picture.shape[:2]
    scale = max(height, width) / SIZE
    return Head(width / 2 - 0.5, height / 2 - SIZE / 4 * scale - 0.5, BOX * scale, by_eyes=True)


class _Looking:
    """One picture that is looked at, in its own pixels."""

    def __init__(self, picture: Frame, morpher: Morpher) -> None:
        self._picture = picture
        self._morpher = morpher
        scale = min(1.0, WORK_SIZE / max(picture.shape[:2]))
        image = picture.astype(np.float32)
        image[..., :3] *= image[..., 3:] / 255
        size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
        self._image: Premultiplied = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
        self._scale = size[0] / picture.shape[1]

    def places(self) -> Iterator[Found]:
        """Each place that was looked at closely, the likeliest first."""
        template = as_template(self._picture)
        found = self._look(template)
        if _is_in_place(found.seen):
            yield Found(template, found.certainty, found.seen)
        elif found.certainty >= POSSIBLE:
            yield self._settle(found)
        prior = find_head(self._picture)
        if prior is not None:
            yield self._settle(self._look(prior))
        for survey in self._surveys():
            for head in self._candidates(*survey):
                yield self._settle(self._look(head))

    def _look(self, head: Head) -> Found:
        """The face in a box, and the box that it asks for itself."""
        side = head.size * FACE / BOX
        left, top = head.x + 0.5 - side / 2, head.y + 0.5 - side / 2
        square, box = self._square(left, top, side, FACE)
        seen = response.respond(*self._morpher.morph(square, response.CLOSE_LOOK))
        return Found(_head_of(seen, box), seen.certainty, seen)

    def _settle(self, found: Found) -> Found:
        """Look again until the box stays where it is."""
        for _ in range(LOOKS - 1):
            if found.head is None or found.certainty < POSSIBLE / 4:
                break
            again = self._look(found.head)
            if again.head is None or again.certainty < found.certainty / 2:
                break
            moved = np.hypot(again.head.x - found.head.x, again.head.y - found.head.y) / found.head.size
            resized = abs(again.head.size / found.head.size - 1)
            found = again
            if max(moved, resized) < SETTLED:
                break
        return found

    def _surveys(self) -> Iterator[tuple[float, float, float, int]]:
        """Left, top and side of squares that hold the figure or a part of it, and how large to look at them."""
        ys, xs = np.nonzero(self._image[..., 3] >= OPAQUE)
        if not len(ys):
            return
        left, right, top, bottom = (float(v) / self._scale for v in (xs.min(), xs.max() + 1, ys.min(), ys.max() + 1))
        width, height = right - left, bottom - top
        side = 1.04 * max(width, height)
        across = (left + right - side) / 2
        yield across, top - 0.02 * side, side, SURVEY
        yield across, top - 0.02 * side, side, FACE
        half = side / 2
        columns = max(1, round((width - half) / (half / 2)) + 1)
        for down in (0.0, 0.5):
            for column in range(columns):
                offset = (column - (columns - 1) / 2) * half / 2
                yield (left + right - half) / 2 + offset, top - 0.02 * side + down * half, half, SURVEY

    def _candidates(self, left: float, top: float, side: float, size: int) -> list[Head]:
        """Boxes around whatever closes like a pair of eyes in a large square."""
        square, box = self._square(left, top, side, size)
        changed = response.change(self._morpher.morph(square, [response.EYES_CLOSED])[0], square)
        pairs = response.pairs(changed, CANDIDATES)
        places = [(x, y, apart) for x, y, apart, strength in pairs if strength > FAINT]
        x, y, width = response.spot(changed)
        return [_around_eyes(*place, box) for place in (*places, (x, y, APART_PER_EYE * width))]

    def _square(self, left: float, top: float, side: float, size: int) -> tuple[Frame, tuple[float, float, float]]:
        """A square of the picture as `size` x `size` pixels, and its exact left, top and pixels for one of it."""
        whole = max(8, round(side * self._scale))
        x, y = round(left * self._scale), round(top * self._scale)
        height, width = self._image.shape[:2]
        canvas = np.zeros((whole, whole, 4), np.float32)
        x0, x1, y0, y1 = (
            int(np.clip(v, 0, end)) for v, end in ((x, width), (x + whole, width), (y, height), (y + whole, height))
        )
        canvas[y0 - y : y1 - y, x0 - x : x1 - x] = self._image[y0:y1, x0:x1]
        how = cv2.INTER_AREA if whole > size else cv2.INTER_LINEAR
        image = cv2.resize(canvas, (size, size), interpolation=how)
        alpha = image[..., 3:]
        image[..., :3] *= np.where(alpha > 0.5, 255 / np.maximum(alpha, 0.5), 0)
        frame: Frame = np.rint(image).clip(0, 255).astype(np.uint8)
        return frame, (x / self._scale, y / self._scale, whole / self._scale / size)


def _is_in_place(seen: Response | None) -> bool:
    if seen is None or seen.chin is None or seen.certainty < SURE:
        return False
    places = (seen.x, IN_PLACE_X), (seen.y, IN_PLACE_EYES), (seen.chin, IN_PLACE_CHIN)
    return all(low <= place <= high for place, (low, high) in places)


def _head_of(seen: Response, box: tuple[float, float, float]) -> Head:
    if seen.chin is not None:
        high, wide = HEAD_PER_EYES_TO_CHIN * (seen.chin - seen.y), HEAD_PER_APART * seen.apart
        if 1 / UNLIKE < high / wide < UNLIKE:
            size = high**HIGH_WEIGHT * wide ** (1 - HIGH_WEIGHT)
            return _placed(seen.x, seen.chin - size / 2, size, box)
    return _around_eyes(seen.x, seen.y, seen.apart, box)


def _around_eyes(x: float, y: float, apart: float, box: tuple[float, float, float]) -> Head:
    size = HEAD_PER_APART * apart
    return _placed(x, y - EYES_BELOW_MIDDLE * size, size, box)


def _placed(x: float, y: float, size: float, box: tuple[float, float, float]) -> Head:
    """A box in a square, in pixels of the picture."""
    left, top, unit = box
    return Head((x + 0.5) * unit + left - 0.5, (y + 0.5) * unit + top - 0.5, size * unit, by_eyes=True)
