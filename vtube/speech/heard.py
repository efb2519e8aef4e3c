"""Lip sync for a voice of the program that gives no times of its phonemes and is listened to instead."""

from __future__ import annotations

from vtube.audio.lipsync import VowelLipSync
from vtube.settings import LipSyncSettings
from vtube.speech.language import language_of

VOWELS_OF = {"ja": "ja", "en": "en", "es": "es", "it": "es", "pt": "es", "zh": "zh"}
"""The language of `LipSyncSettings` whose vowels a language has; others are listened to as any."""


def lip_sync_for(text: str, settings: LipSyncSettings) -> VowelLipSync:
    """A lip sync that listens to somebody who says `text`, whatever the microphone's language is.

    Raises:
        AudioError: the weights cannot be read.
    """
    language = VOWELS_OF.get(language_of(text, ("es", "it", "pt")) or "", "auto")
    return VowelLipSync(settings.model_copy(update={"language": language}))
