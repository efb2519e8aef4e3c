from collections.abc import Callable

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


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda text: text.replace("BlendShape", "Blendshape")])
def test_names_in_any_case(change: Callable[[str], str]) -> None:
    header = change(HEADER)
    assert recognise(header)
    ((_, frame),) = read_rows([header, "10:00:00:00.000,61,0.5,0.25,0.1,0,0,0.2,0,0,0,0,0"])
    assert frame.shapes == {"jawOpen": 0.5, "mouthRight": 0.25}
    assert frame.head == pytest.approx((0.0, 5.729578, 0.0))
    assert frame.eye_left is not None
    assert frame.eye_right is None, "switched off"


def row(second: int, jaw: str = "0.5") -> str:
    return f"10:00:{second:02}:00.000,61,{jaw},0.25,0.1,0,0,0,0,0,0,0,0"


@pytest.mark.parametrize("cut", [1, 5, 12, 20, 24, len(row(3)) - 1])
def test_a_cut_last_row_costs_that_row(cut: int) -> None:
    frames = list(read_rows([HEADER, row(0), row(1), row(2), row(3)[:cut]]))
    assert len(frames) in (3, 4)
    assert [t for t, _ in frames[:3]] == [0.0, 1.0, 2.0]


def test_a_damaged_row_in_the_middle_is_named() -> None:
    with pytest.raises(ValueError, match="row 3 is damaged"):
        list(read_rows([HEADER, row(0), row(1)[:30], row(2)]))


def test_an_empty_cell_was_not_recorded() -> None:
    ((_, frame),) = read_rows([HEADER, row(0, jaw="")])
    assert frame.shapes == {"mouthRight": 0.25}


def test_semicolons_between_the_columns() -> None:
    rows = [line.replace(",", ";") for line in (HEADER, row(0), row(1))]
    assert recognise(rows[0])
    assert [t for t, _ in read_rows(rows)] == [0.0, 1.0]


@pytest.mark.parametrize(("delimiter", "point"), [(";", ","), ("\t", "."), ("\t", ","), (";", ".")])
def test_saved_anew_by_a_spreadsheet(delimiter: str, point: str) -> None:
    rows = [line.replace(",", delimiter).replace(".", point) for line in (HEADER, row(0), row(1))]
    assert recognise(rows[0])
    frames = list(read_rows(rows))
    assert [(t, frame.shapes["jawOpen"]) for t, frame in frames] == [(0.0, 0.5), (1.0, 0.5)]
