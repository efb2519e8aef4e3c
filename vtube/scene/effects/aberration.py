"""Colours fall apart sidewards, as through a cheap lens."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from vtube.frame import Frame
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch
from vtube.settings import SceneSettings
from vtube.spec import Spec


class AberrationOptions(Options):
    """How far red and blue lie from green, in parts of the picture's width."""

    shift: float = Field(0.004, ge=0, le=0.05)


class Aberration:
    """Takes red from the left and blue from the right; the alpha covers all three."""

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        self._pixels = round(read_options(spec, AberrationOptions).shift * scene.width)
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        if self._pixels == 0:
            return frame
        height, width = frame.shape[:2]
        front, result = self._scratch.picture("front", height, width), self._scratch.picture("result", height, width)
        cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA, dst=front)
        np.copyto(result, front)
        alpha = cv2.extractChannel(front, 3, dst=self._scratch.plane("alpha", height, width))
        seen = self._scratch.plane("seen", height, width)
        np.copyto(seen, alpha)
        for channel, pixels in ((0, self._pixels), (2, -self._pixels)):
            moved = self._moved(front, channel, pixels)
            cv2.insertChannel(moved, result, channel)
            cv2.max(seen, self._shifted(alpha, pixels), dst=seen)
        cv2.insertChannel(seen, result, 3)
        return np.asarray(cv2.cvtColor(result, cv2.COLOR_mRGBA2RGBA), np.uint8)

    def _moved(self, front: Frame, channel: int, pixels: int) -> Frame:
        plane = cv2.extractChannel(front, channel, dst=self._scratch.plane("plane", *front.shape[:2]))
        return self._shifted(np.asarray(plane, np.uint8), pixels)

    def _shifted(self, plane: Frame, pixels: int) -> Frame:
        """`plane` moved to the right by `pixels`, with nothing where it came from."""
        shifted = self._scratch.plane("shifted", *plane.shape[:2])
        if pixels > 0:
            shifted[:, pixels:], shifted[:, :pixels] = plane[:, :-pixels], 0
        else:
            shifted[:, :pixels], shifted[:, pixels:] = plane[:, -pixels:], 0
        return shifted
