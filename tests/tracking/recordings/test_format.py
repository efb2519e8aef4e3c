import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.signals import ARKIT_SHAPES, FaceFrame
from vtube.tracking.recordings.format import from_fields, parameters_of, to_line

FULL = FaceFrame(
    0.5,
    True,
    {"jawOpen": 0.25, "mouthSmileLeft": 1.05},
    (1.0, -2.0, 3.0),
    (0.01, 0.02, -0.4),
    (4.0, 5.0),
    (6.0, -7.0),
    {"head_x": 0.5},
)


@pytest.mark.parametrize("frame", [FULL, FaceFrame(0.5), FaceFrame(0.5, found=False)])
def test_there_and_back(frame: FaceFrame) -> None:
    assert from_fields(json.loads(to_line(frame, 0.5)), 0.5) == frame


def test_absent_is_not_zero() -> None:
    assert json.loads(to_line(FaceFrame(0.0), 2.0)) == {"t": 2.0, "found": True}


@given(st.dictionaries(st.sampled_from(ARKIT_SHAPES), st.floats(-1, 2)))
def test_any_shapes(shapes: dict[str, float]) -> None:
    back = from_fields(json.loads(to_line(FaceFrame(0.0, shapes=shapes), 0.0)), 0.0)
    assert back.shapes == pytest.approx(shapes, abs=1e-6)


@pytest.mark.parametrize(
    "fields",
    [
        {"shapes": 5, "head": "abc", "position": [1], "eye_left": {}, "parameters": []},
        {"shapes": {"jawOpen": "x", "nonsense": 1}, "head": [1, 2, None], "eye_left": [math.nan, 1]},
        {"shapes": {"jawOpen": 10**400}, "parameters": {"head_x": True, "nonsense": 1}},
    ],
)
def test_wrong_kinds_count_as_absent(fields: dict[str, object]) -> None:
    assert from_fields(fields, 1.0) == FaceFrame(1.0)


def test_parameters_stay_in_range() -> None:
    limited = parameters_of({"head_x": -5.0, "mouth_aaa": 0.5, "breathing": math.inf})
    assert limited == {"head_x": -1.0, "mouth_aaa": 0.5}
