"""What is heard when, on the sound's own clock.

The sound device says of each block when it will be heard. A run of blocks is one span; its beginning follows the
device slowly, so that a jittering report moves no mouth and a drifting clock leaves none behind.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

FOLLOW = 0.05
"""How much of the difference between the device's report and ours is taken over with each block."""

JUMP_S = 0.03
"""A greater difference is a gap in the sound (an underflow, a pause): a new span begins."""

KEEP_S = 30.0
"""How long a span that has been heard is remembered: as long as somebody talks over it."""


@dataclass(slots=True)
class Span:
    """A part of something that is played, `what`, heard without a break.

    Attributes:
        offset: where in it the span begins, seconds.
        start: when that is heard, monotonic seconds.
        length: seconds known so far.
    """

    what: object
    offset: float
    start: float
    length: float

    @property
    def end(self) -> float:
        """When the last of it is heard."""
        return self.start + self.length

    def position(self, now: float) -> float:
        """Where in `what` the sound of the moment `now` is, seconds."""
        return self.offset + now - self.start


class PlaybackClock:
    """Written by the sound's thread, read by others."""

    def __init__(self) -> None:
        self._spans: deque[Span] = deque()
        self._lock = threading.Lock()

    def add(self, what: object, position: float, length: float, when: float) -> None:
        """`length` seconds of `what` from `position` on are heard at `when`."""
        with self._lock:
            last = self._spans[-1] if self._spans else None
            if last is not None and last.what is what:
                error = when - (last.start + position - last.offset)
                if abs(error) < JUMP_S:
                    last.start += FOLLOW * error
                    last.length = max(last.length, position - last.offset + length)
                    return
            self._spans.append(Span(what, position, when, length))
            while self._spans[0].end < when - KEEP_S:
                self._spans.popleft()

    def at(self, now: float) -> Span | None:
        """The span that is heard at `now`; None in silence."""
        with self._lock:
            return next((span for span in reversed(self._spans) if span.start <= now < span.end), None)

    def newest(self) -> Span | None:
        """The span that was handed over last; None before the first."""
        with self._lock:
            return self._spans[-1] if self._spans else None

    def reached(self, what: object, now: float) -> float | None:
        """How far `what` has been heard at `now`, seconds; None when nothing is known of it, yet or any more."""
        with self._lock:
            spans = [span for span in self._spans if span.what is what]
        begun = [span for span in spans if span.start <= now]
        if begun:
            return min(begun[-1].position(now), begun[-1].offset + begun[-1].length)
        return spans[0].offset if spans else None

    def near(self, now: float, before_s: float, after_s: float) -> bool:
        """Whether anything ended at most `before_s` ago or begins within `after_s`."""
        with self._lock:
            return any(span.start - after_s <= now < span.end + before_s for span in self._spans)

    def recent(self, now: float, before_s: float) -> list[Span]:
        """Of everything that is not over for longer than `before_s`, the newest span, oldest first."""
        with self._lock:
            newest = {id(span.what): span for span in self._spans if span.end > now - before_s}
        return list(newest.values())

    def between(self, begin: float, end: float) -> list[Span]:
        """All that was heard between two moments, in order."""
        with self._lock:
            return [span for span in self._spans if span.start < end and span.end > begin]

    def unheard(self, now: float) -> list[object]:
        """What has been handed to the device but is not over at `now`."""
        with self._lock:
            return [span.what for span in self._spans if span.end > now]
