"""The exercise of CONTRIBUTING.md, followed word for word in a copy of the house."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import ROOT, blocks
from tests.house import PACKAGE
from tests.waiting import PROGRAM_S

PAGE = ROOT / "CONTRIBUTING.md"
NEW_FILE = re.compile(r"# ([\w/]+\.py)\n(.*)", re.DOTALL)
NEW_ENTRY = re.compile(r"# ([\w/]+\.py), a new entry in (\w+)\n(.*)", re.DOTALL)


def added_to(text: str, name: str, entry: str) -> str:
    """A registry's module with an entry more, at the end of the list of `name`."""
    end = r"^    \],\n(?:    \(.*\),\n)?\)"
    registry = re.search(rf"^{name}\b[^=]* = \w+\(.*?(?={end})", text, re.MULTILINE | re.DOTALL)
    assert registry, f"there is no registry {name}"
    return f"{text[: registry.end()]}        {entry.strip()},\n{text[registry.end() :]}"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its tests, with everything that the exercise adds."""
    folder = tmp_path_factory.mktemp("house")
    ignore = shutil.ignore_patterns("__pycache__", "*.npz", "*.png")
    shutil.copytree(PACKAGE, folder / "vtube", ignore=ignore)
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=ignore)
    for name in ("pyproject.toml", "requirements.txt", "run_vcam.py"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "config", folder / "config")
    for block in blocks(PAGE, "python"):
        entry, file = NEW_ENTRY.fullmatch(block), NEW_FILE.fullmatch(block)
        if entry:
            path = folder / entry.group(1)
            path.write_text(added_to(path.read_text("utf-8"), entry.group(2), entry.group(3)), encoding="utf-8")
        elif file:
            assert not (folder / file.group(1)).exists()
            (folder / file.group(1)).write_text(file.group(2).lstrip(), encoding="utf-8")
    return folder


def new_files() -> list[str]:
    """The files that the exercise adds."""
    return [found.group(1) for block in blocks(PAGE, "python") if (found := NEW_FILE.fullmatch(block))]


def run(folder: Path, *arguments: str) -> None:
    """Run `python -m ARGUMENTS` in the copy; its output is the message of a failure."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=PROGRAM_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_exercise_adds_a_tracker_a_voice_and_an_output_with_their_tests() -> None:
    rooms = {tuple(name.split("/")[:2]) for name in new_files()}
    assert rooms >= {(top, room) for top in ("vtube", "tests") for room in ("tracking", "speech", "outputs")}


def test_its_tests_pass_and_the_house_still_stands(copy: Path) -> None:
    tests = [name for name in new_files() if name.startswith("tests/")]
    run(copy, "pytest", "-q", "-p", "no:cacheprovider", "tests/test_architecture.py", *tests)


def test_what_it_adds_is_clean(copy: Path) -> None:
    run(copy, "ruff", "format", "--check", "--diff", *new_files())
    run(copy, "ruff", "check", "--no-cache", *new_files())


@pytest.mark.slow
def test_its_types_are_right(copy: Path) -> None:
    if (ROOT / ".mypy_cache").is_dir():  # of this very package: then only what is new is looked at
        shutil.copytree(ROOT / ".mypy_cache", copy / ".mypy_cache", dirs_exist_ok=True)
    run(copy, "mypy", *new_files())
