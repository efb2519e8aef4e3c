"""How close idle motion comes to a real head.

    python -m benchmarks.idle_motion [POSES.json.gz]

Prints, for a recording of a tracked face and for ten minutes of idle motion at the recording's frame rate, the
spread, the speeds and the frequencies of each moving parameter, as a Markdown table; then blinks and breaths.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vtube.motion.blinking import blinks
from vtube.motion.gaze import jumps
from vtube.motion.idle import IdleMotion
from vtube.pose import INDEX, neutral
from vtube.settings import IdleSettings

PARAMETERS = ("head_x", "head_y", "neck_z", "body_y", "body_z", "iris_rotation_x", "iris_rotation_y", "breathing")
SECONDS = 600
SHARES = (0.5, 0.9, 0.99)

Course = NDArray[np.float64]
"""Shape (frames, 45)."""


def idle_course(settings: IdleSettings, fps: float, seconds: float) -> Course:
    """Idle motion, one pose per frame."""
    motion, course = IdleMotion(settings), []
    for tick in range(int(seconds * fps)):
        pose = neutral()
        motion.drive(pose, tick / fps)
        course.append(pose)
    return np.array(course, np.float64)


def row(name: str, course: Course, fps: float, who: str) -> str:
    """Spread, speeds and frequencies of one parameter as a row of the table."""
    values = course[:, INDEX[name]]
    speed = np.abs(np.diff(values)) * fps
    speeds = [f"{np.percentile(speed, 100 * share):.2f}" for share in SHARES]
    cells = [name, who, f"{values.std():.2f}", f"{values.min():.2f} … {values.max():.2f}", " / ".join(speeds)]
    return "| " + " | ".join([*cells, " / ".join(f"{f:.2f}" for f in frequencies(values, fps))]) + " |"


def frequencies(values: NDArray[np.float64], fps: float) -> list[float]:
    """Hz below which 50, 90 and 99 % of the power lies (mean removed, 0 above counts from the first bin)."""
    power = np.abs(np.fft.rfft(values - values.mean())) ** 2
    if not power.any():
        return [0.0] * len(SHARES)
    share = np.cumsum(power) / power.sum()
    return [float(np.fft.rfftfreq(len(values), 1 / fps)[np.searchsorted(share, wanted)]) for wanted in SHARES]


def counter_rotation(course: Course) -> float:
    """Correlation of the eyes' turn with the head's; negative where the eyes hold their target."""
    return float(np.corrcoef(course[:, INDEX["iris_rotation_y"]], course[:, INDEX["head_y"]])[0, 1])


def closures(course: Course, fps: float) -> tuple[float, float]:
    """Closures of the lids a minute, and the share of gaps between them under 0.6 s."""
    shut = course[:, INDEX["eye_wink_left"]] + course[:, INDEX["eye_happy_wink_left"]] > 0.5
    starts = np.flatnonzero(np.diff(shut.astype(int)) > 0) / fps
    gaps = np.diff(starts)
    return 60 * len(starts) / (len(course) / fps), float((gaps < 0.6).mean()) if len(gaps) else 0.0


def report(recorded: Course | None, idle: Course, fps: float) -> Iterable[str]:
    """The lines of the report."""
    courses = [("real", recorded)] if recorded is not None else []
    yield "| parameter | | std | range | speed median / 90 % / 99 %, 1/s | Hz, 50 / 90 / 99 % of the power below |"
    yield "|---|---|---|---|---|---|"
    for name in PARAMETERS:
        for who, course in [*courses, ("idle", idle)]:
            if course is not None:
                yield row(name, course, fps, who)
    yield ""
    for who, course in [*courses, ("idle", idle)]:
        if course is not None:
            a_minute, pairs = closures(course, fps)
            yield (
                f"{who}: correlation of eyes and head {counter_rotation(course):+.2f}; lids close "
                f"{a_minute:.1f} times a minute, {100 * pairs:.0f} % of the gaps under 0.6 s"
            )
    yield from _timing()


def _timing() -> Iterable[str]:
    each = list(blinks(0, 0.0, 3600.0, IdleSettings().seconds_between_blinks))
    lengths, gaps = [1e3 * blink.length for blink in each], np.diff(sorted(blink.time for blink in each))
    yield (
        f"idle blinks: every {gaps.mean():.1f} s (10 % under {np.percentile(gaps, 10):.1f}, 10 % over "
        f"{np.percentile(gaps, 90):.1f}), {min(lengths):.0f} to {max(lengths):.0f} ms"
    )
    sizes = [jump.size for _, jump in jumps(0, 0.0, 3600.0)]
    large = sum(size > 3 for size in sizes)
    yield f"idle saccades: {len(sizes) / 60:.0f} a minute, of these {large / 60:.0f} over 3 degrees"


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("poses", type=Path, nargs="?", help="recorded poses, JSON or .gz: lists of 45 numbers")
    parser.add_argument("--fps", type=float, default=20.0, help="frames a second of the recording")
    chosen = parser.parse_args()
    recorded = None
    if chosen.poses is not None:
        content = chosen.poses.read_bytes()
        recorded = np.array(json.loads(gzip.decompress(content) if chosen.poses.suffix == ".gz" else content))
    for line in report(recorded, idle_course(IdleSettings(), chosen.fps, SECONDS), chosen.fps):
        print(line)


if __name__ == "__main__":
    main()
