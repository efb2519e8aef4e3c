"""Her sign, the evening star."""

from __future__ import annotations

import math

from tools.character.drawing.pen import XY


def star(centre: XY, radius: float, tilt: float = 0.0) -> list[list[XY]]:
    """A five-pointed star as runs with sharp corners."""
    corners = []
    for i in range(11):
        reach = radius if i % 2 == 0 else radius * 0.47
        angle = math.radians(tilt - 90 + 36 * i)
        corners.append((centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)))
    return [corners[:2], *([corner] for corner in corners[2:])]
