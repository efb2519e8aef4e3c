"""Whether one core draws and encodes what SillyTavern shows: transparent PNGs a second, their spacing, their cost.

    python -m benchmarks.talkinghead [--fps 25] [--seconds 20] [--size 512] [--core 0] [--chain FILTER …] [--json]

Starts a camera of its own that may use one core alone (Linux; elsewhere as many as it likes), asks for that rate and
these filters as SillyTavern's client does, talks meanwhile, and reads `result_feed` from another core. The figures:
pictures a second, the longest and the 99th percentile of the times between two, kilobytes of one, and milliseconds of
processor time that the whole camera took for each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO, NamedTuple

import numpy as np

from vtube.clock import monotonic

PORT = 8943
START_S = 90.0
SETTLE_S = 5.0
SIGNATURE, END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
RGBA = 6
COLOUR_TYPE = 25
"""Which byte of a PNG says what its pixels are."""


class Picture(NamedTuple):
    """One part of the feed: when it was there, and its bytes."""

    at: float
    data: bytes


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fps", type=float, default=25.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--size", default="512")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--chain", nargs="*", default=[], metavar="FILTER", help="SillyTavern's filters")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    command = [sys.executable, "-m", "vtube", "run", "--quiet", "--no-saved", "--no-bake", f"--port={PORT}"]
    command += ["--tracking=none", "--audio=none", "--output=null", f"--size={wanted.size}", "--fps=30"]
    if hasattr(os, "sched_setaffinity"):
        command = ["taskset", "--cpu-list", str(wanted.core), *command]
    camera = subprocess.Popen(command)
    try:
        _settle()
        settings = {"target_fps": wanted.fps, "postprocessor_chain": [[name, {}] for name in wanted.chain]}
        _post("load_animator_settings", settings)
        figures = measured(camera.pid, wanted.seconds)
    finally:
        camera.terminate()
        camera.wait(20)
    if wanted.json:
        print(json.dumps(figures))
    else:
        print(", ".join(f"{name} {value:.1f}" for name, value in figures.items()))


def measured(process: int, seconds: float) -> dict[str, float]:
    """The figures of the feed over some time, while she talks."""
    pictures: list[Picture] = []
    begun = spent = 0.0
    with urllib.request.urlopen(_url("result_feed"), timeout=30) as feed:
        for number, picture in enumerate(parts(feed)):
            if number == 0:
                urllib.request.urlopen(_url("start_talking"), timeout=30).close()
            if not begun and picture.data[COLOUR_TYPE] != RGBA:
                raise SystemExit("the feed's pictures have no alpha")
            if not begun and number >= 10:
                begun, spent = picture.at, _processor_s(process)
            if begun:
                pictures.append(picture)
                if picture.at - begun >= seconds:
                    break
    spent = _processor_s(process) - spent
    between = 1000 * np.array([later.at - one.at for one, later in pairwise(pictures)])
    return {
        "pictures_a_second": 1000 / float(between.mean()),
        "ms_between_p99": float(np.percentile(between, 99)),
        "ms_between_longest": float(between.max()),
        "kB": float(np.mean([len(one.data) for one in pictures])) / 1000,
        "processor_ms_each": 1000 * spent / len(between),
    }


def parts(feed: BinaryIO) -> Iterator[Picture]:
    """The feed's PNGs."""
    kept = b""
    while piece := feed.read1(1 << 16):  # type: ignore[attr-defined]  # an HTTPResponse has it
        kept += piece
        while (end := kept.find(END)) >= 0:
            data, kept = kept[: end + len(END)], kept[end + len(END) :]
            yield Picture(monotonic(), data[data.index(SIGNATURE) :])


def _settle() -> None:
    """Wait until the engine draws."""
    end = monotonic() + START_S
    while monotonic() < end:
        time.sleep(0.5)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api/state", timeout=10) as answer:
                if "puppet" in json.load(answer)["engine"]:
                    time.sleep(SETTLE_S)
                    return
        except OSError:
            pass
    raise SystemExit("the camera does not start")


def _post(name: str, body: object) -> None:
    kind = {"Content-Type": "application/json"}
    request = urllib.request.Request(_url(name), json.dumps(body).encode(), kind, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        told = answer.read().decode()
    if told != "OK":
        raise SystemExit(told)


def _url(name: str) -> str:
    return f"http://127.0.0.1:{PORT}/api/talkinghead/{name}"


def _processor_s(process: int) -> float:
    """Processor time that a process has taken, seconds; 0 where the system does not say."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
