"""A neutral face for each kind of tracker, kept when it was asked for."""

from pathlib import Path

import pytest

from vtube.motion.face_calibration import EASE_S, MOST_TRACKERS, CalibrationByTracker
from vtube.motion.facevector import INDEX, Vector, vector_of
from vtube.motion.neutral_faces import NeutralFaceStore
from vtube.signals import FaceFrame

PITCH = INDEX["head_x"]


def face(pitch: float) -> Vector:
    return vector_of(FaceFrame(0.0, head=(pitch, 0.0, 0.0)))


def show(calibrations: CalibrationByTracker, pitch: float, source: str, start: float, seconds: float = 3.0) -> float:
    """The pitch that is left of a still face at the end."""
    left = 0.0
    for index in range(round(seconds * 30) + 1):
        left = float(calibrations.subtract(face(pitch), start + index / 30, source)[PITCH])
    return left


def test_each_tracker_has_its_own() -> None:
    calibrations = CalibrationByTracker(1.0)
    assert not calibrations.done
    assert show(calibrations, -15.0, "livelink", 0.0) == pytest.approx(0.0)
    assert show(calibrations, 10.0, "webcam", 4.0) == pytest.approx(0.0)
    assert calibrations.subtract(face(-15.0), 8.0, "livelink")[PITCH] == pytest.approx(0.0)
    assert calibrations.done
    assert calibrations.placed


def test_asked_before_there_is_a_face_the_first_one_counts() -> None:
    calibrations = CalibrationByTracker(0.0)
    calibrations.request()
    assert show(calibrations, 7.0, "vts", 0.0, EASE_S + 0.1) == pytest.approx(0.0)
    assert show(calibrations, 7.0, "vmc", 2.0) == 7.0
    assert not calibrations.done


def test_it_is_there_at_the_next_start(tmp_path: Path) -> None:
    store = NeutralFaceStore(tmp_path / "kept.json")
    calibrations = CalibrationByTracker(0.0, store)
    calibrations.request()
    calibrations.subtract(face(7.0), 0.0, "vts")
    store.close()
    again = CalibrationByTracker(2.0, NeutralFaceStore(tmp_path / "kept.json"))
    assert again.subtract(face(9.0), 0.0, "vts")[PITCH] == pytest.approx(2.0)
    assert again.done
    assert not again.placed
    assert again.subtract(face(9.0), 0.0, "vmc")[PITCH] == pytest.approx(9.0)


def test_learnt_by_itself_it_is_not(tmp_path: Path) -> None:
    show(CalibrationByTracker(1.0, NeutralFaceStore(tmp_path / "kept.json")), 7.0, "vts", 0.0)
    assert not (tmp_path / "kept.json").exists()


def test_of_trackers_without_end_only_the_last_ones_are_remembered() -> None:
    calibrations = CalibrationByTracker(1.0)
    show(calibrations, -15.0, "first", 0.0)
    for index in range(MOST_TRACKERS - 1):
        calibrations.subtract(face(0.0), 4.0, f"replay {index}")
    assert calibrations.subtract(face(-15.0), 5.0, "first")[PITCH] == pytest.approx(0.0)
    calibrations.subtract(face(0.0), 6.0, "one too many")
    assert calibrations.subtract(face(-15.0), 7.0, "first")[PITCH] == pytest.approx(-15.0)
