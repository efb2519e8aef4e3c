"""Puts a retargeter together from the settings."""

from __future__ import annotations

from collections.abc import Callable

from vtube.motion.face_calibration import CalibrationByTracker
from vtube.motion.neutral_faces import NeutralFaceStore
from vtube.motion.retarget.base import Mapper
from vtube.motion.retarget.classic import Classic
from vtube.motion.retarget.natural import Natural
from vtube.motion.retarget.response import Response
from vtube.motion.retarget.retargeter import FaceRetargeter
from vtube.motion.retarget.smoothing import build_filter
from vtube.settings import RetargetSettings


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
        SettingsError: `parameters` names an unknown parameter.
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
        Response(settings.parameters),
        build_filter(0.0 if exact else settings.smoothing),
        calibration,
    )
