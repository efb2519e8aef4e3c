"""What every effect costs on one thread: the median of its milliseconds at 512 x 512 and at 1920 x 1080.

    python -m benchmarks.effects [EFFECT ...] [--frames 60] [--json]

The picture is the program's own character as the scene frames it, and what counts is the thread's own time, so that
busy neighbours matter less. The limits are 1.5 ms and 5 ms; what is above is
marked, and the exit status is 1 then.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence

import cv2

from vtube.avatar.picture.prepare import prepare
from vtube.frame import Frame
from vtube.paths import default_picture
from vtube.scene.base import Effect
from vtube.scene.registry import EFFECTS
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings

SIZES = ((512, 512, 1.5), (1920, 1080, 5.0))
"""Width, height, and the limit in milliseconds."""
ALWAYS = {"glitch": "glitch:share=1"}
"""Effects that do something now and then only, so that they always do."""
FPS = 30.0


def framed(width: int, height: int) -> Frame:
    """The program's own character, framed for this size."""
    stage = Stage(SceneSettings(width=width, height=height))
    return stage.place(prepare(default_picture()).frame, 0.0)


def cost_ms(effect: Effect, frame: Frame, frames: int) -> float:
    """The median of so many frames, after a few that are not counted."""
    times = []
    for number in range(frames + 5):
        begun = time.thread_time()
        effect.process(frame, number / FPS)
        times.append(time.thread_time() - begun)
    return 1000 * statistics.median(times[5:])


def measure(names: Sequence[str], frames: int) -> dict[str, list[float]]:
    """Milliseconds of each effect at each size."""
    costs: dict[str, list[float]] = {name: [] for name in names}
    for width, height, _ in SIZES:
        scene, frame = SceneSettings(width=width, height=height), framed(width, height)
        for name in names:
            effect = EFFECTS.create(ALWAYS.get(name, name), scene)
            costs[name].append(round(cost_ms(effect, frame, frames), 2))
    return costs


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and tell; 1 when an effect is above its limit."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.effects", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("effects", nargs="*", metavar="EFFECT", default=EFFECTS.names())
    parser.add_argument("--frames", type=int, default=60, help="frames that are counted")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    costs = measure(options.effects, options.frames)
    if options.json:
        print(json.dumps(costs))
    else:
        for name, all_ms in costs.items():
            told = (
                f"{ms:6.2f} ms{'*' if ms > limit else ' '}" for ms, (_, _, limit) in zip(all_ms, SIZES, strict=True)
            )
            print(f"{name:14}", *told)
    return int(any(ms > limit for all_ms in costs.values() for ms, (_, _, limit) in zip(all_ms, SIZES, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
