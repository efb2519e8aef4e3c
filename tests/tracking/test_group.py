import pytest

from vtube.errors import TrackingError
from vtube.signals import FaceFrame, InputState, InputStatus
from vtube.tracking.group import TrackerGroup


class FakeTracker:
    """Shows what it is told to."""

    def __init__(self, name: str, starts: bool = True) -> None:
        self.name, self.starts = name, starts
        self.frame: FaceFrame | None = None
        self.open = False

    def see(self, now: float, found: bool = True) -> None:
        self.frame = FaceFrame(now, found=found, shapes={"jawOpen": 1.0})

    def start(self) -> None:
        if not self.starts:
            raise TrackingError("no")
        self.open = True

    def latest(self) -> FaceFrame | None:
        return self.frame

    def status(self, now: float) -> InputStatus:
        return InputStatus(self.name, InputState.WAITING)

    def close(self) -> None:
        self.open = False


class Stage:
    """Two trackers and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.first, self.second = FakeTracker("first"), FakeTracker("second")
        self.group = TrackerGroup([self.first, self.second])

    def play(self, until: float, first: bool | None, second: bool | None) -> None:
        """60 frames a second; None sends nothing, False sends no face."""
        while self.now < until:
            self.now += 1 / 60
            if first is not None:
                self.first.see(self.now, first)
            if second is not None:
                self.second.see(self.now, second)
            self.group.poll(self.now)

    @property
    def believed(self) -> str:
        frame = self.group.latest()
        return "nobody" if frame is None else "first" if frame is self.first.frame else "second"


def test_the_first_is_believed_while_it_sees() -> None:
    stage = Stage()
    assert stage.believed == "nobody"
    stage.play(1.0, True, True)
    assert stage.believed == "first"
    assert stage.group.status(stage.now).name == "first"


def test_the_second_when_only_it_is_there() -> None:
    stage = Stage()
    stage.play(0.5, None, True)
    assert stage.believed == "second"


@pytest.mark.parametrize("first", [None, False])
def test_falls_to_the_second_within_a_second_and_comes_back(first: bool | None) -> None:
    stage = Stage()
    stage.play(1.0, True, True)
    stage.play(1.2, first, True)
    assert stage.believed == "first", "a stutter changes nothing"
    stage.play(2.0, first, True)
    assert stage.believed == "second"
    stage.play(2.3, True, True)
    assert stage.believed == "second", "not for every flicker"
    stage.play(2.7, True, True)
    assert stage.believed == "first"


def test_asking_changes_nothing() -> None:
    asked, left_alone = Stage(), Stage()
    for stage in (asked, left_alone):
        stage.play(1.0, True, True)
    for step in range(1, 80):
        for stage in (asked, left_alone):
            stage.play(1.0 + step / 60, step % 3 == 0, True)
        for _ in range(4):
            asked.group.latest()
            asked.group.status(asked.now)
    assert asked.believed == left_alone.believed


def test_nobody_sees_anything() -> None:
    stage = Stage()
    stage.play(1.0, True, True)
    stage.play(5.0, None, None)
    assert stage.believed == "first"


def test_lives() -> None:
    first, second = FakeTracker("first"), FakeTracker("second")
    group = TrackerGroup([first, second])
    group.start()
    assert first.open and second.open
    assert [status.name for status in group.statuses(0.0)] == ["first", "second"]
    group.close()
    assert not first.open and not second.open


def test_one_that_cannot_start_is_failed_while_another_can(caplog: pytest.LogCaptureFixture) -> None:
    first, second = FakeTracker("first"), FakeTracker("second", starts=False)
    group = TrackerGroup([first, second])
    group.start()
    assert first.open
    assert [status.state for status in group.statuses(0.0)] == [InputState.WAITING, InputState.FAILED]
    assert group.statuses(0.0)[1].detail == "no"
    assert caplog.messages == ["no"]
    first.starts = False
    with pytest.raises(TrackingError, match="no; no"):
        group.start()
    assert not first.open
    assert caplog.messages == ["no"]  # the error says it


def test_no_trackers_at_all() -> None:
    group = TrackerGroup([])
    group.start()
    assert group.latest() is None
    assert group.status(0.0).state is InputState.WAITING
    assert group.statuses(0.0) == []
    group.close()
