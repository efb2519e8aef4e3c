"""From tracked faces to the 45 parameters, frame by frame of the camera."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vtube.motion.easing import Array, Follower
from vtube.motion.face_calibration import CalibrationByTracker
from vtube.motion.facevector import MIRROR, POSITION, Vector, inversion, vector_of
from vtube.motion.neutral_faces import NeutralFaceStore
from vtube.motion.retarget.base import GROUPS, Mapper, filled, seen_groups
from vtube.motion.retarget.body import Body, Lean, lean_values
from vtube.motion.retarget.classic import Classic
from vtube.motion.retarget.filters import (
    LEAN,
    VALUES,
    Response,
    Smoother,
    build_filter,
    response_of_parameters,
    response_of_shapes,
)
from vtube.motion.retarget.natural import Natural
from vtube.pose import COUNT, INDEX, Pose, limit, neutral
from vtube.settings import RetargetSettings
from vtube.signals import FaceFrame

SHORTEST_GAP_S = 0.001
RESUME_S = 1.0
"""After so long a silence the next face is taken as it is, without filtering it against the one before."""

OWNERSHIP_S = 0.25
"""Easing of what a tracker begins or ceases to see while it is live."""

_BODY = [INDEX["body_y"], INDEX["body_z"]]
_HEAD = [INDEX["head_y"], INDEX["neck_z"]]
_MASKS = {group: np.isin(np.arange(COUNT), [INDEX[name] for name in names]) for group, names in GROUPS.items()}


class FaceRetargeter:
    """Writes the parameters that a tracked face owns.

    Attributes:
        owned: shape (45,), bool: the parameters written by the last `retarget`. A tracker without a head angle,
            say, leaves the head to the layers below; when it begins or ceases to send one, that is eased.
        lean: where the whole picture should move, for the scene.
        calibration: the person's neutral faces, for a successor with other settings.
        face: the newest face, calibrated, before the user's own curves of blend shapes; None before the first.
        mapped: the pose that it makes before the user's own curves of parameters; None before the first.
    """

    def __init__(
        self,
        settings: RetargetSettings,
        mapper: Mapper,
        shape_response: Response,
        response: Response,
        smoother: Smoother,
        calibration: CalibrationByTracker,
    ) -> None:
        self.owned: NDArray[np.bool_] = np.zeros(COUNT, np.bool_)
        self.lean = Lean()
        self._settings = settings
        self._mapper = mapper
        self._shape_response = shape_response
        self._response = response
        self._filter = smoother
        self.calibration = calibration
        self.face: Vector | None = None
        self.mapped: Pose | None = None
        self._inversion = inversion(settings.invert)
        self._body = Body(settings.body_follow, settings.body_lag_s)
        self._follows = settings.mode == "natural"
        self._shares = Follower(np.zeros(COUNT), OWNERSHIP_S if self._follows else 0.0)
        self._seen: Array = np.zeros(COUNT)
        self._frame: FaceFrame | None = None
        self._time = math.nan

    def calibrate(self) -> None:
        """Take the person's present face as the neutral one."""
        self.calibration.request()

    @property
    def calibrated(self) -> bool:
        """A neutral face has been taken."""
        return self.calibration.done

    def retarget(self, frame: FaceFrame, pose: Pose, now: float) -> None:
        """Write the owned parameters of the moment `now` into `pose`, in place.

        `frame` is the newest face, the same object until there is a newer one; a frame in which no face was
        found changes nothing, the last face stays. Numbers in `frame.parameters` go straight to the pose.
        """
        if frame is not self._frame and frame.found:
            self._take(frame)
        if self._frame is None:
            return
        values = self._filter.at(now)
        if self._follows:
            turn, tilt = values[_HEAD].tolist()
            values[_BODY] = self._body.follow(turn, tilt, now)
        x, y, zoom = values[LEAN].tolist()
        self.lean = Lean(x, y, 1.0 + zoom)
        shares = np.clip(self._shares.toward(self._seen, now), 0.0, 1.0)
        np.greater(shares, 0.0, out=self.owned)
        pose += (shares * (values[:COUNT] - pose)).astype(np.float32)
        self._drive(self._frame, pose)
        limit(pose)

    def _take(self, frame: FaceFrame) -> None:
        gap = frame.time - self._time
        if not gap < RESUME_S:
            self._filter.reset()
            self._mapper.reset()
            self._body.reset()
            gap = RESUME_S
        time = frame.time if math.isnan(self._time) else max(frame.time, self._time)
        vector = self._relative(vector_of(frame), time, frame.source)
        groups = seen_groups(vector)
        self._filter.update(self._map(filled(vector), max(gap, SHORTEST_GAP_S)), time)
        self._see(groups)
        if gap == RESUME_S:
            self._shares.jump(self._seen)
        self._frame, self._time = frame, time

    def _relative(self, vector: Vector, time: float, source: str) -> Vector:
        self.face = self._inversion.flip(self.calibration.subtract(vector, time, source))
        shaped = self._shape_response.shape(self.face)
        return MIRROR.flip(shaped) if self._settings.mirror else shaped.copy()

    def _map(self, face: Vector, dt: float) -> Array:
        sample, target = np.zeros(VALUES), neutral()
        self._mapper.map(face, target, dt)
        self.mapped = limit(target)
        sample[:COUNT] = self._response.shape(self.mapped)
        if self._settings.lean > 0 and self.calibration.placed:
            x, y, z = face[POSITION].tolist()
            sample[LEAN] = lean_values(x, y, z, self._settings.lean)
        return sample

    def _see(self, groups: list[str]) -> None:
        self._seen = np.zeros(COUNT)
        for group in groups:
            self._seen[_MASKS[group]] = 1.0
        if self._follows and self._settings.body_follow <= 0:
            self._seen[_BODY] = 0.0

    def _drive(self, frame: FaceFrame, pose: Pose) -> None:
        for name, value in frame.parameters.items():
            at = INDEX.get(name)
            if at is not None and math.isfinite(value):
                pose[at] = value
                self.owned[at] = True


def _classic(settings: RetargetSettings) -> Mapper:
    return Classic() if settings.brow == "auto" else Classic(settings.brow)


MAPPERS: dict[str, Callable[[RetargetSettings], Mapper]] = {"natural": Natural, "classic": _classic}


def build_retargeter(
    settings: RetargetSettings, calibration: CalibrationByTracker | None = None, kept: NeutralFaceStore | None = None
) -> FaceRetargeter:
    """The retargeter that the settings ask for; classic neither smooths nor calibrates by itself.

    `calibration` is that of a retargeter which this one replaces, so that the person stays known; classic begins
    anew. `kept` holds the neutral faces of earlier sessions, for which the settings may ask.

    Raises:
        SettingsError: `parameters` or `shapes` names what does not exist.
    """
    exact = settings.mode == "classic"
    if exact or calibration is None or not calibration.done:
        calibration = CalibrationByTracker(0.0)
    if not exact:
        calibration.auto_s = settings.calibrate_after_s
        calibration.kept = kept if settings.keep_neutral else None
    return FaceRetargeter(
        settings,
        MAPPERS[settings.mode](settings),
        response_of_shapes(settings.shapes),
        response_of_parameters(settings.parameters),
        build_filter(0.0 if exact else settings.smoothing),
        calibration,
    )
