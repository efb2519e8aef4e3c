import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from vtube.cli import main as cli
from vtube.cli.commands import extras as command
from vtube.errors import PackageMissingError, SettingsError

EXTRAS = {
    "webcam": [Requirement("a-package-nobody-has>=1")],
    "typed": [Requirement("pydantic>=2"), Requirement("numpy>=2; python_version > '3'")],
    "newer": [Requirement("pydantic>=9999")],
    "spout": [],
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A pip that records what it is asked for, and succeeds."""
    asked: list[list[str]] = []

    def call(line: list[str], env: dict[str, str]) -> int:
        asked.append(line)
        return 0 if env else 1

    monkeypatch.setattr(command, "read_extras", lambda: EXTRAS)
    monkeypatch.setattr("vtube.cli.commands.extras.subprocess.call", call)
    return asked


def test_lists_each_extra_with_what_is_installed(calls: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["extras"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "installed" in lines["typed"]
    assert "installed" not in lines["webcam"]
    assert "installed" not in lines["newer"]
    assert "not for this system" in lines["spout"]
    assert not calls


def test_installs_into_the_python_that_runs_this_program(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "check_pip", lambda _: None)
    assert cli.main(["extras", "webcam", "typed"]) == 0
    assert calls[0][:5] == [sys.executable, "-P", "-m", "pip", "install"]
    assert calls[0][-3:] == ["a-package-nobody-has>=1", "pydantic>=2", "numpy>=2"]


def test_an_unknown_extra_offers_the_nearest(calls: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["extras", "webcan"]) == 2
    assert "there is no extra 'webcan'; did you mean 'webcam'?" in capsys.readouterr().err
    assert not calls


def test_an_extra_of_another_system_is_refused() -> None:
    with pytest.raises(PackageMissingError, match="spout does not exist for this system"):
        command.wanted_packages(["spout"], EXTRAS)
    with pytest.raises(SettingsError):
        command.wanted_packages(["no"], EXTRAS)


def test_a_failed_installation_is_one_line(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "check_pip", lambda _: None)
    monkeypatch.setattr("vtube.cli.commands.extras.subprocess.call", lambda *_, **__: 1)
    assert cli.main(["extras", "webcam"]) == 1
    assert "pip could not install a-package-nobody-has>=1; its lines above say why" in capsys.readouterr().err


def test_a_python_without_pip_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.cli.commands.extras.importlib.util.find_spec", lambda _: None)
    with pytest.raises(PackageMissingError, match=r'no pip\. With uv: uv pip install --python .* "edge-tts>=7"'):
        command.check_pip(["edge-tts>=7"])


def test_the_systems_own_python_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "EXTERNALLY-MANAGED").write_text("[externally-managed]\n")
    monkeypatch.setattr("vtube.cli.commands.extras.importlib.util.find_spec", lambda _: object())
    monkeypatch.setattr("vtube.cli.commands.extras.sysconfig.get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    with pytest.raises(PackageMissingError, match="belongs to the system's package manager"):
        command.check_pip(["edge-tts>=7"])
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    command.check_pip(["edge-tts>=7"])  # an environment of its own: must not raise


def test_every_extra_of_the_project_says_what_it_is_for() -> None:
    extras = command.read_extras()
    assert set(extras) == set(command.ABOUT)
    assert [one.name for one in extras["torch"]] == ["torch"]


def test_without_a_checkout_the_installed_package_knows_its_extras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "vtube-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(
        "Metadata-Version: 2.4\nName: vtube\nVersion: 1.0\nProvides-Extra: edge\nProvides-Extra: spout\n"
        "Requires-Dist: numpy>=2\nRequires-Dist: edge-tts>=7; extra == 'edge'\n"
        "Requires-Dist: SpoutGL; sys_platform == 'nowhere' and extra == 'spout'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert {name: [one.name for one in found] for name, found in command.read_extras(tmp_path).items()} == {
        "edge": ["edge-tts"],
        "spout": [],
    }
    monkeypatch.setattr(command, "PROGRAM", "a-program-nobody-has")
    with pytest.raises(PackageMissingError, match="install it with pip"):
        command.read_extras(tmp_path)


def test_the_command_works_without_pip_being_asked() -> None:
    done = subprocess.run([sys.executable, "-m", "vtube", "extras"], capture_output=True, text=True, check=True)
    assert "webcam" in done.stdout
