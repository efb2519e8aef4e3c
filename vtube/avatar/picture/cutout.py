"""Take a plain background away from a picture that has no transparency.

The background's colour is read from the border; everything of that colour that touches the border is removed. The
pixels along the outline are solved: a pixel C between background B and figure F is a·F + (1-a)·B. It gets the
opacity a and the colour F, so that no rim of the background stays.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.errors import PictureError
from vtube.frame import Frame

SIMILAR = 18.0
LEAST_SIMILAR = 3.0
"""Largest distances from the background's colour, in CIELAB units, that still count as background."""

PLAIN_SHARE = 0.6
"""Share of the border that must have the background's colour; the figure may touch the rest."""

EDGE = 3
SCREEN_EDGE = 10
"""Width of the strip along the outline that is solved for opacity, pixels. In front of a screen also soft hair and
glows can be told from the figure."""

NOISE = 4.0
"""Differences from the background that mean nothing, levels of 255."""

SATURATED = 40.0
"""Chroma of a screen such as green or blue, CIELAB units: then islands inside the figure are background too."""


def without_background(picture: Frame) -> Frame:
    """A copy of an opaque picture in which its plain background is transparent.

    Raises:
        PictureError: the background is not of one colour.
    """
    rgb = np.ascontiguousarray(picture[..., :3])
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    colour = _border_colour(lab)
    screen = float(np.hypot(colour[1], colour[2])) > SATURATED
    away = np.linalg.norm(lab - colour, axis=2)
    near = away < (SIMILAR if screen else _tolerance(_border(away)))
    if _border(near).mean() < PLAIN_SHARE:
        raise PictureError(
            "the background is not of one colour, so it cannot be taken away here; "
            "save the picture with a transparent background (PNG)"
        )
    background = _touching_border(near)
    if screen:
        background |= cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    if background.all():
        raise PictureError("the picture holds nothing but one colour")
    return _solve_edge(rgb, background, screen)


def _border(plane: NDArray[Any]) -> NDArray[Any]:
    """Upper, left and right edge; the figure usually stands on the lower one."""
    return np.concatenate([plane[0], plane[:, 0], plane[:, -1]])


def _border_colour(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median of those border pixels that are nearest to the upper corners' colour."""
    edge = _border(lab)
    corners = np.median(np.concatenate([lab[:4, :4].reshape(-1, 3), lab[:4, -4:].reshape(-1, 3)]), axis=0)
    near = edge[np.linalg.norm(edge - corners, axis=1) < SIMILAR]
    return np.asarray(np.median(near if len(near) else edge, axis=0), np.float32)


def _tolerance(edge: NDArray[np.float32]) -> float:
    """Just above the noise of a white or grey background: clothes and skin may be nearly as light."""
    noise = float(np.median(edge[edge < SIMILAR])) if (edge < SIMILAR).any() else 0.0
    return float(np.clip(4 * noise, LEAST_SIMILAR, SIMILAR))


def _touching_border(near: NDArray[np.bool_]) -> NDArray[np.uint8]:
    _, labels = cv2.connectedComponents(near.astype(np.uint8), connectivity=4)
    edges = np.concatenate([_border(labels), labels[-1]])
    return np.isin(labels, np.setdiff1d(edges, [0])).astype(np.uint8)


def _solve_edge(rgb: NDArray[np.uint8], background: NDArray[np.uint8], screen: bool) -> Frame:
    figure = 1 - background
    width = SCREEN_EDGE if screen else EDGE
    core = cv2.erode(figure, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1)))
    strip = (cv2.dilate(figure, np.ones((3, 3), np.uint8)) - core).astype(bool)
    colour = rgb.astype(np.float32)
    outer = _spread(rgb, cv2.erode(background, np.ones((3, 3), np.uint8)))
    inner = _spread(rgb, core)
    share = _screen_opacity(colour, outer) if screen else _mixed_opacity(colour, outer, inner)
    share = np.clip(np.maximum(share, _least(colour, outer)), 0, 1)
    alpha = np.where(strip, share, figure.astype(np.float32))[..., None]
    unmixed = (colour - (1 - alpha) * outer) / np.maximum(alpha, 1 / 255)
    steady = unmixed if screen else alpha * unmixed + (1 - alpha) * inner  # unmixing magnifies noise
    clean = np.where(strip[..., None] & (alpha < 1), steady, colour)
    out = np.dstack([np.clip(clean, 0, 255), alpha * 255]).round().astype(np.uint8)
    out[out[..., 3] == 0] = 0
    return np.ascontiguousarray(out)


def _mixed_opacity(
    colour: NDArray[np.float32], outer: NDArray[np.float32], inner: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How far each colour lies on the way from the background to the figure just inside."""
    span = inner - outer
    return np.asarray(((colour - outer) * span).sum(axis=2) / np.maximum((span * span).sum(axis=2), 1), np.float32)


def _screen_opacity(colour: NDArray[np.float32], outer: NDArray[np.float32]) -> NDArray[np.float32]:
    """Colour-difference keying: how far the screen's own channel exceeds the others, against the bare screen."""
    own = int(outer.mean(axis=(0, 1)).argmax())
    others = [channel for channel in range(3) if channel != own]
    excess, full = (plane[..., own] - plane[..., others].max(axis=2) for plane in (colour, outer))
    return np.asarray(1 - np.maximum(excess, 0) / np.maximum(full, 1), np.float32)


def _least(colour: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float32]:
    """The least opacity with which some colour of the figure, over the background, gives the colour seen."""
    rise = (colour - background - NOISE) / np.maximum(255 - background, 8 * NOISE)
    fall = (background - colour - NOISE) / np.maximum(background, 8 * NOISE)
    return np.asarray(np.maximum(rise, fall).max(axis=2), np.float32)


def _spread(rgb: NDArray[np.uint8], known: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Every pixel's colour taken from the nearest pixel where `known` is 1."""
    if not known.any():
        return rgb.astype(np.float32)
    _, labels = cv2.distanceTransformWithLabels(1 - known, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)
    colours = np.zeros((int(labels.max()) + 1, 3), np.float32)
    inside = known.astype(bool)
    colours[labels[inside]] = rgb[inside]
    return np.asarray(colours[labels], np.float32)
