"""Take a plain background away from a picture that has no transparency.

The background's colour is read from the border; everything of that colour that touches the border is removed. The
pixels along the outline are solved: a pixel C between background B and figure F is a·F + (1-a)·B. It gets the
transparency a and the colour F, so that no rim of the background stays.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.errors import PictureError
from vtube.frame import Frame

SIMILAR = 18.0
"""Largest distance from the background's colour, in CIELAB units, that still counts as background."""

PLAIN_SHARE = 0.6
"""Share of the border that must have the background's colour; the figure may touch the rest."""

EDGE = 3
"""Width of the strip along the outline that is solved for transparency, pixels."""

SATURATED = 40.0
"""Chroma of a screen colour such as green or blue: then also islands inside the figure are background."""


def without_background(picture: Frame) -> Frame:
    """A copy of an opaque picture in which its plain background is transparent.

    Raises:
        PictureError: the background is not of one colour.
    """
    rgb = np.ascontiguousarray(picture[..., :3])
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    colour = _border_colour(lab)
    near = np.linalg.norm(lab - colour, axis=2) < SIMILAR
    if _border(near).mean() < PLAIN_SHARE:
        raise PictureError(
            "the background is not of one colour, so it cannot be taken away here; "
            "save the picture with a transparent background (PNG)"
        )
    background = _touching_border(near)
    if float(np.hypot(colour[1], colour[2])) > SATURATED:
        background |= cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    if background.all():
        raise PictureError("the picture holds nothing but one colour")
    return _solve_edge(rgb, background)


def _border(plane: NDArray[Any]) -> NDArray[Any]:
    """Upper, left and right edge; the figure usually stands on the lower one."""
    return np.concatenate([plane[0], plane[:, 0], plane[:, -1]])


def _border_colour(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median of those border pixels that are nearest to the upper corners' colour."""
    edge = _border(lab)
    corners = np.median(np.concatenate([lab[:4, :4].reshape(-1, 3), lab[:4, -4:].reshape(-1, 3)]), axis=0)
    near = edge[np.linalg.norm(edge - corners, axis=1) < SIMILAR]
    return np.asarray(np.median(near if len(near) else edge, axis=0), np.float32)


def _touching_border(near: NDArray[np.bool_]) -> NDArray[np.uint8]:
    _, labels = cv2.connectedComponents(near.astype(np.uint8), connectivity=4)
    edges = np.concatenate([_border(labels), labels[-1]])
    return np.isin(labels, np.setdiff1d(edges, [0])).astype(np.uint8)


def _solve_edge(rgb: NDArray[np.uint8], background: NDArray[np.uint8]) -> Frame:
    figure = 1 - background
    core = cv2.erode(figure, np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8))
    away = cv2.dilate(background, np.ones((3, 3), np.uint8)) * background
    inner = _spread(rgb, core)
    outer = _spread(rgb, cv2.erode(away, np.ones((3, 3), np.uint8)))
    colour = rgb.astype(np.float32)
    span = inner - outer
    share = ((colour - outer) * span).sum(axis=2) / np.maximum((span * span).sum(axis=2), 1.0)
    strip = (cv2.dilate(figure, np.ones((3, 3), np.uint8)) - core).astype(bool)
    alpha = np.where(strip, np.clip(share, 0, 1), figure.astype(np.float32))
    alpha = np.where(strip & (figure == 1), np.maximum(alpha, 0.15), alpha)
    solid = np.maximum(alpha, 1 / 255)[..., None]
    clean = np.where((strip & (alpha < 1))[..., None], (colour - (1 - alpha[..., None]) * outer) / solid, colour)
    out = np.dstack([np.clip(clean, 0, 255), alpha * 255]).round().astype(np.uint8)
    out[out[..., 3] == 0] = 0
    return np.ascontiguousarray(out)


def _spread(rgb: NDArray[np.uint8], known: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Every pixel's colour taken from the nearest pixel where `known` is 1."""
    if not known.any():
        return rgb.astype(np.float32)
    _, labels = cv2.distanceTransformWithLabels(
        1 - known, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    colours = np.zeros((int(labels.max()) + 1, 3), np.float32)
    inside = known.astype(bool)
    colours[labels[inside]] = rgb[inside]
    return np.asarray(colours[labels], np.float32)
