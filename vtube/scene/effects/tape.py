"""An old tape: soft colours, rows that don't keep their place, a torn strip that wanders up, dropouts."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtube.frame import Frame
from vtube.scene.effects.chance import generator, step_of
from vtube.scene.effects.options import Options, read_options
from vtube.scene.effects.pixels import Scratch, figure_box, put_round
from vtube.settings import SceneSettings
from vtube.spec import Spec

ROWS = 4
"""So many rows move together."""
RATE = 25.0
"""Pictures a second of the tape."""
ACROSS = 4
"""Colours are so much coarser than brightness, sidewards."""


class TapeOptions(Options):
    """How worn it is, 0..1; how badly rows keep their place, 0..1; how often the torn strip passes, a second.

    What of a worn tape is seen: soft colours and dropouts, 0..1 each. How far the top leans to the right, in parts of
    the width; below 0 the bottom does.
    """

    strength: float = Field(0.6, ge=0, le=1)
    sync: float = Field(0.4, ge=0, le=1)
    tracking: float = Field(0.15, ge=0, le=5)
    soft: float = Field(0.8, ge=0, le=1)
    dropouts: float = Field(1.0, ge=0, le=1)
    lean: float = Field(0.0, ge=-0.5, le=0.5)
    seed: int = 0


class Tape:
    """Softens colours sidewards, then moves groups of rows."""

    def __init__(self, spec: Spec, _scene: SceneSettings) -> None:
        self._options = read_options(spec, TapeOptions)
        self._scratch = Scratch()

    def process(self, frame: Frame, now: float) -> Frame:
        """See `Effect.process`."""
        options = self._options
        if options.strength == 0 and options.sync == 0 and options.lean == 0:
            return frame
        box = figure_box(frame)
        if box is None:
            return frame
        box = box.grown(0, ACROSS, frame.shape, ACROSS)
        soft = self._soften(box.of(frame)) if options.strength * options.soft > 0 else box.of(frame)
        result = np.zeros_like(frame)
        shifts = self._shifts(frame.shape[0], frame.shape[1], now)
        for top in range(box.top, box.bottom, ROWS):
            rows = soft[top - box.top : top - box.top + ROWS]
            put_round(result[top : top + ROWS], rows, box.left + int(shifts[top // ROWS]))
        self._drop_out(result, now)
        return result

    def _soften(self, source: Frame) -> Frame:
        """Colours mixed with those of a picture that is coarse sidewards; premultiplied, as it is seen."""
        height, width = source.shape[:2]
        front = cv2.cvtColor(source, cv2.COLOR_RGBA2mRGBA, dst=self._scratch.picture("front", height, width))
        coarse = self._scratch.picture("coarse", height, max(1, width // ACROSS))
        cv2.resize(front, coarse.shape[1::-1], dst=coarse, interpolation=cv2.INTER_LINEAR)
        wide = cv2.resize(coarse, (width, height), dst=self._scratch.picture("wide", height, width))
        share = self._options.soft * self._options.strength
        cv2.addWeighted(front, 1 - share, wide, share, 0, dst=front)
        return np.asarray(cv2.cvtColor(front, cv2.COLOR_mRGBA2RGBA, dst=wide), np.uint8)

    def _shifts(self, height: int, width: int, now: float) -> NDArray[np.int64]:
        """How far each group of rows is to the right, pixels."""
        options, groups = self._options, math.ceil(height / ROWS)
        places = np.arange(groups) / groups
        chance = generator(options.seed, step_of(now, RATE))
        jitter = options.sync * 0.004 * width * chance.normal(0, 1, groups)
        wave = options.sync * 0.004 * width * np.sin(math.tau * (3 * places + 0.7 * now))
        strip = 1.2 - math.fmod(options.tracking * now, 1.0) * 1.4
        torn = options.strength * 0.06 * width * np.exp(-(((places - strip) / 0.02) ** 2)) * (1 + chance.random(groups))
        return np.rint(jitter + wave + torn + self._leaning(places, now) * width).astype(np.int64)

    def _leaning(self, places: NDArray[np.float64], now: float) -> NDArray[np.float64]:
        """How far rows lean, parts of the width: the last eighth at one edge, trembling."""
        lean = self._options.lean
        near = np.clip(1 - 8 * (places if lean > 0 else 1 - places), 0, 1)
        tremble = 0.08 * math.sin(math.tau * 1.7 * now) + 0.05 * math.sin(math.tau * 5.3 * now)
        return abs(lean) * (1 + tremble) * near * near

    def _drop_out(self, result: Frame, now: float) -> None:
        """Short bright streaks; transparency stays."""
        height, width = result.shape[:2]
        chance = generator(self._options.seed + 1, step_of(now, RATE))
        for _ in range(chance.poisson(3 * self._options.dropouts * self._options.strength)):
            top, left = int(chance.integers(0, height)), int(chance.integers(0, width))
            length = int(chance.integers(width // 40 + 1, width // 8 + 2))
            result[top : top + 2, left : left + length, :3] = 235
