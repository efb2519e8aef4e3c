import sys

import pytest

from vtube.text import (
    as_called_here,
    did_you_mean,
    first_line,
    hidden,
    nearest,
    printable,
    program,
    public,
    shown,
    unknown,
)


@pytest.mark.parametrize(("word", "near"), [("vcm", "vmc"), ("VMC", "vmc"), ("facecap1", "facecap"), ("zzz", None)])
def test_the_nearest_name(word: str, near: str | None) -> None:
    assert nearest(word, ["vmc", "facecap", "none"]) == near


def test_nothing_near_says_nothing() -> None:
    assert did_you_mean("zzz", ["vmc"]) == ""
    assert unknown("tracker", "zzz", ["vmc", "auto"]) == "there is no tracker 'zzz'; known: auto, vmc"
    assert unknown("engine", "nope", ["openvino", "torch"]) == "there is no engine 'nope'; known: openvino, torch"
    assert unknown("tracker", "vcm", ["vmc"]) == "there is no tracker 'vcm'; did you mean 'vmc'? Known: vmc"


def test_the_first_line_of_an_error() -> None:
    assert first_line(ValueError("\n  one \ntwo")) == "one"
    assert first_line(ValueError()) == "ValueError"
    assert first_line("x" * 400, 10) == "xxxxxxxxx…"


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("https://mia:pass@word@example.org:8443/v1", "https://example.org:8443/v1"),
        ("http://127.0.0.1:1234/v1/@here", "http://127.0.0.1:1234/v1/@here"),
    ],
)
def test_an_address_is_shown_without_a_password(address: str, seen: str) -> None:
    assert public(address) == seen


@pytest.mark.parametrize(
    ("started", "called"), [("/usr/bin/vtube", "vtube"), ("run_vcam.py", None), ("", None), ("vtube/__main__.py", None)]
)
def test_how_the_program_is_called(monkeypatch: pytest.MonkeyPatch, started: str, called: str | None) -> None:
    monkeypatch.setattr(sys, "argv", [started])
    monkeypatch.setattr(sys, "executable", "/opt/python3.11")
    assert program() == (called or "python3.11 -m vtube")


def test_secrets_are_hidden_wherever_they_stand_but_a_short_one_is_none() -> None:
    assert hidden("key sk-12345 and sk-12345!", "sk-12345") == "key … and …!"
    assert hidden("a key of abc", "abc", "") == "a key of abc"


def test_nothing_that_a_terminal_obeys_reaches_it() -> None:
    assert printable("a\x1b[2Jb\x07 \x9b31m\r\n\tc \u202ed") == r"a\x1b[2Jb\x07 \x9b31m\r\n\tc \u202ed"
    assert printable("one\ntwo\x00", but="\n") == "one\ntwo\\x00"


@pytest.mark.parametrize("text", ["こんにちは", "👨‍👩‍👧 ❤️", "مرحبا", "naïve – “x”", r"C:\new"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_a_number_too_long_to_be_written_is_shown() -> None:
    assert shown(16**9000) == "a huge number"
    assert shown(-5) == "-5"


def test_a_hint_names_the_program_as_it_was_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/vtube/__main__.py"])
    monkeypatch.setattr(sys, "executable", "/somewhere/python")
    line = "`vtube bake` or vtube extras webcam; python -m vtube models, a vtube beside /x/vtube run"
    assert as_called_here(line) == (
        "`python -m vtube bake` or python -m vtube extras webcam; python -m vtube models, a vtube beside /x/vtube run"
    )
    monkeypatch.setattr(sys, "argv", ["/usr/bin/vtube"])
    assert as_called_here("`vtube bake`") == "`vtube bake`"
