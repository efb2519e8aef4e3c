"""A puppet's large frames beside its 512 ones and beside exact THA3, in one run: speed, memory, sharpness, looks.

    python -m benchmarks.hd [PICTURE ...] [--quick] [--beside PUPPET] [--frames 60] [--rounds 4] [--json]

Each picture needs its puppet (`vtube bake PICTURE`; the default character brings hers). `--beside` measures another
puppet of the same picture in turns with its own, `--quick` looks at few poses and leaves most slow sweeps out.

Speed: all 45 parameters change from frame to frame, and sizes take turns, so that whatever else the computer does slows
all of them alike. `ms` is the median from pose to frame, `least` what the quickest tenth took at most, `cpu` the
processor time of all threads together and `times` the same over that of 512 x 512 on one thread of the first puppet,
which a busy computer spoils least. Memory is of a process of its own that plays head and chest at 1920 x 1080.
Sharpness is the gradient energy of head and shoulders over that of the drawing at the same size; exact THA3 is enlarged
by Lanczos' filter, and as other programs do it, by a network for line art. The other figures are explained in
`hd_looks`; the goals are in docs/notes/puppet.md.
"""

from __future__ import annotations

import argparse
import json
import mmap
import multiprocessing
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.hd_looks import HEAD, Beside
from vtube.avatar.bench import all_changing, computer, random_poses
from vtube.avatar.bench_worker import peak_memory_mb
from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.enlarge import enlarge, fitting
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.puppet.drawing import finest
from vtube.avatar.puppet.evaluate import SHARP_COLUMNS, SHARP_ROWS
from vtube.avatar.puppet.file import find, load
from vtube.avatar.superres.enlarger import Enlarger
from vtube.frame import SIZE, WHOLE, Frame, View
from vtube.paths import default_picture
from vtube.pose import NAMES, from_mapping

BUST = View(1920, 1080, 3.3, 3.3, 116.0, -17.0)
"""Head and chest fill a picture of 1920 x 1080."""
VIEWS = {"512": WHOLE, "1024": fitting(1024, 1024), "1080p bust": BUST, "2048": fitting(2048, 2048)}
THREADS = 1, 2
FEW = "eye_wink_left", "mouth_aaa", "eyebrow_raised_left", "iris_rotation_y", *HEAD
"""Slow sweeps that `--quick` looks at."""
NETWORK = "realesr-animevideov3"
LARGE = 1024
"""Side at which sharpness is measured."""
SHARP_POSES = {
    "neutral": {},
    "far": {"head_y": 0.9, "head_x": -0.3, "body_y": 0.6},
    "other far": {"head_y": -0.9, "head_x": 0.4, "body_y": -0.6},
    "tilt": {"neck_z": 0.9, "body_z": 0.6, "head_y": 0.3},
}


@dataclass
class Times:
    """Of one size on so many threads, seconds."""

    wall: list[float] = field(default_factory=list)
    processor: float = 0.0

    @property
    def busy(self) -> float:
        """Processor time of a frame."""
        return self.processor / len(self.wall)

    def row(self, small: Times) -> dict[str, float]:
        """In milliseconds a frame, and times `small`."""
        return {
            "ms": round(1000 * float(np.median(self.wall)), 2),
            "least": round(1000 * float(np.quantile(self.wall, 0.1)), 2),
            "cpu": round(1000 * self.busy, 2),
            "times": round(self.busy / small.busy, 2),
        }


def speeds(requests: Mapping[str, Request], frames: int, rounds: int) -> dict[str, dict[str, float]]:
    """Each puppet, size and number of threads."""
    poses = all_changing(random_poses(frames))
    turns = list(product(requests, THREADS, VIEWS))
    renderers = {(who, threads): PuppetRenderer(replace(requests[who], threads=threads)) for who, threads, _ in turns}
    times = {turn: Times() for turn in turns}
    try:
        for _ in range(rounds):
            for (who, threads, size), taken in times.items():
                draw_all(renderers[who, threads], VIEWS[size], poses, taken)
    finally:
        for renderer in renderers.values():
            renderer.close()
    small = times[turns[0]]
    return {f"{size}, {threads} threads, {who}": taken.row(small) for (who, threads, size), taken in times.items()}


def draw_all(renderer: PuppetRenderer, view: View, poses: NDArray[np.float32], taken: Times) -> None:
    """Draw `poses` after one to get warm."""
    renderer.render_view(poses[-1], view)
    busy = time.process_time()
    for pose in poses:
        begun = time.perf_counter()
        renderer.render_view(pose, view)
        taken.wall.append(time.perf_counter() - begun)
    taken.processor += time.process_time() - busy


def memory(request: Request) -> dict[str, float]:
    """MB of a process that plays head and chest at 1920 x 1080 on two threads."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        return other.submit(_played, request).result()


def _played(request: Request) -> dict[str, float]:
    cv2.setNumThreads(1)
    renderer = PuppetRenderer(replace(request, threads=2))
    for pose in all_changing(random_poses(60)):
        renderer.render_view(pose, BUST)
    now = _resident_mb()
    renderer.close()
    return {"MB": round(now)}


def _resident_mb() -> float:
    """What the process has now; where /proc does not say that, the most it ever had."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return peak_memory_mb()
    return pages * mmap.PAGESIZE / 1e6


def sharpness(requests: Mapping[str, Request], drawing: Frame) -> dict[str, dict[str, float]]:
    """Pose → gradient energy over the drawing's, of the puppets and of exact THA3 enlarged."""
    own = energy(_at_large(drawing))
    figures: dict[str, dict[str, float]] = {pose: {} for pose in SHARP_POSES}
    for who, request in requests.items():
        puppet = PuppetRenderer(request)
        for pose, values in SHARP_POSES.items():
            frame = puppet.render_view(from_mapping(values), fitting(LARGE, LARGE))
            figures[pose][who] = round(energy(frame) / own, 3)
        puppet.close()
    add_exact(figures, next(iter(requests.values())), own)
    return figures


def add_exact(figures: dict[str, dict[str, float]], request: Request, own: float) -> None:
    """The same of exact THA3, enlarged in both ways."""
    renderer, network = OpenVinoRenderer(replace(request, puppet=None)), Enlarger(NETWORK)
    ways: dict[str, Callable[[Frame], Frame]] = {
        "exact, Lanczos": lambda frame: enlarge(frame, LARGE),
        "exact, network": network.double,
    }
    for pose, values in SHARP_POSES.items():
        frame = renderer.render(from_mapping(values))
        figures[pose] |= {name: round(energy(way(frame)) / own, 3) for name, way in ways.items()}
    renderer.close()


def _at_large(drawing: Frame) -> Frame:
    shown = cv2.cvtColor(drawing, cv2.COLOR_RGBA2mRGBA)
    smaller = cv2.resize(shown, (LARGE, LARGE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(smaller, cv2.COLOR_mRGBA2RGBA), np.uint8)


def energy(frame: Frame) -> float:
    """Mean squared difference between neighbours in head and shoulders, premultiplied."""
    scale = len(frame) // SIZE
    rows, columns = (slice(part.start * scale, part.stop * scale) for part in (SHARP_ROWS, SHARP_COLUMNS))
    part = frame[rows, columns].astype(np.float32)
    part[..., :3] *= part[..., 3:] / 255
    return float(np.mean(np.diff(part, axis=0) ** 2) + np.mean(np.diff(part, axis=1) ** 2))


def looks(request: Request, drawing: Frame, quick: bool) -> dict[str, dict[str, float]]:
    """All of `hd_looks` of one puppet."""
    if request.puppet is None:
        return {}
    beside = Beside(request.character, request.puppet, drawing)
    try:
        return {
            "faces": beside.faces(12 if quick else 60),
            "closed lids": beside.ghosts(),
            "waviness, px": beside.waviness(),
            "512 x 512": beside.closeness(8 if quick else 24),
            "steadiness, times exact": beside.steadiness(FEW if quick else NAMES),
        }
    finally:
        beside.close()


def measure(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one picture."""
    character = prepare(path)
    request = Request(character)
    own = find(character.digest, request.weights)
    requests = {"puppet": replace(request, puppet=own)}
    if options.beside is not None:
        requests[options.beside.stem] = replace(request, puppet=load(options.beside, character.digest))
    drawing = finest(character.frame, character.source, request.puppet_path)
    return {
        "drawing": len(drawing),
        "speed": speeds(requests, options.frames, options.rounds) if options.rounds else {},
        "memory": {who: memory(each) for who, each in requests.items()},
        "sharpness": sharpness(requests, drawing),
        "looks": {who: looks(each, drawing, options.quick) for who, each in requests.items()},
        "computer": computer(),
    }


def tables(path: Path, figures: dict[str, Any]) -> str:
    """As Markdown."""
    lines = [f"## {path.stem}, drawing {figures['drawing']}, {figures['computer']['processor']}"]
    lines += rows("speed", figures["speed"]) + rows("memory", figures["memory"])
    lines += rows("sharpness", figures["sharpness"])
    for who, looked in figures["looks"].items():
        lines += ["", f"| {who} | |", "|---|---|"]
        for what, found in looked.items():
            lines.append(f"| {what} | " + ", ".join(f"{name} {value}" for name, value in found.items()) + " |")
    return "\n".join(lines)


def rows(name: str, table: Mapping[str, Mapping[str, float]]) -> list[str]:
    """One table, whose rows have the same columns."""
    if not table:
        return []
    columns = list(next(iter(table.values())))
    lines = ["", f"| {name} | " + " | ".join(columns) + " |", "|" + "---|" * (1 + len(columns))]
    return lines + [
        f"| {who} | " + " | ".join(f"{value:g}" for value in row.values()) + " |" for who, row in table.items()
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("pictures", type=Path, nargs="*", default=[default_picture()], metavar="PICTURE")
    parser.add_argument("--quick", action="store_true", help="few poses, frames and sweeps")
    parser.add_argument("--beside", type=Path, metavar="PUPPET", help="another puppet of the same picture")
    parser.add_argument("--frames", type=int, default=60, help="poses a turn (default: 60)")
    parser.add_argument("--rounds", type=int, default=4, help="turns of each size (default: 4; 0: no speed)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.frames, options.rounds = min(options.frames, 20), min(options.rounds, 3)
    cv2.setNumThreads(1)
    figures = {path: measure(path, options) for path in options.pictures}
    if options.json:
        print(json.dumps({path.stem: each for path, each in figures.items()}, indent=2))
    else:
        print("\n\n".join(tables(path, each) for path, each in figures.items()))


if __name__ == "__main__":
    main()
