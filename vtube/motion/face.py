"""The tracked face as a layer: held for a moment when it is lost, then eased out; eased in when it is back."""

from __future__ import annotations

import numpy as np

from vtube.motion.base import FaceSource, Retargeter
from vtube.motion.easing import Fader
from vtube.pose import Pose
from vtube.settings import MixerSettings
from vtube.signals import FaceFrame


class FaceDriver:
    """Blends the face over the layers below by a weight that follows whether there is one.

    A face is there from its first found frame until `hold_lost_s` after the last one; meanwhile, and while it
    eases out, the last found frame stands.
    """

    def __init__(self, faces: FaceSource, retargeter: Retargeter, settings: MixerSettings) -> None:
        self.settings = settings
        self.retargeter = retargeter
        self._faces = faces
        self._fader = Fader(settings.ease_s)
        self._found: FaceFrame | None = None
        self.sees_face = False
        """Whether a face was seen when the last pose was made."""

    @property
    def weight(self) -> float:
        """How much of the face shows, 0..1."""
        return self._fader.weight

    def source_time(self) -> float | None:
        """When the face that the last pose shows arrived; None when no face shows."""
        return self._found.time if self._found is not None and self.weight > 0 else None

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        newest = self._faces.poll(now)
        if newest is not None and newest.found:
            self._found = newest
        self.sees_face = newest is not None and newest.found and now - newest.time <= self.settings.hold_lost_s
        if self._found is None:
            return
        self._fader.rise_s = self._fader.fall_s = self.settings.ease_s
        weight = self._fader.toward(now - self._found.time <= self.settings.hold_lost_s, now)
        if weight > 0:
            self._blend(self._found, pose, weight, now)

    def _blend(self, frame: FaceFrame, pose: Pose, weight: float, now: float) -> None:
        face = pose.copy()
        self.retargeter.retarget(frame, face, now)
        np.copyto(face, pose, where=~np.isfinite(face))
        pose += weight * (face - pose)
