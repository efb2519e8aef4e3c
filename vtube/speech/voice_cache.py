"""The voices that were used last, each made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from vtube.settings import SpeechSettings
from vtube.speech.base import Voice
from vtube.speech.registry import create_voice, of_voices

MAX_VOICES = 8

Create = Callable[[str, SpeechSettings], Voice]


class VoiceCache:
    """Voices by their SPEC, for the settings of now. The caller holds a lock."""

    def __init__(self, settings: SpeechSettings, create: Create = create_voice) -> None:
        """Make the voice of the settings.

        Raises:
            SettingsError: there is no such voice.
        """
        self._settings, self._create = settings, create
        self._voices: OrderedDict[str, Voice] = OrderedDict()
        if settings.voice:
            self.get(settings.voice)

    def get(self, spec: str) -> Voice:
        """The voice of that SPEC. Raises: SettingsError, there is none."""
        voice = self._voices.get(spec)
        if voice is None:
            voice = self._voices[spec] = self._create(spec, self._settings)
            if len(self._voices) > MAX_VOICES:
                self._voices.popitem(last=False)
        self._voices.move_to_end(spec)
        return voice

    def prepared(self, settings: SpeechSettings) -> VoiceCache:
        """The cache for other settings: this one where they change nothing for voices. Raises: as above."""
        return self if of_voices(settings) == of_voices(self._settings) else VoiceCache(settings, self._create)
