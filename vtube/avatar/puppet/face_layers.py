"""A face of layers: what the drawing, the moved neutral face and some paints have in common for learning and playing.

Of every pixel the decoder says how much each layer is chosen. The choice is sharp, while flow and paints are smooth,
one value for each cell: so lids close with a clean edge and without grain, and irises and brows move as they are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.layout import FLOW, UNPAINTED, Shape
from vtube.frame import Frame

Weights = Mapping[str, NDArray[np.floating]]

CHOICE = 4.0
"""Times what the decoder says of each layer, before the softmax that chooses between them."""
FLOW_UNIT = 8.0
"""Pixels of 512 by which the neutral face moves for 1 from its decoder."""
COLOUR_SIGMA = 3.0
"""Of the blur of the neutral face around which paints are decoded, pixels of its own."""


def around_of(neutral: Frame, cell: int) -> Frame:
    """What paints are decoded around: colours of the neutral face without any detail, for every `cell` x `cell`."""
    size = neutral.shape[1] // cell, neutral.shape[0] // cell
    blurred = cv2.GaussianBlur(neutral, (0, 0), COLOUR_SIGMA)
    return np.asarray(cv2.resize(blurred, size, interpolation=cv2.INTER_AREA), np.uint8)


def bilinear(cells: int, factor: int) -> NDArray[np.float32]:
    """(cells * factor, cells): what brings cells to `factor` times as many pixels, in one direction."""
    places = (np.arange(cells * factor) + 0.5) / factor - 0.5
    distances = np.abs(places.clip(0, cells - 1)[:, None] - np.arange(cells))
    return np.asarray(np.maximum(0, 1 - distances), np.float32)


def repainted(weights: Weights, shape: Shape, paints: Sequence[Sequence[int]]) -> dict[str, NDArray[np.floating]]:
    """Weights of a face with other paints: each is the mean of these paints of `weights`, which have `shape`."""
    changed = dict(weights)
    cell = shape.shuffle**2
    for name, first, each in (("head", UNPAINTED * cell, cell), ("soft", FLOW, 3)):
        for kind in ("weight", "bias"):
            before, own = np.split(weights[f"{name}.{kind}"], [first])
            own = own.reshape(shape.paints, each, *own.shape[1:])
            changed[f"{name}.{kind}"] = np.concatenate([before, *(own[list(of)].mean(0) for of in paints)])
    return changed
