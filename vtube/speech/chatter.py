"""What people in a chat write and nobody says: emoji, kaomoji, wwww, 8888, letters and marks that go on and on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

SHOWN, SPOKEN = 8, 3
"""How often a letter may come in a row in a subtitle and in what is said."""

_EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3"
    "|[\U0001f000-\U0001faff\U0001fb00-\U0001fbff\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\U000e0020-\U000e007f\u200d\ufe0e\ufe0f\u20e3]彡?"
)
_SHORTCODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,30}:(?![\w:])", re.IGNORECASE)

_FACE_LETTERS = "ωдДΩυεσθ∀ﾟ゜艸益皿口ツ人ノﾉノｏoO0TtxXvVuUqQ3ゝヽゞ`´｀'‘’・๑ㅂㅅᴗ꒳"
_ARM_LEFT = "[ヽヾ＼\\\\oOmｍ┗┏╰<＜٩o૮ᕙ(_￣\u0e51]{0,2}"
_ARM_RIGHT = "[ﾉノ/／oOmｍ彡┛┓ゞ╯>＞وა)_￣シｼ\u0e51]{0,2}"
_FACE = re.compile(rf"{_ARM_LEFT}[(（]([^()（）\n]{{1,15}})[)）]{_ARM_RIGHT}")
_EMOTICON = re.compile(
    r"(?<!\w)(?:[:;=][-^o*']?[)\](\[DdPp/\\|3oO*]+|<3+|\^[_oO.]*\^;*|[TQ;][_.][TQ;]|[>＞][_.][<＜]|-_+-|[Xx]D+)(?!\w)"
    r"|(?<!\w)(?:m\(_ _\)m|orz|ORZ|OTL)(?!\w)|¯?\\?_*[(（]ツ[)）]_*/?¯?"
)
_LINES = re.compile("[\u2500-\u257f\u2580-\u259f＿￣]{2,}|[━─═_]{3,}")

_LAUGHTER = re.compile(
    r"(?<![A-Za-z0-9.ｗ/])[wWｗＷ]{2,}(?![A-Za-z0-9.ｗ])|(?<=[\u3040-\u30ff\u4e00-\u9fff])[wWｗＷ]+(?![A-Za-z0-9.])"
)
_GRASS = re.compile("草{2,}")
_CLAPS = re.compile(r"(?<![\d.,:/¥$€A-Za-z-])[8８]{3,}(?![\d.,:/%A-Za-z円個人回年月日時分秒点番号-])")
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")

_SAME_MARK = re.compile(r"([!！])[!！]+|([?？])[?？]+|([。、，,；;：]){2,}|([~〜～])[~〜～]+|([♪♡♥☆★])[♪♡♥☆★]+")
_MANY_MARKS = re.compile(r"([!！?？]{2})[!！?？]+")
_DOTS = re.compile(r"[…‥]{2,}|\.{4,}|・{3,}|。{2,}")
_LONG_VOWEL = re.compile("[ー－—―]{3,}")


def with_readings(text: str, readings: Mapping[str, str]) -> str:
    """Words as the user wants them said; a Latin word only as a whole, the longest first, upper or lower case."""
    if not readings:
        return text
    by_word = {word.casefold(): reading for word, reading in readings.items()}
    return _words(tuple(sorted(by_word, key=len, reverse=True))).sub(
        lambda found: by_word.get(found[0].casefold(), found[0]), text
    )


@lru_cache(maxsize=8)
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    def whole(word: str) -> str:
        before = r"(?<![A-Za-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
        after = r"(?![A-Za-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
        return f"{before}{re.escape(word)}{after}"

    return re.compile("|".join(whole(word) for word in words), re.IGNORECASE)


def without_emoji(text: str) -> str:
    """Without emoji, kaomoji, emoticons, :shortcodes: and drawn lines."""
    text = _FACE.sub(lambda found: " " if _is_face(found[1]) else found[0], text)
    text = _EMOTICON.sub(" ", _SHORTCODE.sub(" ", text))
    return _LINES.sub(" ", _EMOJI.sub(lambda found: found[0][0] if found[0][0] in "0123456789" else " ", text))


def _is_face(inner: str) -> bool:
    """Whether what stands in brackets is a face: signs, and no letters but those that faces are made of."""
    letters = [char for char in inner if char.isalnum() and char not in _FACE_LETTERS]
    signs = sum(not char.isalnum() and not char.isspace() for char in inner)
    made_of_both = signs >= 1 and any(char in _FACE_LETTERS for char in inner if char.isalnum())
    return (not letters and (signs >= 2 or made_of_both)) or (signs >= 3 and len(letters) <= 1)


def with_laughter_said(text: str) -> str:
    """Without wwww behind words, alone as it is laughed; 8888 is clapped, 草草草 is one 草."""
    laughed = _LAUGHTER.sub(" ", text)
    if not any(char.isalnum() for char in laughed) and laughed != text:
        return "わらわら"
    claps = "ぱちぱちぱち" if _JAPANESE.search(text) or text.strip(" 8８!！wｗ") == "" else "clap clap clap"
    return _CLAPS.sub(claps, _GRASS.sub("草", laughed))


def shortened(text: str, most: int) -> str:
    """Each letter at most so often in a row, each group of two to four letters three times, each mark once."""
    text = _DOTS.sub("…", _LONG_VOWEL.sub("ーー", text)) if most <= SPOKEN else text
    if most <= SPOKEN:
        text = _SAME_MARK.sub(lambda found: next(mark for mark in found.groups() if mark), text)
        text = _MANY_MARKS.sub(r"\1", text)
    text = re.sub(rf"([^\W\d_])\1{{{most},}}", lambda found: found[1] * most, text)
    text = re.sub(rf"([^\w\s])\1{{{most},}}", lambda found: found[1] * most, text)
    return re.sub(rf"([^\W\d_]{{2,4}}?)\1{{{most},}}", lambda found: found[1] * most, text)
