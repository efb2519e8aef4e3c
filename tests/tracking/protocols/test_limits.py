import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.tracking.protocols.limits import angles, gaze, position, shape_weight, wrap


@pytest.mark.parametrize(("degrees", "wrapped"), [(0, 0), (180, 180), (190, -170), (-190, 170), (725, 5)])
def test_wrap(degrees: float, wrapped: float) -> None:
    assert wrap(degrees) == pytest.approx(wrapped)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_wrap_stays_in_range(degrees: float) -> None:
    assert -180.0 <= wrap(degrees) <= 180.0


def test_too_few_or_broken_numbers_are_nothing() -> None:
    assert angles([1.0, 2.0]) is None
    assert angles([1.0, 2.0, math.nan]) is None
    assert gaze([1.0]) is None
    assert gaze([1.0, math.inf]) is None
    assert position([]) is None
    assert position([math.nan, 0.0, 0.0]) is None
    assert shape_weight(math.nan) is None


def test_more_numbers_than_needed_do_no_harm() -> None:
    assert angles([1.0, 2.0, 3.0, math.nan]) == (1.0, 2.0, 3.0)
    assert gaze([1.0, 2.0, math.nan]) == (1.0, 2.0)
    assert position([99.0, -99.0, 0.5]) == (10.0, -10.0, 0.5)
