"""What the mouth does at each phoneme: Japanese as Open JTalk and VOICEVOX write it, English and others as IPA.

Five shapes stand for all vowels of all languages; a vowel between two of them is a mixture. Consonants are made
with the mouth of the vowels around them, opened less; m, b and p close it.
"""

from __future__ import annotations

from dataclasses import dataclass

Form = tuple[float, float, float, float, float]
"""Shares of aaa, iii, uuu, eee, ooo; their sum is 1."""

AAA: Form = (1.0, 0.0, 0.0, 0.0, 0.0)
III: Form = (0.0, 1.0, 0.0, 0.0, 0.0)
UUU: Form = (0.0, 0.0, 1.0, 0.0, 0.0)
EEE: Form = (0.0, 0.0, 0.0, 1.0, 0.0)
OOO: Form = (0.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Gesture:
    """What the mouth does during a part of a phoneme.

    Attributes:
        form: the shape, or None: that of the vowels around it.
        amount: how far the mouth opens into it, 0..1.
        share: how much of the phoneme's time it takes; the shares of one phoneme sum to 1.
        closes: the lips meet.
    """

    form: Form | None
    amount: float
    share: float = 1.0
    closes: bool = False


SILENCE = Gesture(None, 0.0)
LIPS_MEET = Gesture(None, 0.0, closes=True)
TEETH = Gesture(None, 0.35)
"""s, t, n and their like: the jaw is nearly shut."""
TONGUE = Gesture(None, 0.6)
"""k, g, h and their like: the jaw stays as it is."""
NASAL = Gesture(None, 0.12)

DEVOICED = {"A": "ḁ", "I": "i̥", "U": "u̥", "E": "e̥", "O": "o̥"}
"""Open JTalk's capitals are whispered vowels; in IPA capitals mean other things."""

_VOWELS: dict[str, tuple[Form, float]] = {
    "a": (AAA, 1.0),
    "i": (III, 0.9),
    "u": (UUU, 0.85),
    "e": (EEE, 0.9),
    "o": (OOO, 0.95),
    "ḁ": (AAA, 0.4),
    "i̥": (III, 0.35),
    "u̥": (UUU, 0.35),
    "e̥": (EEE, 0.4),
    "o̥": (OOO, 0.4),
    "ɯ": (UUU, 0.85),
    "ɑ": (AAA, 1.0),
    "ɐ": (AAA, 0.8),
    "ɒ": ((0.4, 0.0, 0.0, 0.0, 0.6), 0.95),
    "æ": ((0.6, 0.0, 0.0, 0.4, 0.0), 0.95),
    "ʌ": (AAA, 0.75),
    "ə": ((0.5, 0.0, 0.0, 0.5, 0.0), 0.5),
    "ᵊ": ((0.5, 0.0, 0.0, 0.5, 0.0), 0.3),
    "ɚ": ((0.0, 0.0, 0.5, 0.5, 0.0), 0.55),
    "ɜ": ((0.0, 0.0, 0.4, 0.6, 0.0), 0.65),
    "ɛ": (EEE, 0.9),
    "ɪ": ((0.0, 0.8, 0.0, 0.2, 0.0), 0.75),
    "ᵻ": ((0.0, 0.8, 0.0, 0.2, 0.0), 0.6),
    "ɨ": (III, 0.7),
    "ɔ": (OOO, 0.95),
    "ʊ": ((0.0, 0.0, 0.8, 0.0, 0.2), 0.75),
    "ø": ((0.0, 0.0, 0.5, 0.5, 0.0), 0.8),
    "œ": ((0.0, 0.0, 0.3, 0.7, 0.0), 0.85),
    "y": (UUU, 0.7),
    "ɤ": (OOO, 0.8),
}
_GLIDES: dict[str, tuple[Form, float]] = {
    "j": (III, 0.6),
    "w": ((0.0, 0.0, 0.7, 0.0, 0.3), 0.55),
    "ɰ": (UUU, 0.5),
    "ɥ": (UUU, 0.5),
    "β": ((0.0, 0.0, 0.7, 0.0, 0.3), 0.45),
    "ɹ": ((0.0, 0.0, 0.6, 0.4, 0.0), 0.45),
    "ɻ": ((0.0, 0.0, 0.6, 0.4, 0.0), 0.45),
    "ʃ": ((0.0, 0.0, 0.7, 0.3, 0.0), 0.4),
    "ʒ": ((0.0, 0.0, 0.7, 0.3, 0.0), 0.4),
    "ʧ": ((0.0, 0.0, 0.7, 0.3, 0.0), 0.4),
    "ʤ": ((0.0, 0.0, 0.7, 0.3, 0.0), 0.4),
    "ɸ": (UUU, 0.3),
}
_DIPHTHONGS = {"A": ("e", "i"), "I": ("a", "i"), "O": ("o", "u"), "W": ("a", "u"), "Y": ("ɔ", "i")}
"""The one-letter diphthongs of the misaki alphabet, which Kokoro and hibari speak."""
_FIRST_OF_TWO = 0.6

_LIPS = ["m", "b", "p", "my", "by", "py", "mʲ", "bʲ", "pʲ"]
_TONGUE = ["k", "g", "h", "ky", "gy", "hy", "kw", "gw", "q", "x", "ɡ", "ŋ", "ɣ", "χ", "ʁ", "ʔ", "ç"]
_NASAL = ["N", "ɴ"]
_SILENCE = ["sil", "pau", "silB", "silE", "spn", "cl", *"_^$?#.,;:!—…-"]

GESTURES: dict[str, tuple[Gesture, ...]] = {
    **{symbol: (Gesture(form, amount),) for symbol, (form, amount) in (_VOWELS | _GLIDES).items()},
    **{
        symbol: (
            Gesture(_VOWELS[first][0], _VOWELS[first][1], _FIRST_OF_TWO),
            Gesture(_VOWELS[second][0], 0.8 * _VOWELS[second][1], 1.0 - _FIRST_OF_TWO),
        )
        for symbol, (first, second) in _DIPHTHONGS.items()
    },
    **dict.fromkeys(_LIPS, (LIPS_MEET,)),
    **dict.fromkeys(_TONGUE, (TONGUE,)),
    **dict.fromkeys(_NASAL, (NASAL,)),
    **dict.fromkeys(_SILENCE, (SILENCE,)),
    "f": (Gesture(None, 0.15),),
    "v": (Gesture(None, 0.15),),
    "ʋ": (Gesture(None, 0.2),),
}


def gestures(symbol: str) -> tuple[Gesture, ...]:
    """What the mouth does at `symbol`, in order of time; an unknown symbol is some consonant behind the teeth."""
    found = GESTURES.get(symbol)
    if found is not None:
        return found
    return (TEETH,) if any(char.isalpha() for char in symbol) else (SILENCE,)


def from_japanese(symbol: str) -> str:
    """Open JTalk's and VOICEVOX's symbol in the alphabet of this module: only capitals and y differ."""
    return "j" if symbol == "y" else DEVOICED.get(symbol, symbol)
