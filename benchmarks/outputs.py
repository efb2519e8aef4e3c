"""What every output costs, and whether it keeps the rate: milliseconds a frame, frames sent and dropped.

    python -m benchmarks.outputs [SPEC ...] [--picture PNG] [--size 512x512] [--fps 60] [--seconds 5] [--json]

First every effect, the background blend and the framing alone; then null, the file formats and a camera. Each output
is first called directly as fast as it goes (milliseconds a frame: median, p99, CPU time of that thread), then fed
through its worker at the rate (`cpu_ms_per_frame` is that of the whole process, feeding and encoder threads
included). Files go to a temporary folder.

    python -m benchmarks.outputs --shim v4l2shim.c [--crowd 8] [--fps 30] [--seconds 30] [--json]

What other programs get of the virtual camera, on Linux: the whole camera runs as `vtube run` does, against a stand-in
for the v4l2loopback device that notes when each frame was written; once alone and once beside a crowd of busy
processes of ordinary priority. Frames a second, and the intervals between frames (median, p99, longest); the first
seconds, in which the engine loads, are left out. `rt_ms_max` is how late an urgent thread that does nothing else woke
at worst meanwhile: a virtual machine whose host is busy has stalls of its own, which no program can help.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from vtube.errors import OutputError
from vtube.frame import Frame
from vtube.outputs.base import OutputContext
from vtube.outputs.registry import create_output
from vtube.outputs.worker import OutputState, OutputWorker, close_all
from vtube.scene.background import Background
from vtube.scene.base import Effect
from vtube.scene.framing import Framing
from vtube.scene.registry import EFFECTS
from vtube.settings import SceneSettings

SPECS = ("null", "camera", "file:bench.mov", "file:bench.mkv", "file:bench.webm", "file:bench.mp4")
RUNS = ("direct", "paced")
FRAMES = 30
DIRECT_CALLS = 120
ALWAYS = {"glitch": "glitch:share=1"}
"""Effects that do something now and then only, so that they always do."""

DEVICE = "/dev/video7"
WARM_UP_S = 35.0
CAMERA = (
    *("--output", f"camera:{DEVICE}"),
    *("--tracking", "none", "--audio", "none", "--no-bake", "--no-server"),
)
CONTROL = """
import sys, time
from vtube.threads import urgent_thread
with urgent_thread():
    start, worst = time.perf_counter(), 0.0
    for number in range(30 * int(float(sys.argv[1]))):
        time.sleep(max(0.0, start + number / 30 - time.perf_counter()))
        worst = max(worst, time.perf_counter() - start - number / 30)
print(1000 * worst)
"""
HEAD = struct.Struct("<4s5IQ")
"""Before each frame: a mark, width, height, FourCC, size, length, monotonic nanoseconds."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(arguments)
    if options.shim is not None:
        rows = [_device(options, crowd) for crowd in dict.fromkeys((0, options.crowd))]
        print(json.dumps(rows, indent=1) if options.json else "\n".join(_line(row) for row in rows))
        return
    cv2.setNumThreads(1)
    frames = _frames(options.picture, *options.size)
    with tempfile.TemporaryDirectory() as folder:
        for run in RUNS:
            (Path(folder) / run).mkdir()
        rows = [*_scene(frames, options.size), *(_output(spec, frames, options, folder) for spec in options.specs)]
    print(json.dumps(rows, indent=1) if options.json else "\n".join(_line(row) for row in rows))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What every output costs.")
    parser.add_argument("specs", nargs="*", default=SPECS, metavar="SPEC")
    parser.add_argument("--picture", type=Path, help="512x512 RGBA; a drawn disc without it")
    parser.add_argument("--size", type=_size, default=(512, 512), help="width x height of the outputs")
    parser.add_argument("--fps", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--shim", type=Path, metavar="C", help="source of the stand-in: measure a camera device only")
    parser.add_argument("--crowd", type=int, default=8, help="busy processes beside the camera")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


def _frames(picture: Path | None, width: int, height: int) -> list[Frame]:
    """A figure that sways, framed for the outputs."""
    figure = _disc() if picture is None else np.asarray(Image.open(picture).convert("RGBA"))
    shifts = np.rint(12 * np.sin(2 * np.pi * np.arange(FRAMES) / FRAMES)).astype(int)
    framing = Framing(width, height)
    return [framing.process(np.ascontiguousarray(np.roll(figure, shift, axis=1)), 0.0) for shift in shifts]


def _disc() -> Frame:
    rows, columns = np.indices((512, 512), dtype=np.float32)
    frame = np.zeros((512, 512, 4), np.uint8)
    frame[..., 0], frame[..., 1], frame[..., 2] = columns / 2, rows / 2, 120
    frame[..., 3] = np.clip((180 - np.hypot(columns - 256, rows - 256)) * 32, 0, 255)
    return frame


def _scene(frames: list[Frame], size: tuple[int, int]) -> list[dict[str, Any]]:
    background, wide = Background("#00b140", *size), Framing(1280, 720, 1.2)
    scene = SceneSettings(width=size[0], height=size[1])
    effects = [(name, EFFECTS.create(ALWAYS.get(name, name), scene)) for name in EFFECTS.names()]
    return [
        *({"output": f"effect {name}", **_timed(partial(_seen, effect), frames)} for name, effect in effects),
        {"output": f"background at {size[0]}x{size[1]}", **_timed(background.flatten, frames)},
        {"output": "framing to 1280x720", **_timed(lambda frame: wide.process(frame, 0.0), frames)},
    ]


def _seen(effect: Effect, frame: Frame) -> Frame:
    """The frame at one moment."""
    return effect.process(frame, 1.7)


def _output(spec: str, frames: list[Frame], options: argparse.Namespace, folder: str) -> dict[str, Any]:
    background = Background("#00b140", *options.size)
    width, height = options.size
    context = OutputContext(width, height, options.fps, background)
    kind, _, argument = spec.partition(":")
    direct, paced = (f"file:{Path(folder) / run / argument}" if kind == "file" else spec for run in RUNS)
    try:
        costs = _direct(direct, frames, context)
        return {"output": spec, **costs, **_paced(paced, frames, context, options.seconds)}
    except OutputError as error:
        return {"output": spec, "error": str(error)}


def _direct(spec: str, frames: list[Frame], context: OutputContext) -> dict[str, float]:
    output = create_output(spec, context)
    output.open()
    sent = iter(range(DIRECT_CALLS + 1))
    try:
        return _timed(lambda frame: output.send(frame, next(sent) / context.fps), frames)
    finally:
        output.close()


def _timed(call: Callable[[Frame], object], frames: list[Frame]) -> dict[str, float]:
    call(frames[-1])
    wall, cpu = [], []
    for number in range(DIRECT_CALLS):
        start, start_cpu = time.perf_counter(), time.thread_time()
        call(frames[number % FRAMES])
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.thread_time() - start_cpu))
    return {
        "ms_median": round(float(np.median(wall)), 3),
        "ms_p99": round(float(np.percentile(wall, 99)), 3),
        "ms_cpu": round(float(np.median(cpu)), 3),
    }


def _paced(spec: str, frames: list[Frame], context: OutputContext, seconds: float) -> dict[str, Any]:
    worker = OutputWorker(create_output(spec, context))
    worker.start()
    opened_by = time.monotonic() + 5
    while worker.status().state is OutputState.OPENING and time.monotonic() < opened_by:
        time.sleep(0.001)
    submits, cpu, start = [], time.process_time(), time.monotonic()
    for number in range(round(seconds * context.fps)):
        time.sleep(max(0.0, start + number / context.fps - time.monotonic()))
        before = time.perf_counter()
        worker.submit(frames[number % FRAMES], start + number / context.fps)
        submits.append(1000 * (time.perf_counter() - before))
    cpu = time.process_time() - cpu
    time.sleep(0.2)
    status, closing = worker.status(), time.perf_counter()
    close_all([worker])
    return {
        "sent": status.sent,
        "dropped": status.dropped,
        "cpu_ms_per_frame": round(1000 * cpu / len(submits), 3),
        "submit_ms_max": round(max(submits), 3),
        "close_ms": round(1000 * (time.perf_counter() - closing), 1),
    }


def _device(options: argparse.Namespace, crowd: int) -> dict[str, Any]:
    """What a reader of the camera device sees beside `crowd` busy processes."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder, _busy(crowd):
        library, frames = Path(folder) / "shim.so", Path(folder) / "frames.v4s"
        compiler = ["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(options.shim), "-ldl", "-pthread"]
        subprocess.run(compiler, check=True)
        device = {"LD_PRELOAD": str(library), "V4L2SHIM_DEVICE": DEVICE, "V4L2SHIM_OUT": str(frames)}
        seconds = options.seconds + WARM_UP_S
        command = [sys.executable, "-m", "vtube", "run", *CAMERA, "--fps", str(options.fps), "--duration", str(seconds)]
        control = subprocess.Popen([sys.executable, "-c", CONTROL, str(seconds)], stdout=subprocess.PIPE, text=True)
        done = subprocess.run(command, env={**os.environ, **device}, capture_output=True, text=True, check=True)
        times = np.array(list(_written(frames)))
    gaps = 1000 * np.diff(times[times > times[0] + WARM_UP_S])
    return {
        "output": f"camera beside {crowd} busy",
        "frames": len(gaps) + 1,
        "fps": round(1000 / float(gaps.mean()), 3),
        "ms_median": round(float(np.median(gaps)), 2),
        "ms_p99": round(float(np.percentile(gaps, 99)), 2),
        "ms_max": round(float(gaps.max()), 2),
        "rt_ms_max": round(float(control.communicate()[0]), 2),
        "said": " | ".join(line for line in done.stderr.splitlines() if "camera:" in line),
    }


def _written(frames: Path) -> Iterator[float]:
    """When each frame was written to the device, monotonic seconds."""
    with frames.open("rb") as file:
        while head := file.read(HEAD.size):
            *_, length, nanoseconds = HEAD.unpack(head)
            file.seek(length, os.SEEK_CUR)
            yield 1e-9 * nanoseconds


@contextlib.contextmanager
def _busy(count: int) -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _line(row: dict[str, Any]) -> str:
    return "  ".join(f"{key} {value}" if key != "output" else f"{value:24}" for key, value in row.items())


if __name__ == "__main__":
    main()
