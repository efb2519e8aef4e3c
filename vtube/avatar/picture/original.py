"""What a picture lacks before anything is repaired: judged at its own size, with its background gone."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.character import Note
from vtube.avatar.picture.head import Head, find_head
from vtube.avatar.picture.outline import outline_of
from vtube.avatar.picture.silhouette import OPAQUE, Mask, disc, figures
from vtube.frame import Frame

TINY_HEAD, SMALL_HEAD = 40.0, 90.0
"""A head of fewer pixels across is too coarse to be moved; one of fewer than the second looks soft."""

COARSER = (2, 3, 4, 6, 8, 12)
"""By how much a picture is made smaller to see whether it loses anything; if not, it was enlarged twice as much."""

SHARP = 1.6
"""Mean difference between a picture and the same made smaller and larger again, levels of 255, from which on it has
details of that size."""

ANOTHER_FIGURE, ANOTHER_HEAD = 0.25, (0.6, 1.7)
"""Area of a second figure, and size of a second head, against the first."""

CUT = 0.12
"""A figure that ends at a side in a straight line of so many of its own heights is cut there."""

SEE_THROUGH = 0.004
"""Of the figure, half transparent and away from its edge."""


def faults(cut: Frame, head: Head | None) -> list[Note]:
    """What is wrong with a picture as it came, without its background; `head` is where it was found in it."""
    region = (cut[..., 3] >= OPAQUE).astype(np.uint8)
    looks = _size(cut, head), _number(cut, region, head), _edges(region), _see_through(cut[..., 3])
    return [note for notes in looks for note in notes]


def _size(cut: Frame, head: Head | None) -> Iterator[Note]:
    size = head.size if head is not None else max(cut.shape[:2]) / 4
    enlarged = _enlarged(cut)
    if size / enlarged < TINY_HEAD:
        seen = f"as if enlarged {enlarged} times: " if enlarged > 1 else ""
        text = f"The picture is too small: {seen}its head has about {size / enlarged:.0f} pixels, and 128 are needed."
        yield Note("tiny", "problem", text)
    elif size / enlarged < SMALL_HEAD:
        text = f"The head has only {size / enlarged:.0f} pixels' detail across, and 128 are needed; it will look soft."
        yield Note("small", "note", text)


def _enlarged(cut: Frame) -> int:
    """How many times a picture was enlarged, as far as its lack of detail tells."""
    height, width = cut.shape[:2]
    solid = cv2.erode((cut[..., 3] >= 250).astype(np.uint8), disc(3)).astype(bool)
    if solid.sum() < 400:
        return 1
    rgb = np.ascontiguousarray(cut[..., :3])
    edges = solid & (cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, disc(4)).max(axis=2) > 48)
    if edges.sum() < 100:
        return 1
    found = 1
    for times in COARSER:
        small = cv2.resize(rgb, (max(1, width // times), max(1, height // times)), interpolation=cv2.INTER_AREA)
        again = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        if float(cv2.absdiff(rgb, again)[edges].mean()) > SHARP:
            break
        found = 2 * times
    return found


def _number(cut: Frame, region: Mask, head: Head | None) -> Iterator[Note]:
    areas = [int(mask.sum()) for mask in figures(cut[..., 3])[:40]]
    apart = sum(area > ANOTHER_FIGURE * areas[0] for area in areas)
    if apart > 1:
        text = f"There seem to be {apart} separate figures; THA3 moves one character only, so crop the picture to one."
        yield Note("several-figures", "problem", text)
    elif head is not None and _second_head(cut, region, head):
        text = "There seems to be a second head; THA3 moves one character only, so crop the picture to one."
        yield Note("several-figures", "problem", text)


def _second_head(cut: Frame, region: Mask, head: Head) -> bool:
    """Whether a part that rises beside the head has eyes of its own."""
    if not head.by_eyes:
        return False
    chin = max(1, min(region.shape[0], round(head.y + 0.5 * head.size)))
    upper = region[:chin].copy()
    left, right = (max(0, round(head.x + side * 0.62 * head.size)) for side in (-1, 1))
    upper[:, left:right] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(upper)
    for label in range(1, count):
        x, _, width, _, area = (int(value) for value in stats[label])
        if area < 0.3 * head.size**2 or width < 0.4 * head.size:
            continue
        lone = cut.copy()
        middle = x + width / 2
        lone[:, : max(0, round(min(x, middle - 0.7 * head.size)))] = 0
        lone[:, round(max(x + width, middle + 0.7 * head.size)) :] = 0
        lone[:, left:right] = 0
        other = find_head(lone)
        if other is not None and other.by_eyes and ANOTHER_HEAD[0] < other.size / head.size < ANOTHER_HEAD[1]:
            return True
    return False


def _edges(region: Mask) -> Iterator[Note]:
    """Straight ends of the figure: at the picture's edge, where it was cut off, or inside, where something is left."""
    rows, columns = (np.flatnonzero(region.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return
    outline = outline_of(region)
    if outline.is_card:
        shape = "a disc" if outline.is_round else "a card with straight edges"
        yield Note("card", "problem", f"What is visible is {shape} and no figure: its background is still there.")
        return
    width = region.shape[1]
    tall, wide = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    if _longest(region[0]) > CUT * wide:
        text = "The top of the figure is cut off by the upper edge; use a picture that shows the whole head."
        yield Note("cut-top", "problem", text)
    for side, column in (("left", 0), ("right", width - 1)):
        if _longest(region[:, column]) > CUT * tall:
            text = f"The figure is cut off at the {side} edge; the cut shows when the body turns."
            yield Note("cut-side", "note", text)
    drawn = outline.drawn.copy()
    drawn[[0, -1]], drawn[:, [0, -1]] = False, False
    if max(_longest(drawn[:, column]) for column in range(width)) > 2.5 * CUT * tall:
        text = "The figure ends in a long straight line, as if it were cut there or some of a background were left."
        yield Note("straight-edge", "note", text)


def _longest(line: NDArray[np.generic]) -> int:
    """The longest run of what is not zero."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(line, bool).astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def _see_through(alpha: NDArray[np.uint8]) -> Iterator[Note]:
    """Half-transparent places that are not the edge: a matting network leaves them in clothes and hair."""
    shown = (alpha > 24).astype(np.uint8)
    reach = max(3, round(0.012 * max(alpha.shape)))
    padded = cv2.copyMakeBorder(shown, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    inside = cv2.erode(padded, disc(reach))[reach:-reach, reach:-reach]
    faint = ((alpha < 232) & (inside > 0)).astype(np.uint8)
    wide = cv2.morphologyEx(faint, cv2.MORPH_OPEN, disc(max(1, reach // 3)))
    if wide.sum() > SEE_THROUGH * max(1, int(shown.sum())):
        text = (
            "The figure is half transparent inside, as careless cutting leaves it: the background will shine through."
        )
        yield Note("see-through", "note", text)
