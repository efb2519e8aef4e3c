"""`vtube say`: speak through the camera that is running."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from vtube import settings as settings_module
from vtube.cli.client import ControlClient
from vtube.errors import SpeechError

HELP = "speak through the running camera"
POLL_S = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to say, who says it, and where the camera is."""
    parser.add_argument("text", metavar="TEXT", help="what to say")
    parser.add_argument("--voice", metavar="V", help="openjtalk, kokoro[:SPEAKER], voicevox[:STYLE] …; see docs/guide")
    parser.add_argument("--wait", action="store_true", help="end when it has been said")
    parser.add_argument("--interrupt", action="store_true", help="say it at once, in place of everything else")
    parser.add_argument("--config", type=Path, metavar="YAML", help="the camera's settings, for its port and token")
    parser.add_argument("--port", type=int, help="the camera's port (default 8787)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when no camera runs, when it refuses, or, with `--wait`, when it could not be said."""
    overrides = {} if arguments.port is None else {"server": {"port": arguments.port}}
    camera = ControlClient(settings_module.load(arguments.config, overrides).server)
    body = {"text": arguments.text, "voice": arguments.voice, "interrupt": arguments.interrupt}
    number = camera.ask("POST", "/api/say", body)["number"]
    while arguments.wait:
        speech = camera.ask("GET", "/api/state")["speech"]
        if number not in speech["pending"]:
            failure = speech["failure"]
            if failure is not None and failure["number"] == number:
                raise SpeechError(failure["line"])
            break
        time.sleep(POLL_S)
    return 0
