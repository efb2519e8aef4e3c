"""What retargeting costs and delays, on recordings: `python -m benchmarks.retarget RECORDING...`.

Each recording is played to a 240 fps camera, raw and at several settings of `retarget.smoothing`. The delay of a
parameter is the shift that makes its smoothed course most like the raw one (least squares, between frames by a
parabola); jitter is what is left of the mean movement per camera frame at 60 fps. Poses (a recording of 45
parameters) go through the filter alone.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vtube.clock import monotonic
from vtube.motion.retarget import build_retargeter
from vtube.motion.retarget.base import GROUPS
from vtube.motion.retarget.filters import VALUES, build_filter
from vtube.pose import COUNT, INDEX, neutral
from vtube.settings import RetargetSettings
from vtube.signals import FaceFrame
from vtube.tracking.recordings.replay_files import frames_of

Course = NDArray[np.float64]
"""Shape (camera frames, 45)."""

CAMERA_FPS = 240
LONGEST_DELAY_S = 0.15
MOVING = 0.02
"""Least standard deviation of a parameter worth measuring."""
SETTINGS = (0.2, 0.5, 1.0)


def faces(path: Path, longest_s: float) -> list[FaceFrame]:
    """The frames of the recording's first `longest_s` seconds, with their times in it."""
    return [dataclasses.replace(frame, time=t) for t, frame in frames_of(path) if t <= longest_s]


def course(frames: Sequence[FaceFrame], smoothing: float) -> tuple[Course, float]:
    """What the camera would show, and microseconds per camera frame."""
    retargeter = build_retargeter(RetargetSettings(smoothing=smoothing, body_lag_s=0.0))
    rows, at, began = [], 0, monotonic()
    for now in moments(frames):
        while at + 1 < len(frames) and frames[at + 1].time <= now:
            at += 1
        pose = neutral()
        retargeter.retarget(frames[at], pose, now)
        rows.append(pose)
    return np.array(rows, np.float64), (monotonic() - began) / len(rows) * 1e6


def filtered(frames: Sequence[FaceFrame], smoothing: float) -> Course:
    """The recording's own poses through the filter."""
    smoother, rows, at = build_filter(smoothing), [], -1
    for now in moments(frames):
        while at + 1 < len(frames) and frames[at + 1].time <= now:
            at += 1
            sample = np.zeros(VALUES)
            for name, value in frames[at].parameters.items():
                sample[INDEX[name]] = value
            smoother.update(sample, frames[at].time)
        rows.append(smoother.at(now)[:COUNT])
    return np.array(rows)


def moments(frames: Sequence[FaceFrame]) -> Course:
    """When the camera looks."""
    return np.arange(frames[0].time, frames[-1].time, 1 / CAMERA_FPS)


def delay_ms(raw: Course, smooth: Course) -> float:
    """Shift of one parameter, milliseconds."""
    reach = len(raw) - int(LONGEST_DELAY_S * CAMERA_FPS)
    errors = [
        float(np.square(smooth[shift : shift + reach] - raw[:reach]).mean())
        for shift in range(int(LONGEST_DELAY_S * CAMERA_FPS))
    ]
    best = int(np.argmin(errors))
    if not 0 < best < len(errors) - 1:
        return best * 1000 / CAMERA_FPS
    before, here, after = errors[best - 1 : best + 2]
    return (best + (before - after) / (2 * (before - 2 * here + after))) * 1000 / CAMERA_FPS


def report(path: Path, longest_s: float) -> None:
    """One recording's rows."""
    frames = faces(path, longest_s)
    only_poses = not frames[0].shapes and bool(frames[0].parameters)
    raw, cost = (filtered(frames, 0.0), 0.0) if only_poses else course(frames, 0.0)
    rate = (len(frames) - 1) / (frames[-1].time - frames[0].time)
    print(f"{path.name}: {len(frames)} frames, {rate:.0f} a second")
    for smoothing in SETTINGS:
        smooth, cost = (filtered(frames, smoothing), cost) if only_poses else course(frames, smoothing)
        cells = []
        for group, names in GROUPS.items():
            moving = [INDEX[name] for name in names if raw[:, INDEX[name]].std() > MOVING and "body" not in name]
            if moving:
                delays = [delay_ms(raw[:, at], smooth[:, at]) for at in moving]
                still = (
                    np.abs(np.diff(smooth[::4, moving], axis=0)).mean()
                    / np.abs(np.diff(raw[::4, moving], axis=0)).mean()
                )
                cells.append(f"{group} {np.median(delays):.0f} (worst {max(delays):.0f}) ms, movement {still:.0%}")
        print(f"  smoothing {smoothing}: {'; '.join(cells)}" + (f"; {cost:.0f} us a frame" if cost else ""))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("recordings", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="how much of each (default 60)")
    arguments = parser.parse_args()
    for path in arguments.recordings:
        report(path, arguments.seconds)


if __name__ == "__main__":
    main()
