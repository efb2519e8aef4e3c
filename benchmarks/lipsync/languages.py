"""Spanish, Mandarin and English as phonemes that Kokoro says, each with the class that its lips show.

Symbols are those of Kokoro's vocabulary (IPA as espeak and misaki write it). Texts are random syllables, in which no
vowel is a favourite, and sentences of our own.
"""

from __future__ import annotations

import random

from benchmarks.lipsync import pinyin
from benchmarks.lipsync.labels import (
    CLOSED,
    CONSONANT,
    ENGLISH,
    LENGTHENING,
    MANDARIN,
    MANDARIN_SOUNDS,
    NARROW,
    SILENCE,
    UNKNOWN,
)

Spoken = list[tuple[str, str]]
"""Symbols and their classes in order of time; several letters are one class after the other."""

STRESS = "ˈ"
"""A symbol, and the class of all that belong to the sound after them."""

CONTINUED = "+"
"""The class of a symbol that belongs to the sound before it."""

_CLASSES = {
    **dict.fromkeys("mbpβ", CLOSED),
    **dict.fromkeys("szfvʃʒʦʣʧʤɕʨʂꭧ", NARROW),
    **dict.fromkeys(",.", SILENCE),
    **dict.fromkeys("→↗↓↘ʰː", LENGTHENING),
    " ": UNKNOWN,
    STRESS: STRESS,
}

_SPANISH_HEADS = (*"ptkbdɡmnɲlɾrsθxfʧʝβðɣ", "", "", "", "pɾ", "tɾ", "kɾ", "bl", "fl", "kw", "pj", "bw")
_SPANISH_TAILS = (*("",) * 9, "n", "s", "l", "ɾ")

MANDARIN_TRAINING = (
    "jin1 tian1 de5 tian1 qi4 hen3 hao3, wo3 men5 yi4 qi3 qu4 gong1 yuan2 san4 bu4",
    "ni3 zhi1 dao4 zhe4 ge4 zi4 zen3 me5 nian4 ma5",
    "ge4 wei4 guan1 zhong4 wan3 shang4 hao3, huan1 ying2 lai2 dao4 wo3 de5 zhi2 bo1 jian1",
    "wo3 xi3 huan1 chi1 re4 de5 mian4 tiao2, bu4 xi3 huan1 he1 ka1 fei1",
    "xia4 ge4 yue4 wo3 yao4 qu4 bei3 jing1 kan4 yi2 ge4 lao3 peng2 you5",
    "mei4 mei5 de5 sheng1 ri4 shi4 si4 yue4 chu1",
    "zhe4 shou3 ge1 zhen1 de5 te4 bie2 dong4 ting1",
    "che1 zi5 ting2 zai4 lu4 de5 ling4 yi4 bian1",
    "xie4 xie5 da4 jia1 de5 zhi1 chi2, wo3 men5 xia4 ci4 zai4 jian4",
    "ta1 men5 zai4 he2 li3 zhua1 le5 liang3 tiao2 lü4 se4 de5 yu2",
    "sen1 lin2 li3 you3 yi4 zhi1 bai2 se4 de5 tu4 zi5",
    "zhuo1 zi5 shang4 fang4 zhe5 wu3 ben3 hou4 hou4 de5 shu1",
)
_MANDARIN_MORE = (
    "ba po mo fo de te ne le ge ke he zhe che she re ze ce se zi ci si zhi chi shi ri ji qi xi ju qu xu nü lü bi pi mi "
    "di ti ni li bu pu mu fu du tu nu lu gu ku hu zhu shu ru zu su ye yue wo wu yi yu an en ang eng ou ai ei ao er"
)

MANDARIN_FINALS = {
    **{one: one for one in ("a", "i", "u", "ai", "ei", "ou", "in")},
    "ao": "au", "an": "an", "ang": "aŋ", "e": "ɤ", "en": "ən", "eng": "əŋ", "er": "ɚ", "ia": "ja", "ian": "jɛn",
    "iang": "jaŋ", "iao": "jau", "ie": "je", "ii": "ɨ", "iii": "ɨ", "ing": "iŋ", "iong": "jʊŋ", "iou": "jou",
    "o": "wo", "ong": "ʊŋ", "ua": "wa", "uai": "wai", "uan": "wan", "uang": "waŋ", "uei": "wei", "uen": "wən",
    "ueng": "wəŋ", "uo": "wo", "v": "y", "van": "ɥɛn", "ve": "ɥe", "vn": "yn",
}  # fmt: skip
"""Finals of pinyin in IPA."""

_MANDARIN_HEADS = {
    "": "", "b": "p", "p": "pʰ", "d": "t", "t": "tʰ", "g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ",
    "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ",
}  # fmt: skip
_SCHWAS = ("er", "en", "eng", "uen")
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}


def five_vowels(generator: random.Random, words: int = 5) -> Spoken:
    """Random syllables as in Spanish and Italian: words with a stress, or single syllables with pauses between."""
    single = generator.random() < 0.4
    text = ""
    for _ in range(words * 2 if single else words):
        count = 1 if single else generator.randint(1, 4)
        stressed = max(0, count - generator.choice((1, 2, 2)))
        for place in range(count):
            head = generator.choice(_SPANISH_HEADS)
            text += head + (STRESS if place == stressed else "") + generator.choice("aaaeeɛiiiooɔuuu")
            text += "" if single else generator.choice(_SPANISH_TAILS)
        text += generator.choice((", ", ". ")) if single else generator.choice((" ", " ", " ", ", "))
    return spoken(text.rstrip(" ,.") + ".", {**{vowel: vowel for vowel in "aeiou"}, "ɛ": "e", "ɔ": "o"})


def mandarin(generator: random.Random) -> Spoken:
    """A sentence of ours, or its syllables and rarer ones in any order."""
    text = generator.choice(MANDARIN_TRAINING).split()
    if generator.random() < 0.6:
        text = [one + generator.choice("1234") for one in generator.sample(_MANDARIN_MORE.split(), 9)] + text[:3]
        generator.shuffle(text)
    return of_pinyin(text)


def mandarin_finals(generator: random.Random) -> Spoken:
    """Syllables in which all finals are as likely as each other, but for fewer schwas; one time in four a sentence.

    Vowels are `labels.SOUNDS`.
    """
    if generator.random() < 0.25:
        return of_pinyin(generator.choice(MANDARIN_TRAINING).split(), MANDARIN_SOUNDS)
    finals = generator.choices(list(pinyin.SYLLABLES), [1 if one in _SCHWAS else 3 for one in pinyin.SYLLABLES], k=9)
    written = [generator.choice(pinyin.SYLLABLES[final].split()) + generator.choice("12345") for final in finals]
    return of_pinyin([one + ("," if generator.random() < 0.12 else "") for one in written], MANDARIN_SOUNDS)


def of_pinyin(words: list[str], classes: dict[str, str] = MANDARIN) -> Spoken:
    """Syllables with tones; a comma after one is a pause, and one ends the text."""
    found: Spoken = []
    for word in words:
        found += syllable(*pinyin.split(word.strip(",").replace("ü", "v")), classes)
        found.append((",", SILENCE) if word.endswith(",") else (" ", UNKNOWN))
    return [*found[:-1], (".", SILENCE)]


def syllable(initial: str, final: str, tone: str, of_finals: dict[str, str] = MANDARIN) -> Spoken:
    """One syllable of pinyin, as `pinyin.split` gives it, with the classes `of_finals`.

    The engine counts a tone's length by itself, so that the classes of a final share its whole length as in
    `labels.MANDARIN`.
    """
    symbols = MANDARIN_FINALS[final]
    nucleus = len(symbols.rstrip("nŋ"))
    symbols = symbols[:nucleus] + _TONES[tone] + symbols[nucleus:]
    classes = [of_finals[final], *[CONTINUED] * (len(symbols) - 1)]
    return spoken(_MANDARIN_HEADS.get(initial, initial), {}) + list(zip(symbols, classes, strict=True))


def english(phonemes: str) -> Spoken:
    """Phonemes as misaki writes them."""
    return spoken(phonemes, {**ENGLISH, "ˌ": STRESS})


def spoken(text: str, vowels: dict[str, str]) -> Spoken:
    """Symbols with their classes; `vowels` knows more of them."""
    return [(one, vowels.get(one) or _CLASSES.get(one) or CONSONANT) for one in text]
