"""Bright places shine beyond their edges."""

from __future__ import annotations

import cv2
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch, empty_but_for, figure_box
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
    """Adds what is brighter than the threshold, blurred, as far as there is room: a bright face keeps its lines."""

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        self._options = read_options(spec, BloomOptions)
        self._size = 2 * max(1, round(self._options.radius * scene.height / SHRINK)) + 1
        level = float(self._options.threshold)
        gain = self._options.strength * 255 / (255 - level)
        self._shader = Pass("bloom", {"gain": gain, "level": level, "radius": float(self._size // 2)})
        self._scratch = Scratch()

    def process(self, frame: Frame, _now: float) -> Frame:
        """See `Effect.process`."""
        box = figure_box(frame)
        if self._options.strength == 0 or box is None:
            return frame
        reach = SHRINK * (self._size + 1)
        box = box.grown(reach, reach, frame.shape, SHRINK)
        bright, front = (self._scratch.picture(name, box.height, box.width) for name in ("bright", "front"))
        cv2.cvtColor(box.of(frame), cv2.COLOR_RGBA2mRGBA, dst=front)
        self._shine(front, bright)
        result = empty_but_for(box, frame)
        for band in box.bands():
            rows = slice(band.top - box.top, band.bottom - box.top)
            own, shine = front[rows], bright[rows]
            room = self._scratch.picture("room", band.height, band.width)
            cv2.multiply(shine, cv2.bitwise_not(own, dst=room), dst=shine, scale=1 / 255)
            cv2.add(own, shine, dst=own)
            cv2.cvtColor(own, cv2.COLOR_mRGBA2RGBA, dst=band.of(result))
        return result

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return () if self._options.strength == 0 else (self._shader,)

    def _shine(self, front: Frame, bright: Frame) -> None:
        """What is to be added; both premultiplied, of one size."""
        height, width = front.shape[:2]
        shape = max(1, height // SHRINK), max(1, width // SHRINK)
        small, shine = (self._scratch.picture(name, *shape) for name in ("small", "shine"))
        # Each second pixel of each second row: the blur hides what that leaves out.
        cv2.resize(front, shape[::-1], dst=small, interpolation=cv2.INTER_LINEAR)
        level = self._options.threshold
        gain = self._options.strength * 255 / (255 - level)
        cv2.addWeighted(small, gain, small, 0, -gain * level, dst=shine)
        red, green, blue, alpha = cv2.split(shine)
        cv2.insertChannel(cv2.min(alpha, cv2.max(red, cv2.max(green, blue))), shine, 3)
        cv2.blur(shine, (self._size, self._size), dst=small)
        cv2.blur(small, (self._size, self._size), dst=shine)
        cv2.resize(shine, (width, height), dst=bright, interpolation=cv2.INTER_LINEAR)
