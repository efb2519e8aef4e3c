"""What has to be entered in a phone's app, for each app that is known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from vtube.net.own_address import own_addresses
from vtube.tracking.registry import TRACKERS

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class App(NamedTuple):
    """An app: its name, its tracker, the UDP port that it sends to, whether it waits until the computer asks."""

    name: str
    tracker: str
    port: int
    asked: bool = False


APPS = (
    App("iFacialMocap", "ifacialmocap", 49983),
    App("Facemotion3d", "ifacialmocap", 49983),
    App("VTube Studio", "vts", 12345, asked=True),
    App("MeowFace", "vts", 12345, asked=True),
    App("Live Link Face", "livelink", 11111),
    App("Face Cap", "facecap", 9000),
    App("Waidayo", "vmc", 39539),
)


def phones(settings: Mapping[str, Any], addresses: Sequence[str] | None = None) -> dict[str, Any]:
    """What to enter in each phone's app; `settings` are nested as in the file.

    `addresses` are this computer's, the likeliest first; `reach` says whether a phone reaches the trackers, which
    listen on `host`. Each of the `apps` has its `name`, the `port`, the `spec` of the tracker that hears it, whether
    it has to be `asked`, by the phone's address in that spec, and whether a tracker of the settings has `heard` of it.
    """
    host = str(settings["receiver"]["host"])
    own = list(own_addresses() if addresses is None else addresses)
    if host not in ("0.0.0.0", "::", *LOOPBACK):
        own = [host]
    listening = dict(_spec(text) for text in settings["tracking"])
    return {
        "host": host,
        "addresses": own,
        "reach": host not in LOOPBACK and bool(own),
        "apps": [_about(app, listening) for app in APPS],
    }


def _about(app: App, listening: Mapping[str, str]) -> dict[str, Any]:
    chosen = listening.get(app.tracker, "")
    return {
        "name": app.name,
        "port": int(chosen) if chosen.isdecimal() and not app.asked else app.port,
        "spec": f"{app.tracker}:PHONE_ADDRESS" if app.asked else app.tracker,
        "asked": app.asked,
        "heard": app.tracker in listening or ("auto" in listening and not app.asked),
    }


def _spec(text: str) -> tuple[str, str]:
    """The tracker's own name of a SPEC, and its argument."""
    kind, _, argument = text.strip().partition(":")
    return (TRACKERS.entry(kind).name if kind in TRACKERS else kind), argument
