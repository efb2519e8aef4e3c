"""The voices that were used last, each made once, and loaded before it is needed where somebody may speak."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from vtube.settings import SpeechSettings
from vtube.speech.base import LoadedVoice, Voice
from vtube.speech.registry import create_voice, of_voices
from vtube.threads import quietly

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
        self._loaded: set[str] = set()
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

    def load(self, spec: str) -> None:
        """Load what there is of that SPEC, once, for an answer that may come at any moment; without the lock.

        What fails is logged, and told again by its first sentence.
        """
        if spec in self._loaded:
            return
        self._loaded.add(spec)
        voice = self._voices.get(spec)
        if isinstance(voice, LoadedVoice):
            quietly(voice.load)

    def prepared(self, settings: SpeechSettings) -> VoiceCache:
        """The cache for other settings: this one where they change nothing for voices. Raises: as above."""
        return self if of_voices(settings) == of_voices(self._settings) else VoiceCache(settings, self._create)
