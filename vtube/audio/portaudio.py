"""PortAudio, through which microphones are heard and speech is played: the library and its devices."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from vtube.errors import AudioError

Device = Mapping[str, Any]
"""What PortAudio tells of one device: `name`, `index`, `default_samplerate`, channels and latencies."""


class Direction(StrEnum):
    """Which way the sound goes."""

    INPUT = "input"
    OUTPUT = "output"


NAMES = {Direction.INPUT: "microphone", Direction.OUTPUT: "sound device to speak through"}
WITHOUT = {
    Direction.INPUT: "there is no microphone; plug one in or start with --audio none",
    Direction.OUTPUT: "there is no sound device to speak through",
}


def portaudio() -> Any:
    """The module `sounddevice`.

    Raises:
        AudioError: it or its library is not installed; the message says how to get it.
    """
    try:
        import sounddevice
    except OSError:
        raise AudioError(
            "the sound library PortAudio is missing; on Debian and Ubuntu: apt install libportaudio2"
        ) from None
    except ImportError:
        raise missing("sounddevice") from None
    return sounddevice


def missing(package: str) -> AudioError:
    """The error for a package that comes with the program and is gone."""
    return AudioError(f"the package {package} is missing; to install it: {sys.executable} -m pip install {package}")


def devices(sounddevice: Any, direction: Direction) -> list[Device]:
    """Every device of that direction.

    Raises:
        AudioError: they cannot be listed.
    """
    try:
        return [one for one in sounddevice.query_devices() if one[f"max_{direction}_channels"] > 0]
    except Exception as error:  # noqa: BLE001 - PortAudio's own errors are of any type
        raise AudioError(f"the sound devices cannot be listed: {error}") from None


def find_device(sounddevice: Any, direction: Direction, name: str | None) -> Device:
    """The device whose name contains `name` (any case), the quickest of several; the default one without a name.

    Raises:
        AudioError: there is none; the message lists those there are.
    """
    there = devices(sounddevice, direction)
    if not there:
        raise AudioError(WITHOUT[direction])
    if name is None:
        default = sounddevice.default.device[0 if direction is Direction.INPUT else 1]
        return next((one for one in there if one["index"] == default), there[0])
    found = [one for one in there if name.casefold() in str(one["name"]).casefold()]
    if not found:
        listed = "; ".join(dict.fromkeys(str(one["name"]) for one in there))
        raise AudioError(f"there is no {NAMES[direction]} {name!r}; there are: {listed}")
    return min(found, key=lambda one: float(one.get(f"default_low_{direction}_latency", 0.0)))
