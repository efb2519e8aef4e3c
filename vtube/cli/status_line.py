"""The status line of a running camera."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol

from rich.live import Live
from rich.text import Text

from vtube.cli.log import is_json, stderr
from vtube.clock import monotonic
from vtube.text import printable
from vtube.threads import Worker

log = logging.getLogger(__name__)

REFRESH_S = 0.5
FAILED = "failed"
BETWEEN = " · "
PLAIN_EVERY_S = 30.0
"""Where the output is no terminal: a line this often instead of one that is rewritten."""


class HasState(Protocol):
    """What the line is about."""

    def state(self) -> dict[str, Any]:
        """The object of `/api/state`."""


def describe(state: Mapping[str, Any], width: int | None = None) -> str:
    """The state as one line of at most `width` characters: first what is wrong, then rates, engine, inputs, outputs."""
    parts = [*_troubles(state), *(["paused"] if state.get("paused") else [])]
    parts += [f"{state['output_fps']:.0f} fps out", f"{state['render_fps']:.1f} drawn"]
    if state["engine"] != FAILED:
        parts.append(str(state["engine"]) if width is None else str(state["engine"]).partition(" (")[0])
    if state.get("latency_ms") is not None:
        parts.append(f"{state['latency_ms']:.0f} ms behind the face")
    parts += _puppet(state.get("puppet") or {})
    parts += [_input(one) for one in state["inputs"] if not _is_wrong(one)]
    parts += [f"{one['name']} {one['state']}" for one in state["outputs"] if not _is_wrong(one)]
    return _fitted(parts, width)


def describe_end(state: Mapping[str, Any], seconds: float) -> str:
    """What a run of so many seconds was like."""
    line = f"ended after {_span(seconds)}: {_count(state['frames'], 'frame')}, {state.get('late', 0):,} late"
    return line + (f", {state['skipped']:,} left out" if state.get("skipped") else "")


def _troubles(state: Mapping[str, Any]) -> list[str]:
    """What does not work, so that it is seen however narrow the terminal is."""
    troubles = ["no engine"] if state["engine"] == FAILED else []
    if state.get("failure"):
        troubles.append(f"drawing fails: {state['failure']}")
    return troubles + [_input(one) for one in (*state["outputs"], *state["inputs"]) if _is_wrong(one)]


def _is_wrong(one: Mapping[str, Any]) -> bool:
    return one["state"] in ("failed", "lost", "ended")


def _fitted(parts: list[str], width: int | None) -> str:
    """As many of the parts, from the first on, as there is room for."""
    line = BETWEEN.join(parts)
    while width is not None and len(line) > width and len(parts) > 1:
        parts = parts[:-1]
        line = BETWEEN.join(parts) + " …"
    line = printable(line)
    return line if width is None else line[:width]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts = parts[1:]
    return " ".join(f"{number} {unit}" for number, unit in parts)


def _puppet(puppet: Mapping[str, Any]) -> list[str]:
    """What is not finished: what is, the engine says; nothing while nothing learns."""
    state, progress = puppet.get("state"), puppet.get("progress") or 0.0
    if state == "failed":
        return ["no puppet"]
    if state not in ("baking", "coarse") or (state == "coarse" and not progress):
        return []
    name = "puppet" if state == "baking" else "finer puppet"
    return [f"{name} {100 * progress:.0f} %" + _left(puppet.get("seconds_left"))]


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f", {seconds / 60:.0f} min left" if seconds > 90 else f", {seconds:.0f} s left"


def _input(one: Mapping[str, Any]) -> str:
    if one["state"] == "live":
        return f"{one['name']} live at {one['rate_hz']:.0f} Hz"
    if one["state"] == "lost" and one.get("age_s") is not None:
        return f"{one['name']} lost for {_span(one['age_s'])}"
    return f"{one['name']} {one['state']}"


class StatusLine:
    """Rewrites one line on a terminal; elsewhere prints one now and then; quiet: none at all."""

    def __init__(self, source: HasState, *, quiet: bool = False) -> None:
        self._source = source
        self._quiet = quiet
        self._worker = Worker("status line", self._run)

    def __enter__(self) -> StatusLine:
        if not self._quiet:
            self._worker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.close(1.0)

    def _run(self, stopping: threading.Event) -> None:
        if stderr().is_terminal and not is_json():
            self._rewrite(stopping)
        else:
            self._print_now_and_then(stopping)

    def _rewrite(self, stopping: threading.Event) -> None:
        with Live(console=stderr(), auto_refresh=False, transient=True) as live:
            while not stopping.wait(REFRESH_S):
                line = Text(describe(self._source.state(), stderr().width - 1), style="dim", no_wrap=True)
                live.update(line, refresh=True)

    def _print_now_and_then(self, stopping: threading.Event) -> None:
        next_line = monotonic() + REFRESH_S * 4
        while not stopping.wait(REFRESH_S):
            if monotonic() >= next_line:
                self._print(describe(self._source.state()))
                next_line = monotonic() + PLAIN_EVERY_S

    def _print(self, line: str) -> None:
        if is_json():
            log.info("%s", line)
        else:
            stderr().print(line, markup=False, highlight=False)
