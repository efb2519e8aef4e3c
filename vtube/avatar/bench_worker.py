"""One engine in a process of its own, drawing on command: so memory is each engine's own, and engines take turns."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections import defaultdict
from collections.abc import Callable
from itertools import cycle
from multiprocessing.connection import Connection
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from vtube.avatar.base import Renderer, ViewRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.enlarge import draw, enlarge
from vtube.avatar.registry import start_engine
from vtube.clock import monotonic
from vtube.errors import VtubeError
from vtube.frame import SIZE
from vtube.pose import Pose

PLAIN = "torch-plain"
WARM_UP_FRAMES = 2


class Turn(TypedDict):
    """What one turn of drawing took."""

    ms: list[float]
    """Each frame."""
    stages: dict[str, list[float]]
    peak_memory_mb: float
    """Of the whole process, so far."""


def serve(name: str, request: Request, poses: NDArray[np.float32], link: Connection, size: tuple[int, int]) -> None:
    """Start the engine, say how it runs, then draw for as many seconds as each message asks; None ends it.

    Answers with the engine's detail, then with a `Turn` a message; with a VtubeError when something fails. Pictures are
    brought to `size`, width and height in pixels.
    """
    with contextlib.suppress(EOFError, ConnectionError):  # whoever has started it is gone
        _serve(name, request, poses, link, size)


def _serve(name: str, request: Request, poses: NDArray[np.float32], link: Connection, size: tuple[int, int]) -> None:
    try:
        renderer = _start(name, request)
        frames = cycle(poses)
        for _ in range(WARM_UP_FRAMES):
            renderer.render(next(frames))
        link.send(renderer.detail)
        while (seconds := link.recv()) is not None:
            link.send(_turn(renderer, frames.__next__, seconds, size))
        renderer.close()
    except (VtubeError, ImportError) as error:
        link.send(error if isinstance(error, VtubeError) else VtubeError(f"not installed: {error}"))


def peak_memory_mb() -> float:
    """The most memory this process has ever had in use, MB."""
    if sys.platform == "win32":
        return _peak_working_set() / 1e6
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _start(name: str, request: Request) -> Renderer:
    if name == PLAIN:
        from vtube.avatar.engines.torch_plain import PlainTorchRenderer

        return PlainTorchRenderer(request)
    return start_engine(name, request)


def _turn(
    renderer: Renderer, next_pose: Callable[[], NDArray[np.float32]], seconds: float, size: tuple[int, int]
) -> Turn:
    stages: dict[str, list[float]] = defaultdict(list)
    if hasattr(renderer, "observe"):
        renderer.observe = lambda stage, ms: stages[stage].append(ms)
    gc.collect()
    ms: list[float] = []
    begun = monotonic()
    while not ms or monotonic() - begun < seconds:
        start = monotonic()
        _draw(renderer, next_pose(), size, stages)
        ms.append((monotonic() - start) * 1000)
    return {"ms": ms, "stages": dict(stages), "peak_memory_mb": peak_memory_mb()}


def _draw(renderer: Renderer, pose: Pose, size: tuple[int, int], stages: dict[str, list[float]]) -> None:
    if size == (SIZE, SIZE) or isinstance(renderer, ViewRenderer):
        draw(renderer, pose, *size)
        return
    frame = renderer.render(pose)
    start = monotonic()
    enlarge(frame, min(size))
    stages["size"].append((monotonic() - start) * 1000)


def _peak_working_set() -> int:
    """Bytes, from Windows' GetProcessMemoryInfo (PROCESS_MEMORY_COUNTERS)."""
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = [
            ("size", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            *(
                (field, ctypes.c_size_t)
                for field in (
                    "peak_working_set",
                    "working_set",
                    "peak_paged",
                    "paged",
                    "peak_nonpaged",
                    "nonpaged",
                    "pagefile",
                    "peak_pagefile",
                )
            ),
        ]

    counters = Counters(size=ctypes.sizeof(Counters))
    process = ctypes.windll.kernel32.GetCurrentProcess()  # type: ignore[attr-defined]
    query = ctypes.windll.psapi.GetProcessMemoryInfo  # type: ignore[attr-defined]
    query.argtypes = [wintypes.HANDLE, ctypes.POINTER(Counters), wintypes.DWORD]
    query(process, ctypes.byref(counters), counters.size)
    return int(counters.peak_working_set)
