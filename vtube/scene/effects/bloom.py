"""Bright places shine beyond their edges."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from vtube.frame import Frame
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch
from vtube.settings import SceneSettings
from vtube.spec import Spec

SHRINK = 4
"""The shine is made at a fourth of the size: nobody sees it, and it costs a sixteenth."""


class BloomOptions(Options):
    """How much it shines, from which brightness on (0..255), and how far, in parts of the picture's height."""

    strength: float = Field(0.6, ge=0, le=2)
    threshold: int = Field(150, ge=0, le=254)
    radius: float = Field(0.03, gt=0, le=0.2)


class Bloom:
    """Adds what is brighter than the threshold, blurred."""

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        self._options = read_options(spec, BloomOptions)
        self._small = max(1, scene.width // SHRINK), max(1, scene.height // SHRINK)
        self._size = 2 * max(1, round(self._options.radius * self._small[1])) + 1
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        if self._options.strength == 0:
            return frame
        height, width = frame.shape[:2]
        small, shine = (self._scratch.picture(name, self._small[1], self._small[0]) for name in ("small", "shine"))
        bright, front = (self._scratch.picture(name, height, width) for name in ("bright", "front"))
        cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA, dst=front)
        # Each second pixel of each second row: the blur hides what that leaves out.
        cv2.resize(front, self._small, dst=small, interpolation=cv2.INTER_LINEAR)
        level = self._options.threshold
        gain = self._options.strength * 255 / (255 - level)
        cv2.addWeighted(small, gain, small, 0, -gain * level, dst=shine)
        np.minimum(shine[..., 3], shine[..., :3].max(axis=2), out=shine[..., 3])
        cv2.blur(shine, (self._size, self._size), dst=small)
        cv2.blur(small, (self._size, self._size), dst=shine)
        cv2.resize(shine, (width, height), dst=bright, interpolation=cv2.INTER_LINEAR)
        cv2.add(front, bright, dst=front)
        return np.asarray(cv2.cvtColor(front, cv2.COLOR_mRGBA2RGBA), np.uint8)
