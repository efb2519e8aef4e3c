"""The webcam: MediaPipe's numbers in our axes, a camera that fails and comes back, missing parts in one line."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pytest

from tests.waiting import eventually
from vtube.clock import monotonic
from vtube.errors import PackageMissingError, TrackingError
from vtube.settings import Settings, WebcamSettings
from vtube.signals import FaceFrame, InputState
from vtube.spec import Spec
from vtube.tracking.mediapipe_face import Image, require_mediapipe, to_frame, turns
from vtube.tracking.webcam import OpenCvCamera, WebcamTracker, create, open_capture

PICTURE = np.zeros((4, 6, 3), np.uint8)


class FakeCamera:
    """Gives so many pictures, then none."""

    def __init__(self, pictures: int) -> None:
        self.left, self.closed = pictures, False

    def read(self) -> Image | None:
        self.left -= 1
        return PICTURE if self.left >= 0 else None

    def close(self) -> None:
        self.closed = True


class FakeDetector:
    """Finds the same face in every picture."""

    closed = False

    def detect(self, image: Image, time: float) -> FaceFrame:
        return FaceFrame(time, shapes={"jawOpen": 0.5})

    def close(self) -> None:
        self.closed = True


def rotation(axis: int, degrees: float) -> np.ndarray:
    vector = np.zeros(3)
    vector[axis] = math.radians(degrees)
    return np.asarray(cv2.Rodrigues(vector)[0])


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_turns_about_each_axis(axis: int) -> None:
    expected = [0.0, 0.0, 0.0]
    expected[axis] = 20.0
    assert turns(rotation(axis, 20.0)) == pytest.approx(expected)


def test_scores_and_matrix_become_a_frame() -> None:
    matrix = np.eye(4)
    matrix[:3, :3] = rotation(1, 15.0)
    matrix[:3, 3] = 5.0, 2.0, -60.0
    frame = to_frame({"_neutral": 0.9, "jawOpen": 0.5, "eyeBlinkLeft": 0.25, "cheekSquintLeft": 0.0}, matrix, 7.0)
    assert frame.shapes == {"jawOpen": 0.5, "eyeBlinkLeft": 0.25}
    assert frame.head == pytest.approx((0.0, 15.0, 0.0))
    assert frame.head_position == pytest.approx((-0.05, 0.02, -0.6))
    assert to_frame({"jawOpen": math.nan}, np.full((4, 4), math.nan), 7.0) == FaceFrame(7.0)


def test_faces_come_in_and_everything_is_given_back() -> None:
    camera, detector = FakeCamera(1000), FakeDetector()
    tracker = WebcamTracker(0, WebcamSettings(), lambda source, settings: camera, lambda: detector, lambda: None)
    tracker.start()
    tracker.start()
    assert eventually(lambda: tracker.latest() is not None)
    assert tracker.status(monotonic()).state is InputState.LIVE
    tracker.close()
    tracker.close()
    assert camera.closed
    assert detector.closed


def test_a_camera_that_goes_is_said_and_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.tracking.webcam.RETRY_S", 0.05)
    monkeypatch.setattr("vtube.tracking.webcam.MISSED_READS", 1)
    opened, gone = [], threading.Event()

    def open_camera(source: int | str, settings: WebcamSettings) -> FakeCamera:
        opened.append(source)
        if len(opened) == 2:
            gone.set()
            raise TrackingError("webcam 3 cannot be opened")
        return FakeCamera(2 if len(opened) == 1 else 10_000)

    tracker = WebcamTracker(3, WebcamSettings(fps=120), open_camera, FakeDetector, lambda: None)
    tracker.start()
    try:
        assert gone.wait(30)
        assert eventually(lambda: len(opened) >= 3)
        assert eventually(lambda: tracker.status(monotonic()).state is InputState.LIVE)
    finally:
        tracker.close()


def test_a_model_that_cannot_be_had_fails_the_input_only() -> None:
    def no_model() -> FakeDetector:
        raise TrackingError("the webcam's face model is not here")

    tracker = WebcamTracker(0, WebcamSettings(), lambda source, settings: FakeCamera(9), no_model, lambda: None)
    tracker.start()
    assert eventually(lambda: tracker.status(0.0).state is InputState.FAILED)
    assert "face model" in tracker.status(0.0).detail
    tracker.close()


def test_without_mediapipe_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(PackageMissingError, match="extras webcam"):
        WebcamTracker(0, WebcamSettings(), check=require_mediapipe).start()


@pytest.mark.parametrize(("argument", "source"), [(None, 2), ("0", 0), ("5", 5), ("clip.mp4", "clip.mp4")])
def test_the_spec_names_the_camera(argument: str | None, source: int | str) -> None:
    settings = Settings(webcam=WebcamSettings(camera=2))
    assert create(Spec("webcam", argument), settings).source == source


def test_a_camera_that_does_not_exist() -> None:
    with pytest.raises(TrackingError, match="cannot be opened"):
        OpenCvCamera("no-such-video.mp4", WebcamSettings())


@pytest.mark.parametrize("mirrored", [False, True])
def test_pictures_are_rgb_and_mirrored_when_asked(tmp_path: Path, mirrored: bool) -> None:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (64, 48))
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, :32] = 0, 0, 255
    for _ in range(3):
        writer.write(picture)
    writer.release()
    camera = OpenCvCamera(str(path), WebcamSettings(mirrored=mirrored))
    image = camera.read()
    camera.close()
    assert image is not None
    red = image[24, 56 if mirrored else 8]
    assert red[0] > 200
    assert red[2] < 60


class FakeCapture:
    """OpenCV's capture: which back end was asked for, and whether it opens."""

    asked: ClassVar[list[tuple[object, ...]]] = []

    def __init__(self, *how: object) -> None:
        self.how = how
        self.asked.append(how)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return cv2.CAP_DSHOW not in self.how or self.how[0] == 0

    def release(self) -> None:
        self.asked.append(("released", *self.how))


def test_windows_is_asked_for_directshow_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = tmp_path / "clip.mp4"
    clip.touch()
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    FakeCapture.asked.clear()
    assert open_capture(0, "win32").how == (0, cv2.CAP_DSHOW)
    assert open_capture(1, "win32").how == (1,)
    assert open_capture(str(clip), "win32").how == (str(clip),)
    assert open_capture(0, "linux").how == (0,)
    assert ("released", 1, cv2.CAP_DSHOW) in FakeCapture.asked
