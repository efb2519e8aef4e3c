"""`webcam[:N]`: a face seen by any webcam, with MediaPipe (optional extra `webcam`)."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import cv2

from vtube.clock import monotonic
from vtube.errors import TrackingError, VtubeError
from vtube.paths import plain_file
from vtube.settings import Settings, WebcamSettings
from vtube.signals import FaceFrame, InputStatus
from vtube.spec import Spec
from vtube.threads import Worker
from vtube.tracking.face_model import face_model
from vtube.tracking.mediapipe_face import Detector, Image, MediaPipeDetector, require_mediapipe
from vtube.tracking.slot import Slot

CLOSE_S = 3.0
"""A camera's driver may take so long to give a picture, and the thread ends only between two of them."""
RETRY_S = 2.0
"""Between attempts to open a camera that is gone or taken."""
MISSED_READS = 30
"""Pictures that may fail in a row before a camera counts as gone."""

log = logging.getLogger(__name__)


class Camera(Protocol):
    """Gives pictures as they come."""

    def read(self) -> Image | None:
        """The next picture, waiting for it; None when there was none."""

    def close(self) -> None:
        """Give the device back."""


class OpenCvCamera:
    """A camera by number, or a video file, through OpenCV.

    Raises:
        TrackingError: it cannot be opened.
    """

    def __init__(self, source: int | str, settings: WebcamSettings) -> None:
        self._capture = open_capture(source)
        if not self._capture.isOpened():
            raise TrackingError(
                f"webcam {source} cannot be opened: is it plugged in, free and allowed? "
                "Another number may be the right one: webcam:1",
                "webcam.open",
                name=str(source),
            )
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
        self._capture.set(cv2.CAP_PROP_FPS, settings.fps)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._mirrored = settings.mirrored

    def read(self) -> Image | None:
        """See `Camera.read`."""
        taken, picture = self._capture.read()
        if not taken or picture is None:
            return None
        image: Image = cv2.cvtColor(cv2.flip(picture, 1) if self._mirrored else picture, cv2.COLOR_BGR2RGB)
        return image

    def close(self) -> None:
        """See `Camera.close`."""
        self._capture.release()


def open_capture(source: int | str, system: str = sys.platform) -> Any:
    """OpenCV's capture of a camera or a file, opened or not.

    Raises:
        TrackingError: `source` is a text and names neither a camera nor a file of this computer.

    On Windows a camera is asked for by DirectShow first: Media Foundation, OpenCV's choice there, can take a minute
    to open some, and keeps several old pictures in a queue.
    """
    if isinstance(source, str) and not re.fullmatch(r"/dev/video\d+", source):
        try:
            source = str(plain_file(Path(source)))
        except OSError as error:
            raise TrackingError(
                f"webcam {source} cannot be opened: {error.strerror or error}", "webcam.open", name=str(source)
            ) from None
    if system == "win32" and isinstance(source, int):
        capture = cv2.VideoCapture(source, cv2.CAP_DSHOW)
        if capture.isOpened():
            return capture
        capture.release()
    return cv2.VideoCapture(source)


OpenCamera = Callable[[int | str, WebcamSettings], Camera]
OpenDetector = Callable[[], Detector]


def open_detector() -> Detector:
    """MediaPipe with its model, which is fetched at the first use.

    Raises:
        TrackingError: MediaPipe or its model cannot be had.
    """
    return MediaPipeDetector(face_model())


class WebcamTracker:
    """A thread that reads the camera and keeps the newest face.

    A camera that is taken or unplugged is said in the status and tried again.

    Args:
        source: the camera's number, or a video file.
    """

    def __init__(
        self,
        source: int | str,
        settings: WebcamSettings,
        camera: OpenCamera = OpenCvCamera,
        detector: OpenDetector = open_detector,
        check: Callable[[], None] = require_mediapipe,
    ) -> None:
        self.source, self._settings = source, settings
        self._open_camera, self._open_detector, self._check = camera, detector, check
        self._slot = Slot("webcam")
        self._worker = Worker("tracker webcam", self._run)
        self._doing = ""

    def start(self) -> None:
        """Begin; the model and the camera are opened on the thread, because both can take seconds.

        Raises:
            PackageMissingError: MediaPipe is not installed.
        """
        if not self._worker.alive:
            self._check()
            self._doing = "getting the face model"
            self._worker.start()

    def latest(self) -> FaceFrame | None:
        """The newest face, None before the first. Never blocks."""
        return self._slot.latest()

    def status(self, now: float) -> InputStatus:
        """Where this input stands at `now`."""
        return self._slot.status(now, self._doing)

    def close(self) -> None:
        """Stop and give the camera back."""
        self._worker.close(CLOSE_S)

    def _run(self, stop: threading.Event) -> None:
        try:
            detector = self._open_detector()
        except VtubeError as error:
            self._slot.fail(str(error))
            return
        with contextlib.closing(detector):
            while not stop.is_set():
                try:
                    self._watch(detector, stop)
                except VtubeError as error:
                    self._slot.fail(str(error))
                except Exception as error:  # noqa: BLE001 - a driver may raise whatever it likes; it is tried again
                    log.warning("webcam %s: %s: %s", self.source, type(error).__name__, error)
                stop.wait(RETRY_S)

    def _watch(self, detector: Detector, stop: threading.Event) -> None:
        """Read one opened camera until it fails or the tracker is closed."""
        self._doing = f"opening camera {self.source}"
        with contextlib.closing(self._open_camera(self.source, self._settings)) as camera:
            self._slot.fail("")
            self._doing = f"camera {self.source}"
            missed = 0
            while not stop.is_set() and missed < MISSED_READS:
                image = camera.read()
                if image is None:
                    missed += 1
                    stop.wait(1.0 / self._settings.fps)
                    continue
                missed = 0
                face = detector.detect(image, monotonic())
                self._slot.put(dataclasses.replace(face, time=monotonic()))
        if missed:
            raise TrackingError(
                f"webcam {self.source} gives no pictures any more; waiting for it to come back",
                "webcam.gone",
                name=str(self.source),
            )


def create(spec: Spec, settings: Settings) -> WebcamTracker:
    """The registry's factory; the argument is a camera's number or a video file."""
    text = spec.argument
    source = settings.webcam.camera if text is None else int(text) if text.isdigit() else text
    return WebcamTracker(source, settings.webcam)
