"""`vtube say`: speak through the camera that is running."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from vtube import settings as settings_module
from vtube.cli.client import ControlClient
from vtube.cli.parser import Parser
from vtube.clock import monotonic
from vtube.errors import SpeechError
from vtube.processes.standard_input import read_text

HELP = "speak through the running camera"
POLL_S = 0.1
PATIENCE_S = 3.0
"""How long to wait for a voice to fail at once, without --wait."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to say, who says it, and where the camera is."""
    parser.add_argument("text", metavar="TEXT", help="what to say; - reads standard input")
    if isinstance(parser, Parser):
        parser.takes_dashes = True
    parser.add_argument("--voice", metavar="V", help="openjtalk, kokoro[:SPEAKER], voicevox[:STYLE] …; see docs/guide")
    parser.add_argument("--wait", action="store_true", help="end when it has been said")
    parser.add_argument("--interrupt", action="store_true", help="say it at once, in place of everything else")
    parser.add_argument("--config", type=Path, metavar="YAML", help="the camera's settings, for its port and token")
    parser.add_argument("--port", type=int, help="the camera's port (default 8787)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when no camera runs, when it refuses, or when it could not be said.

    Without `--wait` it ends as soon as the text is being said or has to wait for another one.
    """
    overrides = {} if arguments.port is None else {"server": {"port": arguments.port}}
    camera = ControlClient(settings_module.load(arguments.config, overrides).server)
    body = {
        "text": read_text() if arguments.text == "-" else arguments.text,
        "voice": arguments.voice,
        "interrupt": arguments.interrupt,
    }
    number = camera.ask("POST", "/api/say", body)["number"]
    patience = monotonic() + PATIENCE_S
    while arguments.wait or monotonic() < patience:
        speech = camera.ask("GET", "/api/state")["speech"]
        failure = next((one for one in failures(speech) if one["number"] == number), None)
        if failure is not None and (number not in speech["pending"] or not arguments.wait):
            raise SpeechError(failure["line"])
        if number not in speech["pending"] or (not arguments.wait and under_way(speech, number)):
            break
        time.sleep(POLL_S)
    return 0


def failures(speech: dict[str, Any]) -> list[dict[str, Any]]:
    """What could not be said of late, the newest first."""
    last = speech["failure"]
    return list(reversed(speech.get("failures") or ([last] if last else [])))


def under_way(speech: dict[str, Any], number: int) -> bool:
    """Whether the text is heard, or another one is before it."""
    present = speech.get("present")
    return present is not None and (present != number or speech["speaking"])
