"""Plays utterances one after the other and knows what is heard now."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from vtube.audio.base import Samples
from vtube.clock import Clock, monotonic
from vtube.errors import AudioError
from vtube.signals import MouthShape, SpeechCue
from vtube.speech.base import Utterance
from vtube.speech.playback_clock import PlaybackClock, Span
from vtube.speech.playing import Playing
from vtube.speech.sinks import SILENT_RATE, Fill, SilentSink, Sink
from vtube.speech.visemes import VisemeTrack
from vtube.speech.words import begun

FADE_S = 0.01
"""A pause or a skip fades the sound out in this time, so that nothing clicks."""

END_S = 0.005
"""So much may be missing from what was heard to its end."""

IDLE_S = 20.0
"""After so many seconds without speech the device is given back."""

RETRY_S = 2.0
"""How often a device that could not be opened is tried again."""

CUES_BEFORE_S, CUES_AFTER_S = 2.0, 1.5
"""How far back and ahead cues are told."""

MAX_CUES = 1000
"""Numbers of one utterance's cues."""

READY_S, AFTER_S = 0.15, 0.15
"""The mouth belongs to speech so long before and after the sound."""

FORESEEN_S = 0.6
"""The mouth knows so much more than the device was handed: frames are drawn ahead of their time."""

log = logging.getLogger(__name__)

OpenDevice = Callable[[Fill], Sink]
Listener = Callable[[Samples, float, int], object]
"""Gets each block that is spoken, the moment at which it is heard, and its rate; must not keep the block waiting."""
OpenSilent = Callable[[Fill, int], Sink]


class Player:
    """A queue of utterances in front of a sink; `close` gives the device back."""

    def __init__(
        self,
        open_device: OpenDevice,
        volume: float = 1.0,
        *,
        clock: Clock = monotonic,
        open_silent: OpenSilent = SilentSink,
    ) -> None:
        """`open_device` raises AudioError when there is no sound device; speech is silent then."""
        self.volume = volume
        self.paused = self.held = False
        self.keeps_device = False  # an idle one stays open, as nobody knows to the sample when a new one is heard
        self.listener: Listener = lambda samples, when, rate: None
        self.playback = PlaybackClock()
        self._open_device, self._open_silent = open_device, open_silent
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: deque[Playing] = deque()
        self._current: Playing | None = None
        self._open_share = 0.0
        self._last_volume = volume
        self._sink: Sink | None = None
        self._owner: object = None
        self._silent = self._dropping = self._device_changed = False
        self._used_at = self._tried_at = float("-inf")
        self._told = self._last_name = ""
        """Why there is no device, as it was told, and the last one that there was."""

    # The worker's side

    def prepare(self) -> None:
        """Open the device when it is not; without one, go on silently and try again now and then."""
        self._used_at = self._clock()
        if self._sink is None or self._silent or self._device_changed:
            self._try_device()

    def play(self, text_id: int, utterance: Utterance, track: VisemeTrack, cues: Sequence[SpeechCue] = ()) -> Playing:
        """Queue an utterance with its cues (seconds from its first sample); `prepare` comes before."""
        rate = self._sink.rate if self._sink is not None else utterance.rate
        playing = Playing(text_id, utterance, track, utterance.samples, utterance.rate, cues=cues)
        playing.convert(rate)
        with self._lock:
            self._waiting.append(playing)
        return playing

    @property
    def waiting(self) -> int:
        """Utterances that are ready and not yet begun."""
        return len(self._waiting)

    def watch(self) -> None:
        """Called now and then: leave a device that is gone, give an idle one back."""
        now = self._clock()
        if self._waiting or self._current is not None:
            self._used_at = now
        if self._sink is not None and self._device_changed:
            self._try_device()
        elif self._sink is not None and not self._sink.alive(now):
            self._leave(self._sink)
        elif self._sink is not None and self._sink.strained and self._current is None:
            self._device_changed = True
            self._try_device()
        elif self._sink is not None and now > self._used_at + IDLE_S and not self.keeps_device:
            self._replace(None, silent=False)
        elif self._silent:
            self._try_device()

    def close(self) -> None:
        """Stop at once."""
        self.drop(lambda _: False)
        self._replace(None, silent=False)

    # Control

    def change_device(self) -> None:
        """`open_device` opens another device from now on: go on through that, in the middle of a word, too."""
        self._device_changed = True

    def hold(self) -> None:
        """Stand still as in a pause, because somebody else begins to speak."""
        self.held = True

    def release(self) -> None:
        """Go on, with the beginning of the word in which `hold` has come."""
        with self._lock:
            stood = self.held and self._open_share == 0.0 and not self.paused
            if stood and self._current is not None and not self._dropping:
                self._current.rewind()
            self.held = False

    def drop(self, keep: Callable[[int], bool]) -> None:
        """Leave out every utterance whose text's number `keep` denies, what is sounding now included."""
        with self._lock:
            self._waiting = deque(one for one in self._waiting if keep(one.text_id))
            if self._current is not None and not keep(self._current.text_id):
                self._dropping = True

    def unheard(self, now: float) -> set[int]:
        """The numbers of the texts that are here and not yet over."""
        with self._lock:
            here = {one.text_id for one in self._waiting}
            if self._current is not None:
                here.add(self._current.text_id)
        return here | {what.text_id for what in self.playback.unheard(now) if isinstance(what, Playing)}

    @property
    def device(self) -> str | None:
        """The name of the device in use; None while there is none."""
        return None if self._sink is None or self._silent else self._sink.name

    # What is heard

    def heard(self, now: float) -> Playing | None:
        """What is sounding at `now`."""
        span = self.playback.at(now)
        return span.what if span is not None and isinstance(span.what, Playing) else None

    def sounds(self, text_id: int | None, now: float) -> bool:
        """Whether a sentence of this text, or of any, is heard at `now`."""
        heard = self.heard(now)
        return heard is not None and text_id in (None, heard.text_id)

    def heard_words(self, now: float) -> str:
        """Of the sentence that is heard, what has begun until `now`."""
        heard = self.heard(now)
        return begun(heard.utterance, self.heard_s(heard, now)) if heard is not None else ""

    def heard_s(self, one: Playing, now: float) -> float:
        """How many seconds of it have been heard at `now`."""
        with self._lock:
            handed = one.position / one.rate
        reached = self.playback.reached(one, now)
        return max(one.heard_s, handed if reached is None else reached)

    def is_over(self, one: Playing, now: float) -> bool:
        """Whether it has been heard to its end."""
        with self._lock:
            length = len(one.samples) / one.rate
        return self.heard_s(one, now) >= length - END_S

    def mouth(self, now: float, lead_s: float = 0.0) -> MouthShape | None:
        """The mouth of the sound that is heard `lead_s` after `now`; None when there is none near."""
        span = self.playback.at(now + lead_s) or self._foreseen(now + lead_s)
        if span is not None and isinstance(span.what, Playing):
            return span.what.track.at(span.position(now + lead_s), now)
        return MouthShape(now, speaking=True, own=True) if self.playback.near(now, AFTER_S, READY_S + lead_s) else None

    def _foreseen(self, moment: float) -> Span | None:
        """What will go on sounding at `moment`, though the device was not handed so much yet."""
        span = self.playback.newest()
        if span is None or not isinstance(one := span.what, Playing) or not 0 <= moment - span.end < FORESEEN_S:
            return None
        return span if self._goes_on(one) and span.position(moment) * one.rate < len(one.samples) else None

    def _goes_on(self, one: Playing) -> bool:
        return one is self._current and not self._stands and not self._dropping

    def cues(self, now: float) -> list[SpeechCue]:
        """The cues around `now` of what is heard (monotonic seconds), up to CUES_AFTER_S ahead of their sound."""
        return [
            cue
            for span in self.playback.recent(now, CUES_BEFORE_S)
            if isinstance(span.what, Playing)
            for cue in self._cues_of(span.what, span)
            if cue.time + cue.length > now - CUES_BEFORE_S and cue.time < now + CUES_AFTER_S
        ]

    def _cues_of(self, one: Playing, span: Span) -> Iterator[SpeechCue]:
        """As they will be heard; what is paused or left out has none after its last sound."""
        goes_on = self._goes_on(one)
        over = one.position >= len(one.samples)
        last = float("inf") if goes_on or over else span.end
        for cue in one.cues:
            start = span.start + cue.time - span.offset
            if start < last:
                yield replace(
                    cue,
                    time=start,
                    length=min(cue.length, last - start),
                    number=one.number * MAX_CUES + cue.number,
                )

    # The sound's side

    def _fill(self, frames: int, when: float, rate: int) -> Samples:
        block = np.zeros(frames, np.float32)
        with self._lock:
            if self._open_share == 0.0 and self._dropping:
                self._current, self._dropping = None, False
            if self._open_share == 0.0 and self._stands:
                return block
            self._copy(block, when, rate)
            goal = 0.0 if self._stands or self._dropping else 1.0
            block *= self._fade(frames, goal, rate) * np.linspace(
                self._last_volume, self.volume, frames, dtype=np.float32
            )
            self._last_volume = self.volume
        if block.any():
            self.listener(block, when, rate)
        return block

    @property
    def _stands(self) -> bool:
        return self.paused or self.held

    def _copy(self, block: Samples, when: float, rate: int) -> None:
        """Fill the block with what is being said and what comes next."""
        done = 0
        while done < len(block):
            if self._current is None:
                if not self._waiting:
                    return
                self._current = self._waiting.popleft()
            one = self._current
            if one.rate != rate:  # another device than the one it was made for
                one.convert(rate)
            part = one.samples[one.position : one.position + len(block) - done]
            block[done : done + len(part)] = part
            self.playback.add(one, one.position / rate, len(part) / rate, when + done / rate)
            done += len(part)
            one.position += len(part)
            if one.position >= len(one.samples):
                self._current, self._dropping = None, False

    def _fade(self, frames: int, goal: float, rate: int) -> Samples:
        """A gain for each sample that reaches `goal` within FADE_S and stays there."""
        steps = np.arange(1, frames + 1, dtype=np.float32) / (FADE_S * rate)
        start, way = self._open_share, 1.0 if goal > self._open_share else -1.0
        gains: Samples = np.clip(start + way * steps, min(start, goal), max(start, goal)).astype(np.float32)
        self._open_share = float(gains[-1])
        return gains

    # Sinks

    def _try_device(self) -> None:
        now, was_silent = self._clock(), self._silent
        if was_silent and now < self._tried_at + RETRY_S and not self._device_changed:
            return
        self._tried_at, self._device_changed = now, False
        reason = self._opened()
        if reason and not was_silent:
            self._speak_silently(reason)

    def _leave(self, gone: Sink) -> None:
        """Go on through the device that is there in place of one that is gone, or is the same one again."""
        gone.close()
        self._tried_at = self._clock()
        if self._opened():
            self._speak_silently(f"the sound device {gone.name} is gone")

    def _opened(self) -> str:
        """Open the device; why not, or an empty text."""
        try:
            owner, fill = self._feed()
            sink = self._open_device(fill)
        except AudioError as error:
            return str(error)
        self._replace(sink, silent=False)
        self._owner = owner
        if self._told or sink.name != self._last_name:
            log.log(logging.INFO if self._last_name or self._told else logging.DEBUG, "speaking through %s", sink.name)
        self._told, self._last_name = "", sink.name
        return ""

    def _speak_silently(self, reason: str) -> None:
        """Told once, until there is a device."""
        if not self._told:
            log.warning("%s; the mouth speaks without sound", reason)
        self._told = reason
        self._use_silence()

    def _feed(self) -> tuple[object, Fill]:
        """What a sink calls, and the mark that lets it have the sound: one sink at a time has it."""
        owner = object()

        def fill(frames: int, when: float, rate: int) -> Samples:
            return self._fill(frames, when, rate) if self._owner is owner else np.zeros(frames, np.float32)

        return owner, fill

    def _use_silence(self) -> None:
        """Go on without sound at the rate that the samples on their way have."""
        rate = self._sink.rate if self._sink is not None else SILENT_RATE
        self._replace(None, silent=True)
        self._owner, fill = self._feed()
        self._sink = self._open_silent(fill, rate)

    def _replace(self, sink: Sink | None, *, silent: bool) -> None:
        old, self._sink, self._silent = self._sink, sink, silent
        if old is not None:
            old.close()
