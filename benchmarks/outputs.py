"""What every output costs, and whether it keeps the rate: milliseconds a frame, frames sent and dropped.

    python -m benchmarks.outputs [SPEC ...] [--picture PNG] [--size 512x512] [--fps 60] [--seconds 5] [--json]

Without SPECs: the background blend and the framing alone, then null, the file formats and a camera. Each output
is first called directly as fast as it goes (milliseconds a frame: median, p99, CPU time of that thread), then fed
through its worker at the rate (`cpu_ms_per_frame` is that of the whole process, feeding and encoder threads
included). Files go to a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
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
from vtube.scene.framing import Framing

SPECS = ("null", "camera", "file:bench.mov", "file:bench.mkv", "file:bench.webm", "file:bench.mp4")
RUNS = ("direct", "paced")
FRAMES = 30
DIRECT_CALLS = 120


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(arguments)
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
    return [
        {"output": f"background at {size[0]}x{size[1]}", **_timed(background.flatten, frames)},
        {"output": "framing to 1280x720", **_timed(lambda frame: wide.process(frame, 0.0), frames)},
    ]


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


def _line(row: dict[str, Any]) -> str:
    return "  ".join(f"{key} {value}" if key != "output" else f"{value:24}" for key, value in row.items())


if __name__ == "__main__":
    main()
