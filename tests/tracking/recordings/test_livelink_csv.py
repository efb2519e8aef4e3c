import pytest

from vtube.tracking.recordings.livelink_csv import read_rows, recognise

HEADER = (
    "Timecode,BlendShapeCount,JawOpen,MouthRight,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,"
    "LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"
)


def test_header() -> None:
    assert recognise(HEADER)
    assert recognise("\ufeff" + HEADER)
    assert not recognise("a,b,c")


def test_rows_by_name_across_midnight() -> None:
    rows = [HEADER, "23:59:59:59.000,61,0.5,0.25,0.1,0,0,0,0,0,0,0,0", "00:00:00:30.000,61,0.6,0.25,0,0,0,0,0,0,0,0,0"]
    (first_t, first), (second_t, second) = read_rows(rows)
    assert first.shapes == {"jawOpen": 0.5, "mouthRight": 0.25}
    assert first.head == pytest.approx((0.0, 5.729578, 0.0))
    assert second.head is None
    assert first_t == 0.0
    assert second_t == pytest.approx(31 / 60)


@pytest.mark.parametrize(
    "row", ["x,61,0.5", "12:00:00:00.0,61,abc,0,0,0,0,0,0,0,0,0,0", "12:00:00:00.0,61" + ",0" * 99]
)
def test_damaged_rows(row: str) -> None:
    with pytest.raises(ValueError, match="row"):
        list(read_rows([HEADER, row]))
