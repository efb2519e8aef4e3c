"""MediaPipe's FaceLandmarker as FaceFrames.

Axes of its transformation matrix: x to the right of the picture, y up, z to the camera, centimetres. In a picture
that is not mirrored, the right of the picture is the person's own left; turned by that frame's right-hand rule,
pitch looks down, yaw turns to the own left and roll tilts to the own right, which are our signs (checked with a
turned, a mirrored and a winking photograph).
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vtube.errors import PackageMissingError, TrackingError
from vtube.registry import installed, lacking, optional
from vtube.signals import ARKIT_SHAPES, FaceFrame
from vtube.text import first_line

Image = NDArray[np.uint8]
"""Shape (height, width, 3), RGB."""

SILENT = {"cheekSquintLeft", "cheekSquintRight", "tongueOut"}
"""The model scores them 0 whatever the face does; left out, others stand in for them."""
_KNOWN = set(ARKIT_SHAPES) - SILENT
CM = 0.01
WHO = "the webcam tracker"


class Detector(Protocol):
    """Finds a face in one picture after another."""

    def detect(self, image: Image, time: float) -> FaceFrame:
        """The face in `image`, taken at `time` (monotonic seconds, rising)."""

    def close(self) -> None:
        """Give its memory back."""


def require_mediapipe() -> None:
    """Raise unless MediaPipe is installed.

    Raises:
        PackageMissingError: it is not; the line says how to install it.
    """
    if not installed("mediapipe"):
        raise lacking(WHO, "webcam", "mediapipe")


class MediaPipeDetector:
    """The FaceLandmarker in video mode: one face, 52 scores, one matrix.

    Raises:
        TrackingError: MediaPipe is missing or cannot run here.
    """

    def __init__(self, model: Path) -> None:
        os.environ.setdefault("GLOG_minloglevel", "2")  # its native library talks on the terminal
        try:
            self._mp: Any = optional("mediapipe", "webcam", WHO)
            tasks: Any = optional("mediapipe.tasks.python", "webcam", WHO)
            self._landmarker = tasks.vision.FaceLandmarker.create_from_options(
                tasks.vision.FaceLandmarkerOptions(
                    base_options=tasks.BaseOptions(model_asset_buffer=model.read_bytes()),
                    running_mode=tasks.vision.RunningMode.VIDEO,
                    num_faces=1,
                    output_face_blendshapes=True,
                    output_facial_transformation_matrixes=True,
                )
            )
        except PackageMissingError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever its native library says
            raise TrackingError(f"MediaPipe cannot start: {first_line(error)}") from None
        self._last_ms = -1

    def detect(self, image: Image, time: float) -> FaceFrame:
        """See `Detector.detect`."""
        self._last_ms = max(int(time * 1000), self._last_ms + 1)
        picture = self._mp.Image(image_format=self._mp.ImageFormat.SRGB, data=image)
        result = self._landmarker.detect_for_video(picture, self._last_ms)
        if not result.face_blendshapes or not result.facial_transformation_matrixes:
            return FaceFrame(time, found=False)
        scores = {category.category_name: category.score for category in result.face_blendshapes[0]}
        return to_frame(scores, np.asarray(result.facial_transformation_matrixes[0], np.float64), time)

    def close(self) -> None:
        """See `Detector.close`."""
        self._landmarker.close()


def to_frame(scores: Mapping[str, float], matrix: NDArray[np.float64], time: float) -> FaceFrame:
    """A frame from the category scores (0..1, by name) and the 4 x 4 matrix of an unmirrored picture."""
    shapes = {name: float(score) for name, score in scores.items() if name in _KNOWN and math.isfinite(score)}
    if not np.isfinite(matrix).all():
        return FaceFrame(time, shapes=shapes)
    right, up, near = (float(value) * CM for value in matrix[:3, 3])
    return FaceFrame(time, shapes=shapes, head=turns(matrix[:3, :3]), head_position=(-right, up, near))


def turns(rotation: NDArray[np.float64]) -> tuple[float, float, float]:
    """Degrees about x, y and z of a rotation that turns about x first, then y, then z (all fixed axes)."""
    across = math.hypot(rotation[0, 0], rotation[1, 0])
    return _degrees(
        math.atan2(rotation[2, 1], rotation[2, 2]),
        math.atan2(-rotation[2, 0], across),
        math.atan2(rotation[1, 0], rotation[0, 0]),
    )


def _degrees(*radians: float) -> tuple[float, float, float]:
    x, y, z = map(math.degrees, radians)
    return x, y, z
