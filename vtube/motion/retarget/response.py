"""The user's own range and curve of each parameter, on top of the defaults."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vtube.errors import PoseError, SettingsError
from vtube.pose import COUNT, Pose, index_of
from vtube.settings import ParameterCurve


class Response:
    """value -> sign(value) * min(gain * |value|^curve, limit), for all parameters at once.

    Raises:
        SettingsError: an unknown parameter name.
    """

    def __init__(self, curves: Mapping[str, ParameterCurve]) -> None:
        self._neutral = not curves
        self._gain, self._curve, self._limit = np.ones(COUNT), np.ones(COUNT), np.ones(COUNT)
        for name, curve in curves.items():
            at = _index(name)
            self._gain[at], self._curve[at], self._limit[at] = curve.gain, curve.curve, curve.limit

    def shape(self, pose: Pose) -> Pose:
        """The shaped values."""
        if self._neutral:
            return pose
        size = np.minimum(self._gain * np.abs(pose) ** self._curve, self._limit)
        shaped: Pose = np.copysign(size, pose).astype(np.float32)
        return shaped


def _index(name: str) -> int:
    try:
        return index_of(name)
    except PoseError as error:
        raise SettingsError(f"the setting 'retarget.parameters': {error}") from None
