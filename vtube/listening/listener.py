"""One microphone and one recogniser: takes turns of speech out of the sound, and hands on what was said."""

from __future__ import annotations

import logging
import queue
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vtube.audio.base import AudioSource, Samples
from vtube.clock import Clock, monotonic
from vtube.errors import VtubeError
from vtube.listening.base import Ear, Partner, Recogniser
from vtube.listening.own_words import LATE_S, SHORT_LATE_S, are_hers, lateness
from vtube.listening.turns import Sign, Turn, TurnTaker, is_nod
from vtube.settings import ListeningSettings
from vtube.signals import InputState
from vtube.text import first_line
from vtube.threads import Worker

WAIT_S = 0.1
CLOSE_S = 0.5
WAITING_TURNS = 3
"""Turns that wait for recognition; of more, the oldest are left out."""
MOST_CHARACTERS = 600
HANGS_S = 30.0
"""A turn has LONGEST_S at most; what still recognises it after so long is told, and waited for all the same."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A turn, whether it began while she spoke, and what she said meanwhile, by how late its echo may be (seconds)."""

    turn: Turn
    over_her: bool
    hers: Mapping[float, str]


class Listener:
    """`start` loads the recogniser and opens the microphone in a thread; `close` gives both back."""

    def __init__(
        self,
        settings: ListeningSettings,
        source: AudioSource,
        recogniser: Recogniser,
        partner: Partner,
        clock: Clock = monotonic,
    ) -> None:
        self.settings = settings
        self._source, self._recogniser, self._partner, self._clock = source, recogniser, partner, clock
        self._turns = TurnTaker(settings)
        self._hearing = threading.Lock()
        self._waiting: queue.Queue[_Heard] = queue.Queue(WAITING_TURNS)
        self._worker = Worker("listening", self._run)
        self._deaf_until = float("-inf")
        self._deaf = self._over_her = self._ready = False
        self._busy_since: float | None = None
        self._failure = ""
        self._heard, self._heard_at, self._took_s = "", float("-inf"), 0.0
        self._counts = {"turns": 0, "said": 0, "nothing": 0, "left out": 0, "her own": 0}

    def start(self) -> None:
        """Begin; what fails is told by `status`."""
        self._worker.start()

    def close(self) -> None:
        """Listen no more; harmless when called twice."""
        self._worker.stop()
        if self._ready:
            self._source.close()
        self._partner.go_on()
        self._worker.join(CLOSE_S)

    def adopt(self, settings: ListeningSettings) -> None:
        """Go on by these."""
        self.settings = self._turns.settings = settings

    def status(self, now: float) -> dict[str, Any]:
        """Of the object `listening` of `/api/state`: `heard` was understood last, `age_s` ago."""
        source = self._source.status(now) if self._ready else None
        return {
            "recogniser": self._recogniser.name,
            "state": str(self._state(now)),
            "reason": self._hangs(now) or self._failure or self._lost(now),
            "source": source.detail if source is not None else "",
            "level_db": source.level_db if source is not None else None,
            "heard": self._heard,
            "age_s": round(now - self._heard_at, 3) if self._heard else None,
            "recognise_ms": round(1000 * self._took_s, 1),
            "counts": dict(self._counts),
        }

    # The microphone's thread

    def hear(self, samples: Samples, heard_at: float) -> None:
        """Take the next samples (mono float32 at RATE); `heard_at` belongs to the last of them."""
        if self._is_deaf(heard_at):
            if self._turns.begun:
                self._partner.go_on()
            with self._hearing:
                self._turns.reset()
            return
        with self._hearing:
            self._take(self._turns.feed(samples, heard_at))

    def _take(self, what: list[Sign | Turn]) -> None:
        for found in what:
            if found is Sign.BEGUN:
                self._over_her = self._partner.speaks()
                self._partner.give_way()
            elif isinstance(found, Turn):
                self._partner.wait()
                self._queue(found)
            else:
                self._counts["nothing"] += 1
                self._partner.go_on()

    def _is_deaf(self, now: float) -> bool:
        """Her own voice is not listened to, nor its echo; where she may be interrupted, everything is."""
        if self.settings.while_speaking or self.settings.echo == "cancel":
            self._deaf = False
        else:
            if self._partner.speaks():
                self._deaf_until = now + self.settings.tail_s
            self._deaf = now < self._deaf_until
        return self._deaf

    def _queue(self, turn: Turn) -> None:
        self._counts["turns"] += 1
        hers = {late_s: self._partner.said(turn.began - late_s, turn.ended) for late_s in (SHORT_LATE_S, LATE_S)}
        while True:
            try:
                self._waiting.put_nowait(_Heard(turn, self._over_her, hers))
            except queue.Full:
                self._counts["left out"] += 1
                self._waiting.get_nowait()
            else:
                return

    # The thread

    def _run(self, stopping: threading.Event) -> None:
        if not self._open(stopping):
            return
        while not stopping.is_set():
            self.step(WAIT_S)
            self.look()

    def look(self) -> None:
        """End a turn in whose midst the microphone was lost."""
        now = self._clock()
        if self._turns.begun and self._lost(now):
            with self._hearing:
                self._take(self._turns.cut(now))

    def step(self, wait_s: float) -> bool:
        """Recognise the next turn, waiting at most so long for one; whether there was one."""
        try:
            heard = self._waiting.get(timeout=wait_s) if wait_s else self._waiting.get_nowait()
        except queue.Empty:
            return False
        self._busy_since = self._clock()
        try:
            self._understand(heard)
        finally:
            self._busy_since = None
        return True

    def _open(self, stopping: threading.Event) -> bool:
        try:
            self._recogniser.load()
            if stopping.is_set():
                return False
            self._source.start(self.hear)
        except VtubeError as error:
            self._fail(first_line(error))
            return False
        self._ready = True
        if stopping.is_set():
            self._source.close()
        log.info("listening to you with %s", self._recogniser.name)
        return True

    def _understand(self, heard: _Heard) -> None:
        """Recognise one turn, which may have begun while she spoke; what was no speech, or hers, lets her go on."""
        text = self._recognised(heard.turn)
        is_hers = are_hers(text, heard.hers[lateness(text)])
        if is_hers:
            log.info("her own voice was heard, and is not answered: %s", text)
        if not text or is_hers or (heard.over_her and is_nod(text)):
            self._counts["her own" if is_hers else "nothing"] += 1
            if not self._turns.begun and self._waiting.empty():
                self._partner.go_on()
            return
        self._counts["said"] += 1
        self._heard, self._heard_at = text, self._clock()
        if reason := self._partner.hear(text):
            log.info("what you said is not answered: %s", reason)
        if self._turns.begun:  # they speak on by now, and she lets them
            self._partner.give_way()

    def _recognised(self, turn: Turn) -> str:
        began = self._clock()
        try:
            text = self._recogniser.recognise(turn.samples, self.settings.language)
        except Exception as error:  # noqa: BLE001 - a recogniser of another package may fail in any way
            self._fail(first_line(error) if isinstance(error, VtubeError) else f"{self._recogniser.name}: {error!r}")
            return ""
        finally:
            self._took_s = self._clock() - began
        self._failure = ""
        return re.sub(r"\s+", " ", text).strip()[:MOST_CHARACTERS]

    def _fail(self, why: str) -> None:
        self._failure = why
        log.warning("listening: %s", why)

    def _lost(self, now: float) -> str:
        status = self._source.status(now) if self._ready else None
        if status is None or status.state not in (InputState.LOST, InputState.FAILED):
            return ""
        return f"nothing is heard: {status.detail}"

    def _hangs(self, now: float) -> str:
        since = self._busy_since
        if since is None or now - since < HANGS_S:
            return ""
        return f"{self._recogniser.name} has been at one sentence for {now - since:.0f} s"

    def _state(self, now: float) -> Ear:
        if self._hangs(now) or self._lost(now):
            return Ear.FAILED
        if self._busy_since is not None or not self._waiting.empty():
            return Ear.RECOGNISING
        if self._turns.begun:
            return Ear.HEARING
        if self._failure:
            return Ear.FAILED
        if self._deaf:
            return Ear.DEAF
        return Ear.LISTENING if self._ready else Ear.LOADING
