"""Classic mode against the unmodified converter of the THA3 demo."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.motion.recordings import csv_faces, oracle, phone_faces
from vtube.motion.retarget import build_retargeter
from vtube.motion.retarget.classic import L1_WEIGHT, MOUTH_ROWS, fit_mouth
from vtube.pose import INDEX, Pose, neutral
from vtube.settings import RetargetSettings
from vtube.signals import FaceFrame

TOLERANCE = 0.02


def classic(frame: FaceFrame, brow: str = "auto") -> Pose:
    pose, settings = neutral(), RetargetSettings.model_validate({"mode": "classic", "brow": brow})
    build_retargeter(settings).retarget(frame, pose, frame.time)
    return pose


def test_the_oracle() -> None:
    rows, phones, worst = csv_faces(), phone_faces(), 0.0
    cases = oracle()
    for case in cases:
        frame = rows[case["row"]] if "row" in case else phones[case["input"].rpartition("#")[2]]
        worst = max(worst, float(np.abs(classic(frame) - case["pose"]).max()))
    assert len(cases) > 50
    assert worst < TOLERANCE


@pytest.mark.parametrize("brow", ["angry", "troubled", "lowered", "serious"])
def test_what_a_lowered_brow_becomes(brow: str) -> None:
    pose = classic(FaceFrame(0.0, shapes={"browDownLeft": 0.2, "browDownRight": 0.4}), brow)
    assert pose[INDEX[f"eyebrow_{brow}_left"]] == pytest.approx(0.5)
    assert pose[INDEX[f"eyebrow_{brow}_right"]] == 1.0


def test_the_originals_hard_limits() -> None:
    pose = classic(FaceFrame(0.0, head=(-40.0, 5.0, -7.5)))
    moved = [pose[INDEX[name]] for name in ("head_x", "head_y", "neck_z", "body_y", "body_z")]
    assert moved == [1.0, -0.5, -0.5, -0.5, -0.5]


def test_nothing_is_smoothed() -> None:
    retargeter, pose = build_retargeter(RetargetSettings(mode="classic")), neutral()
    for index in range(9):
        retargeter.retarget(FaceFrame(index / 60, head=(0.0, 10.0 * (-1) ** index, 0.0)), pose, index / 60)
        assert pose[INDEX["head_y"]] == -((-1.0) ** index)


def test_gaze_from_eye_angles_where_the_shapes_are_missing() -> None:
    pose = classic(FaceFrame(0.0, eye_left=(-14.0, 0.0), eye_right=(-14.0, 0.0)))
    assert pose[INDEX["iris_rotation_x"]] == pytest.approx(0.5 * 4 / 3)


UNIT = st.floats(0, 1)


def loss(weights: np.ndarray, target: np.ndarray) -> float:
    return float(np.linalg.norm(weights @ MOUTH_ROWS - target) + L1_WEIGHT * np.abs(weights).sum())


@given(UNIT, UNIT, UNIT, UNIT)
def test_no_neighbour_fits_better(opened: float, lip: float, funnel: float, pucker: float) -> None:
    wanted = np.array([opened, lip, funnel, pucker])
    found = fit_mouth(wanted)
    assert ((found >= 0) & (found <= 1)).all()
    for step in (0.2, 0.01, 0.001):
        for move in itertools.product((-step, 0.0, step), repeat=4):
            assert loss(found, wanted) <= loss(np.clip(found + move, 0, 1), wanted) + 1e-9


@given(UNIT, UNIT, UNIT, UNIT)
def test_exact_mixtures_are_found_again(aaa: float, iii: float, uuu: float, ooo: float) -> None:
    weights = np.array([aaa, iii, uuu, ooo])
    assert fit_mouth(weights @ MOUTH_ROWS) == pytest.approx(weights, abs=1e-6)
