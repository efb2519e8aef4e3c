"""`whip:URL`: picture and sound by WebRTC to an endpoint of WHIP (RFC 9725), well under half a second behind.

The work is done in a process of its own, `whip_process.py`, as for `stream`. The token, and an address that is secret
itself, come from the environment and are shown nowhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vtube.errors import SettingsError
from vtube.outputs.base import OutputContext
from vtube.outputs.destination import Destination, is_near
from vtube.outputs.stream import StreamOutput
from vtube.registry import installed, lacking
from vtube.spec import Spec

TOKEN = "VTUBE_WHIP_TOKEN"
"""The environment variable with the bearer token."""

ADDRESS = "VTUBE_WHIP_URL"
"""The environment variable with the address, for services whose address is the secret."""

ICE_USERNAME, ICE_PASSWORD = "VTUBE_ICE_USERNAME", "VTUBE_ICE_PASSWORD"
"""The login of a TURN server."""

SHORT_BEHIND_S = 0.08
"""Sound and picture leave so long after their moment: blocks of a microphone are there by then."""

HOW = (
    "whip takes the address of an endpoint, such as whip:http://127.0.0.1:8889/vtube/whip; one that is secret itself "
    f"goes into the environment variable {ADDRESS}"
)

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, sys.argv[1]); from vtube.outputs.whip_process import start; start()"


class WhipOutput(StreamOutput):
    """Sends frames and sound to an endpoint, and again after every failure."""

    name = "whip"
    behind_s = SHORT_BEHIND_S
    answer_s = 20.0
    program = ("-I", "-c", START, str(ROOT))

    def __init__(
        self, spec: Spec, context: OutputContext, environment: Mapping[str, str] = os.environ, **parts: Any
    ) -> None:
        """Nothing is opened yet; `parts` as those of `StreamOutput`.

        Raises:
            SettingsError: there is no address, or it holds what should be secret.
        """
        self._environment, self._ice_servers = environment, context.stream.ice_servers
        super().__init__(spec, context, goal=endpoint(spec.argument, environment), **parts)

    def open(self) -> None:
        """Connect, and agree on what is sent.

        Raises:
            PackageMissingError: aiortc is not installed.
            OutputError: the endpoint does not answer or refuses; tried again later.
            OutputEndedError: this computer has no encoder that works.
        """
        if not installed("aiortc"):
            raise lacking("whip", "whip", "aiortc")
        super().open()

    def config(self) -> dict[str, Any]:
        """What the program is told."""
        return {
            **super().config(),
            "token": self._environment.get(TOKEN, "").strip(),
            "ice_servers": self._ice_servers,
            "ice_username": self._environment.get(ICE_USERNAME, ""),
            "ice_password": self._environment.get(ICE_PASSWORD, ""),
        }


def endpoint(argument: str | None, environment: Mapping[str, str]) -> Destination:
    """Where `whip:ARGUMENT` goes.

    Raises:
        SettingsError: it is no address, holds what should be secret, or would let a token be read on its way; the
            message never repeats an address.
    """
    url = argument or environment.get(ADDRESS, "").strip()
    token = environment.get(TOKEN, "").strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(HOW) from None
    if parts.scheme not in ("http", "https") or not host or any(character.isspace() for character in url):
        raise SettingsError(HOW)
    if parts.username or parts.password:
        raise SettingsError(f"passwords do not belong into an address; put a token into {TOKEN}")
    if parts.scheme == "http" and token and not is_near(host):
        raise SettingsError("a token must not go unencrypted over the internet; the address has to begin with https")
    shown = f"{parts.scheme}://{parts.netloc}"
    open_path = argument is not None and is_near(host)
    secrets = tuple(one for one in (token, "" if open_path else parts.path.strip("/"), parts.query) if len(one) > 3)
    return Destination(url, shown + parts.path if open_path else shown, "whip", secrets)
