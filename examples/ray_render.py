"""Films on many machines: each row of a list is a task of Ray, which finds a machine for it.

    pip install "ray[default]"
    python -m examples.ray_render clips.csv
    python -m examples.ray_render clips.csv --address ray://head:10001

The list is that of `vtube render --list`. All machines need vtube, and a folder that all of them see for the films.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import ray

from vtube.cli.film_list import command_of, rows_of


def make(row: dict[str, str], folder: str) -> str:
    """Render one row in `folder`; the last line of what went wrong, or nothing."""
    command = [sys.executable, "-m", "vtube", *command_of(row)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]


def main() -> int:
    """Render the list; the exit code is 1 where a row failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=Path, metavar="CSV")
    parser.add_argument("--address", help="of the cluster (default: one on this machine)")
    parser.add_argument("--cores", type=int, default=2, help="of each film")
    arguments = parser.parse_args()
    ray.init(address=arguments.address, log_to_driver=False)
    rows, folder = rows_of(arguments.list), str(Path.cwd())
    task = ray.remote(make).options(num_cpus=arguments.cores, max_retries=1)
    faults = ray.get([task.remote(row, folder) for row in rows])
    for row, fault in zip(rows, faults, strict=True):
        print(f"{row['out']}: {fault or 'done'}")
    return 1 if any(faults) else 0


if __name__ == "__main__":
    raise SystemExit(main())
