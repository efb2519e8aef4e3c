import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.fakes import FakeOutput
from tests.outputs.contexts import sketched
from tests.waiting import eventually
from vtube.errors import Line, OutputError, PackageMissingError
from vtube.frame import Frame, blank, is_drawn
from vtube.outputs import worker as worker_module
from vtube.outputs.base import OutputEndedError
from vtube.outputs.worker import OutputState, OutputWorker, close_all

FRAMES = [blank(4, 4) for _ in range(10)]


def until(condition: Callable[[], bool]) -> None:
    assert eventually(condition), "it never happened"


def ids(frames: list[Frame]) -> list[int]:
    return [id(frame) for frame in frames]


class Started:
    """Workers that the test started, closed at its end."""

    def __init__(self) -> None:
        self.workers: list[OutputWorker] = []

    def __call__(self, output: FakeOutput, **options: float) -> OutputWorker:
        worker = OutputWorker(output, **options)  # type: ignore[arg-type]
        self.workers.append(worker)
        worker.start()
        until(lambda: worker.status().state is not OutputState.OPENING)
        return worker


@pytest.fixture
def start() -> Iterator[Started]:
    started = Started()
    yield started
    close_all(started.workers)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_age_of_an_output_is_that_of_its_last_frame(start: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 10.0
    monkeypatch.setattr(worker_module, "monotonic", lambda: now)
    worker = start(FakeOutput())
    assert worker.status().age_s is None
    worker.submit(FRAMES[0], 0.0)
    until(lambda: worker.status().sent == 1)
    now = 12.5
    assert worker.status().age_s == 2.5


def test_frames_and_their_deadlines_arrive(start: Started) -> None:
    output = FakeOutput()
    worker = start(output)
    for number in range(3):
        worker.submit(FRAMES[number], number / 30)
        until(lambda number=number: worker.status().sent == number + 1)  # type: ignore[misc]
    assert ids(output.frames) == ids(FRAMES[:3])
    assert output.times == [0, 1 / 30, 2 / 30]
    assert worker.status().state is OutputState.LIVE
    assert worker.status().dropped == 0


def test_a_slow_output_gets_the_newest_frame_and_drops_the_others_for_itself_alone(start: Started) -> None:
    slow, quick = FakeOutput(), FakeOutput()
    slow.gate.clear()
    workers = start(slow), start(quick)
    for number, frame in enumerate(FRAMES):
        for worker in workers:
            worker.submit(frame, float(number))
        slow.busy.wait(30)
        until(lambda number=number: len(quick.frames) == number + 1)  # type: ignore[misc]
    slow.gate.set()
    until(lambda: len(slow.frames) == 2)
    assert ids(slow.frames) == ids([FRAMES[0], FRAMES[-1]])
    assert workers[0].status().dropped == 8
    assert workers[1].status().dropped == 0


def test_a_file_gets_every_frame_in_order(start: Started) -> None:
    output = FakeOutput(keeps_every_frame=True)
    output.gate.clear()
    worker = start(output)
    for number, frame in enumerate(FRAMES):
        worker.submit(frame, float(number))
    output.gate.set()
    close_all([worker], 5)
    assert ids(output.frames) == ids(FRAMES)
    assert worker.status().dropped == 0


def test_a_file_that_falls_far_behind_loses_frames_instead_of_filling_the_memory(start: Started) -> None:
    output = FakeOutput(keeps_every_frame=True)
    output.gate.clear()
    worker = start(output, queue_bytes=3 * FRAMES[0].nbytes)
    worker.submit(FRAMES[0], 0.0)
    output.busy.wait(30)
    for number in range(1, 10):
        worker.submit(FRAMES[number], float(number))
    output.gate.set()
    until(lambda: len(output.frames) == 4)
    assert ids(output.frames) == ids(FRAMES[:4])
    assert worker.status().dropped == 6


def test_frames_that_come_while_a_file_is_being_opened_are_kept() -> None:
    output = FakeOutput(keeps_every_frame=True)
    worker = OutputWorker(output)
    worker.submit(FRAMES[0], 0.0)
    worker.start()
    worker.submit(FRAMES[1], 1.0)
    close_all([worker], 5)
    assert ids(output.frames) == ids(FRAMES[:2])


def test_an_output_that_fails_is_opened_again_and_said_so_once(
    start: Started, caplog: pytest.LogCaptureFixture
) -> None:
    output = FakeOutput()
    output.open_failures = [None, OutputError("busy"), OutputError("busy")]
    output.send_failures = [None, OutputError("the device is gone")]
    worker = start(output, retry_s=0.001)
    for number in range(2):
        worker.submit(FRAMES[number], float(number))
        until(lambda number=number: worker.status().sent > number or output.opened > 1)  # type: ignore[misc]
    until(lambda: output.opened == 4)

    def back() -> bool:
        worker.submit(FRAMES[2], 2.0)
        return worker.status().state is OutputState.LIVE

    until(back)
    assert warnings(caplog) == ["fake: the device is gone", "fake: works again, a fake device"]
    assert worker.status().error == ""
    assert output.closed >= 3


def test_an_output_that_opens_but_takes_no_frame_does_not_count_as_back(
    start: Started, caplog: pytest.LogCaptureFixture
) -> None:
    output = FakeOutput()
    output.send_failures = [OutputError("no") for _ in range(5)]
    worker = start(output, retry_s=0.001)

    def tried_often() -> bool:
        worker.submit(FRAMES[0], 0.0)
        return output.opened == 5

    until(tried_often)
    assert warnings(caplog) == ["fake: no"]


def test_no_device_at_the_start_is_said_once_and_tried_again(start: Started, caplog: pytest.LogCaptureFixture) -> None:
    output = FakeOutput()
    output.open_failures = [OutputError("no virtual camera found") for _ in range(3)]
    worker = OutputWorker(output, retry_s=0.001)
    start.workers.append(worker)
    worker.start()
    until(lambda: output.opened == 4)
    assert warnings(caplog) == ["fake: no virtual camera found"]


def test_an_output_that_is_over_is_not_opened_again(start: Started, caplog: pytest.LogCaptureFixture) -> None:
    output = FakeOutput()
    output.send_failures = [OutputEndedError("the window was closed")]
    worker = start(output, retry_s=0.0)
    worker.submit(FRAMES[0], 0.0)
    until(lambda: worker.status().state is OutputState.ENDED and output.closed == 1)
    worker.submit(FRAMES[1], 1.0)
    close_all([worker])
    assert (output.opened, output.frames) == (1, [])
    assert worker.status().state is OutputState.ENDED
    assert worker.status().error == "the window was closed"
    assert warnings(caplog) == ["fake: the window was closed"]


def test_a_bug_in_an_output_does_not_end_it(start: Started) -> None:
    output = FakeOutput()
    output.send_failures = [ZeroDivisionError("oh")]
    worker = start(output, retry_s=0.001)

    def sent() -> bool:
        worker.submit(FRAMES[1], 1.0)
        return bool(output.frames)

    until(sent)
    assert worker.status().state is OutputState.LIVE


def test_a_hanging_device_does_not_hold_up_the_end(caplog: pytest.LogCaptureFixture) -> None:
    hanging, other = FakeOutput(), FakeOutput()
    hanging.gate.clear()
    workers = [OutputWorker(hanging), OutputWorker(other)]
    for worker in workers:
        worker.start()
        worker.submit(FRAMES[0], 0.0)
    hanging.busy.wait(30)
    before = time.monotonic()
    close_all(workers, 0.1)
    assert time.monotonic() - before < 10
    assert warnings(caplog) == ["fake: does not answer; it is left behind"]
    assert other.closed == 1
    hanging.gate.set()


def test_a_slow_file_stops_writing_its_queue_in_time() -> None:
    output = FakeOutput(keeps_every_frame=True)
    worker = OutputWorker(output)
    worker.start()
    output.gate.clear()
    for number, frame in enumerate(FRAMES):
        worker.submit(frame, float(number))
    output.busy.wait(30)
    worker.begin_close(time.monotonic() - 1)
    output.gate.set()
    worker.finish_close(time.monotonic() + 30)
    assert output.closed == 1
    assert len(output.frames) == 1
    assert worker.status().dropped == 9


def test_closing_before_the_start_and_twice_is_harmless() -> None:
    worker = OutputWorker(FakeOutput())
    close_all([worker])
    worker = OutputWorker(FakeOutput())
    worker.start()
    close_all([worker])
    close_all([worker])
    worker.submit(np.zeros((1, 1, 4), np.uint8), 0.0)
    assert worker.status().state is OutputState.CLOSED


def test_an_output_is_opened_again_when_asked_and_loses_no_frame_of_a_file(start: Started) -> None:
    output = FakeOutput(keeps_every_frame=True, announces_rate=True)
    worker = start(output)
    worker.submit(FRAMES[0], 0.0)
    until(lambda: len(output.frames) == 1)
    worker.change_rate()
    until(lambda: (output.opened, output.closed) == (2, 1))
    worker.submit(FRAMES[1], 1.0)
    until(lambda: ids(output.frames) == ids(FRAMES[:2]))
    assert worker.status().state is OutputState.LIVE
    assert worker.status().dropped == 0


def test_an_output_that_never_told_the_rate_stays_open(start: Started) -> None:
    output = FakeOutput()
    worker = start(output)
    worker.change_rate()
    worker.submit(FRAMES[0], 0.0)
    until(lambda: len(output.frames) == 1)
    assert output.opened == 1


def test_a_missing_package_is_said_once_and_not_tried_again(start: Started, caplog: pytest.LogCaptureFixture) -> None:
    output = FakeOutput()
    output.open_failures = [PackageMissingError("NDI needs cyndilib")]
    worker = start(output, retry_s=0.0)
    until(lambda: worker.status().state is OutputState.ENDED and output.closed == 1)
    assert output.opened == 1
    assert warnings(caplog) == ["fake: NDI needs cyndilib"]


@pytest.mark.parametrize("granted", [True, False])
def test_a_device_that_others_read_at_its_rate_runs_before_other_programs(
    start: Started, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, granted: bool
) -> None:
    caplog.set_level(logging.INFO)
    asked = []

    @contextlib.contextmanager
    def urgent() -> Iterator[bool]:
        asked.append(threading.current_thread().name)
        yield granted

    monkeypatch.setattr(worker_module, "urgent_thread", urgent)
    device, page = start(FakeOutput(real_time=True)), start(FakeOutput())
    assert asked == ["output fake"]
    assert (device.status().urgent, page.status().urgent) == (granted, None)
    assert ("does not let the camera run before other programs" in caplog.text) is not granted


def test_an_output_gets_pixels_and_the_page_gets_what_there_is() -> None:
    for takes_pixels in (True, False):
        output = FakeOutput(keeps_every_frame=True)
        output.takes_pixels = takes_pixels
        worker = OutputWorker(output)
        worker.start()
        frame = sketched()
        worker.submit(frame, 0.0)
        close_all([worker])
        assert worker.status().sent == 1
        assert is_drawn(frame) is takes_pixels


def test_a_window_that_somebody_closed_has_not_failed_and_a_file_that_ended_has(start: Started) -> None:
    for keeps in (False, True):
        output = FakeOutput(keeps_every_frame=keeps)
        output.send_failures = [None, OutputEndedError("closed")]
        worker = start(output)
        for frame in FRAMES[:2]:
            worker.submit(frame, 0.0)
            until(lambda output=output, worker=worker: worker.status().sent == 1)  # type: ignore[misc]
        until(lambda worker=worker: worker.status().state is OutputState.ENDED)  # type: ignore[misc]
        assert worker.failure() == ("fake: closed" if keeps else "")


def test_a_file_that_cannot_be_finished_has_failed(start: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    output = FakeOutput(keeps_every_frame=True)
    worker = start(output)

    def close() -> None:
        raise OutputEndedError("the disk is full")

    monkeypatch.setattr(output, "close", close)
    close_all([worker])
    assert worker.failure() == "fake: the disk is full"


def test_what_nobody_asked_for_is_absent_and_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    output = FakeOutput()
    output.open_failures = [OutputError("no camera", "camera.linux", command="make one") for _ in range(2)]
    worker = OutputWorker(output, retry_s=0.01)
    worker.require(False)
    worker.start()
    until(lambda: worker.status().state is OutputState.LIVE)  # it comes when the device does
    assert warnings(caplog) == []
    assert [one.getMessage() for one in caplog.records].count("fake: no camera") == 1
    assert worker.status().failures == 0
    output.send_failures = [OutputError("gone")]
    worker.submit(FRAMES[0], 0.0)
    until(lambda: worker.status().failures == 1)  # what has worked fails like any other
    close_all([worker])


def test_an_absent_output_fails_as_soon_as_somebody_asks_for_it(caplog: pytest.LogCaptureFixture) -> None:
    output = FakeOutput()
    output.open_failures = [PackageMissingError("no package", "package", package="one") for _ in range(10_000)]
    worker = OutputWorker(output, retry_s=60.0)
    worker.require(False)
    worker.start()
    until(lambda: worker.status().state is OutputState.ABSENT)
    error = worker.status().error
    assert isinstance(error, Line)
    assert (error.code, error.values) == ("package", {"package": "one"})
    worker.require(True)
    assert worker.status().state is not OutputState.ABSENT  # from now on
    until(lambda: worker.status().state is OutputState.ENDED)  # and not a minute later
    assert warnings(caplog) == ["fake: no package"]
    close_all([worker])
