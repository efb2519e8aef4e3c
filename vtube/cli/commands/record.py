"""`vtube record`: keeps a tracking session for `replay:FILE`."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text

from vtube import settings as settings_module
from vtube.cli.commands.arguments import seconds
from vtube.cli.log import stderr
from vtube.clock import monotonic
from vtube.errors import TrackingError
from vtube.paths import is_file, remove
from vtube.settings.origin import naming_origin
from vtube.signals import InputState, InputStatus
from vtube.text import printable

if TYPE_CHECKING:
    from vtube.tracking.group import TrackerGroup
    from vtube.tracking.recordings.recorder import Recorder

HELP = "record a tracking session, to be played with --tracking replay:FILE"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--tracking SPEC and the file to write."""
    parser.add_argument(
        "--tracking",
        action="append",
        metavar="SPEC",
        help="which tracker (default: those of --config, else auto); may be given several times, the first that sees a "
        "face is recorded",
    )
    parser.add_argument("--raw", action="store_true", help="keep the datagrams themselves, too")
    parser.add_argument("--duration", type=seconds, metavar="S", help="end after S seconds (default: Ctrl-C)")
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")
    parser.add_argument("out", type=Path, metavar="FILE", help="JSON lines, such as session.jsonl")


def run(arguments: argparse.Namespace) -> int:
    """Record until Ctrl-C or the end of `--duration`; the file is whole either way.

    Raises:
        TrackingError: there is nothing to record from, or nothing came; then there is no file.
    """
    from vtube.tracking.group import TrackerGroup
    from vtube.tracking.recordings.recorder import Recorder
    from vtube.tracking.registry import TRACKERS, create_tracker

    settings = settings_module.load(arguments.config)
    with naming_origin(arguments.config, {"tracking": arguments.tracking}):
        names = TRACKERS.distinct(arguments.tracking or settings.tracking or ["auto"])
        trackers = TrackerGroup([create_tracker(text, settings) for text in names])
    recorder = Recorder(trackers, arguments.out, raw=arguments.raw)
    trackers.start()
    try:
        _refuse_without_any(trackers)
        recorder.open()
        with Progress(trackers, recorder, quiet=arguments.quiet) as progress:
            recorder.run(threading.Event(), arguments.duration, progress.tell)
    except KeyboardInterrupt:
        pass
    finally:
        waited_for = described(trackers)
        recorder.close()
        trackers.close()
    if not recorder.faces:
        if is_file(arguments.out) and not arguments.out.stat().st_size:
            remove(arguments.out)
        what = "no face was seen" if recorder.frames else "nothing came"
        raise TrackingError(f"nothing was recorded: {what} ({waited_for})")
    print(printable(f"{arguments.out}: {recorder.frames} frames"))
    return 0


def described(trackers: TrackerGroup) -> str:
    """Every tracker's name, state, rate and what it waits for, on one line."""
    return " · ".join(_input(status) for status in trackers.statuses(monotonic()))


def _input(status: InputStatus) -> str:
    rate = f" at {status.rate_hz:.0f} Hz" if status.state is InputState.LIVE else ""
    detail = f" ({status.detail})" if status.detail else ""
    return f"{status.name} {status.state}{rate}{detail}"


def _refuse_without_any(trackers: TrackerGroup) -> None:
    statuses = trackers.statuses(monotonic())
    if statuses and all(status.state is InputState.FAILED for status in statuses):
        raise TrackingError("; ".join(status.detail for status in statuses))


class Progress:
    """Says on stderr what is waited for, at which rate it comes and how much is written.

    On a terminal one line is rewritten; elsewhere a line is written when the state changes.
    """

    def __init__(self, trackers: TrackerGroup, recorder: Recorder, quiet: bool) -> None:
        self._trackers, self._recorder, self._quiet = trackers, recorder, quiet
        self._live = Live(console=stderr(), auto_refresh=False, transient=True) if stderr().is_terminal else None
        self._told: object = None

    def __enter__(self) -> Progress:
        if self._live is not None and not self._quiet:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def tell(self) -> None:
        """Say how it stands."""
        if self._quiet:
            return
        line = f"{self._recorder.frames} frames · {described(self._trackers)}"
        if self._live is not None:
            self._live.update(Text(line, overflow="ellipsis", no_wrap=True), refresh=True)
            return
        states = [status.state for status in self._trackers.statuses(monotonic())]
        if states != self._told:
            self._told = states
            stderr().print(line, markup=False, highlight=False)
