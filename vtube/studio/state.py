"""The state of a running camera as one JSON object."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vtube import __version__
from vtube.clock import monotonic
from vtube.pose import to_mapping

if TYPE_CHECKING:
    from vtube.studio.pipeline import Studio


def snapshot(studio: Studio) -> dict[str, Any]:
    """What `/api/state` answers; times in milliseconds, ages in seconds, rates per second."""
    now = monotonic()
    loop, render = studio.loop.stats(now), studio.rendering.stats(now)
    return {
        "version": __version__,
        "output_fps": _rounded(loop.output_fps),
        "render_fps": _rounded(render.render_fps),
        "frame_ms": _rounded(render.frame_ms),
        "latency_ms": _rounded(render.latency_ms),
        "latency_p99_ms": _rounded(render.latency_p99_ms),
        "interval_p99_ms": _rounded(loop.interval_p99_ms),
        "frames": loop.frames,
        "repeated": loop.repeated,
        "late": loop.late,
        "skipped": loop.skipped,
        "engine": studio.engine,
        "puppet": studio.upkeep.status(),
        "failure": render.failure,
        "character": studio.character,
        "emotion": studio.animator.emotion.current,
        "calibrated": studio.animator.retargeter.calibrated,
        "inputs": [asdict(status) for status in studio.inputs(now)],
        "speech": studio.speech.status(now),
        "outputs": [asdict(worker.status()) for worker in studio.workers],
        "url": studio.server.url if studio.server is not None else None,
        "pose": to_mapping(studio.pose),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
