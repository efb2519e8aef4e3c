"""Laughter as people write it, in many languages: what a crowd or a body laughs with, and no word list is for.

Brazil laughs with k's and Thailand with fives (ha is their name), Spain with j's, China with 2333 (once the number of a
laughing sticker) and h's, Japan with w's and grass (what a row of w's looks like), Korea with ㅋ, Indonesia with wkwk.
"""

from __future__ import annotations

import re

WORDS = "|".join(
    (
        r"[wｗ草笑]+|大草原|草生える|くさ|(?:クソ|くそ)?(?:ワロタ|わろた)|爆笑|(?:ワロタ|わろた|爆笑|草生える)[wｗ]+|(?:あは|アハ)?[はハ]{3,}|[ふフ]{2,}",
        r"[あア][はハ]{2,}|[えエ][へヘ]{2,}|[うウ][ふフ]{2,}",
        r"l+[ou]+l(?:[ou]+l)*z*|lmf?a+o+|rofl|x+d+|(?:kek+)+[wl]*|omegalul|h{3,}|a?(?:sk){3,}s?|(?:ks){3,}k?|(?:asd){2,}",
        r"(?:a|[bmw]+a)?(?:h+(?:a+|e+|i+|o+)){2,}h*|(?:ah){2,}a?|ha(?: ha)+|he(?: he)+",
        r"(?:j+(?:a+|e+)){2,}j*|(?:j+i+){2,}j*|ja(?: ja){2,}",
        r"(?-i:[Kk]kk)|k{4,}|(?:rs){2,}|(?:hue){2,}|(?:hua){2,}h?|(?:auh){2,}a?|(?:haus){2,}",
        r"m+d+r+|p+t+d+r+|(?:wk){2,}w?|(?:kw){2,}k?|a?wok(?:a?wok)+|(?:xa){2,}|(?:ax){2,}|(?:xi){3,}|(?:ka){3,}|(?:χα){2,}",
        r"а?(?:х+(?:а+|е+|и+|і+)){2,}х*|(?:ах){2,}а?|п?(?:хп){2,}х?|лол+|хех|кек|ржу|ору|хд+|(?:ке){2,}к?",
        r"哈{2,}|嘻{2,}|呵{2,}|嘿{2,}|233+|红红火火恍恍惚惚|笑死我?了?|xswl",
        r"[ㅋㅎᄏᄒ]{2,}|푸?하{2,}|히{2,}|헤{2,}|크{3,}",
        r"5{3,}|(?:ฮ่?า){2,}|ฮ{3,}|ه{3,}|(?:ها){2,}|خ{2,}|ח{3,}|(?:हा){2,}",
    )
)
"""A pattern, letter case ignored, but for three k's: in capitals they are no laughter."""
LONGEST = 80
"""Letters of a laugh among words."""
SIGNS = "😂🤣😆😹"

_ROW_OF_W = r"(?<=[\u3040-\u30ff\u4e00-\u9fff])[wｗ]+(?![\w.])|(?<![\w.@/:-])[wｗ]{3,}(?![\w@/:-]|\.\w)"
_AMONG_WORDS = re.compile(
    rf"[{SIGNS}]|{_ROW_OF_W}|哈{{2,}}|[ㅋㅎᄏᄒ]{{2,}}|[あア][はハ]{{2,}}|[はハ]{{4,}}"
    r"|\bha(?:[ ,!-]+ha)+\b|\bja(?:[ ,!-]+ja){2,}\b",
    re.I,
)
"""Laughter that stands in a text without spaces, or has some."""
_ONE_WORD = re.compile(r"(?<![\w.@/:#'’-])[\w\u0900-\u097f\u0e31-\u0e4e]+(?![\w@/:'’-]|\.\w)")
_ONLY_W = re.compile(r"[\W_]*[wｗ]+[\W_]*", re.I)
_ALSO_WORDS = frozenset(["くさ", "大草原", "ww"])
"""Which say something else among other words; so do numbers, and a letter."""

_WORD = re.compile(rf"(?:{WORDS})(?= |$)", re.I)
_NO_WORD = re.compile(r"(?:[^\w\u0900-\u097f\u0e31-\u0e4e])+")
_ROW = re.compile(r"(?<![^\W_])k+(?:[\W_]+k+)*(?![^\W_])", re.I)
_BETWEEN = re.compile(r"[\W_]+")
_THREE = re.compile("[Kk]kk")


def is_laughter(text: str) -> bool:
    """Whether there is nothing but laughter and signs in a text."""
    words = _NO_WORD.sub(" ", text).strip()
    at = 0
    while words and (found := _WORD.match(words, at)):
        at = found.end() + 1
        if at > len(words):
            return True
    return False


def laughs_at(text: str) -> int | None:
    """Behind how many characters of a text its first laughter is written; None without any."""
    places = [found.start() for found in _AMONG_WORDS.finditer(text)]
    places += [found.start() for found in _ONE_WORD.finditer(text) if _laughs(found[0])]
    return min(places, default=None)


def _laughs(word: str) -> bool:
    plain = word.casefold()
    return 1 < len(word) <= LONGEST and not plain.isdigit() and plain not in _ALSO_WORDS and bool(_WORD.fullmatch(word))


def is_row_of_w(text: str) -> bool:
    """Whether a text is wwww, which behind a sentence is a laugh and no word."""
    return bool(_ONLY_W.fullmatch(text))


def without_laughter(text: str) -> str:
    """The text without k's that mean nothing else: four or more, or two, which say that all is well.

    Three go where all of the text laughs. Rows side by side go together or not at all: `k kk` is a word in disguise.
    """
    laughs = is_laughter(text)

    def left(row: re.Match[str]) -> str:
        words = _BETWEEN.split(row[0])
        goes = all(len(word) == 2 or len(word) > 3 or (laughs and _THREE.fullmatch(word)) for word in words)
        return " " if goes else row[0]

    return _ROW.sub(left, text)
