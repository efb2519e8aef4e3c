from __future__ import annotations

import os
import sys
import threading

import pytest

from vtube.priority import lower_process, urgent_thread


def test_the_old_priority_comes_back_even_after_an_error() -> None:
    with pytest.raises(ValueError, match="in between"), urgent_thread():
        raise ValueError("in between")
    with urgent_thread() as granted:
        assert isinstance(granted, bool)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own scheduling")
def test_on_linux_the_threads_it_starts_stay_ordinary() -> None:
    ordinary, seen = os.sched_getscheduler(0), []
    with urgent_thread() as granted:
        assert (os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK == os.SCHED_RR) == granted
        thread = threading.Thread(target=lambda: seen.append(os.sched_getscheduler(0)))
        thread.start()
        thread.join()
    assert seen == [ordinary]
    assert os.sched_getscheduler(0) == ordinary


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own scheduling")
def test_without_permission_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("not allowed")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    with urgent_thread() as granted:
        assert granted is False


@pytest.mark.skipif(not hasattr(os, "nice"), reason="Windows lowers it from outside")
def test_a_process_that_must_not_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lowered: list[int] = []
    monkeypatch.setattr(os, "nice", lowered.append)
    lower_process()
    assert lowered == [15]
