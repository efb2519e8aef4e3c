"""A face of layers: what the drawing, the moved neutral face and some paints have in common for learning and playing.

Of every pixel the decoder says how much each layer is chosen. The choice is sharp, while flow and paints are smooth,
one value for each cell: so lids close with a clean edge and without grain, and irises and brows move as they are drawn.
"""

from __future__ import annotations

import cv2
import numpy as np

from vtube.frame import Frame

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
