from __future__ import annotations

import pytest

from vtube.metrics import Rate, RollingWindow, quantile


def test_recent_keeps_the_newest_in_order() -> None:
    recent = RollingWindow(3)
    assert recent.values() == []
    assert recent.quantile(0.5) is None
    for value in (1.0, 2.0):
        recent.add(value)
    assert recent.values() == [1.0, 2.0]
    for value in (3.0, 4.0):
        recent.add(value)
    assert recent.values() == [2.0, 3.0, 4.0]


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 50.0), (0.99, 99.0), (1.0, 100.0)])
def test_quantile(share: float, expected: float) -> None:
    assert quantile([float(value) for value in range(100, 0, -1)], share) == expected


def test_rate_sinks_when_nothing_comes() -> None:
    rate = Rate()
    assert rate.per_second(0.0) == 0.0
    for tick in range(100):
        rate.add(tick / 50)
    assert rate.per_second(2.0) == pytest.approx(50)
    assert rate.per_second(3.0) < 50
    assert rate.per_second(5.0) == 0.0
