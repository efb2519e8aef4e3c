"""Texts brought into one spelling, so that a word is found however it is disguised."""

from __future__ import annotations

import re
import unicodedata

_LOOK_ALIKES = str.maketrans(
    "аеорсухкмтнвгіѕјԁɡαβεικνορτυχωºªłøđħŧıĸŋ",
    "aeopcyxkmthbrisjdgabeikvoptuxwoalodhtikn",
)
"""Letters of other scripts that look like Latin ones; only in words that have Latin letters, too."""

_LEET = str.maketrans(
    {
        "0": "o",
        "1": "i",
        "3": "e",
        "4": "a",
        "5": "s",
        "7": "t",
        "8": "b",
        "@": "a",
        "$": "s",
        "!": "i",
        "|": "l",
        "€": "e",
        "+": "t",
    }
)
_MARKS = "!|+*"
_LEET_WORD = re.compile(r"[a-z0-9@$!|€+*]*[a-z][a-z0-9@$!|€+*]*")
_STARS = re.compile(r"(?<=[a-z])[*#]+(?=[a-z])")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_](?:[\s.\-_*·,/]{1,2}|\s_\s)){2,}[^\W_](?![^\W_])")
"""Letters with something between, which is no letter: else a row of `_` could be read in any number of ways."""
_MANY = re.compile(r"([^\W\d_])\1{2,}")
_IN_CJK = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff])[\s.\-_*·・,/|、。]+(?=[\u3040-\u30ff\u3400-\u9fff])")
_MIXED = re.compile(r"\w+")

FILLERS = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters of Hangul and Braille by name, which look like nothing: empty messages and names are made of them."""


def visible(text: str) -> str:
    """Composed and compatible, without characters that nobody sees, on one line."""
    text = unicodedata.normalize("NFKC", text)
    return " ".join("".join(map(_seen, text)).split())


def folded(text: str, row: int = 2) -> str:
    """Lower case, one alphabet, letters for the digits that stand for them, hiragana for katakana.

    Of three or more of the same letter in a row, `row` stay.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    text = "".join(
        char for char in text if unicodedata.category(char) not in ("Mn", "Cf", "Cc") and char not in FILLERS
    )
    text = unicodedata.normalize("NFKC", text)
    text = _MIXED.sub(_one_alphabet, text)
    text = _LEET_WORD.sub(_unleet, text)
    text = _SPACED.sub(lambda found: re.sub(r"[\W_]", "", found[0]), text)
    text = _IN_CJK.sub("", _STARS.sub("", text))
    return hiragana(_MANY.sub(lambda found: found[1] * row, text))


def hiragana(text: str) -> str:
    """Katakana as hiragana."""
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in text)


def _one_alphabet(found: re.Match[str]) -> str:
    word = found[0]
    return word.translate(_LOOK_ALIKES) if re.search("[a-z]", word) else word


def _unleet(found: re.Match[str]) -> str:
    word = found[0].strip(_MARKS)  # at an end they are what they look like
    letters = sum(char.isalpha() for char in word)
    if letters * 2 < len(word) or word.isalpha():
        return found[0]
    return found[0].replace(word, word.translate(_LEET), 1)


def _seen(char: str) -> str:
    if char in "\n\r\t" or char in FILLERS:
        return " "
    hidden = unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co", "Cn", "Mn")
    return "" if hidden and char not in "\u3099\u309a\ufe0f\u200d" else char
