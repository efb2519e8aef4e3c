"""`loopback[:NAME]`: what the computer plays, through WASAPI (Windows), PulseAudio or PipeWire (Linux)."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from typing import Any

from vtube.audio.base import OnSamples
from vtube.audio.served import ServedSource, find_served
from vtube.audio.soundcards import connected, missing
from vtube.errors import AudioError
from vtube.settings import Settings
from vtube.spec import Spec

WITHOUT = "there is no loudspeaker to listen to"


class Loopback(ServedSource):
    """The sound that goes to a loudspeaker; a virtual cable or a null sink will do."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__("loopback", find_loopback, name)

    def start(self, on_samples: OnSamples) -> None:
        """Listen in a thread; a loudspeaker that is not there is waited for.

        Raises:
            AudioError: this system cannot, or the package is missing; the message says what to do.
        """
        _check()
        super().start(on_samples)


def loopbacks() -> Iterator[str]:
    """The names of the loudspeakers that can be listened to.

    Raises:
        AudioError: this system has none or the package is missing; the message says what to do.
    """
    _check()
    with connected() as soundcard:
        return iter([str(one.name) for one in _all(soundcard)])


def find_loopback(name: str | None) -> Any:
    """The loopback of the loudspeaker whose name or id contains `name`, or of the default one.

    Raises:
        AudioError: this system has none or the package is missing; the message says what to do.
    """
    _check()
    return find_served(name, _all, lambda soundcard: soundcard.default_speaker(), "loudspeaker to listen to", WITHOUT)


def _all(soundcard: Any) -> list[Any]:
    return [one for one in soundcard.all_microphones(include_loopback=True) if one.isloopback]


def _check() -> None:
    if sys.platform == "darwin":
        raise AudioError(
            "macOS cannot listen to its own sound; install BlackHole and use --audio mic:BlackHole", "sound.macos"
        )
    if "soundcard" not in sys.modules and importlib.util.find_spec("soundcard") is None:
        raise missing("soundcard")


def create(spec: Spec, _: Settings) -> Loopback:
    """`loopback[:NAME]`."""
    return Loopback(spec.argument)
