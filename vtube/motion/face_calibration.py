"""What a person's face looks like when nothing is meant by it, and its removal.

A phone stands below the face, a brow rests a little raised, lips are never quite still: without a neutral pose
all of it would reach the character. It is learnt in the first seconds of a session once the head is roughly
still, and again whenever the user asks.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from vtube.motion.facevector import FIELDS, GAZE, HEAD, MAX_POSITION_M, POSITION, SHAPES, Vector, indices
from vtube.motion.neutral_faces import NeutralFaceStore

MAX_SAMPLES = 600
REST_QUANTILE = 0.3
"""Rest of a shape: below its median, because a person who talks or blinks meanwhile only ever adds to it."""
MAX_REST_SHAPE = 0.35
MAX_REST_MOUTH = 0.12
MAX_REST_BLINK = 0.4
MAX_REST_HEAD_DEG = 45.0
MAX_REST_GAZE_DEG = 20.0
STILL_DEG = 6.0
"""Largest spread (5th to 95th percentile) of a head that counts as still."""
PATIENCE = 3.0
"""After so many times the asked seconds the median is taken even if the head never rested."""
EASE_S = 0.4
REQUEST_S = 0.3
MOST_TRACKERS = 16
"""Kinds of trackers with a calibration of their own, 0.3 MB each; a recording is a kind, too, by its name."""


class FaceCalibration:
    """The neutral face: learnt, eased in, and taken away from every face.

    Args:
        auto_s: seconds of a roughly still head after which the neutral face is taken by itself; 0 never.
        kept: the neutral face that was asked for in an earlier session. It counts from the start; only where the
            head is, is learnt anew, because a chair stands elsewhere every day.
        keep: told each neutral face that was asked for.

    Attributes:
        done: there is a neutral face.
        placed: it says where the head rests, too.
    """

    def __init__(self, auto_s: float, kept: Vector | None = None, keep: Callable[[Vector], None] | None = None) -> None:
        self._auto_s = auto_s
        self._keep = keep
        self._rows = np.full((MAX_SAMPLES, len(FIELDS)), math.nan)
        self._times = np.full(MAX_SAMPLES, math.nan)
        self._count = 0
        self._began: float | None = None
        self._asked = False
        self._neutral = np.zeros(len(FIELDS)) if kept is None else bounded(kept)
        self._from = self._neutral.copy()
        self._changed = -math.inf
        self.done = kept is not None
        self.placed = kept is not None and auto_s <= 0

    def request(self) -> None:
        """Take the face of this moment as neutral, from the frames of the last 0.3 s or the next one."""
        self._asked = True

    def subtract(self, vector: Vector, now: float) -> Vector:
        """Learn from `vector`, then return it relative to the neutral face.

        Shapes are stretched so that rest is 0 and 1 stays 1; angles and positions are shifted. Absent (NaN)
        fields stay absent. A new neutral face is eased in, except for the position: it has no meaning before.
        """
        if self._asked or (self._auto_s > 0 and not self.placed):
            self._remember(vector, now)
            self._learn(now)
        neutral = self._at(now)
        relative: Vector = vector - neutral
        relative[HEAD] = turned(relative[HEAD])
        relative[SHAPES] = np.maximum(relative[SHAPES], 0.0) / (1.0 - neutral[SHAPES])
        return relative

    def _remember(self, vector: Vector, now: float) -> None:
        self._began = now if self._began is None else self._began
        slot = self._count % MAX_SAMPLES
        self._rows[slot], self._times[slot] = vector, now
        self._count += 1

    def _learn(self, now: float) -> None:
        assert self._began is not None
        if self._asked:
            self._take(self._since(now - REQUEST_S), now)
            return
        waited = now - self._began
        if waited < self._auto_s:
            return
        rows = self._since(now - self._auto_s)
        if _is_still(rows) or waited > self._auto_s * PATIENCE:
            self._take(rows, now)

    def _since(self, start: float) -> Vector:
        rows: Vector = self._rows[self._times >= start]
        return rows

    def _take(self, rows: Vector, now: float) -> None:
        rest = rest_of(rows, asked=self._asked)
        if self.done and not self._asked:
            rest[: POSITION.start] = self._neutral[: POSITION.start]
        self._from, self._neutral, self._changed = self._at(now), rest, now
        self._from[POSITION] = self._neutral[POSITION]
        if self._asked and self._keep is not None:
            self._keep(rest.copy())
        self._asked, self.done, self.placed = False, True, True

    def _at(self, now: float) -> Vector:
        share = min(max((now - self._changed) / EASE_S, 0.0), 1.0)
        if share == 1.0:
            return self._neutral
        way = self._neutral - self._from
        way[HEAD] = turned(way[HEAD])
        return self._from + way * share


class CalibrationByTracker:
    """Calibrates each face by the tracker that saw it: a phone below it and a webcam above it see different ones.

    Args:
        auto_s: see `FaceCalibration`; changes count for trackers that are new.
        kept: where neutral faces that were asked for are kept; None: nowhere.
    """

    def __init__(self, auto_s: float, kept: NeutralFaceStore | None = None) -> None:
        self.auto_s = auto_s
        self.kept = kept
        self._by_source: dict[str, FaceCalibration] = {}
        self._current: FaceCalibration | None = None
        self._asked = False

    @property
    def done(self) -> bool:
        """The tracker that was heard last has a neutral face."""
        return self._current is not None and self._current.done

    @property
    def placed(self) -> bool:
        """And it is known where the head rests."""
        return self._current is not None and self._current.placed

    def request(self) -> None:
        """Take the face of this moment, or the next one, as neutral for its tracker. From any thread."""
        self._asked = True

    def subtract(self, vector: Vector, now: float, source: str) -> Vector:
        """See `FaceCalibration.subtract`; `source` is the kind of tracker."""
        self._current = self._by_source.get(source) or self._begin(source)
        if self._asked:
            self._asked = False
            self._current.request()
        return self._current.subtract(vector, now)

    def _begin(self, source: str) -> FaceCalibration:
        kept = self.kept.get(source) if self.kept is not None else None
        calibration = FaceCalibration(self.auto_s, kept, lambda neutral: self._keep(source, neutral))
        while len(self._by_source) >= MOST_TRACKERS:
            del self._by_source[next(iter(self._by_source))]
        self._by_source[source] = calibration
        return calibration

    def _keep(self, source: str, neutral: Vector) -> None:
        if self.kept is not None and source:
            self.kept.put(source, neutral)


def rest_of(rows: Vector, asked: bool = False) -> Vector:
    """The neutral face of some faces, shape (n, 62): low quantile of the shapes, median of the rest, bounded.

    Angles of the head are on the circle: the middle of 179 and -179 degrees is 180. What the user `asked` for is the
    middle at any angle, as a phone may lie or stand however it likes.
    """
    neutral = np.zeros(len(FIELDS))
    for at in range(len(FIELDS)):
        column = rows[:, at]
        known = column[~np.isnan(column)]
        if known.size and HEAD.start <= at < HEAD.stop:
            neutral[at] = circular_median(known)
        elif known.size:
            neutral[at] = np.quantile(known, REST_QUANTILE if at < SHAPES.stop else 0.5)
    return bounded(neutral, any_angle=asked)


def bounded(neutral: Vector, any_angle: bool = True) -> Vector:
    """`neutral`, shape (62,), within what can be a face at rest; what is no number is 0.

    Args:
        neutral: a neutral face.
        any_angle: the head may rest at any angle.
    """
    known: Vector = np.nan_to_num(neutral)
    within: Vector = np.clip(known, -_LIMIT, _LIMIT)
    within[SHAPES] = np.maximum(within[SHAPES], 0.0)
    if any_angle:
        within[HEAD] = turned(known[HEAD])
    return within


def turned(degrees: Vector) -> Vector:
    """The same angles within -180..180."""
    wrapped: Vector = (degrees + 180.0) % 360.0 - 180.0
    return wrapped


def circular_median(degrees: Vector) -> float:
    """The median of angles, shape (n,), counted from their mean direction; -180..180."""
    middle = circular_mean(degrees)
    return float(turned(middle + np.median(turned(degrees - middle))))


def circular_mean(degrees: Vector) -> Vector:
    """The mean direction of angles in degrees, shape (n, …), over the first axis."""
    radians = np.radians(degrees)
    mean: Vector = np.degrees(np.arctan2(np.sin(radians).mean(axis=0), np.cos(radians).mean(axis=0)))
    return mean


def _is_still(rows: Vector) -> bool:
    heads = rows[:, HEAD]
    heads = heads[~np.isnan(heads).any(axis=1)]
    if not len(heads):
        return True
    low, high = np.quantile(turned(heads - circular_mean(heads)), (0.05, 0.95), axis=0)
    return bool((high - low < STILL_DEG).all())


_LIMIT = np.full(len(FIELDS), MAX_REST_SHAPE)
_LIMIT[HEAD] = MAX_REST_HEAD_DEG
_LIMIT[GAZE] = MAX_REST_GAZE_DEG
_LIMIT[POSITION] = MAX_POSITION_M
_LIMIT[indices("jawOpen", "tongueOut", "mouthSmileLeft", "mouthSmileRight")] = MAX_REST_MOUTH
_LIMIT[indices("eyeBlinkLeft", "eyeBlinkRight")] = MAX_REST_BLINK
