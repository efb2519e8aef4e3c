"""Speech recognition by the kind that its SPEC names; a new one is one file and one line here."""

from __future__ import annotations

from vtube.listening.base import Recogniser
from vtube.registry import Entry, Registry, lacking
from vtube.settings import ListeningSettings

AUTO = "auto"
RECOGNISERS: Registry[ListeningSettings, Recogniser] = Registry(
    "speech recognition",
    "vtube.recognisers",
    [
        Entry(
            "whisper",
            "vtube.listening.whisper:create",
            "OpenAI's Whisper through faster-whisper: about a hundred languages",
            "[:MODEL]",
            extra="listen",
            modules=("faster_whisper",),
            aliases=("faster-whisper",),
        ),
        Entry(
            "sherpa",
            "vtube.listening.sherpa:create",
            "a model of sherpa-onnx, from its folder",
            ":DIR",
            extra="sherpa",
            modules=("sherpa_onnx",),
            aliases=("sherpa-onnx",),
        ),
        Entry(
            "sphinx",
            "vtube.listening.sphinx:create",
            "PocketSphinx: English, small, with its model inside; understands little",
            extra="sphinx",
            modules=("pocketsphinx",),
            aliases=("pocketsphinx",),
        ),
    ],
    ("listening.recogniser",),
)


def create_recogniser(text: str, settings: ListeningSettings) -> Recogniser:
    """The recogniser that a SPEC names, not yet loaded; for `auto` the first one that is installed.

    Raises:
        SettingsError: there is none of that name.
        PackageMissingError: its package is not installed.
    """
    if text.strip().lower() == AUTO:
        ready = [entry.name for entry in RECOGNISERS if not entry.missing and not entry.argument.startswith(":")]
        if not ready:
            raise lacking("to understand you, she", "listen", "faster-whisper")
        text = ready[0]
    return RECOGNISERS.create(text, settings)
