from __future__ import annotations

from typing import Any

import pytest

from vtube.cli.status_line import describe, describe_end

STATE: dict[str, Any] = {"output_fps": 30.0, "render_fps": 4.2, "engine": "openvino", "inputs": [], "outputs": []}


@pytest.mark.parametrize(
    ("puppet", "words"),
    [
        ({"state": "none"}, ""),
        ({"state": "finished"}, ""),
        ({"state": "baking", "progress": 0.0, "seconds_left": None}, " · puppet 0 %"),
        ({"state": "baking", "progress": 0.342, "seconds_left": 240}, " · puppet 34 %, 4 min left"),
        ({"state": "coarse", "progress": 0.0, "seconds_left": None}, ""),
        ({"state": "coarse", "progress": 0.9, "seconds_left": 40.2}, " · finer puppet 90 %, 40 s left"),
        ({"state": "failed", "reason": "no face"}, " · no puppet"),
    ],
)
def test_how_far_the_puppet_is(puppet: dict[str, Any], words: str) -> None:
    assert describe({**STATE, "puppet": puppet}) == "30 fps out · 4.2 drawn · openvino" + words


BUSY: dict[str, Any] = {
    **STATE,
    "engine": "openvino (bfloat16 on CPU)",
    "latency_ms": 52.0,
    "puppet": {"state": "baking", "progress": 0.34, "seconds_left": 240},
    "inputs": [
        {"name": "ifacialmocap", "state": "live", "rate_hz": 60.0, "age_s": 0.0},
        {"name": "mic", "state": "lost", "rate_hz": 0.0, "age_s": 75.0},
    ],
    "outputs": [{"name": "camera", "state": "failed"}, {"name": "browser", "state": "live"}],
}


def test_what_is_wrong_comes_first() -> None:
    assert describe(BUSY).startswith("camera failed · mic lost for 1 min 15 s · 30 fps out · 4.2 drawn · openvino (")
    assert describe({**BUSY, "engine": "failed"}).startswith("no engine · camera failed")
    assert describe({**STATE, "failure": "no memory"}).startswith("drawing fails: no memory · 30 fps out")
    assert describe({**STATE, "paused": True}) == "paused · 30 fps out · 4.2 drawn · openvino"


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_it_fits_the_terminal_and_leaves_out_whole_parts(width: int) -> None:
    line = describe(BUSY, width)
    assert len(line) <= width
    assert line.startswith("camera failed")
    assert describe(BUSY, 80) == "camera failed · mic lost for 1 min 15 s · 30 fps out · 4.2 drawn · openvino …"


@pytest.mark.parametrize(
    ("state", "seconds", "line"),
    [
        ({"frames": 1, "late": 0, "skipped": 0}, 0.4, "ended after 0 s: 1 frame, 0 late"),
        ({"frames": 2490, "late": 3, "skipped": 0}, 83.0, "ended after 1 min 23 s: 2,490 frames, 3 late"),
        (
            {"frames": 108_000, "late": 0, "skipped": 1200},
            3605.0,
            "ended after 1 h 0 min 5 s: 108,000 frames, 0 late, 1,200 left out",
        ),
    ],
)
def test_the_end_says_what_it_was_like(state: dict[str, Any], seconds: float, line: str) -> None:
    assert describe_end(state, seconds) == line
