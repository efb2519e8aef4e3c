"""What viewers tell of themselves, found by the words with which people say it; and how such facts fade."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_FACT = 160
DAY_S = 86_400.0
FADED, KEPT_IMPORTANCE = 0.05, 0.8
"""A fact whose retention is less is forgotten, unless it is more important than the second."""

_END = r"(?=[.!?,;。！？、\n]|\bbut\b|\band i\b|$)"
_OWNED = "(?:cat|dog|pet|son|daughter|brother|sister|baby|exam)"
_PATTERNS: tuple[tuple[str, float, re.Pattern[str]], ...] = tuple(
    (kind, importance, re.compile(pattern, re.IGNORECASE))
    for kind, importance, pattern in (
        ("name", 0.9, rf"\b(?:my name is|call me) ([\w' -]{{1,40}}?){_END}"),
        ("birthday", 0.9, rf"\b(?:my birthday is|i was born on) ([\w ,./-]{{2,40}}?){_END}"),
        ("lives", 0.7, rf"\bi(?:'m| am) from ([\w' -]{{2,40}}?){_END}|\bi live in ([\w' -]{{2,40}}?){_END}"),
        ("work", 0.6, rf"\bi work (?:as|at|in) ([\w' -]{{2,60}}?){_END}|\bi(?:'m| am) an? ([\w' -]{{3,40}}?){_END}"),
        ("has", 0.6, rf"\bi(?:'ve| have)? (?:got |have )?(an? {_OWNED}[\w' -]{{0,40}}?){_END}"),
        ("likes", 0.5, rf"\bi (?:really |just )?(?:like|love|adore|enjoy) ([\w' -]{{2,60}}?){_END}"),
        ("likes", 0.5, rf"\bmy favou?rite [\w ]{{2,30}} (?:is|are) ([\w' -]{{2,60}}?){_END}"),
        ("dislikes", 0.5, rf"\bi (?:really )?(?:hate|dislike|can't stand) ([\w' -]{{2,60}}?){_END}"),
        ("name", 0.9, r"(?:私|わたし|僕|ぼく|俺)の名前は([^。、！!？?\s]{1,20}?)(?:です|だよ|だ|。|！|$)"),
        ("birthday", 0.9, r"誕生日は([^。、！!？?\s]{2,20}?)(?:です|だよ|だ|なん|。|！|$)"),
        ("lives", 0.7, r"([^。、！!？?\s]{1,20}?)(?:に住んで|から来|出身)"),
        ("likes", 0.5, r"([^。、！!？?\s]{1,25}?)(?:が|は)(?:大)?好き"),
        ("dislikes", 0.5, r"([^。、！!？?\s]{1,25}?)(?:が|は)(?:嫌い|苦手)"),
        ("has", 0.6, r"([^。、！!？?\s]{1,20}?)を飼って"),
        ("name", 0.9, r"我(?:叫|的名字是)([^。，！!？?\s]{1,20})"),
        ("birthday", 0.9, r"我(?:的)?生日是([^。，！!？?\s]{2,20})"),
        ("lives", 0.7, r"我(?:来自|住在)([^。，！!？?\s]{1,20})"),
        ("likes", 0.5, r"我(?:很|最)?喜欢([^。，！!？?\s]{1,25})"),
    )
)
_ORDERS = re.compile(
    r"\b(?:ignore|pretend|you (?:are|must|should|have to)|system|prompt|instruction)|指示|命令|プロンプト|忽略",
    re.IGNORECASE,
)
_WORDS = {
    "name": "is called",
    "birthday": "has their birthday on",
    "lives": "lives in or comes from",
    "work": "is or works as",
    "has": "has",
    "likes": "likes",
    "dislikes": "does not like",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A claim of a viewer about themselves; importance 0 to 1."""

    kind: str
    text: str
    importance: float


def claims(text: str) -> Iterator[Found]:
    """What a message tells of its writer. Orders are no facts."""
    if is_order(text):
        return
    for kind, importance, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            said = next((part for part in match.groups() if part), "").strip(" '-")
            if said:
                yield Found(kind, f"{_WORDS[kind]} {said}"[:MAX_FACT], importance)


def is_order(text: str) -> bool:
    """Whether a text tells the character what to do or who she is, rather than something about its writer."""
    return _ORDERS.search(text) is not None


def retention(importance: float, strength: float, days: float) -> float:
    """How well a fact is remembered, 0 to 1, after Ebbinghaus: the important and the often recalled fade slowly."""
    life = 3.0 * 10.0 ** min(max(importance, 0.0), 1.0)
    return math.exp(-max(days, 0.0) / (life * max(strength, 1.0)))
