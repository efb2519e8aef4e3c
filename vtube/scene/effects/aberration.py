"""Colours fall apart sidewards, as through a cheap lens."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from vtube.frame import Frame, Pass
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch, empty_but_for, figure_box
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
        box = figure_box(frame)
        if box is None:
            return frame
        box = box.grown(0, self._pixels, frame.shape)
        result = empty_but_for(box, frame)
        for band in box.bands():
            self._split(band.of(frame), band.of(result))
        return result

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return () if self._pixels == 0 else (Pass("aberration", {"pixels": float(self._pixels)}),)

    def _split(self, source: Frame, target: Frame) -> None:
        (height, width), pixels = source.shape[:2], self._pixels
        front, apart = self._scratch.picture("front", height, width), self._scratch.picture("apart", height, width)
        cv2.cvtColor(source, cv2.COLOR_RGBA2mRGBA, dst=front)
        np.copyto(apart, front)
        cv2.mixChannels([front[:, :-pixels]], [apart[:, pixels:]], [0, 0])
        cv2.mixChannels([front[:, pixels:]], [apart[:, :-pixels]], [2, 2])
        apart[:, :pixels, 0] = apart[:, -pixels:, 2] = 0
        alpha, seen = self._scratch.plane("alpha", height, width), self._scratch.plane("seen", height, width)
        cv2.extractChannel(front, 3, dst=alpha)
        np.copyto(seen, alpha)
        np.maximum(seen[:, pixels:], alpha[:, :-pixels], out=seen[:, pixels:])
        np.maximum(seen[:, :-pixels], alpha[:, pixels:], out=seen[:, :-pixels])
        cv2.insertChannel(seen, apart, 3)
        cv2.cvtColor(apart, cv2.COLOR_mRGBA2RGBA, dst=target)
