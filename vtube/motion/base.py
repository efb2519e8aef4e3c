"""The seam of a driver."""

from __future__ import annotations

from typing import Protocol

from vtube.pose import Pose


class Driver(Protocol):
    """Owns some of the 45 parameters and moves them as a function of time."""

    def apply(self, pose: Pose, now: float) -> None:
        """Change the parameters this driver owns, in place, for the moment `now` (monotonic seconds).

        The pose holds what the layers below made of this moment. Parameters that are not the driver's own
        are left as they are. `now` never runs backwards between calls.
        """
