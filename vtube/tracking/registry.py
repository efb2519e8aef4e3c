"""Tracker kinds by the name their SPEC starts with; a new tracker is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from vtube.settings import Settings
from vtube.spec import Spec, parse_spec
from vtube.tracking.base import Tracker
from vtube.tracking.idle import NoTracker

Factory = Callable[[Spec, Settings], Tracker]

TRACKERS: dict[str, Factory] = {
    "none": NoTracker.from_spec,
}


def create_tracker(text: str, settings: Settings) -> Tracker:
    """The tracker that the SPEC `text` names, not yet started.

    Raises:
        SettingsError: an unknown kind or a wrong argument.
    """
    spec = parse_spec(text, TRACKERS, "tracker")
    return TRACKERS[spec.kind](spec, settings)
