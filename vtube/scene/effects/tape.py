"""An old tape: soft colours, rows that don't keep their place, a torn strip that wanders up, dropouts."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtube.frame import Frame, Pass
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
STREAK_ROWS, MOST_STREAKS = 2, 16
BRIGHT = 235
"""Of 255: a dropout."""
PACKED = 4096
"""Two shifts are one number of a shader, exactly: no picture is wider."""


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

    def __init__(self, spec: Spec, scene: SceneSettings) -> None:
        self._options = read_options(spec, TapeOptions)
        self._size = scene.height, scene.width
        self._scratch = Scratch()

    def process(self, frame: Frame, now: float) -> Frame:
        """See `Effect.process`."""
        box = None if self._is_off else figure_box(frame)
        if box is None:
            return frame
        box = box.grown(0, ACROSS, frame.shape, ACROSS)
        soft = self._soften(box.of(frame)) if self._softness > 0 else box.of(frame)
        result = np.zeros_like(frame)
        shifts = self._shifts(frame.shape[0], frame.shape[1], now)
        for top in range(box.top, box.bottom, ROWS):
            rows = soft[top - box.top : top - box.top + ROWS]
            put_round(result[top : top + ROWS], rows, box.left + int(shifts[top // ROWS]))
        for top, left, length in self._streaks(frame.shape[0], frame.shape[1], now):
            result[top : top + STREAK_ROWS, left : left + length, :3] = BRIGHT  # transparency stays
        return result

    def passes(self, now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        if self._is_off:
            return ()
        height, width = self._size
        shifts = self._shifts(height, width, now) % width
        shifts = np.append(shifts, np.zeros(-len(shifts) % 8, np.int64))
        streaks = self._streaks(height, width, now)
        values: dict[str, float | tuple[float, ...]] = {
            "softness": self._softness,
            "shifts": tuple(float(one) for one in shifts[::2] + PACKED * shifts[1::2]),
            "count": float(len(streaks)),
            "streaks": tuple(float(value) for streak in streaks or [(0, 0, 0)] for value in (*streak, 0)),
        }
        return (Pass("tape", values),)

    @property
    def _is_off(self) -> bool:
        options = self._options
        return options.strength == 0 and options.sync == 0 and options.lean == 0

    @property
    def _softness(self) -> float:
        return self._options.soft * self._options.strength

    def _soften(self, source: Frame) -> Frame:
        """Colours mixed with those of a picture that is coarse sidewards; premultiplied, as it is seen."""
        height, width = source.shape[0], -(-source.shape[1] // ACROSS) * ACROSS
        front = self._scratch.picture("front", height, width)
        front[:, source.shape[1] :] = 0
        cv2.cvtColor(source, cv2.COLOR_RGBA2mRGBA, dst=front[:, : source.shape[1]])
        coarse = self._scratch.picture("coarse", height, width // ACROSS)
        cv2.resize(front, coarse.shape[1::-1], dst=coarse, interpolation=cv2.INTER_LINEAR)
        wide = self._scratch.picture("wide", height, width)
        cv2.resize(coarse, (width, height), dst=wide)
        cv2.addWeighted(front, 1 - self._softness, wide, self._softness, 0, dst=front)
        cv2.cvtColor(front, cv2.COLOR_mRGBA2RGBA, dst=wide)
        return wide[:, : source.shape[1]]

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

    def _streaks(self, height: int, width: int, now: float) -> list[tuple[int, int, int]]:
        """Short bright ones: top, left and length, pixels."""
        chance = generator(self._options.seed + 1, step_of(now, RATE))
        many = int(chance.poisson(3 * self._options.dropouts * self._options.strength))
        streaks = []
        for _ in range(min(many, MOST_STREAKS)):
            top, left = int(chance.integers(0, height)), int(chance.integers(0, width))
            streaks.append((top, left, int(chance.integers(width // 40 + 1, width // 8 + 2))))
        return streaks
