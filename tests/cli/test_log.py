import json
import logging
import threading

import pytest

from vtube.cli import log as log_module


@pytest.fixture
def log() -> logging.Logger:
    log_module.stderr.cache_clear()
    log_module.set_up_logging(logging.INFO, verbose=False)
    return logging.getLogger("vtube.something")


def test_a_message_is_one_line_however_long(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    log.info("page: %s", "http://127.0.0.1:8787/" + "x" * 300)
    assert capsys.readouterr().err.count("\n") == 1


def test_warnings_say_so_and_brackets_are_no_markup(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    log.warning("no [camera] found")
    assert capsys.readouterr().err == "warning: no [camera] found\n"


def test_tracebacks_are_for_verbose_only(capsys: pytest.CaptureFixture[str]) -> None:
    log_module.stderr.cache_clear()
    for verbose, seen in ((False, False), (True, True)):
        log_module.set_up_logging(logging.INFO, verbose)
        try:
            raise ValueError("broken")
        except ValueError as error:
            logging.getLogger("vtube.x").error("it failed: %s", error, exc_info=error)
        assert ("Traceback" in capsys.readouterr().err) is seen


def test_other_packages_have_their_say_when_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    for verbose, seen in ((False, False), (True, True)):
        log_module.stderr.cache_clear()
        log_module.set_up_logging(logging.INFO, verbose)
        logger = logging.getLogger("another.package")
        logger.parent = None  # as in a program, where pytest does not listen
        logger.error("a traceback of mine")
        assert ("a traceback of mine" in capsys.readouterr().err) is seen


def test_for_programs_each_message_is_a_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    log_module.set_up_logging(logging.INFO, verbose=False, form="json")
    assert log_module.is_json()
    try:
        raise ValueError("broken")
    except ValueError as error:
        logging.getLogger("vtube.x").error("it\nfailed: %s 配信", error, exc_info=error)
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["logger"], line["message"]) == ("error", "vtube.x", "it\nfailed: broken 配信")
    assert line["time"].endswith("+00:00")
    assert "ValueError" in line["trace"]
    log_module.set_up_logging(logging.INFO, verbose=False)
    assert not log_module.is_json()


class Stuck(logging.Handler):
    """A terminal that takes nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let_go = threading.Event(), threading.Event()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.asked.set()
        self.let_go.wait(60)
        self.said.append(record.getMessage())


def test_a_terminal_that_takes_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, own = Stuck(), logging.getLogger("vtube")
    monkeypatch.setattr(own, "handlers", [stuck])
    monkeypatch.setattr(log_module, "END_S", 0.0)
    names = ["a"]
    with log_module.printed_beside():
        own.error("%s is first", names)
        assert stuck.asked.wait(30), "its thread has begun with the first"
        names.append("b")
        for number in range(3 * log_module.MOST_WAITING):
            own.error("%d", number)
    beside = own.handlers[0]
    assert isinstance(beside, log_module.Beside), "it goes on to hold up nobody"
    assert stuck.said == []
    stuck.let_go.set()
    assert beside.end(30.0)
    newest = range(2 * log_module.MOST_WAITING, 3 * log_module.MOST_WAITING)
    assert stuck.said == ["['a'] is first", *map(str, newest)]
    own.error("it was too late for the thread")
    assert stuck.said[-1] == "it was too late for the thread"


def test_what_is_said_last_is_printed_before_the_end(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger("vtube").handlers
    with log_module.printed_beside():
        log.warning("one")
        log.info("two %s", 2)
        assert not log_module.is_json()
    assert capsys.readouterr().err == "warning: one\ntwo 2\n"
    assert logging.getLogger("vtube").handlers == before
