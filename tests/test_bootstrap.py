from pathlib import Path

import pytest

from vtube import bootstrap


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bootstrap.Requirements:
    """Requirements that are not installed, in a checkout of their own."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    (tmp_path / "requirements.txt").write_text("")
    return bootstrap.Requirements("requirements.txt", "a_module_nobody_has")


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
    assert bootstrap._is_current(bare)
    (tmp_path / "requirements.txt").write_text("# changed\n")
    assert bare.fingerprint() != before
    assert not bootstrap._is_current(bare)


def test_a_failed_installation_is_one_line_and_tried_again(
    bare: bootstrap.Requirements, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("vtube.bootstrap.subprocess.call", lambda _: 1)
    monkeypatch.setattr("vtube.bootstrap.venv.EnvBuilder.create", lambda *_: None)
    assert bootstrap.prepare(bare) == 1
    assert "could not be installed" in capfd.readouterr().err
    assert not bootstrap._is_current(bare)


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
    assert bootstrap.prepare(bare) == 1
    assert "next start goes on" in capfd.readouterr().err


def test_a_module_runs_with_its_arguments_and_returns_its_code() -> None:
    here = bootstrap.Requirements("requirements.txt", "json")
    assert bootstrap.run_module("this_module_is_missing", [], here) == 1
