"""The conversion that looks right on a drawn face."""

from __future__ import annotations

from vtube.motion.facevector import FIELDS, Vector
from vtube.motion.retarget.brows import map_brows
from vtube.motion.retarget.curves import clamp, saturate
from vtube.motion.retarget.lids import Gaze, Lids
from vtube.motion.retarget.mouth import map_mouth
from vtube.pose import INDEX as P
from vtube.pose import Pose
from vtube.settings import RetargetSettings


class Natural:
    """Lids, gaze, brows, mouth and head of one person; keeps what hysteresis needs between faces."""

    def __init__(self, settings: RetargetSettings) -> None:
        self._settings = settings
        self._lids = Lids()
        self._gaze = Gaze(settings.gaze_range_deg)

    def map(self, face: Vector, pose: Pose, dt: float) -> None:
        """See `Mapper.map`."""
        f = dict(zip(FIELDS, face.tolist(), strict=True))
        smile = (f["mouthSmileLeft"] + f["mouthSmileRight"]) / 2
        frown = (f["mouthFrownLeft"] + f["mouthFrownRight"]) / 2
        self._lids.map(f, smile, pose, dt)
        self._gaze.map(f, self._lids.closed, pose, dt)
        map_brows(f, smile, clamp(frown), self._settings.brow, pose)
        map_mouth(f, pose)
        self._head(f, pose)

    def reset(self) -> None:
        """See `Mapper.reset`."""
        self._lids.reset()
        self._gaze.reset()

    def _head(self, f: dict[str, float], pose: Pose) -> None:
        s = self._settings
        pose[P["head_x"]] = saturate(-f["head_x"] / s.pitch_range_deg)
        pose[P["head_y"]] = saturate(-f["head_y"] / s.yaw_range_deg)
        pose[P["neck_z"]] = saturate(f["head_z"] / s.roll_range_deg)
