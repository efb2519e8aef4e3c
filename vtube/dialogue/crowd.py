"""Many viewers doing the same at once: one reaction, and now and then a word."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

MANY = 5
WITHIN_S = 10.0
GESTURE_EVERY_S = 8.0
SPEECH_EVERY_S = 30.0

_CLASSES = {
    "applause": re.compile(r"[8８\s]{3,}|(?:ぱち){2,}|(?:👏[🏻-🏿]?\s*)+|(?:clap[\s!]*)+|鼓掌+"),
    "laughter": re.compile(
        r"[\s!！]*[wｗ草笑][wｗ草笑\s!！]*|(?:[😂🤣😆]\s*)+"
        r"|(?:lol|lmao|rofl|haha\w*|hehe\w*|kek\w*|lul\w*|[哈]{2,}|ㅋ{2,}|233+)[\s!]*",
        re.I,
    ),
    "hearts": re.compile(r"(?:(?:[❤♥🧡💛💚💙💜🖤🤍🤎🩷💕💖💗💓💞💘💝]\ufe0f?|<3+)\s*)+"),
    "greeting": re.compile(
        r"(?:hi+|hello+|hey+|hiya|hola|bonjour|hallo|ciao|привет|안녕(?:하세요)?|こんにちは|こんばんは|こんちは|わこつ|おつ|你好|大家好)(?:[\s,]+\w+){0,2}[\s!！~〜👋]*",
        re.I,
    ),
    "hype": re.compile(r"(?:gg+|pog\w*|hype+|let['’]?s go+|きたー*|キター*|yes+|🔥+)[\s!！]*", re.I),
}
"""What they do, as `config/reactions.yaml` names it, and how it is written."""


@dataclass(frozen=True, slots=True)
class Together:
    """What the crowd does, and how many; `speak` when it is time for a word, too."""

    name: str
    count: int
    speak: bool


class Crowd:
    """Counts what viewers do together."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {name: deque(maxlen=200) for name in _CLASSES}
        self._gesture_at = self._spoke_at = float("-inf")
        self.reactions = 0

    def add(self, text: str, now: float) -> Together | None:
        """Take in a message; what the crowd does with it together, or None."""
        name = next(
            (name for name, pattern in _CLASSES.items() if text.strip() and pattern.fullmatch(text.strip())), ""
        )
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
        return any(pattern.fullmatch(text.strip()) for name, pattern in _CLASSES.items() if name != "greeting")
