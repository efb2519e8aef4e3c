"""An evening of faults against a running camera, in one hour: is it on air at its rate, and does anything grow?

    python -m benchmarks.soak                   # an hour
    python -m benchmarks.soak --minutes 2       # the short form; its verdict holds for rates, threads and files
    python -m benchmarks.soak --engine puppet --character me.png

Starts a camera of its own, with settings, folders and ports of its own. Trackers come and go, junk arrives, clients
vanish or never read, pictures and settings are sent, good and bad, texts are spoken, the process is stopped for
five seconds now and then, and the disk it records on is full. Every five seconds it reads /api/state and /proc (Linux).
Ends with 1 when the rate is off by more than 0.3 %, memory grew by more than 2 % and 10 MB after the warm-up, or a
thread or file is left over at the end. Where other programs had more than a quarter of the processors meanwhile, the
rate is told and not judged.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crowd import Moment, look, share_of_others
from benchmarks.soak_faults import FAULTS, Target, clients_that_vanish
from tests.phones import HERE
from vtube.clock import monotonic

SAMPLE_S = 5.0
SETTLE_S = 30.0
"""Quiet before threads and files are counted: after a first round of faults, which starts the threads of every pool,
and after the last."""
FIRST_ROUND_S = 20.0
WARM_UP_S = 300.0
RATE_TOLERANCE = 0.003
GROWTH_SHARE, GROWTH_MB = 0.02, 10.0
CROWDED = 0.25
"""Of all processors, had by other programs: the rate says little about the camera then."""
DISK_MB = 24


@dataclass(frozen=True, slots=True)
class Sample:
    """What the camera was at one moment; `frozen` when it was stopped by a signal shortly before."""

    at: float
    memory_mb: float
    threads: int
    files: tuple[str, ...]
    frames: int
    late: int
    frozen: bool


def measure(target: Target) -> Sample:
    """Ask the state and the kernel now."""
    state = target.state()
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{target.pid}/status").read_text().splitlines() if ":" in line
    )
    return Sample(
        monotonic(),
        int(status["VmRSS"].split()[0]) / 1024,
        int(status["Threads"]),
        open_files(target.pid),
        state["frames"],
        state["late"],
        target.frozen.is_set(),
    )


def open_files(pid: int) -> tuple[str, ...]:
    """What each file descriptor of the process is open on."""
    names = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            names.append(os.readlink(link))
    return tuple(sorted(names))


def rates(samples: Sequence[Sample]) -> list[float]:
    """Frames a second between neighbouring samples, without those around a stop of the process."""
    return [
        (after.frames - before.frames) / (after.at - before.at)
        for before, after in itertools.pairwise(samples)
        if not before.frozen and not after.frozen
    ]


def growth_mb(samples: Sequence[Sample]) -> tuple[float, float]:
    """(MB after the warm-up, MB that it grew from there to the end): medians of a tenth of the time, at least 60 s."""
    begin, end = samples[0].at, samples[-1].at
    window = max(60.0, (end - begin) / 10)
    start = min(WARM_UP_S, (end - begin) / 2)
    early = [one.memory_mb for one in samples if start <= one.at - begin <= start + window]
    late = [one.memory_mb for one in samples if one.at >= end - window]
    return statistics.median(early), statistics.median(late) - statistics.median(early)


def mean_rate(samples: Sequence[Sample]) -> float:
    """Frames a second over the whole time, but for the stops of the process."""
    pairs = [(before, after) for before, after in itertools.pairwise(samples) if not before.frozen and not after.frozen]
    return sum(after.frames - before.frames for before, after in pairs) / sum(b.at - a.at for a, b in pairs)


def verdict(fps: float, idle: Sample, samples: Sequence[Sample], after: Sample, others: float = 0.0) -> list[str]:
    """What is not as it should be, one line each; `others` is the share of the processors that other programs had."""
    faults = []
    rate = mean_rate(samples)
    if abs(rate / fps - 1) > RATE_TOLERANCE and others < CROWDED:
        faults.append(f"the rate was {rate:.3f} instead of {fps:g}")
    base, grown = growth_mb(samples)
    if samples[-1].at - samples[0].at > 2 * WARM_UP_S and grown > max(GROWTH_MB, GROWTH_SHARE * base):
        faults.append(f"memory grew by {grown:.1f} MB from {base:.0f}")
    if after.threads > idle.threads:
        faults.append(f"{after.threads - idle.threads} threads are left over")
    if len(after.files) > len(idle.files):
        left = ", ".join((Counter(after.files) - Counter(idle.files)).elements())
        faults.append(f"{len(after.files) - len(idle.files)} open files are left over, among them {left}")
    return faults


def report(
    fps: float, idle: Sample, samples: Sequence[Sample], after: Sample, counts: Counter[str], others: float
) -> None:
    """Print what was done and what was seen, as Markdown."""
    seen, memory = rates(samples), [one.memory_mb for one in samples]
    base, grown = growth_mb(samples)
    print("| what | seen |\n|---|---|")
    print(f"| time under faults | {(samples[-1].at - samples[0].at) / 60:.1f} minutes, {len(samples)} samples |")
    print(f"| frames a second at {fps:g} | mean {mean_rate(samples):.3f}, lowest in 5 s {min(seen):.2f} |")
    print(f"| other programs had | {others:.0%} of {os.cpu_count()} processors |")
    print(f"| late frames | {samples[-1].late - samples[0].late} of {samples[-1].frames - samples[0].frames} |")
    print(f"| memory | {base:.0f} MB after the warm-up, {grown:+.1f} MB at the end, at most {max(memory):.0f} |")
    print(f"| threads | {idle.threads} before, {max(one.threads for one in samples)} at most, {after.threads} after |")
    most = max(len(one.files) for one in samples)
    print(f"| open files | {len(idle.files)} before, {most} at most, {len(after.files)} after |")
    print("\n" + ", ".join(f"{what}: {count}" for what, count in sorted(counts.items())))


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk of `DISK_MB` to record on until it is full, where this user may mount one (root on Linux)."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "vtube-soak", str(folder)]
    with open(os.devnull, "wb") as nowhere:
        mounted = os.name == "posix" and subprocess.call(mount, stdout=nowhere, stderr=nowhere) == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.call(["umount", "-l", str(folder)])


def silence(path: Path) -> None:
    """A WAV file of ten seconds to listen to."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(random.Random(1).randbytes(320000))


def free_port(kind: socket.SocketKind) -> int:
    """A port that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind((HERE, 0))
        return int(sock.getsockname()[1])


@contextlib.contextmanager
def camera(arguments: argparse.Namespace, folder: Path) -> Iterator[Target]:
    """A camera with everything of its own, up and drawing."""
    port, tracker = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
    sound = folder / "sound.wav"
    silence(sound)
    with small_disk(folder / "disk") as disk, (folder / "camera.log").open("wb") as log:
        command = [sys.executable, "-m", "vtube", "run", "--no-bake", "--engine", arguments.engine]
        command += ["--tracking", f"vmc:{tracker}", "--port", str(port), "--fps", str(arguments.fps)]
        command += ["--output", "null", *(["--output", f"file:{disk}/take.mkv"] if disk is not None else [])]
        command += ["--character", arguments.character] if arguments.character else []
        environment = {**os.environ, "VTUBE_HOME": str(folder / "home")}
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        target = Target(port, tracker, process.pid, str(sound), random.Random(arguments.seed))
        if disk is not None:
            target.counts["full disk"] += 1
        try:
            wait_until(lambda: target.state()["engine"] not in ("loading", "failed"), 120)
            yield target
        finally:
            target.stopping.set()
            process.send_signal(signal.SIGCONT if hasattr(signal, "SIGCONT") else signal.SIGTERM)
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
    tail = (folder / "camera.log").read_text(encoding="utf-8", errors="replace")
    target.counts["tracebacks in the log"] = tail.count("Traceback (most recent call last)")
    if arguments.log:
        Path(arguments.log).write_text(tail, encoding="utf-8")


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    """Wait until `true()`; an answer that cannot be had counts as not yet.

    Raises:
        TimeoutError: it did not become true.
    """
    end = monotonic() + seconds
    while monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            if true():
                return
        time.sleep(0.2)
    raise TimeoutError("the camera does not come up; --log FILE keeps what it printed")


def attack(target: Target, fault: Callable[[Target], None]) -> None:
    """Repeat one fault until the soak ends; a client of ours that fails is counted and goes on."""
    while not target.stopping.is_set():
        try:
            fault(target)
        except (OSError, ValueError) as error:
            target.counts[f"client error in {fault.__name__}: {type(error).__name__}"] += 1
            target.nap(0.5)


def soak(target: Target, seconds: float, progress: Callable[[str], None]) -> tuple[Sample, list[Sample], Sample, float]:
    """Faults for `seconds`, then quiet: samples before, during, after, and the share of the processors of others."""
    with under_attack(target):
        time.sleep(FIRST_ROUND_S)
    idle = quiet(target)
    with under_attack(target):
        samples, begin, crowd = [measure(target)], monotonic(), _look(target)
        while (passed := monotonic() - begin) < seconds:
            time.sleep(SAMPLE_S)
            if not target.frozen.is_set():
                with contextlib.suppress(OSError, ValueError):
                    samples.append(measure(target))
            last = samples[-1]
            progress(f"{passed / 60:5.1f} of {seconds / 60:g} min  {last.memory_mb:.0f} MB  {last.threads} threads")
        others = share_of_others(crowd, _look(target))
    return idle, samples, quiet(target), others


def _look(target: Target) -> Moment:
    return look([target.pid])


@contextlib.contextmanager
def under_attack(target: Target) -> Iterator[None]:
    """All faults at once, each in a thread of its own, one of them in two."""
    target.stopping.clear()
    threads = [
        threading.Thread(target=attack, args=(target, fault), daemon=True) for fault in (*FAULTS, clients_that_vanish)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        target.stopping.set()
        for thread in threads:
            thread.join(60)


def quiet(target: Target) -> Sample:
    """The camera when nobody has asked it for anything for a while."""
    target.ask("PUT", "/api/settings", {"audio": "none"})
    target.ask("POST", "/api/speech/stop")
    time.sleep(SETTLE_S)
    return measure(target)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--engine", default="auto", help="as in `vtube run`")
    parser.add_argument("--character", help="a picture, for an engine that has to know it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", metavar="FILE", help="keep what the camera printed")
    parser.add_argument("--json", metavar="FILE", help="keep every sample")
    arguments = parser.parse_args()
    show = (lambda line: print("\r" + line, end="", file=sys.stderr, flush=True)) if sys.stderr.isatty() else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, camera(arguments, Path(folder)) as target:
        idle, samples, after, others = soak(target, arguments.minutes * 60, show or (lambda line: None))
    report(arguments.fps, idle, samples, after, target.counts, others)
    if arguments.json:
        rows = [{name: getattr(one, name) for name in Sample.__slots__} for one in (idle, *samples, after)]
        Path(arguments.json).write_text(json.dumps(rows), encoding="utf-8")
    faults = verdict(arguments.fps, idle, samples, after, others)
    faults += ["there are tracebacks in its log"] if target.counts["tracebacks in the log"] else []
    print("\n" + ("\n".join(f"NOT WELL: {fault}" for fault in faults) or "All is well."))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
