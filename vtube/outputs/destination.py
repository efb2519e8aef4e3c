"""Where a stream goes: platforms by name, addresses of one's own; the key from the environment, shown nowhere."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from vtube.errors import SettingsError

KEY = "VTUBE_STREAM_KEY"
"""The environment variable with the stream key of whichever platform; VTUBE_TWITCH_KEY and the like go before it."""

PASSPHRASE = "VTUBE_SRT_PASSPHRASE"
"""The environment variable with the passphrase of an SRT receiver."""

PLATFORMS = {
    "twitch": "rtmps://ingest.global-contribute.live-video.net/app",
    "youtube": "rtmps://a.rtmps.youtube.com/live2",
}
"""The platforms' own addresses for encoders."""

FORMATS = {"rtmp": "flv", "rtmps": "flv", "srt": "mpegts"}
"""Kinds of addresses, and the container that is sent there."""

HOW = "stream takes twitch, youtube or an address, such as stream:rtmp://192.168.1.5/live or stream:srt://192.168.1.5:9000"


@dataclass(frozen=True, slots=True)
class Destination:
    """An address.

    Attributes:
        url: whole, with the key.
        shown: without it.
        format: FFmpeg's name of the container.
        secrets: what must be taken out of every message.
    """

    url: str = field(repr=False)
    shown: str
    format: str
    secrets: tuple[str, ...] = field(repr=False)

    def without_secrets(self, text: str) -> str:
        """The text with the key and the whole address taken out."""
        for secret in sorted((self.url, *self.secrets), key=len, reverse=True):
            text = text.replace(secret, "…")
        return text


def destination(argument: str | None, environment: Mapping[str, str] = os.environ) -> Destination:
    """Where `stream:ARGUMENT` goes.

    Raises:
        SettingsError: it is no address, holds what should be secret, or the platform's key is missing; the message
            never repeats an address.
    """
    if argument is None:
        raise SettingsError(HOW)
    if argument in PLATFORMS:
        variable = f"VTUBE_{argument.upper()}_KEY"
        key = environment.get(variable) or environment.get(KEY)
        if not key:
            raise SettingsError(f"{argument} needs your stream key in the environment variable {variable} (or {KEY})")
        return _with_key(PLATFORMS[argument], key.strip())
    scheme, host, segments = _parts(argument)
    if scheme == "srt":
        return _srt(argument, host, environment.get(PASSPHRASE, ""))
    if segments > 1 and not is_near(host):
        raise SettingsError(
            f"the address ends with a stream key, which others could read here; leave it out and put it into the "
            f"environment variable {KEY}"
        )
    key = environment.get(KEY, "").strip()
    return _with_key(argument.rstrip("/"), key if segments < 2 else "")


def _with_key(url: str, key: str) -> Destination:
    return Destination(f"{url}/{key}" if key else url, url, "flv", (key,) if key else ())


def _srt(url: str, host: str, passphrase: str) -> Destination:
    shown = f"srt://{host}:{urlsplit(url).port}"
    if not passphrase:
        return Destination(url, shown, "mpegts", ())
    joint = "&" if "?" in url else "?"
    return Destination(f"{url}{joint}passphrase={passphrase}", shown, "mpegts", (passphrase,))


def _parts(url: str) -> tuple[str, str, int]:
    """Scheme, host and how many parts the path has."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(HOW) from None
    if parts.scheme not in FORMATS or not host or any(character.isspace() for character in url):
        raise SettingsError(HOW)
    if parts.scheme == "srt" and port is None:
        raise SettingsError("an SRT address needs its port, such as stream:srt://192.168.1.5:9000")
    if parts.username or parts.password or "passphrase" in parts.query:
        raise SettingsError(f"passwords do not belong into an address; put a passphrase of SRT into {PASSPHRASE}")
    return parts.scheme, host, len([part for part in parts.path.split("/") if part])


def is_near(host: str) -> bool:
    """Whether a host is this computer or in the own network, where a name of a stream is no secret."""
    if host == "localhost" or host.endswith((".local", ".lan", ".internal")) or "." not in host.strip("[]"):
        return ":" not in host or ipaddress.ip_address(host).is_private
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
