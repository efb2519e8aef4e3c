"""A sentence without a voice: the mouth forms its letters in silence, at the pace of speech."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import numpy as np

from vtube.signals import SpeechCue
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.clean import Sentence
from vtube.speech.cues import cues_of
from vtube.speech.visemes import VisemeTrack, from_phonemes

RATE = 24_000
VOWEL_S, CONSONANT_S, MORA_S, IDEOGRAPH_S, SPACE_S, PAUSE_S = 0.11, 0.05, 0.14, 0.2, 0.03, 0.3
LOUDNESS, PITCH_HZ = 0.3, 200.0
"""Of the sound that the mouth and the body go by; nobody hears it."""
LONGEST_S = 30.0

_VOWELS = "aiueo"
_LIPS = frozenset("bmp")


def mimed(sentence: Sentence) -> tuple[Utterance, VisemeTrack, list[SpeechCue]]:
    """Silence as long as the sentence, the mouth that says it, and what the body does along with it."""
    phonemes = tuple(_phonemes(sentence.spoken)) or (Phoneme("pau", 0.0, PAUSE_S),)
    at = np.arange(round((phonemes[-1].end + 0.05) * RATE), dtype=np.float32) / RATE
    sound = (LOUDNESS * np.sin(2 * np.pi * PITCH_HZ * at)).astype(np.float32)
    loud = Utterance(sentence.shown, sound, RATE, phonemes, sentence.emotion, sounds=sentence.sounds)
    silent = Utterance(sentence.shown, np.zeros_like(sound), RATE, phonemes, sentence.emotion, sentence.gesture)
    return silent, from_phonemes(phonemes, sound, RATE), cues_of(loud)


def _phonemes(text: str) -> Iterator[Phoneme]:
    now = 0.0
    for char in unicodedata.normalize("NFKC", text):
        symbol, length = _sound(char)
        if length and now < LONGEST_S:
            yield Phoneme(symbol, now, now + length)
            now += length


def _sound(char: str) -> tuple[str, float]:
    """What the mouth does for a letter, and for how many seconds."""
    if char.isspace():
        return "pau", SPACE_S
    if not char.isalnum():
        return ("pau", PAUSE_S) if unicodedata.category(char) == "Po" else ("", 0.0)
    name = unicodedata.name(unicodedata.normalize("NFD", char)[0], "")
    if name.startswith("CJK"):
        return _VOWELS[ord(char) % len(_VOWELS)], IDEOGRAPH_S
    word = name.lower().rpartition(" ")[2]
    vowel = next((letter for letter in reversed(word) if letter in _VOWELS), "")
    if not name.startswith(("LATIN", "DIGIT")):
        return (vowel, MORA_S) if vowel else ("t", CONSONANT_S)
    if vowel and (len(word) == 1 or char.isdigit()):
        return vowel, VOWEL_S
    return ("m" if word in _LIPS else "t"), CONSONANT_S
