"""`vtube record`: keeps a tracking session for `replay:FILE`."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from vtube import settings as settings_module

HELP = "record a tracking session, to be played with --tracking replay:FILE"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--tracking SPEC and the file to write."""
    parser.add_argument("--tracking", default="auto", metavar="SPEC", help="which tracker (default: auto)")
    parser.add_argument("--raw", action="store_true", help="keep the datagrams themselves, too")
    parser.add_argument("--duration", type=float, metavar="S", help="end after S seconds (default: Ctrl-C)")
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")
    parser.add_argument("out", type=Path, metavar="FILE", help="JSON lines, such as session.jsonl")


def run(arguments: argparse.Namespace) -> int:
    """Record until Ctrl-C or the end of `--duration`; the file is whole either way."""
    from vtube.tracking.recordings.recorder import Recorder
    from vtube.tracking.registry import create_tracker

    tracker = create_tracker(arguments.tracking, settings_module.load(arguments.config))
    recorder = Recorder(tracker, arguments.out, raw=arguments.raw)
    tracker.start()
    try:
        recorder.open()
        recorder.run(threading.Event(), arguments.duration)
    except KeyboardInterrupt:
        pass
    finally:
        recorder.close()
        tracker.close()
    print(f"{arguments.out}: {recorder.frames} frames")
    return 0
