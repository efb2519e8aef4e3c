"""The picture as it was drawn: what is shown while an engine is being loaded."""

from __future__ import annotations

import cv2
import numpy as np

from vtube.avatar.picture.character import Character
from vtube.frame import SIZE, WHOLE, Frame, View
from vtube.pose import Pose


class StillRenderer:
    """Shows the same picture for every pose."""

    name = "still"

    def __init__(self, character: Character, detail: str = "the engine is being loaded") -> None:
        self._character = character
        self._seen, self._picture = WHOLE, character.frame
        self.detail = detail

    def render(self, pose: Pose) -> Frame:
        """The picture itself."""
        return self.render_view(pose, WHOLE)

    def render_view(self, pose: Pose, view: View) -> Frame:  # noqa: ARG002 - a picture has no pose
        """The picture as `view` shows it."""
        if view != self._seen:
            self._seen, self._picture = view, seen(self._character, view)
        return self._picture

    def close(self) -> None:
        """Nothing to give back."""


def seen(character: Character, view: View) -> Frame:
    """The character as it was drawn, as `view` shows it."""
    if view == WHOLE:
        return character.frame
    drawing = character.source if view.scale > 1 else character.frame
    scale = SIZE / len(drawing)
    wide, high = view.scale_x * scale, view.scale_y * scale
    smallest = 0.5  # bilinear sampling leaves pixels out when it goes further down than this
    while max(wide, high) < smallest:
        drawing = _halved(drawing)
        wide, high = 2 * wide, 2 * high
    shown = cv2.warpAffine(
        cv2.cvtColor(drawing, cv2.COLOR_RGBA2mRGBA),
        view.pixels(len(drawing)),
        (view.width, view.height),
        flags=cv2.INTER_LINEAR,
    )
    return np.asarray(cv2.cvtColor(shown, cv2.COLOR_mRGBA2RGBA), np.uint8)


def _halved(drawing: Frame) -> Frame:
    shown = cv2.cvtColor(drawing, cv2.COLOR_RGBA2mRGBA)
    smaller = cv2.resize(shown, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(smaller, cv2.COLOR_mRGBA2RGBA), np.uint8)
