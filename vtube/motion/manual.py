"""Parameters held by hand: the top layer."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import numpy as np

from vtube.motion.easing import Follower
from vtube.pose import COUNT, NAMES, Pose, from_mapping, index_of

HOLD_S = 0.15
"""Easing time of a slider's movement."""
RELEASE_S = 0.4


class ManualDriver:
    """Holds the parameters it is given until they are released; both ease."""

    def __init__(self) -> None:
        self._wanted = (np.zeros(COUNT, np.bool_), np.zeros(COUNT))
        self._changing = threading.Lock()
        self._weights = Follower(np.zeros(COUNT), HOLD_S)
        self._values = Follower(np.zeros(COUNT), HOLD_S)

    @property
    def held(self) -> dict[str, float]:
        """What is held, parameter to value; from any thread."""
        held, wanted = self._wanted
        return {NAMES[index]: round(float(wanted[index]), 4) for index in np.flatnonzero(held)}

    def change(self, values: Mapping[str, float | None]) -> None:
        """Hold these parameters beside what is held already; None lets go of one. From any thread.

        Raises:
            PoseError: as `hold`; then nothing has changed.
        """
        for name in values:
            index_of(name)
        with self._changing:
            together = {**self.held, **values}
            self.hold({name: value for name, value in together.items() if value is not None})

    def hold(self, values: Mapping[str, float] | None) -> None:
        """Hold exactly these parameters from now on; None or an empty mapping releases all. From any thread.

        Raises:
            PoseError: an unknown parameter, or a value that is not a finite number.
        """
        held = np.zeros(COUNT, np.bool_)
        values = values or {}
        held[[index_of(name) for name in values]] = True
        self._wanted = held, from_mapping(values).astype(np.float64)

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        held, wanted = self._wanted
        self._values.jump(wanted, held & (self._weights.value == 0))
        values = self._values.toward(np.where(held, wanted, self._values.value), now)
        self._weights.seconds = HOLD_S if held.any() else RELEASE_S
        weights = self._weights.toward(held.astype(np.float64), now)
        pose += weights * (values - pose)
