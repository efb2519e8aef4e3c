"""Many viewers doing the same at once: one reaction, and now and then a word."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from vtube.speech.laughter import SIGNS, WORDS

MANY = 5
WITHIN_S = 10.0
GESTURE_EVERY_S = 8.0
SPEECH_EVERY_S = 30.0

_SIGNS = {
    "applause": "👏",
    "laughter": f"{SIGNS}💀",
    "hearts": "❤♥🧡💛💚💙💜🖤🤍🤎🩷💕💖💗💓💞💘💝😍🥰😘",
    "greeting": "👋",
    "hype": "🔥🎉🥳",
}
"""What they do, as `config/reactions.yaml` names it, and its signs where no word says more."""
_WORDS = {
    "applause": r"[8８]{3,}|(?:ぱち){2,}|clap+|鼓掌+",
    "laughter": WORDS,
    "hearts": "<3+",
    "greeting": r"hi+|hello+|hey+|hiya|heyguys|good (?:morning|evening)|hola+|ol[aá]|buenas|bonjour|bonsoir|salut|hallo"
    r"|guten (?:tag|morgen|abend)|moin|ciao|привет|안녕(?:하세요)?|こんにち[はわ]ー*|こんばん[はわ]ー*|こんちは"
    r"|おはよ(?:うございます|[うーぉ]*)|やっほー*|わこつ|おつ|你好|大家好|早上好|晚上好",
    "hype": r"gg+|wp|pog\w*|hype+d?|let['’]?s+ go+|lfg+|yes+|yeah+|woo+"
    r"|きた[ーぁあ]*|キタ[ーァア]*|ナイス[ーぅ]*|冲{2,}|666+",
}
"""The same as words; as many as there are in a message have to be among them."""
_ONE = {name: re.compile(rf"(?:{words})(?= |$)", re.I) for name, words in _WORDS.items()}
_NAME = re.compile(r"\w+(?: \w+)?")
"""Who is greeted."""
_NO_WORD = re.compile(r"(?:(?!<3)[^\w'’\u0900-\u097f\u0e31-\u0e4e])+")
"""Signs; vowels of Hindi and Thai are none."""


def _done(text: str) -> str:
    """What somebody does who writes this, or an empty text; a question is always more than that."""
    if "?" in text or "？" in text:
        return ""
    if words := _NO_WORD.sub(" ", text.replace("<3", " <3")).strip():
        return next((name for name in _ONE if _only(name, words)), "")
    return next((name for sign in text for name, signs in _SIGNS.items() if sign in signs), "")


def _only(name: str, words: str) -> bool:
    """Whether all words are of that kind, each matched by itself.

    One pattern for all would try every way to match each of them, which for a message of twelve takes seconds.
    """
    at = 0
    while found := _ONE[name].match(words, at):
        at = found.end() + 1
        if at > len(words):
            return True
    return name == "greeting" and at > 0 and _NAME.fullmatch(words, at) is not None


@dataclass(frozen=True, slots=True)
class Together:
    """What the crowd does, and how many; `speak` when it is time for a word, too."""

    name: str
    count: int
    speak: bool


class Crowd:
    """Counts what viewers do together."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {name: deque(maxlen=200) for name in _WORDS}
        self._gesture_at = self._spoke_at = float("-inf")
        self.reactions = 0

    def add(self, text: str, now: float) -> Together | None:
        """Take in a message; what the crowd does with it together, or None."""
        name = _done(text)
        if not name:
            return None
        times = self._times[name]
        times.append(now)
        while times and now - times[0] > WITHIN_S:
            times.popleft()
        if len(times) < MANY or now - self._gesture_at < GESTURE_EVERY_S:
            return None
        count, speak = len(times), now - self._spoke_at >= SPEECH_EVERY_S
        times.clear()
        self._gesture_at = now
        self._spoke_at = now if speak else self._spoke_at
        self.reactions += 1
        return Together(name, count, speak)

    @staticmethod
    def is_noise(text: str) -> bool:
        """Whether a message says nothing that can be answered by itself."""
        return _done(text) not in ("", "greeting")
