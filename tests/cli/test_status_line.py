from __future__ import annotations

from typing import Any

import pytest

from vtube.cli.status_line import describe

STATE: dict[str, Any] = {"output_fps": 30.0, "render_fps": 4.2, "engine": "openvino", "inputs": [], "outputs": []}


@pytest.mark.parametrize(
    ("puppet", "words"),
    [
        ({"state": "none"}, ""),
        ({"state": "finished"}, ""),
        ({"state": "baking", "progress": 0.0, "seconds_left": None}, " · puppet 0 %"),
        ({"state": "baking", "progress": 0.342, "seconds_left": 240}, " · puppet 34 %, 4 min left"),
        ({"state": "coarse", "progress": 0.9, "seconds_left": 40.2}, " · finer puppet 90 %, 40 s left"),
        ({"state": "failed", "reason": "no face"}, " · no puppet"),
    ],
)
def test_how_far_the_puppet_is(puppet: dict[str, Any], words: str) -> None:
    assert describe({**STATE, "puppet": puppet}) == "30 fps out · 4.2 drawn · openvino" + words
