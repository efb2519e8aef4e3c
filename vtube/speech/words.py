"""When each word of an utterance is heard, as far as phonemes tell: for subtitles by word, and for what was heard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vtube.speech.base import Phoneme, Utterance

PAUSES = frozenset(("pau", "sil", "sp", "spn", "_", "-", ",", ".", "!", "?", ";", ":", "…", "—", " ", ""))
"""Phonemes during which nothing is said, as voices write them."""

_WORD = re.compile(
    r"[\u3400-\u9fff々〆ヶ0-9０-９]+[\u3041-\u309f]*|[\u3041-\u309f]+|[\u30a0-\u30ff\uff66-\uff9f]+[\u3041-\u309f]*"
    r"|[^\W\u3041-\u30ff\u3400-\u9fff]+(?:['’.-][^\W\u3041-\u30ff\u3400-\u9fff]+)*"
)
_BREAK = re.compile(r"[、，,。．.！!？?…;；:：—\n]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the marks and spaces behind it, and when it sounds, seconds from the first sample."""

    text: str
    start: float
    end: float


def words(text: str) -> list[str]:
    """The words of `text`, each with what stands behind it; together they are the text."""
    starts = [found.start() for found in _WORD.finditer(text)]
    if not starts:
        return [text] if text else []
    bounds = [0, *starts[1:], len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]


def timed_words(utterance: Utterance) -> list[Word]:
    """The words of what is said, in order of time; without phonemes they share the sound's whole length."""
    pieces = words(utterance.text)
    stretches = _stretches(utterance)
    phrases = _phrases(pieces)
    if len(phrases) != len(stretches):
        phrases, stretches = [pieces], [_joined(stretches)]
    return [
        word for phrase, parts in zip(phrases, stretches, strict=True) for word in _shared_out(phrase, parts) if phrase
    ]


def begun(utterance: Utterance, seconds: float) -> str:
    """The text up to the last word that has begun so many seconds after the first sample, no space at its end."""
    return "".join(word.text for word in timed_words(utterance) if word.start < seconds).rstrip()


def words_between(utterance: Utterance, begin: float, end: float) -> str:
    """The words that sound between two moments, seconds from the first sample, a space behind the last."""
    text = "".join(word.text for word in timed_words(utterance) if word.start < end and word.end > begin)
    return f"{text.rstrip()} " if text else ""


def word_start(utterance: Utterance, seconds: float) -> float:
    """When the word began that is said so many seconds after the first sample; 0 before the first."""
    return max((word.start for word in timed_words(utterance) if word.start < seconds), default=0.0)


Spans = list[tuple[float, float]]


def _stretches(utterance: Utterance) -> list[Spans]:
    """The times during which something is said, phrase by phrase: a pause ends one."""
    if not utterance.phonemes:
        return [[(0.0, len(utterance.samples) / utterance.rate)]]
    found: list[Spans] = [[]]
    for phoneme in utterance.phonemes:
        if _is_pause(phoneme):
            if found[-1]:
                found.append([])
        else:
            found[-1].append((phoneme.start, phoneme.end))
    return [spans for spans in found if spans] or [[(0.0, utterance.phonemes[-1].end)]]


def _is_pause(phoneme: Phoneme) -> bool:
    return phoneme.symbol.strip().lower() in PAUSES


def _joined(stretches: Sequence[Spans]) -> Spans:
    return [span for spans in stretches for span in spans]


def _phrases(pieces: Sequence[str]) -> list[list[str]]:
    """The words between marks at which one pauses."""
    phrases: list[list[str]] = [[]]
    for piece in pieces:
        phrases[-1].append(piece)
        if _BREAK.search(piece):
            phrases.append([])
    return [phrase for phrase in phrases if phrase] or [[]]


def _shared_out(phrase: Sequence[str], spans: Spans) -> Iterator[Word]:
    """Give each word its share of the spoken time, by what its letters take to say."""
    weights = [sum(map(_weight, piece)) for piece in phrase]
    whole = sum(weights) or 1.0
    length = sum(end - start for start, end in spans)
    done = 0.0
    for piece, weight in zip(phrase, weights, strict=True):
        start, done = _moment(spans, done), done + weight / whole * length
        yield Word(piece, start, max(start, _moment(spans, done, at_end=True)))


def _moment(spans: Spans, spoken: float, *, at_end: bool = False) -> float:
    """When so many seconds have been spoken, the pauses between spans left out."""
    left = spoken
    for start, end in spans:
        if left < end - start - 1e-9 or (at_end and left <= end - start + 1e-9):
            return start + left
        left -= end - start
    return spans[-1][1]


def _weight(char: str) -> float:
    """How long a letter takes to say, in Latin letters."""
    if not char.isalnum() and char != "ー":
        return 0.0
    if "\u3041" <= char <= "\u30ff":
        return 0.4 if char in "ゃゅょぁぃぅぇぉャュョァィゥェォ" else 2.0
    if unicodedata.east_asian_width(char) in "WF" and char.isalpha():
        return 3.2
    return 3.5 if char.isdigit() else 1.0
