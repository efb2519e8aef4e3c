"""What a change must pass, from a bare Python on any system; installs what is needed into `.venv` first.

python -m tools check          # what a change must pass: lint, and all tests that are not `slow`, at once
python -m tools thorough       # the same with the slow tests, as before a release
python -m tools cover          # all tests, and which lines of the program none of them reaches
python -m tools test [WORDS]   # the tests; WORDS go to pytest
python -m tools quick [WORDS]  # those that need no screen, no OBS, no weights and little time
python -m tools lint           # format, linter, types, generated pages
python -m tools types          # types alone, for pre-commit
python -m tools fix            # what the formatter and the linter can put right by themselves
"""

import os
import sys
from collections.abc import Sequence

from vtube.bootstrap import DEVELOPMENT, prepare, run_module

QUICK = "not slow and not display and not obs and not weights"
COVERED = ("--cov", "--cov-report=term:skip-covered")
PROCESSES = min(4, (os.cpu_count() or 1) + 1)
AT_ONCE = ("-n", str(PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0")
"""One process more than there are processors, as tests wait a third of their time; each takes whole files, room after
room: what is shared is made once. One that dies ends the run: with another in its place it would wait for ever."""
LINT = (("ruff", "format", "--check", "."), ("ruff", "check", "."), ("mypy",), ("tools.reference", "--check"))
FIX = (("ruff", "format", "."), ("ruff", "check", "--fix", "."), ("tools.reference",))


def steps(task: str, words: Sequence[str]) -> list[tuple[str, ...]]:
    """The modules to run with their arguments, in order; none for an unknown task."""
    tasks: dict[str, list[tuple[str, ...]]] = {
        "check": [*LINT, ("pytest", *AT_ONCE, "-m", "not slow", *words)],
        "thorough": [*LINT, ("pytest", *AT_ONCE, *words)],
        "cover": [("pytest", *AT_ONCE, *COVERED, *words)],
        "test": [("pytest", *words)],
        "quick": [("pytest", "-m", QUICK, *words)],
        "lint": [*LINT],
        "types": [("mypy",)],
        "fix": [*FIX],
    }
    return tasks.get(task, [])


def main(arguments: Sequence[str]) -> int:
    """Run a task, all of its steps even when one fails; the exit code is the first that is not 0."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would each compile the program
    task, *words = arguments or [""]
    todo = steps(task, words)
    if not todo:
        print(__doc__)
        return 0 if task in ("", "-h", "--help") else 2
    problem = prepare(DEVELOPMENT)
    codes = [problem] if problem else [run_module(module, list(rest), DEVELOPMENT) for module, *rest in todo]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
