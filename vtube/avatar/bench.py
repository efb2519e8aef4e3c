"""What engines manage on this computer, measured side by side.

Each engine runs in a process of its own and they take turns of a few seconds, so that whatever else the computer
does meanwhile slows all of them alike. The plain torch one is always among them.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import metadata
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube import pose as parameters
from vtube.avatar.bench_worker import PLAIN, Turn, serve
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.registry import ENGINES
from vtube.errors import EngineError, SettingsError, VtubeError
from vtube.frame import SIZE
from vtube.metrics import quantile
from vtube.text import unknown
from vtube.threads import children_ignore_interrupts

log = logging.getLogger(__name__)

KNOWN = {"torch": ("torch", "auto"), "openvino": ("openvino", "float32"), "openvino-bfloat16": ("openvino", "bfloat16")}
"""What is measured when nothing is asked for: name → engine and precision."""

TURN_S = 2.0
LONGEST_TURN_S = 60.0
LONGEST_START_S = 300.0
LONGEST_END_S = 5.0
RANDOM_POSES = 64
NUDGE = 1e-3
"""Every other pose is moved by this much, so that all 45 values change from frame to frame."""


@dataclass
class _Contestant:
    process: BaseProcess
    link: Connection
    turns: list[Turn] = field(default_factory=list)

    def answer(self, name: str, seconds: float) -> Any:
        """The next message; a VtubeError is raised, silence and a crash become one."""
        try:
            message = self.link.recv() if self.link.poll(seconds) else EngineError(f"{name} did not answer")
        except EOFError:
            message = EngineError(f"{name} ended by itself (out of memory?)")
        if isinstance(message, VtubeError):
            raise EngineError(f"{name}: {message}")
        return message

    def end(self, patience_s: float) -> None:
        self.link.close()
        self.process.join(patience_s)
        if self.process.is_alive():
            self.process.kill()


def run_bench(
    character: Character,
    poses: Sequence[parameters.Pose] | NDArray[np.float32] | None = None,
    engines: Sequence[str] | None = None,
    seconds: float = 20.0,
    variant: str = "auto",
    size: tuple[int, int] = (SIZE, SIZE),
) -> dict[str, Any]:
    """Measure `engines` (default: all that run here) on `character`, each for `seconds`, with `poses` in a circle.

    An engine is named as for `--engine`, with `-float32`, `-bfloat16` or `-float16` behind it when that matters.
    Each picture has `size`, width and height in pixels; enlarging what the networks drew counts as the stage `size`.
    The result is that of `bench --json`: {"engines": {name: {"fps", "ms_median", "ms_p99", "peak_memory_mb",
    "stages_ms": {...}, "detail"}}, "computer": {...}}. Weights should be there already.

    Raises:
        SettingsError: there is no such engine.
        EngineError: one that was asked for, or the plain one, does not run here.
    """
    asked = named(engines)
    stream = all_changing(random_poses() if poses is None else np.array(poses, np.float32))
    contestants: dict[str, _Contestant] = {}
    patience_s = 0.0  # one that was interrupted is not waited for
    try:
        details = {}
        for name, (engine, precision) in {PLAIN: (PLAIN, "float32"), **asked}.items():
            contestants[name] = _launch(engine, Request(character, variant, precision), stream, size)
            try:
                details[name] = contestants[name].answer(name, LONGEST_START_S)
            except EngineError as error:
                if engines or name == PLAIN:
                    raise
                log.warning("not measured: %s", error)
                contestants.pop(name).end(LONGEST_END_S)
        _take_turns(contestants, seconds)
        patience_s = LONGEST_END_S
        results = {
            name: {**summary(contestant.turns), "detail": details[name]} for name, contestant in contestants.items()
        }
    finally:
        for contestant in contestants.values():
            contestant.end(patience_s)
    return {"engines": results, "computer": computer()}


def known() -> list[str]:
    """What `engines` may name, but for other precisions."""
    return list(dict.fromkeys((PLAIN, *KNOWN, *ENGINES.names())))


def random_poses(count: int = RANDOM_POSES, seed: int = 0) -> NDArray[np.float32]:
    """(count, 45), each value anywhere in its range."""
    share = np.random.default_rng(seed).random((count, parameters.COUNT))
    return (parameters.LOW + (parameters.HIGH - parameters.LOW) * share).astype(np.float32)


def all_changing(poses: NDArray[np.float32]) -> NDArray[np.float32]:
    """An even number of poses, every other one nudged, so that no value stays from one to the next."""
    even = np.concatenate([poses, poses]) if len(poses) % 2 else poses.copy()
    middle = (parameters.LOW + parameters.HIGH) / 2
    even[1::2] += np.where(even[1::2] > middle, -NUDGE, NUDGE)
    same = even == np.roll(even, 1, axis=0)
    even[same] += np.where(even > middle, -NUDGE / 2, NUDGE / 2)[same]
    return even.astype(np.float32)


def summary(turns: Sequence[Turn]) -> dict[str, Any]:
    """One engine's row of the result."""
    ms = [value for turn in turns for value in turn["ms"]]
    stages: dict[str, list[float]] = {}
    for turn in turns:
        for stage, values in turn["stages"].items():
            stages.setdefault(stage, []).extend(values)
    return {
        "fps": round(len(ms) * 1000 / sum(ms), 3),
        "ms_median": round(float(np.median(ms)), 3),
        "ms_p99": round(quantile(ms, 0.99) or 0.0, 3),
        "peak_memory_mb": round(max(turn["peak_memory_mb"] for turn in turns), 1),
        "stages_ms": {stage: round(float(np.median(values)), 3) for stage, values in stages.items()},
    }


def computer() -> dict[str, Any]:
    """What was measured on."""
    versions = {}
    for package in ("torch", "openvino", "numpy"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "cpus": os.cpu_count() or 1,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **versions,
    }


def _processor() -> str:
    try:
        from vtube.avatar.engines.openvino_core import new_core

        core = new_core()
        able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        return f"{core.get_property('CPU', 'FULL_DEVICE_NAME')} ({', '.join(sorted(able))})"
    except (ImportError, RuntimeError):
        return platform.processor() or platform.machine()


def named(engines: Sequence[str] | None) -> dict[str, tuple[str, str]]:
    """Each name with its engine and precision; those that are measured by default where there is none.

    Raises:
        SettingsError: there is no such engine.
    """
    return {name: _resolve(name) for name in engines} if engines else dict(KNOWN)


def _resolve(name: str) -> tuple[str, str]:
    engine, _, precision = name.partition("-")
    if name != PLAIN and engine not in ENGINES:
        raise SettingsError(unknown("engine", engine, known()))
    return KNOWN.get(name) or ((PLAIN, "float32") if name == PLAIN else (engine, precision or "auto"))


def _launch(engine: str, request: Request, poses: NDArray[np.float32], size: tuple[int, int]) -> _Contestant:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(engine, request, poses, theirs, size), daemon=True)
    with children_ignore_interrupts():
        process.start()
    theirs.close()
    return _Contestant(process, ours)


def _take_turns(contestants: dict[str, _Contestant], seconds: float) -> None:
    turns = max(1, round(seconds / TURN_S))
    for _ in range(turns):
        for name, contestant in contestants.items():
            contestant.link.send(seconds / turns)
            contestant.turns.append(contestant.answer(name, seconds / turns + LONGEST_TURN_S))
