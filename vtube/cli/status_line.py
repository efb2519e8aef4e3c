"""The status line of a running camera."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol

from rich.live import Live
from rich.text import Text

from vtube.cli.log import stderr
from vtube.clock import monotonic

REFRESH_S = 0.5
PLAIN_EVERY_S = 30.0
"""Where the output is no terminal: a line this often instead of one that is rewritten."""


class HasState(Protocol):
    """What the line is about."""

    def state(self) -> dict[str, Any]:
        """The object of `/api/state`."""


def describe(state: Mapping[str, Any]) -> str:
    """The state as one line: rates, engine, latency, puppet, inputs, outputs."""
    parts = [f"{state['output_fps']:.0f} fps out", f"{state['render_fps']:.1f} drawn", str(state["engine"])]
    if state.get("latency_ms") is not None:
        parts.append(f"{state['latency_ms']:.0f} ms behind the face")
    parts += _puppet(state.get("puppet") or {})
    parts += [_input(one) for one in state["inputs"]]
    parts += [f"{one['name']} {one['state']}" for one in state["outputs"]]
    return " · ".join(parts)


def _puppet(puppet: Mapping[str, Any]) -> list[str]:
    """What is not finished: what is, the engine says."""
    state = puppet.get("state")
    if state == "failed":
        return ["no puppet"]
    if state not in ("baking", "coarse"):
        return []
    name = "puppet" if state == "baking" else "finer puppet"
    return [f"{name} {puppet['progress']:.0%}".replace("%", " %") + _left(puppet.get("seconds_left"))]


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f", {seconds / 60:.0f} min left" if seconds > 90 else f", {seconds:.0f} s left"


def _input(one: Mapping[str, Any]) -> str:
    if one["state"] == "live":
        return f"{one['name']} live at {one['rate_hz']:.0f} Hz"
    if one["state"] == "lost" and one["age_s"] is not None:
        return f"{one['name']} lost for {one['age_s']:.0f} s"
    return f"{one['name']} {one['state']}"


class StatusLine:
    """Rewrites one line on a terminal; elsewhere prints one now and then; quiet: none at all."""

    def __init__(self, source: HasState, *, quiet: bool = False) -> None:
        self._source = source
        self._quiet = quiet
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="status line", daemon=True)

    def __enter__(self) -> StatusLine:
        if not self._quiet:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _run(self) -> None:
        if stderr().is_terminal:
            self._rewrite()
        else:
            self._print_now_and_then()

    def _rewrite(self) -> None:
        with Live(console=stderr(), auto_refresh=False, transient=True) as live:
            while not self._stop.wait(REFRESH_S):
                line = Text(describe(self._source.state()), style="dim", overflow="ellipsis", no_wrap=True)
                live.update(line, refresh=True)

    def _print_now_and_then(self) -> None:
        next_line = monotonic() + REFRESH_S * 4
        while not self._stop.wait(REFRESH_S):
            if monotonic() >= next_line:
                stderr().print(describe(self._source.state()), markup=False, highlight=False)
                next_line = monotonic() + PLAIN_EVERY_S
