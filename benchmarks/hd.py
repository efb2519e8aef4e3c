"""A puppet's large frames beside its 512 ones and beside exact THA3, in one run: speed, sharpness, memory.

    python -m benchmarks.hd [PICTURE] [--frames 60] [--rounds 4] [--exact] [--json]

The picture needs its puppet (`vtube bake PICTURE`; the default character brings hers) and should be larger than 512.
All 45 parameters change from frame to frame, and the sizes take turns, so that whatever else the computer does slows
all of them alike. `ms` is the median from pose to frame, `least` what the quickest tenth took at most, `cpu` the
processor time of all threads together and `times` the same over that of 512 x 512 on one thread, which a busy computer
spoils least. Sharpness is the gradient energy of head and shoulders over that of the drawing at the same size; exact
THA3 is enlarged by Lanczos' filter, and as other programs do it, by a network for line art. Memory is the most that the
process, with both renderers, has had.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.bench import all_changing, computer, random_poses
from vtube.avatar.bench_worker import peak_memory_mb
from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.enlarge import enlarge, fitting
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.puppet.evaluate import SHARP_COLUMNS, SHARP_ROWS
from vtube.avatar.superres.enlarger import Enlarger
from vtube.frame import SIZE, WHOLE, Frame, View
from vtube.paths import default_picture
from vtube.pose import from_mapping

BUST = View(1920, 1080, 3.3, 3.3, 116.0, -17.0)
"""Head and chest fill a picture of 1920 x 1080."""
VIEWS = {"512": WHOLE, "1024": fitting(1024, 1024), "1080p bust": BUST, "2048": fitting(2048, 2048)}
THREADS = 1, 2
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


def speeds(character: Character, frames: int, rounds: int) -> dict[str, dict[str, float]]:
    """Each size and number of threads."""
    poses = all_changing(random_poses(frames))
    renderers = {threads: PuppetRenderer(Request(character, threads=threads)) for threads in THREADS}
    times = {(name, threads): Times() for name in VIEWS for threads in THREADS}
    try:
        for _ in range(rounds):
            for (name, threads), taken in times.items():
                draw_all(renderers[threads], VIEWS[name], poses, taken)
    finally:
        for renderer in renderers.values():
            renderer.close()
    small = times["512", 1]
    return {f"{name}, {threads} threads": taken.row(small) for (name, threads), taken in times.items()}


def draw_all(renderer: PuppetRenderer, view: View, poses: NDArray[np.float32], taken: Times) -> None:
    """Draw `poses` after one to get warm."""
    renderer.render_view(poses[-1], view)
    busy = time.process_time()
    for pose in poses:
        begun = time.perf_counter()
        renderer.render_view(pose, view)
        taken.wall.append(time.perf_counter() - begun)
    taken.processor += time.process_time() - busy


def sharpness(character: Character, exact: bool) -> dict[str, dict[str, float]]:
    """Pose → gradient energy over the drawing's, of the puppet and, where wanted, of exact THA3 enlarged."""
    own = energy(_at_large(character.source))
    puppet = PuppetRenderer(Request(character))
    figures: dict[str, dict[str, float]] = {}
    for pose, values in SHARP_POSES.items():
        frame = puppet.render_view(from_mapping(values), fitting(LARGE, LARGE))
        figures[pose] = {"puppet": round(energy(frame) / own, 3)}
    puppet.close()
    if exact:
        add_exact(figures, character, own)
    return figures


def add_exact(figures: dict[str, dict[str, float]], character: Character, own: float) -> None:
    """The same of exact THA3, enlarged in both ways."""
    renderer, network = OpenVinoRenderer(Request(character)), Enlarger(NETWORK)
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


def measure(path: Path, frames: int, rounds: int, exact: bool) -> dict[str, Any]:
    """All figures of one picture; the memory before exact THA3 is loaded."""
    character = prepare(path)
    speed = speeds(character, frames, rounds)
    memory = peak_memory_mb()
    return {
        "drawing": len(character.source),
        "speed": speed,
        "memory_mb": round(memory),
        "sharpness": sharpness(character, exact),
        "computer": computer(),
    }


def table(figures: dict[str, Any]) -> str:
    """As Markdown."""
    lines = ["| size | ms | least | cpu | times |", "|" + "---|" * 5]
    lines += [
        f"| {name} | " + " | ".join(f"{value:.2f}" for value in row.values()) + " |"
        for name, row in figures["speed"].items()
    ]
    names = list(figures["sharpness"]["neutral"])
    lines += ["", "| sharpness | " + " | ".join(names) + " |", "|" + "---|" * (1 + len(names))]
    lines += [
        f"| {pose} | " + " | ".join(f"{value:.2f}" for value in row.values()) + " |"
        for pose, row in figures["sharpness"].items()
    ]
    said = f"drawing {figures['drawing']}, memory {figures['memory_mb']} MB, {figures['computer']['processor']}"
    return "\n".join([*lines, "", said])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("picture", type=Path, nargs="?", default=default_picture())
    parser.add_argument("--frames", type=int, default=60, help="poses a turn (default: 60)")
    parser.add_argument("--rounds", type=int, default=4, help="turns of each size (default: 4)")
    parser.add_argument("--exact", action="store_true", help="exact THA3's sharpness, too; fetches its weights")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    figures = measure(options.picture, options.frames, options.rounds, options.exact)
    print(json.dumps(figures, indent=2) if options.json else table(figures))


if __name__ == "__main__":
    main()
