"""The sound inputs by the kind their SPEC names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vtube.audio.base import AudioSource
from vtube.audio.file import FileSource
from vtube.audio.loopback import Loopback
from vtube.audio.microphone import Microphone
from vtube.errors import SettingsError
from vtube.spec import Spec, parse_spec


def _file(spec: Spec) -> AudioSource:
    if spec.argument is None:
        raise SettingsError("--audio file:WAV needs the path of a sound file")
    return FileSource(Path(spec.argument))


SOURCES: dict[str, Callable[[Spec], AudioSource | None]] = {
    "mic": lambda spec: Microphone(spec.argument),
    "loopback": lambda spec: Loopback(spec.argument),
    "file": _file,
    "none": lambda _: None,
}


def create_source(text: str) -> AudioSource | None:
    """The source a SPEC names, not yet started; None for `none`.

    Raises:
        SettingsError: the SPEC names no source.
    """
    spec = parse_spec(text, SOURCES, "sound input")
    return SOURCES[spec.kind](spec)
