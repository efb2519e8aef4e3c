"""`python -m tools`: which modules a task runs, and the forms that people fill in."""

import os
from pathlib import Path

import pytest
import yaml

from tools import __main__ as tasks
from vtube.bootstrap import Requirements

ROOT = Path(__file__).resolve().parents[2]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would be run; mypy fails with 3."""
    calls: list[tuple[str, ...]] = []

    def run_module(module: str, arguments: list[str], requirements: Requirements) -> int:
        calls.append((module, *arguments))
        return 3 if module == "mypy" else 0

    monkeypatch.setattr(tasks, "run_module", run_module)
    monkeypatch.setattr(tasks, "prepare", lambda requirements: 0)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return calls


def test_words_after_test_go_to_pytest(ran: list[tuple[str, ...]]) -> None:
    assert tasks.main(["test", "tests/motion", "-k", "blink"]) == 0
    assert ran == [("pytest", "tests/motion", "-k", "blink")]


def test_check_runs_everything_and_ends_with_the_first_failure(ran: list[tuple[str, ...]]) -> None:
    assert tasks.main(["check"]) == 3
    assert [call[0] for call in ran] == ["ruff", "ruff", "mypy", "tools.reference", "pytest"]


def test_check_leaves_out_what_is_slow_and_thorough_and_cover_nothing(ran: list[tuple[str, ...]]) -> None:
    for task in ("check", "thorough", "cover"):
        tasks.main([task, "--durations=10"])
    short, whole, covered = [call for call in ran if call[0] == "pytest"]
    assert short[-3:] == ("-m", "not slow", "--durations=10")
    assert "-m" not in whole + covered
    assert "--cov" in covered and "--cov" not in short + whole


def test_what_is_run_may_keep_its_bytecode(ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    tasks.main(["test"])
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ


def test_an_unknown_task_is_answered_with_the_list(
    ran: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tasks.main(["chekc"]) == 2
    assert "python -m tools check" in capsys.readouterr().out
    assert ran == []


def test_nothing_runs_where_the_packages_cannot_be_installed(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "prepare", lambda requirements: 1)
    assert tasks.main(["lint"]) == 1
    assert ran == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_issue_forms_are_forms(form: Path) -> None:
    fields = yaml.safe_load(form.read_text(encoding="utf-8"))
    if form.stem == "config":
        assert fields == {"blank_issues_enabled": True}
        return
    assert fields["name"] and fields["description"]
    ids = [part["id"] for part in fields["body"]]
    assert len(ids) == len(set(ids))
    assert {part["type"] for part in fields["body"]} <= {"textarea", "input", "dropdown", "checkboxes"}
    assert all(part["attributes"]["label"] for part in fields["body"])
