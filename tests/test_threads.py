import logging
import threading

import pytest

from vtube.clock import monotonic
from vtube.threads import Worker, close_together


def test_a_worker_runs_until_it_is_asked_to_end() -> None:
    begun = threading.Event()

    def run(stopping: threading.Event) -> None:
        begun.set()
        stopping.wait(10)

    worker = Worker("one", run)
    assert worker.close()  # harmless before the start
    worker.start()
    assert begun.wait(5)
    assert worker.alive
    assert worker.close()
    assert not worker.alive


def test_a_worker_starts_again() -> None:
    runs: list[int] = []
    worker = Worker("again", lambda stopping: runs.append(1))
    for _ in range(2):
        worker.start()
        assert worker.join(5)
    assert runs == [1, 1]


def test_what_ends_a_worker_is_told(caplog: pytest.LogCaptureFixture) -> None:
    def run(stopping: threading.Event) -> None:
        raise ValueError("lost the plot")

    worker = Worker("the reader", run)
    with caplog.at_level(logging.ERROR):
        worker.start()
        assert worker.join(5)
    assert "the reader stopped: lost the plot" in caplog.text


def test_a_worker_can_close_itself() -> None:
    closed: list[bool] = []
    worker = Worker("self", lambda stopping: closed.append(worker.close()))
    worker.start()
    assert worker.join(5)
    assert closed == [True]


def test_hanging_parts_share_one_deadline_and_are_named() -> None:
    free = threading.Event()
    closed: list[str] = []

    def broken() -> None:
        raise OSError("no")

    parts = [(f"part {number}", lambda: free.wait(30)) for number in range(5)]
    begun = monotonic()
    hung = close_together([*parts, ("good", lambda: closed.append("good")), ("broken", broken)], 0.2)
    assert monotonic() - begun < 2
    assert hung == [f"part {number}" for number in range(5)]
    assert closed == ["good"]
    free.set()
