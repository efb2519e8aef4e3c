"""A model's words, as they come, to sentences as they are said: early, and the same however the words were cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from vtube.dialogue.tags import TagReader
from vtube.settings import SpeechSettings
from vtube.speech.bodily import silence_for
from vtube.speech.clean import Sentence, sayable
from vtube.speech.sentences import commas, ends, width
from vtube.speech.thoughts import ThoughtFilter

FIRST_CLAUSE = 8
"""Columns after which the first clause may be spoken by itself."""

FIRST_CLAUSE_WIDE = 10
SHORTEST = 6
"""A later piece that is shorter waits for the next one."""

LONGEST = 160
"""Columns after which a sentence without an end is cut at a comma or a space."""

LONGEST_HELD = 600
"""Characters after which an open bracket or fence is no reason to wait any more."""

_PAIRS = {"[": "]", "{": "}", "「": "」", "『": "』", "（": "）", "(": ")", "“": "”", "<|": "|>", "<": ">"}
_CLOSERS = "」』）】〉》”’\"')]"
_FENCE = "```"
_OPEN = re.compile(r"[\[{「『（(“<]|[\]}」』）)”>]")
_TAG_AT_END = re.compile(r"(?:\[[^\[\]]{1,48}\]\s*)+$")


class AnswerStream:
    """`feed` the pieces, then `end`; each gives the sentences that are whole."""

    def __init__(
        self, tags: TagReader, settings: Callable[[], SpeechSettings], *, awaits_thoughts: bool = False
    ) -> None:
        """`awaits_thoughts`: see `ThoughtFilter`."""
        self._thoughts = ThoughtFilter(awaits_end=awaits_thoughts)
        self._tags, self._settings = tags, settings
        self._text = ""
        self._is_first = True
        self.retractions = 0
        """How often all that was given before turned out to be thoughts; asked after each `feed`."""

    def feed(self, piece: str) -> list[Sentence]:
        """The sentences that this piece completes."""
        found: list[Sentence] = []
        for char in piece:  # one by one, so that the cuts of the network are no cuts of the speech
            said = self._thoughts.feed(char)
            if self._thoughts.take_retraction():
                self._text, self._is_first, said, found = "", True, "", []
                self.retractions += 1
            self._text += said
            if self._may_end():
                found += self._whole()
        return found

    def end(self, *, truncated: bool = False) -> list[Sentence]:
        """What is left; of an answer that was cut off only whole sentences."""
        self._text += self._thoughts.end()
        found = list(self._whole(final=not truncated))
        if truncated and (last := max(ends(self._text), default=0)):
            found += self._said(self._text[:last], last=True)
        elif not truncated:
            found += self._said(self._text, last=True)
        self._text = ""
        return found

    def _may_end(self) -> bool:
        """Whether a piece can end here, without looking closely: something stands before the last character."""
        tail = self._text[-3:]
        return any(not char.isalnum() for char in tail) or len(self._text) > LONGEST // 2

    def _whole(self, *, final: bool = False) -> Iterator[Sentence]:
        while cut := self._cut(final):
            chunk, self._text = self._text[:cut], self._text[cut:]
            said = self._said(chunk)
            if not said:  # tags alone: they belong to what follows
                tags = _TAG_AT_END.search(self._tags.normal(chunk.rstrip()))
                kept = tags[0] if tags else self._sounds(chunk)
                self._text = kept + self._text
                if kept and cut <= len(kept):
                    return
                continue
            self._is_first = False
            yield from said

    def _cut(self, final: bool) -> int:
        """Where the next piece ends; 0 when more has to come first."""
        for place in ends(self._text):
            if self._is_certain(place, final) and self._is_long_enough(place):
                return place
        if self._is_first and (place := self._clause()):
            return place
        return self._forced() if width(self._text) > LONGEST else 0

    def _is_certain(self, place: int, final: bool) -> bool:
        """Whether what may still come cannot move this end."""
        at_end = place >= len(self._text)
        if at_end and not final and self._text[place - 1] != "\n":
            return False
        return self._is_closed(place)

    def _is_long_enough(self, place: int) -> bool:
        bare = _TAG_AT_END.sub("", self._text[:place].strip())
        if self._is_first:
            return any(char.isalnum() for char in bare)
        return width(bare) >= SHORTEST

    def _is_closed(self, place: int) -> bool:
        """Whether no bracket, quotation or fence is open there."""
        text = self._text[:place]
        if len(text) > LONGEST_HELD:
            return True
        if text.count(_FENCE) % 2:
            return False
        depth = 0
        for mark in _OPEN.findall(text):
            depth = depth + 1 if mark in _PAIRS else max(0, depth - 1)
        return depth == 0 and text.count("*") % 2 == 0

    def _clause(self) -> int:
        for place in commas(self._text):
            bare = re.sub(r"\[[^\[\]]*\]", "", self._text[:place]).strip()
            enough = FIRST_CLAUSE if bare.isascii() else FIRST_CLAUSE_WIDE
            if place < len(self._text) and width(bare) >= enough and self._is_closed(place):
                return place
        return 0

    def _forced(self) -> int:
        fits = 0
        columns = 0
        for char in self._text:
            columns += width(char)
            if columns > LONGEST:
                break
            fits += 1
        if not self._is_closed(fits):
            return 0
        places = [place for place in commas(self._text) if place <= fits] or [
            found.end() for found in re.finditer(r"\s", self._text[:fits])
        ]
        return places[-1] if places else fits

    def _sounds(self, chunk: str) -> str:
        """What the body does where nothing is said, as tags."""
        made = sayable(self._tags.normal(chunk), self._settings())
        return "".join(
            f"[{word}] " for one in made for word in (*(sound for sound, _ in one.sounds), one.gesture) if word
        )

    def _said(self, chunk: str, *, last: bool = False) -> list[Sentence]:
        """One or more sentences of a piece, with what their tags name; only the `last` may be silent, for the body."""
        chunk, gesture = self._tags.gestures(self._tags.normal(chunk))
        said = [
            replace(
                one,
                emotion=self._tags.known(one.emotion) or one.emotion,
                gesture=one.gesture if number else gesture or one.gesture,
            )
            for number, one in enumerate(sayable(chunk, self._settings(), goes_on=not self._is_first))
            if one.spoken or last
        ]
        if last and not said and (silence := silence_for("", gesture)) is not None:
            return [Sentence("", "", "", gesture, silence)]
        return said
