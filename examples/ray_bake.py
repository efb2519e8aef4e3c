"""Puppets on many machines: each picture is a task of Ray, which finds a machine for it.

    pip install "ray[default]"
    python -m examples.ray_bake puppets/ alice.png bob.png
    python -m examples.ray_bake puppets/ *.png --address ray://head:10001 --gpus 1

A bake takes minutes on a graphics card and hours without. All machines need vtube, its weights (`vtube models fetch`)
and folders that all of them see.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import ray


def bake(picture: str, out: str) -> str:
    """Make one puppet; the last line of what went wrong, or nothing."""
    command = [sys.executable, "-m", "vtube", "bake", picture, "--out", out]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]


def main() -> int:
    """Bake all pictures; the exit code is 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="OUT_DIR")
    parser.add_argument("pictures", type=Path, nargs="+", metavar="PNG")
    parser.add_argument("--address", help="of the cluster (default: one on this machine)")
    parser.add_argument("--cores", type=int, default=2, help="of each bake")
    parser.add_argument("--gpus", type=float, default=0, help="of each bake")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    ray.init(address=arguments.address, log_to_driver=False)
    task = ray.remote(bake).options(num_cpus=arguments.cores, num_gpus=arguments.gpus, max_retries=1)
    outs = [arguments.folder.resolve() / f"{picture.stem}.vtpuppet" for picture in arguments.pictures]
    pairs = zip(arguments.pictures, outs, strict=True)
    faults = ray.get([task.remote(str(picture.resolve()), str(out)) for picture, out in pairs])
    for picture, fault in zip(arguments.pictures, faults, strict=True):
        print(f"{picture}: {fault or 'done'}")
    return 1 if any(faults) else 0


if __name__ == "__main__":
    raise SystemExit(main())
