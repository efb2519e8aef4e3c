"""A mouth that knows only how loud it is: no vowels, but open when there is speech."""

from __future__ import annotations

import numpy as np

from vtube.audio.base import Samples
from vtube.signals import MouthShape

QUIET_DB, LOUD_DB = -45.0, -15.0


class LoudnessMouth:
    """A `LipSync` by level alone."""

    def __init__(self) -> None:
        self._latest: MouthShape | None = None

    def feed(self, samples: Samples, heard_at: float) -> None:
        """See `audio.base.LipSync`."""
        level = 20 * np.log10(float(np.sqrt(np.mean(np.square(samples)))) + 1e-6)
        opening = float(np.clip((level - QUIET_DB) / (LOUD_DB - QUIET_DB), 0.0, 1.0))
        self._latest = MouthShape(heard_at, aaa=opening, open=opening, speaking=opening > 0)

    def latest(self) -> MouthShape | None:
        """See `audio.base.LipSync`."""
        return self._latest
