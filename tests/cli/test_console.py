"""A window that was opened for the program alone stays open after an error."""

import sys

import pytest

from vtube.cli import console

PROGRAMS = "C:\\Windows\\py.exe", "C:\\Python 3.12\\python.exe", "D:\\あ\\.venv\\Scripts\\Python3.11.exe", "pythonw.exe"


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_double_click_opens_a_window_with_nothing_but_python(program: str) -> None:
    assert console.is_own_window([program])
    assert console.is_own_window([*PROGRAMS, program])


@pytest.mark.parametrize(
    "shell", ["C:\\Windows\\System32\\cmd.exe", "powershell.exe", "pwsh.exe", "bash.exe", "pycharm.exe", ""]
)
def test_whoever_has_a_shell_is_back_in_it(shell: str) -> None:
    assert not console.is_own_window([*PROGRAMS, shell])
    assert not console.is_own_window([])


SHELL = "C:\\Windows\\system32\\cmd.exe"


@pytest.mark.parametrize(
    ("names", "files"),
    [
        (" ", []),
        (" C:\\a&b.png", ["C:\\a&b.png"]),
        (' "C:\\a & b.png" D:\\%TEMP%^2!.png', ["C:\\a & b.png", "D:\\%TEMP%^2!.png"]),
        (" C:\\(1)=あ,;.png", ["C:\\(1)=あ,;.png"]),
        (' "\\\\nas\\our pictures\\a.png"', ["\\\\nas\\our pictures\\a.png"]),
    ],
)
@pytest.mark.parametrize("folder", ["C:\\vtube", "D:\\あ & (1) %!^"])
def test_what_is_dropped_keeps_its_name(folder: str, names: str, files: list[str]) -> None:
    assert console.dropped(f'{SHELL} /c ""{folder}\\start.bat"{names}"') == files


@pytest.mark.parametrize(
    "line",
    [
        "",
        SHELL,
        f'"{SHELL}" ',
        f"{SHELL} /k start.bat --fps 30",
        f'{SHELL} /c "C:\\vtube\\start.bat a.png"',
        f'{SHELL} /c ""C:\\mine.bat" a.png"',
    ],
)
def test_what_is_typed_is_left_to_the_shell(line: str) -> None:
    assert console.dropped(line) is None


class Typed:
    """Standard input that is a terminal, or not."""

    def __init__(self, terminal: bool) -> None:
        self.terminal, self.read = terminal, 0

    def isatty(self) -> bool:
        return self.terminal

    def readline(self) -> str:
        self.read += 1
        return ""


@pytest.mark.parametrize(
    ("code", "terminal", "programs", "waits"),
    [
        (1, True, PROGRAMS, True),
        (2, True, PROGRAMS, True),
        (0, True, PROGRAMS, False),
        (130, True, PROGRAMS, False),
        (1, False, PROGRAMS, False),
        (1, True, (*PROGRAMS, "cmd.exe"), False),
    ],
)
def test_it_waits_where_something_is_to_be_read(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: int,
    terminal: bool,
    programs: tuple[str, ...],
    waits: bool,
) -> None:
    stdin = Typed(terminal)
    monkeypatch.setattr(sys, "stdin", stdin)
    console.hold_own_window(code, lambda: list(programs))
    assert stdin.read == waits
    assert (f"an error ({code})" in capsys.readouterr().out) == waits


def test_without_standard_input_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    console.hold_own_window(1, lambda: list(PROGRAMS))
