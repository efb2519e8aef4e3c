"""Long text to sentences, so that the first sound comes early and no engine gets more than it can take."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_WIDTH = 160
"""Longest sentence; a Japanese or Chinese character counts two."""

MIN_WIDTH = 6
"""A shorter piece is said together with the next one."""

ABBREVIATIONS = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "sr",
        "jr",
        "vs",
        "etc",
        "e.g",
        "i.e",
        "no",
        "vol",
        "fig",
        "approx",
        "dept",
        "est",
        "inc",
        "ltd",
        "co",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "a.m",
        "p.m",
        "u.s",
        "u.k",
        "ph.d",
    )
)

_CLOSERS = "」』）】〉》”’\"')]"
_ENDS = re.compile(rf"(?:[。！？!?…．]+|\.+)[{re.escape(_CLOSERS)}]*|\n+")
_COMMAS = re.compile(r"[、，,;；:：—]\s*")
_SPACES = re.compile(r"\s+")


JOINERS = "\u200d\ufe0e\ufe0f"
"""What holds emoji together; not printable by itself."""


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order, none empty, none wider than MAX_WIDTH, spaces tidied.

    A text without a letter or digit has no sentences.
    """
    return [piece for piece in split(text) if any(char.isalnum() for char in piece)]


def split(text: str) -> list[str]:
    """As `sentences`, with the pieces that have neither letters nor digits."""
    pieces = [piece for whole in _merged(_split_at_ends(_printable(text))) for piece in _bounded(whole)]
    return [piece for piece in pieces if piece]


def width(text: str) -> int:
    """Columns that `text` takes: wide characters two, others one."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() or char == "\n" or char in JOINERS else " " for char in text)


def ends(text: str) -> Iterator[int]:
    """Where sentences end in `text`: the places behind their marks and what closes them."""
    return (end.end() for end in _ENDS.finditer(text) if _ends_sentence(text, end))


def commas(text: str) -> Iterator[int]:
    """Where clauses end: the places behind commas that stand in no number."""
    for comma in _COMMAS.finditer(text):
        around = text[comma.start() - 1 : comma.start()] + text[comma.end() : comma.end() + 1]
        if not (comma[0] in ",:，" and any(char.isdigit() for char in around)):
            yield comma.end()


def _split_at_ends(text: str) -> Iterator[str]:
    start = 0
    for end in ends(text):
        yield text[start:end]
        start = end
    yield text[start:]


def _ends_sentence(text: str, end: re.Match[str]) -> bool:
    """Whether a mark ends a sentence: not in 3.5, not after Dr. or J., and a Latin one only before a space."""
    if not end[0].isascii() or "\n" in end[0]:
        return True
    rest = text[end.end() : end.end() + 1]
    if rest and not rest.isspace() and rest.isascii():
        return False
    if end[0] != ".":
        return True
    word = re.split(r"[\s(\"'“‘]", text[max(0, end.start() - 20) : end.start()])[-1]
    return word.casefold() not in ABBREVIATIONS and not (len(word) == 1 and word.isalpha() and word.isupper())


def _merged(pieces: Iterator[str]) -> Iterator[str]:
    """Tidy the spaces and put pieces that are too short to be said alone before the next one."""
    short = ""
    for piece in pieces:
        tidy = _SPACES.sub(" ", piece).strip()
        whole = f"{short} {tidy}".strip() if short and short.isascii() else short + tidy
        if width(whole) < MIN_WIDTH and not piece.endswith("\n"):
            short = whole
        else:
            short = ""
            if whole:
                yield whole
    if short:
        yield short


def _bounded(sentence: str) -> Iterator[str]:
    while width(sentence) > MAX_WIDTH:
        cut = _cut(sentence)
        yield sentence[:cut].strip()
        sentence = sentence[cut:].strip()
    yield sentence


def _cut(sentence: str) -> int:
    """Where to cut a sentence that is too wide: after the last comma that fits, else the last space, else hard."""
    columns, fits = 0, 0
    for char in sentence:
        columns += width(char)
        if columns > MAX_WIDTH:
            break
        fits += 1
    for places in (_COMMAS, _SPACES):
        ends = [place.end() for place in places.finditer(sentence, 0, fits) if place.end() >= fits // 4]
        if ends:
            return ends[-1]
    return max(1, fits)
