"""What there is to speak with: every voice and what it lacks, and what a voice's own server has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from vtube.errors import SpeechError
from vtube.registry import Entry
from vtube.settings import SpeechSettings
from vtube.speech.base import Voice
from vtube.speech.registry import VOICES, create_voice
from vtube.text import program

LIST_S = 5.0
"""So long a server may take to list what it has."""
JAPANESE = frozenset({"openjtalk", "kokoro", "voicevox", "aivisspeech", "sharevox", "coeiroink"})
LANGUAGES = {**dict.fromkeys(JAPANESE, ("ja",)), "hibari": ("en",)}
"""The languages of each voice by their two letters; those that are not here depend on a server or a setting."""


@runtime_checkable
class HasStyles(Protocol):
    """A voice whose server lists what it has."""

    def styles(self) -> dict[str, str]:
        """What may follow the voice's name in a SPEC, to what people call it.

        Raises:
            SpeechError: the server does not answer, or has none.
        """


def voices() -> list[dict[str, Any]]:
    """Every voice; looks at the installed packages only and asks no server.

    Each has `name`, `usage` (its SPEC), `help`, `ready` (None for a program or server that nobody has asked),
    `missing` (packages), `command` (which gets them, else None) and `languages` (two letters; none when not known).
    """
    return [about(entry) for entry in VOICES if not entry.hidden]


def about(entry: Entry[Any, Any]) -> dict[str, Any]:
    """One item of `voices`."""
    missing = entry.missing
    here = bool(entry.modules) or entry.name == "auto"
    return {
        "name": entry.name,
        "usage": entry.usage,
        "help": entry.help,
        "ready": not missing if here else None,
        "missing": list(missing),
        "command": f"{program()} extras {entry.extra}" if missing else None,
        "languages": list(LANGUAGES.get(entry.name, ())),
    }


def styles_of(
    text: str, settings: SpeechSettings, create: Callable[[str, SpeechSettings], Voice] = create_voice
) -> dict[str, str]:
    """What the server of the voice that a SPEC names has: SPEC to name. Blocks for a few seconds at most.

    Raises:
        SettingsError: there is no such voice, or a setting that it needs is missing.
        SpeechError: the server does not answer, or the voice has no list.
    """
    kind = VOICES.parse(text).kind
    voice = create(kind, settings.model_copy(update={"timeout_s": min(settings.timeout_s, LIST_S)}))
    if not isinstance(voice, HasStyles):
        raise SpeechError(f"the voice {kind} has no list to ask for")
    return {f"{kind}:{style}": name for style, name in voice.styles().items()}
