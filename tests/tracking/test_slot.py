import pytest

from vtube.signals import FaceFrame, InputState, InputStatus
from vtube.tracking.slot import Slot


def test_waiting_before_the_first_frame() -> None:
    assert Slot("x").status(5.0, "here") == InputStatus("x", InputState.WAITING, 0.0, None, "here")


def test_live_with_its_rate() -> None:
    slot = Slot("x")
    for index in range(61):
        slot.put(FaceFrame(index / 30.0))
    status = slot.status(2.0)
    assert status.state is InputState.LIVE
    assert status.rate_hz == pytest.approx(30.0, abs=0.1)
    assert status.age_s == pytest.approx(0.0)


def test_datagrams_of_one_face_count_once() -> None:
    slot = Slot("x")
    for index in range(61):
        for part in range(4):
            slot.put(FaceFrame(index / 60.0 + 0.0003 * part))
    assert slot.rate(1.0) == pytest.approx(60.0, abs=0.1)
    newest = slot.latest()
    assert newest is not None
    assert newest.time == pytest.approx(1.0009)


def test_one_frame_alone_is_one_a_second() -> None:
    slot = Slot("x")
    slot.put(FaceFrame(1.0))
    assert slot.rate(1.1) == 1.0
    assert slot.rate(9.0) == 0.0


def test_lost_says_since_when() -> None:
    slot = Slot("x")
    slot.put(FaceFrame(1.0))
    assert slot.status(1.9).state is InputState.LIVE
    lost = slot.status(4.0)
    assert (lost.state, lost.age_s, lost.rate_hz) == (InputState.LOST, 3.0, 0.0)


def test_a_tracker_without_a_face_is_live_and_says_so() -> None:
    slot = Slot("x")
    slot.put(FaceFrame(1.0, found=False))
    assert slot.status(1.0, "from here").detail == "from here, no face in view"
    assert slot.status(1.0).detail == "no face in view"


def test_failure_tells_its_reason_until_taken_back() -> None:
    slot = Slot("x")
    slot.fail("no such camera")
    assert slot.status(0.0).state is InputState.FAILED
    assert slot.status(0.0, "else").detail == "no such camera"
    slot.fail("")
    assert slot.status(0.0).state is InputState.WAITING


def test_the_newest_wins() -> None:
    slot = Slot("x")
    assert slot.latest() is None
    first, second = FaceFrame(1.0), FaceFrame(1.1)
    slot.put(first)
    slot.put(second)
    assert slot.latest() == FaceFrame(1.1, source="x")
    slot.put(named := FaceFrame(1.2, source="y"))
    assert slot.latest() is named
