"""Whose turn it is: what a microphone hears, cut into turns of speech."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from enum import Enum

import numpy as np

from vtube.audio.base import RATE, Samples
from vtube.audio.features import HOP
from vtube.audio.lipsync import VowelLipSync
from vtube.settings import ListeningSettings

BEGUN_S = 0.25
"""Speech has begun when the gate was open for so long without a gap; a click opens it for half of that."""
GATE_HOLD_S = 0.12
"""So long it stays open after a sound."""
BEFORE_S = 0.4
"""Sound before the gate opened that belongs to a turn: soft beginnings of words."""
LONGEST_S = 25.0
"""A longer turn is cut: whoever talks on for so long is answered meanwhile."""
HOP_S = HOP / RATE

NODS = frozenset(
    [
        *("うん", "うんうん", "はい", "はいはい", "ええ", "へえ", "へー", "ふーん", "ふうん", "そう", "そうそう"),
        *("そうだね", "そうですね", "なるほど", "まあ", "あー", "えー", "嗯", "嗯嗯", "对", "对对", "好", "哦", "是的"),
        *("uh huh", "uhhuh", "mhm", "mm", "mmm", "mm hmm", "mmhmm", "hm", "hmm", "yeah", "yep", "yes", "yup", "ok"),
        *("okay", "right", "sure", "oh", "ah", "uh", "um", "i see", "ja", "genau", "oui", "si", "sí", "да", "네", "응"),
    ]
)
"""What a listener says without wanting the floor; while she speaks, it interrupts her not (Yngve, 1970)."""

_HUM = re.compile("[mh]+|[うんふへー]+")


class Sign(Enum):
    """What is known of a turn before it can be recognised."""

    BEGUN = "begun"
    NOTHING = "nothing"
    """What had begun was too short to be speech."""


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """One turn.

    Attributes:
        samples: mono float32 at RATE, from a little before its first sound to its end.
        speech_s: seconds during which something was said.
        began: when its first sound was heard, monotonic seconds.
        ended: when its last sound was heard, monotonic seconds.
    """

    samples: Samples
    speech_s: float
    began: float
    ended: float


class TurnTaker:
    """Fed in order; one thread. A turn ends with `silence_s` of silence."""

    def __init__(self, settings: ListeningSettings, ear: VowelLipSync | None = None) -> None:
        self.settings = settings
        self._ear = ear or VowelLipSync()
        self._rest: Samples = np.empty(0, np.float32)
        self._before: deque[Samples] = deque(maxlen=round(BEFORE_S / HOP_S))
        self._blocks: list[Samples] = []
        self._open_s = self._run_s = self._silent_s = 0.0
        self._runs = 0
        self._began = float("-inf")
        self.begun = False
        """Somebody speaks, or has spoken a moment ago."""

    def feed(self, samples: Samples, heard_at: float) -> list[Sign | Turn]:
        """Take the next samples (at RATE); `heard_at` belongs to the last of them, monotonic seconds."""
        self._rest = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        found: list[Sign | Turn] = []
        while len(self._rest) >= HOP:
            block, self._rest = self._rest[:HOP], self._rest[HOP:]
            found += self._hear(block, heard_at - len(self._rest) / RATE)
        return found

    def cut(self, now: float) -> list[Sign | Turn]:
        """End the turn of now: nothing more is heard of it."""
        return self._end(now) if self._blocks else []

    def reset(self) -> None:
        """Forget the turn of now."""
        self._begin_anew()
        self._before.clear()

    def _hear(self, block: Samples, now: float) -> list[Sign | Turn]:
        was_open = self._ear.voiced
        self._ear.feed(block, now)
        is_open = self._ear.voiced
        if not self._blocks and not is_open:
            self._before.append(block)
            return []
        if not self._blocks:
            self._blocks, self._began = list(self._before), now - HOP_S
            self._before.clear()
        self._blocks.append(block)
        opens = is_open and (not was_open or not self._runs)
        self._runs += opens
        self._run_s = HOP_S * is_open + (0.0 if opens else self._run_s)
        self._open_s += HOP_S * is_open
        self._silent_s = 0.0 if is_open else self._silent_s + HOP_S
        return self._decide(now)

    def _decide(self, now: float) -> list[Sign | Turn]:
        found: list[Sign | Turn] = []
        if not self.begun and self._run_s >= BEGUN_S:
            self.begun = True
            found.append(Sign.BEGUN)
        is_over = self._silent_s + GATE_HOLD_S >= self.settings.silence_s
        if is_over or len(self._blocks) * HOP_S >= LONGEST_S:
            found += self._end(now)
        return found

    def _end(self, now: float) -> list[Sign | Turn]:
        speech_s = self._open_s - self._runs * GATE_HOLD_S
        turn = Turn(np.concatenate(self._blocks), speech_s, self._began, now - self._silent_s - GATE_HOLD_S)
        begun = self.begun
        self._before.extend(self._blocks if self._silent_s else ())
        self._begin_anew()
        if begun and speech_s >= self.settings.shortest_s:
            return [turn]
        return [Sign.NOTHING] if begun else []

    def _begin_anew(self) -> None:
        self._blocks, self._runs = [], 0
        self._open_s = self._run_s = self._silent_s = 0.0
        self.begun = False


def is_nod(text: str) -> bool:
    """Whether a text is made of nothing else."""
    words = re.sub(r"[^\w\s]+", " ", text.casefold()).split()
    return bool(words) and (" ".join(words) in NODS or all(word in NODS or _HUM.fullmatch(word) for word in words))
