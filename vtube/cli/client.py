"""A client of the control server of a camera that runs on this computer."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from vtube.errors import ServerError, SpeechError, VtubeError
from vtube.settings import ServerSettings

TIMEOUT_S, LOOK_S = 10.0, 2.0
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}


class ControlClient:
    """A running camera's control server, as another program sees it."""

    def __init__(self, settings: ServerSettings) -> None:
        self.url = f"http://{EVERYWHERE.get(settings.host, settings.host)}:{settings.port}"
        self._headers = {"Authorization": f"Bearer {settings.token}"} if settings.token else {}
        self._opener = build_opener(ProxyHandler({}))

    def is_there(self) -> bool:
        """Whether a camera runs there, and not another program or none."""
        try:
            state = self.ask("GET", "/api/state", timeout_s=LOOK_S)
        except VtubeError:
            return False
        return isinstance(state, dict) and "output_fps" in state

    def ask(self, method: str, path: str, body: object = None, timeout_s: float = TIMEOUT_S) -> Any:
        """The camera's answer.

        Raises:
            ServerError: no camera runs there.
            SpeechError: it refuses, and says why.
        """
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data, {"Content-Type": "application/json", **self._headers}, method=method)
        try:
            with self._opener.open(request, timeout=timeout_s) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise SpeechError(_refusal(error)) from None
        except (OSError, HTTPException, ValueError):
            raise ServerError(
                f"no camera answers at {self.url}; start one with `vtube run`, or say where it is with "
                "--port or --config"
            ) from None


def _refusal(error: HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return f"the camera refuses: {error.code} {error.reason}"
