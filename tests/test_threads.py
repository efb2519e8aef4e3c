import logging
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.house import ROOT
from tests.wine import on_wine
from vtube.clock import monotonic
from vtube.threads import (
    PROMPT_NICENESS,
    Worker,
    be_ordinary,
    children_ignore_interrupts,
    close_together,
    full_speed,
    join_all,
    live_process,
    lower_process,
    prompt_thread,
    urgent_thread,
    within,
)


def test_a_worker_runs_until_it_is_asked_to_end() -> None:
    begun = threading.Event()

    def run(stopping: threading.Event) -> None:
        begun.set()
        stopping.wait(10)

    worker = Worker("one", run)
    assert worker.close()  # harmless before the start
    worker.start()
    assert begun.wait(30)
    assert worker.alive
    assert worker.close()
    assert not worker.alive


DEAF = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('deaf')"


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.parametrize("apart", [False, True])
def test_a_child_may_be_deaf_to_ctrl_c(apart: bool) -> None:
    handler, blocked = signal.getsignal(signal.SIGINT), signal.pthread_sigmask(signal.SIG_BLOCK, ())

    def start() -> str:
        with children_ignore_interrupts():
            return subprocess.run([sys.executable, "-c", DEAF], capture_output=True, text=True, check=True).stdout

    if apart:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(start).result() == "deaf\n"
    else:
        assert start() == "deaf\n"
    assert signal.getsignal(signal.SIGINT) is handler
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == blocked


SPAWNS = """
import multiprocessing, os, signal
from vtube.threads import children_ignore_interrupts
def hear(link):
    os.kill(os.getpid(), signal.SIGINT)
    link.send("deaf")
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with children_ignore_interrupts():
        process = context.Process(target=hear, args=(theirs,))
        process.start()
    theirs.close()
    print(ours.recv())
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
def test_the_first_child_of_multiprocessing_is_deaf_too(tmp_path: Path) -> None:
    (script := tmp_path / "spawns.py").write_text(SPAWNS)
    done = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("deaf\n", "")


WAITS = """
import signal
from vtube.threads import children_ignore_interrupts
def end(*_):
    raise KeyboardInterrupt
signal.signal(signal.{name}, end)
try:
    with children_ignore_interrupts():
        signal.raise_signal(signal.{name})
        print("started")
except KeyboardInterrupt:
    print("ended", signal.getsignal(signal.{name}) is end)
"""


@pytest.mark.skipif(os.name == "nt", reason="raises what Windows has not")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_wish_to_end_waits_until_a_child_is_started(name: str) -> None:
    script = WAITS.format(name=name)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "started\nended True\n"


@pytest.mark.skipif(os.name == "nt", reason="raises what Windows has not")
def test_a_wish_to_end_that_nothing_answers_ends_the_program_after_the_start() -> None:
    script = """if True:
        import signal
        from vtube.threads import children_ignore_interrupts
        with children_ignore_interrupts():
            signal.raise_signal(signal.SIGTERM)
            print("started", flush=True)
        print("still there")"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "started\n")


def test_all_are_waited_for_within_one_time() -> None:
    ended = threading.Event()
    threads = [threading.Thread(target=ended.wait, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert not join_all((None, *threads, threading.current_thread(), threading.Thread()), 0.01)
    ended.set()
    assert join_all((None, *threads), 10.0)


def test_a_worker_starts_again() -> None:
    runs: list[int] = []
    worker = Worker("again", lambda stopping: runs.append(1))
    for _ in range(2):
        worker.start()
        assert worker.join(30)
    assert runs == [1, 1]


def test_what_ends_a_worker_is_told(caplog: pytest.LogCaptureFixture) -> None:
    def run(stopping: threading.Event) -> None:
        raise ValueError("lost the plot")

    worker = Worker("the reader", run)
    with caplog.at_level(logging.ERROR):
        worker.start()
        assert worker.join(30)
    assert "the reader stopped: lost the plot" in caplog.text


def test_a_worker_can_close_itself() -> None:
    closed: list[bool] = []
    worker = Worker("self", lambda stopping: closed.append(worker.close()))
    worker.start()
    assert worker.join(30)
    assert closed == [True]


def test_hanging_parts_share_one_deadline_and_are_named() -> None:
    all_at_once, free = threading.Barrier(5), threading.Event()
    closed: list[str] = []

    def hang() -> None:
        all_at_once.wait(60.0)
        free.wait()

    def broken() -> None:
        raise OSError("no")

    parts = [(f"part {number}", hang) for number in range(5)]
    hung = close_together([("good", lambda: closed.append("good")), ("broken", broken), *parts], 0.2)
    assert not all_at_once.broken
    assert hung == [f"part {number}" for number in range(5)]
    assert closed == ["good"]
    free.set()


def test_threads_that_are_slow_to_begin_cost_no_part_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy computer fifteen of them may take longer to begin than all have to close."""
    now = [0.0]
    monkeypatch.setattr("vtube.threads.monotonic", lambda: now[0])

    class SlowToBegin(threading.Thread):
        def start(self) -> None:
            now[0] += 1.0
            super().start()

    monkeypatch.setattr("vtube.threads.threading.Thread", SlowToBegin)
    begun = threading.Event()
    assert close_together([("a part", lambda: begun.wait(60.0)), ("another", begun.set)], 0.9) == []


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


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own scheduling")
def test_a_prompt_thread_is_one_alone_and_ordinary_afterwards() -> None:
    seen = []

    def work() -> None:
        with prompt_thread() as granted:
            seen.append((granted, os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))
        seen.append((granted, os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))

    before = os.getpriority(os.PRIO_PROCESS, os.getpid())
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    granted, prompt = seen[0]
    assert prompt == (PROMPT_NICENESS if granted else before)
    assert seen[1][1] == before
    assert os.getpriority(os.PRIO_PROCESS, os.getpid()) == before


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own scheduling")
def test_what_a_prompt_thread_starts_is_ordinary_afterwards() -> None:
    done, started = threading.Event(), threading.Thread(target=lambda: done.wait(10))

    def work() -> None:
        with prompt_thread():
            started.start()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert started.native_id is not None
    assert os.getpriority(os.PRIO_PROCESS, started.native_id) == os.getpriority(os.PRIO_PROCESS, os.getpid())
    done.set()
    started.join()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own scheduling")
def test_without_permission_a_thread_is_not_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("not allowed")

    monkeypatch.setattr(os, "setpriority", refuse)
    with prompt_thread() as granted:
        assert granted is False


@pytest.mark.skipif(not hasattr(os, "nice"), reason="Windows lowers it from outside")
def test_a_process_that_must_not_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    for before, after in ((0, 15), (-15, 15), (19, 19)):
        lowered: list[tuple[int, ...]] = []
        monkeypatch.setattr(os, "getpriority", lambda *_, before=before: before, raising=False)
        monkeypatch.setattr(os, "setpriority", lambda *values, to=lowered: to.append(values), raising=False)
        monkeypatch.setattr(os, "PRIO_PROCESS", 0, raising=False)
        lower_process()
        assert lowered == [(0, 0, after)]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own scheduling")
def test_a_prompt_worker_and_the_ordinary_pool_that_it_begins() -> None:
    seen: list[int] = []

    def run(_: threading.Event) -> None:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        with ThreadPoolExecutor(1, initializer=be_ordinary) as pool:
            seen.append(pool.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result())

    worker = Worker("one", run, prompt=True)
    worker.start()
    assert worker.join(30)
    usual = os.getpriority(os.PRIO_PROCESS, os.getpid())
    assert seen in ([PROMPT_NICENESS, usual], [usual, usual])  # as the system permits


def test_a_process_that_keeps_time_is_woken_in_time() -> None:
    with live_process(), live_process():  # a camera of a program's own, and another
        began = monotonic()
        for _ in range(5):
            threading.Event().wait(0.002)
        assert monotonic() - began > 5 * 0.0009  # the other bound is the computer's
    assert full_speed() is (sys.platform == "win32" and not on_wine())


def test_work_is_waited_for_so_long_and_what_it_raises_comes_through() -> None:
    back = threading.Event()
    assert within(5.0, lambda: 3, "answers") == 3
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 // 0, "fails")
    with pytest.raises(TimeoutError):
        within(0.01, lambda: back.wait(60), "hangs")
    hanging = [one for one in threading.enumerate() if one.name == "hangs"]
    assert [one.daemon for one in hanging] == [True]
    back.set()
