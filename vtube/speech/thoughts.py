"""Takes out, while the text comes, what a model thinks before it speaks."""

from __future__ import annotations

from vtube.speech.markup import SPECIAL_TOKEN, THOUGHT_MARK

LONGEST_MARK = 80
"""Characters that may have to be awaited before it is known whether they are a mark."""

_OPENERS = "<[◁"
_CLOSERS = {"<": ">", "[": "]", "◁": "▷"}
_CHANNEL = "<|channel|>"
_MESSAGE = "<|message|>"


class ThoughtFilter:
    """`feed` gives what is not thought; when the end of a thought comes that nobody opened, all before it was one."""

    def __init__(self, *, awaits_end: bool = False) -> None:
        """`awaits_end`: the model is known to begin inside a thought that nobody opens."""
        self._rest = ""
        self._depth = 1 if awaits_end else 0
        self._awaits = awaits_end
        self._awaited = ""
        self._retracted = False

    def feed(self, piece: str) -> str:
        """What may be said of the text until now, and was not given before."""
        self._rest += piece
        said = ""
        while (mark := THOUGHT_MARK.search(self._rest)) is not None:
            if self._is_cut(mark.end()):
                break
            said += self._before(self._rest[: mark.start()])
            said = self._pass(bool(mark["open"]), mark["close"] or "", said)
            self._rest = self._rest[mark.end() :]
        keep = self._held()
        said += self._before(self._rest[: len(self._rest) - keep])
        self._rest = self._rest[len(self._rest) - keep :]
        return _without_tokens(said)

    def take_retraction(self) -> bool:
        """Whether all that was given until now was thought after all; tells it once."""
        retracted, self._retracted = self._retracted, False
        return retracted

    def end(self) -> str:
        """What was held back; a thought that nobody closed is left out, unless it was only awaited."""
        rest, self._rest = self._rest, ""
        said = self._before(rest)
        return _without_tokens(self._awaited if self._awaits else said)

    def _pass(self, opens: bool, close: str, said: str) -> str:
        if opens:
            self._depth += 1
        elif self._depth:
            self._depth -= 1
            self._awaits = self._awaits and self._depth > 0
        elif close.casefold() != "<|end|>":
            self._retracted = True
            return ""
        return said

    def _before(self, text: str) -> str:
        if self._awaits:
            self._awaited += text
        return text if self._depth == 0 else ""

    def _is_cut(self, end: int) -> bool:
        """Whether the mark may go on behind the end of what has come: gpt-oss' channels do."""
        tail = self._rest[:end]
        start = tail.rfind(_CHANNEL)
        return start >= 0 and _MESSAGE not in tail[start:] and len(self._rest) - start < LONGEST_MARK

    def _held(self) -> int:
        """How many characters at the end may be the beginning of a mark."""
        start = self._rest.rfind(_CHANNEL)
        if start >= 0 and len(self._rest) - start < LONGEST_MARK:
            return len(self._rest) - start
        tail = self._rest[-LONGEST_MARK:]
        places = [tail.rfind(opener) for opener in _OPENERS if _CLOSERS[opener] not in tail[tail.rfind(opener) :]]
        opened = [place for place in places if place >= 0 and "\n" not in tail[place:]]
        return len(tail) - min(opened) if opened else 0


def _without_tokens(text: str) -> str:
    """Without the marks of chat templates; <|ACT …|> is an emotion and stays."""
    return SPECIAL_TOKEN.sub(lambda found: found[0] if found[0][2:].lstrip().startswith("ACT") else "", text)
