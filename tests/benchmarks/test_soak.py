import os

import pytest

from benchmarks.crowd import STAT, Moment, look, share_of_others
from benchmarks.soak import Sample, growth_mb, rates, verdict

FILES = ("/dev/null", "socket:[1]")


def evening(minutes: int, fps: float = 30.0, grows_mb: float = 0.0) -> list[Sample]:
    """Samples of a camera every five seconds, its memory growing evenly."""
    times = [5.0 * number for number in range(minutes * 12 + 1)]
    share = [time / times[-1] for time in times]
    return [
        Sample(time, 300 + grows_mb * part, 18, FILES, round(time * fps), 0, False)
        for time, part in zip(times, share, strict=True)
    ]


def test_a_good_evening_has_no_faults() -> None:
    samples = evening(60)
    assert rates(samples) == pytest.approx([30.0] * 720)
    assert verdict(30, samples[0], samples, samples[-1]) == []


def test_a_frozen_process_is_not_counted_as_slow() -> None:
    samples = evening(2)
    stopped = Sample(62.0, 300, 18, FILES, samples[12].frames, 0, True)
    assert rates([*samples[:13], stopped, *samples[13:]]) == pytest.approx([30.0] * 23)


def test_growth_counts_after_the_warm_up() -> None:
    base, grown = growth_mb(evening(60, grows_mb=60))
    assert base == pytest.approx(308, abs=1)
    assert grown == pytest.approx(49, abs=1)


def test_the_rate_is_not_judged_beside_a_crowd() -> None:
    samples = evening(60, fps=29.0)
    assert len(verdict(30, samples[0], samples, samples[-1], others=0.1)) == 1
    assert verdict(30, samples[0], samples, samples[-1], others=0.3) == []


@pytest.mark.skipif(not STAT.exists(), reason="Linux tells of its processors")
def test_others_are_everybody_but_us() -> None:
    before = look([os.getppid()])
    assert before.everybody > before.own > 0
    after = Moment(before.at + 10, before.everybody + 9, before.own + 4)
    assert share_of_others(before, after) == pytest.approx(0.5 / (os.cpu_count() or 1))


def test_what_is_wrong_is_named() -> None:
    samples = evening(60, fps=29.8, grows_mb=60)
    after = Sample(3700, 360, 20, (*FILES, "one.wav", "one.wav", "two"), 0, 0, False)
    faults = verdict(30, samples[0], samples, after)
    assert [fault.split()[0] for fault in faults] == ["the", "memory", "2", "3"]
    assert faults[-1].endswith("one.wav, one.wav, two")


def test_the_short_form_does_not_judge_memory() -> None:
    samples = evening(2, grows_mb=60)
    assert verdict(30, samples[0], samples, samples[-1]) == []
