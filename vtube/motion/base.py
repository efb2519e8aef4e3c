"""The seams of motion."""

from __future__ import annotations

from typing import Protocol

from vtube.pose import Pose
from vtube.signals import FaceFrame


class Driver(Protocol):
    """Owns some of the 45 parameters and moves them as a function of time."""

    def drive(self, pose: Pose, now: float) -> None:
        """Change the parameters this driver owns, in place, for the moment `now` (monotonic seconds).

        The pose holds what the layers below made of this moment. Parameters that are not the driver's own
        are left as they are. `now` never runs backwards between calls.
        """


class FaceSource(Protocol):
    """Where faces come from."""

    def poll(self, now: float) -> FaceFrame | None:
        """The newest frame at `now` of whichever tracker is followed, None before the first; never blocks.

        Asked once for every picture, in the order of time; which tracker is followed may change then.
        """


class Layer(Protocol):
    """What the layers above know of one below."""

    @property
    def weight(self) -> float:
        """How much of it shows, 0..1."""


class Retargeter(Protocol):
    """Turns a tracked face into parameters."""

    def retarget(self, frame: FaceFrame, pose: Pose, now: float) -> None:
        """Write the parameters that the face owns into `pose`, in place; leave the others alone."""
