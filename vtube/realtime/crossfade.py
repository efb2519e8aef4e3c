"""From one renderer's look to another's, such that nobody notices."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from vtube.avatar.base import Renderer
from vtube.frame import Frame
from vtube.pose import Pose

FADE_S = 0.7

Draw = Callable[[Renderer, Pose], Frame]
"""What a renderer makes of a pose, as it is shown."""


class Crossfade:
    """Shows the old renderer's picture dissolving into the new one's.

    An old renderer that keeps up draws the same pose as the new one. One that does not has drawn its last frame
    already: the new one starts in that frame's pose and moves on to the present one while the frame vanishes, so
    that both always show the same place; to a viewer of a slow renderer, it is one more of its frames.
    """

    def __init__(self, old: Renderer | None, drawn: Frame, pose: Pose, now: float, seconds: float = FADE_S) -> None:
        """`old`: None when it does not keep up; `drawn`, its last frame, of `pose`; `now`: monotonic seconds."""
        self._old, self._drawn, self._pose = old, drawn, pose.copy()
        self._start, self._seconds = now, seconds

    def is_over(self, now: float) -> bool:
        """Whether only the new renderer is seen."""
        return now >= self._start + self._seconds

    def draw(self, draw: Draw, new: Renderer, pose: Pose, now: float) -> Frame:
        """The frame at `now`, while the motion asks for `pose`; `draw` draws with a renderer."""
        share = min(max((now - self._start) / self._seconds, 0.0), 1.0)
        if self._old is not None:
            return blended(draw(self._old, pose), draw(new, pose), smooth(share))
        between = np.asarray(self._pose + (pose - self._pose) * smooth(share), np.float32)
        return blended(self._drawn, draw(new, between), smooth(min(2 * share, 1.0)))


def smooth(share: float) -> float:
    """0 to 1 with neither a jolt at the start nor at the end: 3 x² - 2 x³."""
    return share * share * (3 - 2 * share)


def blended(old: Frame, new: Frame, share: float) -> Frame:
    """`share` of `new` over the rest of `old`, straight alpha; mixed as it is shown, premultiplied."""
    if share <= 0 or old is new:
        return old
    if share >= 1:
        return new
    shown = [cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA) for frame in (old, new)]
    mixed = cv2.addWeighted(shown[0], 1 - share, shown[1], share, 0)
    return np.asarray(cv2.cvtColor(mixed, cv2.COLOR_mRGBA2RGBA), np.uint8)


def keeps_up(seconds: float | None, period: float) -> bool:
    """Whether a renderer that takes so long for a frame can be drawn beside another one."""
    return seconds is not None and seconds <= period
