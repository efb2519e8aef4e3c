"""Which language a sentence is in, as far as a voice has to know: by its script, and Latin text by its small words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection

NAMES = {
    "ar": "Arabic",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "th": "Thai",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""The languages that are told apart, or named in a message."""

SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HALFWIDTH KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "THAI": "th",
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
}
"""Scripts that stand for one language here; the others are looked at more closely."""

SMALL_WORDS = {
    "de": "der die das und ich du nicht ist ein eine wir sie es mit auf für zu den dem wie was ja nein auch aber",
    "en": "the and i you not is a an we they it with on for to of in that this what yes no but are my your",
    "es": "el la los las y yo tú no es un una con para de en que qué por sí pero muy hola cómo está",
    "fr": "le la les et je tu ne pas est un une nous vous avec pour de en que oui non mais très bonjour ça",
    "id": "yang dan saya kamu tidak ini itu dengan untuk di ke dari ada apa ya bukan",
    "it": "il lo la gli e io tu non è un una con per di in che sì no ma molto ciao come",
    "nl": "de het en ik jij niet is een wij zij met op voor te van in dat ja nee maar ook wat",
    "pl": "i ja ty nie jest to w na z do że tak ale co jak się dla czy",
    "pt": "o a os as e eu você não é um uma com para de em que sim mas muito olá como está",
    "vi": "và tôi bạn không là một với cho của có này gì vâng nhưng",
}
_SMALL_WORDS = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}
_WORDS = re.compile(r"[^\W\d_]+")


def language_of(text: str, latin: Collection[str] = ()) -> str | None:
    """The two letters of the language that `text` is in, or None where no letter says anything.

    Args:
        text: a sentence.
        latin: the languages in Latin letters that matter beside English; others are not told from it.
    """
    scripts = Counter(script for char in text if char.isalpha() and (script := _script(char)))
    japanese = scripts["HIRAGANA"] + scripts["KATAKANA"] + scripts["HALFWIDTH KATAKANA"]
    if japanese:
        return "ja"
    if scripts["CJK"] and scripts["CJK"] * 2 >= scripts["LATIN"]:
        return "ko" if scripts["HANGUL"] else _of_ideographs(text)
    if not scripts:
        return None
    script = scripts.most_common(1)[0][0]
    if script == "CYRILLIC" and re.search("[іїєґІЇЄҐ]", text):
        return "uk"
    return SCRIPTS.get(script) or _of_latin(text, latin)


def name_of(language: str) -> str:
    """The English name of the language with these two letters, or the letters."""
    return NAMES.get(language, language)


def _script(char: str) -> str | None:
    name = unicodedata.name(char, "")
    if name.startswith(("HALFWIDTH KATAKANA", "HALFWIDTH HANGUL")):
        return name.partition(" LETTER")[0].replace("HALFWIDTH HANGUL", "HANGUL")
    first = name.partition(" ")[0]
    return "LATIN" if first == "FULLWIDTH" else first


def _of_ideographs(text: str) -> str:
    """Chinese where a character is none that Japanese writes (JIS X 0208), else Japanese."""
    try:
        "".join(char for char in text if char.isalpha()).encode("shift_jis")
    except UnicodeEncodeError:
        return "zh"
    return "ja"


def _of_latin(text: str, among: Collection[str]) -> str:
    candidates = [one for one in among if one in _SMALL_WORDS and one != "en"]
    words = [word.casefold() for word in _WORDS.findall(text)]
    counts = {one: sum(word in _SMALL_WORDS[one] for word in words) for one in ("en", *candidates)}
    best = max(counts, key=lambda one: counts[one])
    if counts[best]:
        return best
    accented = any(char.isalpha() and not char.isascii() for char in text)
    return candidates[0] if candidates and accented else "en"
