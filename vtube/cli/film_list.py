"""`vtube render --list`: many films from a table, each in a process of its own."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from vtube.errors import SettingsError
from vtube.paths import CHECKOUT, read_bounded
from vtube.text import printable, shown

COLUMNS = (
    "out",
    "text",
    "audio",
    "character",
    "voice",
    "emotion",
    "frame",
    "background",
    "size",
    "fps",
    "seconds",
    "subtitles",
    "chapters",
    "burn",
    "over",
    "at",
    "loudness",
    "takes",
    "engine",
    "config",
)
"""What a row may say; each is the flag of that name, `burn` is yes or empty."""
YES = ("1", "yes", "true", "x")
MAX_BYTES = 10_000_000
MOST_JOBS = 64


def make_films(table: Path, jobs: int) -> int:
    """Render every row; one that fails does not stop the others. Returns the exit code: 1 where one failed.

    Raises:
        SettingsError: the table cannot be read, has unknown columns, or no rows.
    """
    if not 1 <= jobs <= MOST_JOBS:
        raise SettingsError(f"--jobs is from 1 to {MOST_JOBS}, not {jobs}")
    rows = rows_of(table)
    with ThreadPoolExecutor(jobs) as pool:
        failed = 0
        for number, (row, fault) in enumerate(zip(rows, pool.map(_made, rows), strict=True), 1):
            failed += bool(fault)
            print(printable(f"{number}/{len(rows)} {row['out']}: {fault or 'done'}"), flush=True)
    print(f"{len(rows) - failed} of {len(rows)} films are done" + (f", {failed} failed" if failed else ""))
    return 1 if failed else 0


def rows_of(table: Path) -> list[dict[str, str]]:
    """The rows of a CSV file (UTF-8, commas, first row the names of the columns), without what is empty.

    Raises:
        SettingsError: see `make_films`.
    """
    try:
        text = read_bounded(table, MAX_BYTES).decode("utf-8-sig")
        reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
        names = [name.strip() for name in reader.fieldnames or []]
        reader.fieldnames = names
        unknown = [name for name in names if name not in COLUMNS]
        if unknown or "out" not in names:
            fault = f"has a column {shown(unknown[0])}" if unknown else "has no column out"
            raise SettingsError(f"{table} {fault}; known: {', '.join(COLUMNS)}")
        rows = [{name: value.strip() for name, value in row.items() if name and value} for row in reader]
    except (OSError, ValueError, csv.Error, AttributeError) as error:
        raise SettingsError(f"cannot read the list {table}: {error}") from None
    for number, row in enumerate(rows, 2):
        if not row.get("out"):
            raise SettingsError(f"{table}, row {number}: it has no out")
    if not rows:
        raise SettingsError(f"{table} has no rows")
    return rows


def command_of(row: dict[str, str]) -> list[str]:
    """The arguments of `vtube render` that make one row."""
    words = ["render", "--quiet"]
    for name, value in row.items():
        if name == "burn":
            words += ["--burn"] * (value.lower() in YES)
        elif name != "out":
            words.append(f"--{name}={value}")
    return [*words, "--", row["out"]]


def _made(row: dict[str, str]) -> str:
    """The line that says why it failed; empty where it did not."""
    done = _run([sys.executable, "-P", "-m", "vtube", *command_of(row)])
    lines = [line for line in done.stderr.splitlines() if line.startswith("vtube:")] or done.stderr.splitlines()
    if done.returncode == 0:
        return ""
    return lines[-1].removeprefix("vtube: ") if lines else f"ended with {done.returncode}"


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
