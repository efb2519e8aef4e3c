"""How far a bake is, and how long it still takes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from vtube.avatar.puppet.sampling import BODY_CHUNK, FACE_CHUNK
from vtube.clock import Clock, monotonic

SAMPLING_FACES, SAMPLING_BODIES = "sampling faces", "sampling bodies"
TRAINING_FACES, TRAINING_BODIES = "training faces", "training bodies"
ENLARGING = "enlarging faces"
EVALUATING = "evaluating"

SECONDS = {
    SAMPLING_FACES: 0.054 * FACE_CHUNK,
    SAMPLING_BODIES: 0.18 * BODY_CHUNK,
    ENLARGING: 0.05 * FACE_CHUNK,
    TRAINING_FACES: 0.065,
    TRAINING_BODIES: 0.11,
    EVALUATING: 0.35,
}
"""What one chunk, step or pose takes on one core of an AMD EPYC; how they compare is what matters."""
FINER = 1.75
"""Times as long as at 512 a step of a face takes at twice the detail."""
FORGETTING = 0.98
"""What a measured speed still counts after the next report."""
INSTANT = 0.1
"""What is done in less than this share of its time was kept from before and says nothing about speed."""


@dataclass(frozen=True)
class Plan:
    """How much is done; the default is some 28 minutes' work of one core, or 18 minutes of two."""

    face_chunks: int = 60
    body_chunks: int = 45
    face_steps: int = 5600
    body_steps: int = 5000
    poses: int = 24
    """On which it is checked."""
    detail: int = 2
    """Times 512 at which the face is learnt, where the network for it can be had; else 1."""

    def amounts(self) -> dict[str, int]:
        """Chunks, steps and poses of each stage."""
        return {
            SAMPLING_FACES: self.face_chunks,
            SAMPLING_BODIES: self.body_chunks,
            ENLARGING: self.face_chunks if self.detail > 1 else 0,
            TRAINING_FACES: self.face_steps,
            TRAINING_BODIES: self.body_steps,
            EVALUATING: self.poses,
        }

    def seconds(self, stage: str) -> float:
        """What one chunk, step or pose of a stage takes; see `SECONDS`."""
        return SECONDS[stage] * (FINER if stage == TRAINING_FACES and self.detail > 1 else 1)


COARSE = Plan(face_chunks=11, body_chunks=5, face_steps=600, body_steps=450, poses=8, detail=1)
"""Enough to be shown, in about 140 seconds of one core; the rest goes on from there."""


@dataclass(frozen=True)
class StageProgress:
    """How far a bake is."""

    stage: str
    """`sampling faces`, `sampling bodies`, `enlarging faces`, `training faces`, `training bodies` or `evaluating`."""
    done: int
    total: int
    progress: float
    """Of the whole bake, 0 to 1."""
    seconds_left: float


class BakeProgress:
    """Counts what plans, each of which goes on from the one before, still ask for. Any thread may call it."""

    def __init__(self, plans: Sequence[Plan], clock: Clock = monotonic) -> None:
        amounts = [plan.amounts() for plan in plans]
        self._plans, self._amounts = plans, amounts
        self._done = [dict.fromkeys(SECONDS, 0) for _ in plans]
        self._clock, self._last = clock, clock()
        self._taken, self._worth = 1.0, 1.0
        self._lock = threading.Lock()

    def update(self, number: int, stage: str, done: int) -> StageProgress:
        """`done` of `stage` of the plan with this number are done."""
        with self._lock:
            before = self._work()
            self._done[number][stage] = done
            after, total = self._work(), self._total()
            self._measure(after - before)
            left = max(total - after, 0.0)
            progress = after / total if total else 1.0
            return StageProgress(stage, done, self._amounts[number][stage], progress, left * self._taken / self._worth)

    def skip(self, number: int, stage: str | None = None) -> None:
        """Nothing of this plan needs to be done, or nothing of this stage of it."""
        with self._lock:
            for each, amount in self._amounts[number].items():
                if stage in (None, each):
                    self._done[number][each] = amount

    def _measure(self, worth: float) -> None:
        now = self._clock()
        taken, self._last = now - self._last, now
        if taken > INSTANT * worth:
            self._taken = FORGETTING * self._taken + taken
            self._worth = FORGETTING * self._worth + worth

    def _work(self) -> float:
        """Seconds' worth of what is done."""
        return self._sum(self._done)

    def _total(self) -> float:
        return self._sum(self._amounts)

    def _sum(self, counts: list[dict[str, int]]) -> float:
        """A later plan takes over chunks and steps of the one before."""
        total = 0.0
        for number, each in enumerate(counts):
            for stage, count in each.items():
                taken_over = self._amounts[number - 1][stage] if number and stage != EVALUATING else 0
                total += max(count - taken_over, 0) * self._plans[number].seconds(stage)
        return total
