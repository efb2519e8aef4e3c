"""`vtube say`: speak through the camera that is running."""

from __future__ import annotations

import argparse
import json
import time
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from vtube import settings as settings_module
from vtube.errors import ServerError, SpeechError
from vtube.settings import ServerSettings

HELP = "speak through the running camera"
TIMEOUT_S = 10.0
POLL_S = 0.1
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to say, who says it, and where the camera is."""
    parser.add_argument("text", metavar="TEXT", help="what to say")
    parser.add_argument("--voice", metavar="V", help="openjtalk, kokoro[:WHO], voicevox[:STYLE] …; see docs/guide")
    parser.add_argument("--wait", action="store_true", help="end when it has been said")
    parser.add_argument("--interrupt", action="store_true", help="say it at once, in place of everything else")
    parser.add_argument("--config", type=Path, metavar="YAML", help="the camera's settings, for its port and token")
    parser.add_argument("--port", type=int, help="the camera's port (default 8787)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when no camera runs, when it refuses, or, with `--wait`, when it could not be said."""
    overrides = {} if arguments.port is None else {"server": {"port": arguments.port}}
    camera = Camera(settings_module.load(arguments.config, overrides).server)
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


class Camera:
    """A running camera's control server, as another program sees it."""

    def __init__(self, settings: ServerSettings) -> None:
        self._url = f"http://{EVERYWHERE.get(settings.host, settings.host)}:{settings.port}"
        self._headers = {"Authorization": f"Bearer {settings.token}"} if settings.token else {}
        self._opener = build_opener(ProxyHandler({}))

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The camera's answer.

        Raises:
            ServerError: no camera runs there.
            SpeechError: it refuses, and says why.
        """
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, data, {"Content-Type": "application/json", **self._headers}, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise SpeechError(_refusal(error)) from None
        except (OSError, HTTPException, ValueError):
            raise ServerError(
                f"no camera answers at {self._url}; start one with `vtube run`, or say where it is with "
                "--port or --config"
            ) from None


def _refusal(error: HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return f"the camera refuses: {error.code} {error.reason}"
