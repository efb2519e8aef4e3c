"""The mixer: layers of drivers, one over the other, into one pose that is always fit to be drawn."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from vtube.motion.base import Driver
from vtube.pose import Pose, limit, neutral

log = logging.getLogger(__name__)


class Mixer:
    """Asks each layer in turn, from the bottom: idle, tracked face, emotion, voice, manual.

    A driver eases its own weight in and out (see `easing.Fader`) and leaves alone what it does not own. What a
    driver makes not a number stays as the layers below left it; a driver that raises is passed over for that
    frame, and its first error is logged.
    """

    def __init__(self, drivers: Sequence[Driver]) -> None:
        """`drivers` from the bottom to the top."""
        self._drivers = tuple(drivers)
        self._failed: set[int] = set()

    def pose(self, now: float) -> Pose:
        """A new pose for the moment `now` (monotonic seconds), every value finite and within its range."""
        pose = neutral()
        for index, driver in enumerate(self._drivers):
            below = pose.copy()
            try:
                driver.drive(pose, now)
            except Exception as error:  # noqa: BLE001 - one broken input must not stop the show
                self._report(index, error)
                pose = below
            else:
                np.copyto(pose, below, where=~np.isfinite(pose))
                limit(pose)
        return pose

    def _report(self, index: int, error: Exception) -> None:
        if index not in self._failed:
            self._failed.add(index)
            name = type(self._drivers[index]).__name__
            log.error("%s cannot move the character: %s", name, error, exc_info=error)
