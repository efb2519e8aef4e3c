from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.conftest import Running
from vtube.server.state_feed import changes


def merged(before: Any, patch: Any) -> Any:
    """RFC 7396, word for word."""
    if not isinstance(patch, dict):
        return patch
    target = dict(before) if isinstance(before, dict) else {}
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = merged(target.get(key), value)
    return target


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return value


PLAIN = st.none() | st.integers(0, 3) | st.lists(st.integers(0, 2), max_size=2)
OBJECTS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), PLAIN, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), PLAIN | inner, max_size=3),
    max_leaves=8,
)


@given(before=OBJECTS, after=OBJECTS)
def test_a_patch_leads_from_one_state_to_the_next(before: Any, after: Any) -> None:
    assert without_nulls(merged(before, changes(before, after))) == without_nulls(after)


def test_nothing_is_said_of_what_stays() -> None:
    assert changes({"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 2}}) == {}


async def test_the_feed_tells_the_whole_then_what_changed(
    client: aiohttp.ClientSession, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, Any] = {"engine": "one", "pose": {"head_x": 0.1}, "held": {}}
    level = {"level_db": -30.0}
    monkeypatch.setattr(running.control, "state", lambda: dict(state))
    monkeypatch.setattr(running.control, "meters", lambda: dict(level))
    async with client.ws_connect("/ws/state") as feed:
        first = await feed.receive_json(timeout=5)
        assert first["state"]["engine"] == "one"
        assert first["state"]["clients"]["control"] == 1
        assert await feed.receive_json(timeout=5) == {"meters": {"level_db": -30.0}}
        state["pose"] = {"head_x": 0.25}
        assert await feed.receive_json(timeout=5) == {"change": {"pose": {"head_x": 0.25}}}
        level["level_db"] = -12.5
        assert await feed.receive_json(timeout=5) == {"meters": {"level_db": -12.5}}
