import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vtube import bootstrap

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _ctrl_c_as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bootstrap.Requirements:
    """Requirements that are not installed, in a checkout of their own."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    (tmp_path / "requirements.txt").write_text("")
    return bootstrap.Requirements("requirements.txt", "a_module_nobody_has")


def pip(monkeypatch: pytest.MonkeyPatch, *codes: int) -> list[list[str]]:
    """A pip that ends with each of the codes in turn; returns the commands it got."""
    commands: list[list[str]] = []

    def call(command: list[str]) -> int:
        commands.append(command)
        return codes[len(commands) - 1]

    monkeypatch.setattr("vtube.bootstrap.subprocess.call", call)
    monkeypatch.setattr("vtube.bootstrap.venv.EnvBuilder.create", lambda *_: None)
    return commands


def test_what_can_be_imported_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_install", lambda _: pytest.fail("installed"))
    assert bootstrap.prepare(bootstrap.Requirements("requirements.txt", "json")) == 0


def test_an_environment_is_made_once_and_again_when_the_requirements_change(
    bare: bootstrap.Requirements, tmp_path: Path
) -> None:
    assert bootstrap.prepare(bare) == 0
    python = Path(bootstrap.interpreter(bare))
    assert python.exists()
    assert python.is_relative_to(tmp_path)
    before = bare.fingerprint()
    assert bootstrap.is_current(bare)
    (tmp_path / "requirements.txt").write_text("# changed\n")
    assert bare.fingerprint() != before
    assert not bootstrap.is_current(bare)


def test_an_environment_whose_python_was_removed_is_made_anew(
    bare: bootstrap.Requirements, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.prepare(bare) == 0
    about = tmp_path / ".venv" / "pyvenv.cfg"
    whole = about.read_text(encoding="utf-8")
    gone = {"home": tmp_path / "Python 3.12", "executable": tmp_path / "Python 3.12" / "python.exe"}
    lines = [line for line in whole.splitlines() if line.split(" = ")[0] not in gone]
    about.write_text("\n".join([*lines, *(f"{key} = {path}" for key, path in gone.items())]), encoding="utf-8")
    assert not bootstrap.is_current(bare)
    assert bootstrap.prepare(bare) == 0
    assert bootstrap.is_current(bare)
    assert "was removed" in capfd.readouterr().out
    assert "Python 3.12" not in about.read_text(encoding="utf-8")


def test_what_is_installed_along_is_not_installed_again(
    bare: bootstrap.Requirements, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    wider = bootstrap.Requirements("requirements-dev.txt", "a_module_nobody_has")
    assert bootstrap.prepare(wider) == 0
    assert "First start" in capfd.readouterr().out
    assert bootstrap.is_current(bare)
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n# what the tests need\n")
    assert bootstrap.is_current(bare), "what only the tests need is nothing to a user"
    assert not bootstrap.is_current(wider)
    (tmp_path / "requirements.txt").write_text("# changed\n")
    assert not bootstrap.is_current(bare)
    assert bootstrap.prepare(bare) == 0
    out = capfd.readouterr().out
    assert "have changed" in out
    assert "First start" not in out


def test_a_failed_installation_is_one_line_and_tried_again(
    bare: bootstrap.Requirements, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pip(monkeypatch, 1)
    assert bootstrap.prepare(bare) == 1
    assert "could not be installed" in capfd.readouterr().err
    assert not bootstrap.is_current(bare)


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("vtube.bootstrap.sys.version_info", (3, 9, 0))
    assert bootstrap.prepare(bootstrap.RUNTIME) == 1
    assert "needs Python 3.11 or newer; this is 3.9" in capfd.readouterr().err


def test_ctrl_c_during_the_installation_is_no_traceback(
    bare: bootstrap.Requirements, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "_install", interrupted)
    assert bootstrap.prepare(bare) == 130
    assert "next start goes on" in capfd.readouterr().err


def test_a_module_runs_with_its_arguments_and_returns_its_code() -> None:
    here = bootstrap.Requirements("requirements.txt", "json")
    assert bootstrap.run_module("this_module_is_missing", [], here) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows ends no process by a signal")
def test_a_module_that_a_signal_ends_has_the_exit_code_that_shells_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ended_early.py").write_text(f"import os; os.kill(os.getpid(), {signal.SIGTERM:d})")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    here = bootstrap.Requirements("requirements.txt", "json")
    assert bootstrap.run_module("ended_early", [], here) == 143


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot hold signals back")
def test_the_program_is_started_with_ctrl_c_held_back_and_a_tool_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = "import signal; raise SystemExit(10 + (signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])))"
    for name in ("vtube", "tool"):
        (tmp_path / f"{name}.py").write_text(held)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    here = bootstrap.Requirements("requirements.txt", "json")
    assert [bootstrap.run_module(name, [], here) for name in ("vtube", "tool")] == [11, 10]


def test_the_first_start_installs_the_tested_versions(
    bare: bootstrap.Requirements, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("numpy==2.4.6\n")
    (tmp_path / ".venv").mkdir()
    commands = pip(monkeypatch, 0)
    assert bootstrap.prepare(bare) == 0
    assert commands[0][-4:] == ["-r", str(bare.file), "--constraint", str(lock)]


def test_where_the_tested_versions_do_not_exist_the_ranges_decide(
    bare: bootstrap.Requirements, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "requirements.lock").write_text("numpy==0.0.0\n")
    (tmp_path / ".venv").mkdir()
    commands = pip(monkeypatch, 1, 0)
    assert bootstrap.prepare(bare) == 0
    assert [("--constraint" in command) for command in commands] == [True, False]
    assert "trying others" in capfd.readouterr().out


def test_the_environment_follows_the_lock(bare: bootstrap.Requirements, tmp_path: Path) -> None:
    before = bare.fingerprint()
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6\n")
    assert bare.fingerprint() != before


def test_a_python_without_wheels_is_told_so_before_pip_is(
    bare: bootstrap.Requirements, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("vtube.bootstrap.sysconfig.get_platform", lambda: "win-arm64")
    monkeypatch.setattr(bootstrap, "_install", lambda _: pytest.fail("installed"))
    assert bootstrap.prepare(bare) == 1
    assert "do not exist for an ARM64 Python on Windows: install the 64-bit (x64) Python" in capfd.readouterr().err
    assert "32-bit Python" in bootstrap.unfit_python("win32")
    assert bootstrap.unfit_python("win-amd64") == bootstrap.unfit_python("linux-aarch64") == ""


def test_a_python_that_is_too_new_is_told_which_are_not(
    bare: bootstrap.Requirements, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pip(monkeypatch, 1)
    monkeypatch.setattr("vtube.bootstrap.sys.version_info", (3, 19, 0))
    assert bootstrap.prepare(bare) == 1
    assert "this is Python 3.19, and they exist for 3.11 to 3.14" in capfd.readouterr().err


def test_an_intel_mac_does_not_wait_for_a_torch_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.bootstrap.sys.platform", "darwin")
    monkeypatch.setattr("vtube.bootstrap.platform.machine", lambda: "x86_64")
    assert "torch" not in bootstrap.modules(torch_needed=True)
    monkeypatch.setattr("vtube.bootstrap.platform.machine", lambda: "arm64")
    assert "torch" in bootstrap.modules(torch_needed=True)


def test_an_installed_package_never_makes_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "_install", lambda _: pytest.fail("installed"))
    monkeypatch.setattr(
        bootstrap, "INSTALLED", bootstrap.Requirements("requirements.txt", "json", "a_module_nobody_has")
    )
    monkeypatch.setitem(bootstrap.PACKAGES, "a_module_nobody_has", "a-package")
    assert not bootstrap.is_checkout()
    assert bootstrap.launch() == 1
    err = capfd.readouterr().err
    assert err.count("\n") == 1
    assert "not installed: a-package. To install: " in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", [["-m", "vtube"], ["run_vcam.py"], ["-c", "from vtube.bootstrap import launch; launch()"]]
)
def test_every_way_in_knows_its_version_and_help(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *command, "--help"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert "usage: vtube" in done.stdout


@pytest.mark.skipif(sys.platform != "win32", reason="for cmd")
def test_a_start_out_of_a_zip_that_is_not_unpacked_says_so(tmp_path: Path) -> None:
    """Explorer unpacks the one file that is clicked."""
    folder = tmp_path / "ein Ordner & あ (1)"
    folder.mkdir()
    shutil.copy(ROOT / "start.bat", folder)
    ended = subprocess.run(["cmd", "/c", r".\start.bat"], cwd=folder, input=b"\r\n", capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"Extract All" in ended.stdout and b"needs Python" not in ended.stdout


@pytest.mark.skipif(sys.platform != "win32", reason="for cmd")
@pytest.mark.parametrize("name", ["ein Ordner & あ (1)", "100%TEMP%!^=,"])
def test_start_bat_starts_in_any_folder_with_any_picture(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(ROOT / "start.bat", folder)
    (folder / "run_vcam.py").write_text("import json, os, sys; print(json.dumps([sys.argv, os.getcwd()]))")
    picture = str(tmp_path / "あ & (1)!.png")  # cmd itself replaces %TEMP% in what is typed
    path = f"{sys.exec_prefix};{os.environ['PATH']}"
    ended = subprocess.run(
        ["cmd", "/c", r".\start.bat", picture, "a=b"],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=False,
    )
    argv, place = json.loads(ended.stdout.splitlines()[-1])
    assert (argv, place) == (["run_vcam.py", "--open", picture, "a=b"], str(folder))
    assert ended.returncode == 0


def test_what_was_dropped_onto_start_bat_is_taken_from_its_shell() -> None:
    line = r'C:\Windows\system32\cmd.exe /c ""C:\vtube\start.bat" gone&away.png"'
    command = [sys.executable, "run_vcam.py", "--open", "gone"]
    environment = {**os.environ, "VTUBE_COMMAND_LINE": line}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert "gone&away.png" in done.stderr and "'gone'" not in done.stderr


def test_a_folder_whose_name_would_be_two_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path / f"a{os.pathsep}b")
    monkeypatch.setattr(bootstrap, "_install", lambda _: pytest.fail("installed"))
    monkeypatch.setattr(bootstrap, "is_current", lambda _: False)
    assert bootstrap.prepare(bootstrap.Requirements("requirements.txt", "a_module_nobody_has")) == 1
    assert "rename the folder" in capsys.readouterr().err


def test_a_process_that_the_camera_starts_starts_no_second_camera() -> None:
    before = signal.getsignal(signal.SIGINT)
    runpy.run_path(str(ROOT / "run_vcam.py"), run_name="__mp_main__")
    assert signal.getsignal(signal.SIGINT) is before
