"""The sound inputs by the kind their SPEC names; a new one is one file and one line here."""

from __future__ import annotations

from vtube.audio.base import AudioSource
from vtube.registry import Entry, Registry
from vtube.settings import Settings

SOURCES: Registry[Settings, AudioSource | None] = Registry(
    "sound input",
    "vtube.audio_sources",
    [
        Entry(
            "mic",
            "vtube.audio.microphone:create",
            "a microphone",
            "[:NAME]",
            aliases=("microphone", "input", "line"),
        ),
        Entry(
            "loopback",
            "vtube.audio.loopback:create",
            "what this computer plays",
            "[:NAME]",
            aliases=("speaker", "speakers", "desktop", "system", "output"),
        ),
        Entry("file", "vtube.audio.file:create", "a sound file, played in real time", ":WAV", aliases=("wav",)),
        Entry("none", lambda spec, settings: None, "no sound", aliases=("off", "no")),
    ],
    ("audio", "listen", "stream.sound"),
)


def create_source(text: str, settings: Settings | None = None) -> AudioSource | None:
    """The source a SPEC names, not yet started; None for `none`.

    Raises:
        SettingsError: the SPEC names no source.
    """
    return SOURCES.create(text, settings or Settings())
