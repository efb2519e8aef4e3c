"""Whether two viewers say the same in other words, so that one answer does for both."""

from __future__ import annotations

import re
import unicodedata

from vtube.dialogue.bigrams import terms

ALIKE = 0.7
"""Share of their words that two messages have in common."""
FEWEST = 2
"""Words below which only greetings are alike: a single one says too little."""
GREETING_WORDS = 4

_GREETING = re.compile(
    r"^[\W_]*(?:hi+|hello+|hey+|hiya|yo|good (?:morning|evening|afternoon|day)|greetings|hallo|hola|bonjour|salut|ciao"
    r"|こんにち[はわ]|こんばん[はわ]|おはよう|はじめまして|初見|わこつ|やあ|你好|大家好|晚上好|早上好|안녕)(?![a-z])",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset(
    ("s", "t", "re", "m", "ve", "ll", "d", "which", "how", "please", "pls", "tell", "so", "hey", "hi", "hello")
)
_ASKS = re.compile(r"[?？]")
_NUMBERS = re.compile(r"\d+")


def is_greeting(text: str) -> bool:
    """Whether a message is a greeting and little else."""
    plain = unicodedata.normalize("NFKC", text)
    if not _GREETING.match(plain) or _ASKS.search(plain):
        return False
    return len(plain.split()) <= GREETING_WORDS and len(plain) <= 30


def are_alike(one: str, other: str) -> bool:
    """Whether two messages are greetings, or ask or say nearly the same; other numbers make another question."""
    if is_greeting(one) or is_greeting(other):
        return is_greeting(one) and is_greeting(other)
    first, second = set(terms(one)) - _SAYS_NOTHING, set(terms(other)) - _SAYS_NOTHING
    if min(len(first), len(second)) < FEWEST or _numbers(one) != _numbers(other):
        return False
    return len(first & second) >= ALIKE * len(first | second)


def _numbers(text: str) -> list[str]:
    return sorted(_NUMBERS.findall(unicodedata.normalize("NFKC", text)))
