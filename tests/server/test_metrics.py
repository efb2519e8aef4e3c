"""`/metrics`, read back by Prometheus' own parser."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from tests.server.conftest import Running
from vtube.server.metrics import StateCollector

STATE: dict[str, Any] = {
    "version": "1.2",
    "engine": 'puppet "fast"',
    "character": "Ilta\n",
    "output_fps": 29.97,
    "frame_ms": 12.5,
    "latency_ms": None,
    "failure": None,
    "frames": 1000,
    "late": 3,
    "speech": {"speaking": True, "queued": 2, "failure": "no voice"},
    "dialogue": {
        "failure": "",
        "pools": {"paid": 1, "chat": 40},
        "counts": {"expired": 7, "overflowed": 0, "dropped": {"a link": 5}, "moderated": {}},
        "latency_ms": {"first_word": 480.0, "first_sound": None},
    },
    "chat": {"sources": [{"name": "twitch", "state": "live"}, {"name": "youtube", "state": "waiting"}]},
    "inputs": [{"name": "vmc", "state": "lost"}],
    "outputs": [
        {"name": "stream", "state": "live", "sent": 990, "dropped": 10, "failures": 2},
        {"name": "stream", "state": "failed", "sent": 0, "dropped": 0, "failures": 1},
    ],
    "clients": {"obs": 1, "camera": 0},
}


def read(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Name and labels' values to number."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in parsed(text)
        for sample in family.samples
    }


def collected(state: dict[str, Any]) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in StateCollector(state).collect()
        for sample in family.samples
    }


def test_the_state_becomes_numbers_in_seconds_and_counts() -> None:
    got = collected(STATE)
    assert got["vtube_output_fps", ()] == 29.97
    assert got["vtube_frame_seconds", ()] == 0.0125
    assert ("vtube_latency_seconds", ()) not in got
    assert (got["vtube_renderer_failed", ()], got["vtube_speech_failed", ()]) == (0, 1)
    assert (got["vtube_frames_total", ()], got["vtube_frames_late_total", ()]) == (1000, 3)
    assert got["vtube_output_live", ("stream", "0")] == 1
    assert got["vtube_output_failures_total", ("stream", "1")] == 1
    assert got["vtube_chat_waiting", ("chat",)] == 40
    assert got["vtube_chat_dropped_total", ("a link",)] == 5
    assert got["vtube_answer_seconds", ("first_word",)] == 0.48
    assert (got["vtube_chat_live", ("twitch",)], got["vtube_chat_live", ("youtube",)]) == (1, 0)
    assert got["vtube_clients", ("obs",)] == 1
    assert got["vtube_info", ("1.2", 'puppet "fast"', "Ilta\n")] == 1


async def test_prometheus_reads_what_the_server_answers(running: Running) -> None:
    async with aiohttp.ClientSession() as client, client.get(f"{running.url}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        got = read(await answer.text())
    assert got["vtube_output_fps", ()] == 60.0
    assert "python_info" in {name for name, _ in got}


async def test_a_token_is_asked_for(serve: Any) -> None:
    running = serve(token="a long secret token")
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{running.url}/metrics") as answer:
            assert answer.status == 401
        headers = {"Authorization": "Bearer a long secret token"}
        async with client.get(f"{running.url}/metrics", headers=headers) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("missing", ["speech", "dialogue", "chat"])
def test_what_is_not_told_is_left_out(missing: str) -> None:
    got = collected({key: value for key, value in STATE.items() if key != missing})
    assert got["vtube_output_fps", ()] == 29.97
