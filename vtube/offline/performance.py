"""Recorded signals played through the same motion as a live camera's, frame by frame, without a clock."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from vtube.audio.prosody import near
from vtube.motion.animator import Animator
from vtube.pose import Pose
from vtube.settings import Settings
from vtube.signals import FaceFrame, MouthShape, SpeechCue

Signal = TypeVar("Signal", FaceFrame, MouthShape)

ROUNDING = 1e-6
"""Part of a frame that is nothing but how numbers are kept."""


class SignalPlayback(Generic[Signal]):
    """Signals in order of their times, as somebody who asks at given moments would have them."""

    def __init__(self, signals: Iterable[Signal]) -> None:
        self._signals: Iterator[Signal] = iter(signals)
        self._next: Signal | None = next(self._signals, None)
        self._latest: Signal | None = None

    def advance(self, now: float) -> None:
        """Take over everything up to `now`, seconds from the start."""
        while self._next is not None and self._next.time <= now:
            self._latest, self._next = self._next, next(self._signals, None)

    def poll(self, now: float) -> Signal | None:
        """The newest signal at `now`, seconds from the start; None before the first."""
        self.advance(now)
        return self.latest()

    def latest(self) -> Signal | None:
        """The newest signal, None before the first."""
        return self._latest


def performed(
    settings: Settings,
    seconds: float,
    faces: Iterable[FaceFrame] = (),
    mouths: Iterable[MouthShape] = (),
    cues: Sequence[SpeechCue] = (),
) -> Iterator[tuple[float, Pose]]:
    """The poses of a camera that follows `faces`, `mouths` and a voice's `cues` (times from 0).

    Gives (seconds, pose) for each frame.
    """
    animator = Animator(settings, SignalPlayback(faces), SignalPlayback(mouths).poll, lambda now: near(cues, now))
    for index in range(frame_count(seconds, settings.loop.fps)):
        now = index / settings.loop.fps
        yield now, animator.mixer.pose(now)


def frame_count(seconds: float, fps: float) -> int:
    """Frames that show everything from 0 to `seconds`, both included."""
    return int(seconds * fps + ROUNDING) + 1


def frames_for(seconds: float, fps: float) -> int:
    """Frames that last `seconds`: the last one ends with it or less than a frame later; at least one."""
    return max(1, math.ceil(seconds * fps - ROUNDING))
