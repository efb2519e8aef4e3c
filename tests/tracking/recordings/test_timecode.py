import itertools

import pytest

from vtube.tracking.recordings.timecode import clock_of


def written(rate: float, frames: int, mark: str = ":", start: int = 36_000) -> list[str]:
    """Timecodes of so many frames, counted to `rate` in each second, without frames left out."""
    codes = []
    for index in range(frames):
        second, frame = divmod(index, int(rate))
        second += start
        codes.append(f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{mark}{frame:02}.000")
    return codes


def times(codes: list[str]) -> list[float]:
    clock = clock_of(codes)
    return [clock(code) - clock(codes[0]) for code in codes]


@pytest.mark.parametrize("rate", [24, 25, 30, 48, 50, 60, 120])
def test_the_rate_follows_from_the_highest_frame_number(rate: int) -> None:
    assert times(written(rate, rate * 3)) == pytest.approx([index / rate for index in range(rate * 3)])


def test_a_take_of_less_than_a_second_says_no_rate() -> None:
    assert times(written(30, 20))[-1] == pytest.approx(19 / 60)
    assert times(written(120, 110))[-1] == pytest.approx(109 / 120)


def test_every_second_frame_of_60() -> None:
    assert times(written(60, 180)[::2])[1] == pytest.approx(1 / 30)


def test_drop_frame_counts_without_gaps_over_a_minute() -> None:
    codes = [f"10:00:59;{frame:02}.000" for frame in range(30)] + [f"10:01:00;{frame:02}.000" for frame in range(2, 30)]
    codes = [f"10:00:58;{frame:02}.000" for frame in range(30)] + codes
    found = times(codes)
    assert [after - before for before, after in itertools.pairwise(found)] == pytest.approx(
        [1.001 / 30] * (len(codes) - 1)
    )


@pytest.mark.parametrize(
    ("codes", "seconds"),
    [
        (["0.0000", "0.0167", "0.0333"], [0.0, 0.0167, 0.0333]),
        (["1000", "1001", "1002"], [0.0, 1 / 60, 2 / 60]),
        (["0", "33", "67"], [0.0, 0.033, 0.067]),
        (["10:00:00.000", "10:00:00.500", "10:00:01.250"], [0.0, 0.5, 1.25]),
    ],
)
def test_other_ways_to_tell_the_time(codes: list[str], seconds: list[float]) -> None:
    assert times(codes) == pytest.approx(seconds)


@pytest.mark.parametrize("code", ["", "x", "10:00", "10:00:aa:01", "99"])
def test_what_is_no_timecode(code: str) -> None:
    with pytest.raises(ValueError):
        clock_of(written(60, 10))(code)
