"""The texts to be said, in order: split, synthesised ahead of the sound, played."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from vtube.clock import Clock, monotonic
from vtube.errors import SpeechError
from vtube.settings import Settings, SpeechSettings
from vtube.signals import MouthShape, SpeechCue
from vtube.speech.base import Utterance, Voice
from vtube.speech.clean import Sentence, sayable
from vtube.speech.cues import cues_of
from vtube.speech.failures import Failures, short
from vtube.speech.heard import lip_sync_for
from vtube.speech.listing import styles_of, voices
from vtube.speech.mime import mimed
from vtube.speech.player import Listener, Player
from vtube.speech.playing import words_heard
from vtube.speech.registry import create_voice
from vtube.speech.sentence_acts import SentenceActs
from vtube.speech.sinks import Buffer, open_sink
from vtube.speech.sound import guarded
from vtube.speech.texts import Text, Transcripts, sounding
from vtube.speech.visemes import VisemeTrack, viseme_track
from vtube.speech.voice_cache import VoiceCache
from vtube.threads import Worker, quietly

MAX_TEXTS = 200
READY_AHEAD = 1
"""So many utterances are ready behind the one that sounds; the next one is being made meanwhile."""
TICK_S, CLOSE_S = 0.1, 0.4


class SpeechQueue:
    """Speaks one text after the other; every method but `close` returns at once and may be called by any thread."""

    def __init__(
        self,
        settings: Settings,
        player: Player | None = None,
        *,
        create: Callable[[str, SpeechSettings], Voice] = create_voice,
        clock: Clock = monotonic,
    ) -> None:
        """No device is opened before the first text; without `player`, that of the settings.

        Raises:
            SettingsError: the settings name a voice that there is not.
        """
        speech, buffer = settings.speech, Buffer()
        self._player = player or Player(lambda fill: open_sink(self._settings.device, fill, buffer), speech.volume)
        self._create, self._clock, self._changed = create, clock, threading.Condition()
        self._texts: deque[Text] = deque()
        self._making: Text | None = None
        self._transcripts, self._numbers = Transcripts(), itertools.count(1)
        self._failures, self._acts = Failures(), SentenceActs(self._player)
        self._worker = Worker("speech", self._run)
        self._adopt(settings, VoiceCache(speech, create))

    def on_sentence(self, show: Callable[[str], object], act: Callable[[str], object] = lambda name: None) -> None:
        """As a sentence is heard, call `show` with the word of a tag such as [joy], and `act` with its gesture."""
        self._acts.show_emotion, self._acts.act = show, act

    def on_sound(self, listener: Listener) -> None:
        """Give `listener` all that is spoken, too, whatever it is played on."""
        self._player.listener = listener

    def start(self) -> None:
        """Begin to speak what comes."""
        self._worker.start()

    def say(self, text: str, voice: str | None = None, interrupt: bool = False) -> int:
        """Queue `text`, or say it at once in place of everything else; returns its number.

        Raises:
            SettingsError: there is no such voice.
            SpeechError: there is nothing to say in it, or too much waits already.
        """
        spoken = deque(sayable(text, self._settings))
        if spoken:
            return self._queue(spoken, voice, interrupt)
        raise SpeechError(f"there is nothing to say in {short(text)}", "say.none")

    def begin(self, voice: str | None = None) -> int:
        """Queue a text that is still being written: `append` its sentences, then `finish` it; returns its number.

        Raises:
            SettingsError: there is no such voice.
            SpeechError: too much waits already.
        """
        return self._queue(deque(), voice, interrupt=False, is_open=True)

    def append(self, number: int, sentence: Sentence) -> bool:
        """Add a sentence to an open text; False when somebody has skipped or stopped it, or its voice fails."""
        with self._changed:
            text = self._text(number)
            if text is None or not text.open:
                return False
            text.sentences.append(sentence)
            text.fed_at = self._clock()
            self._changed.notify_all()
        return True

    def finish(self, number: int) -> None:
        """Nothing more comes for this text; harmless when it is over."""
        with self._changed:
            text = self._text(number)
            if text is not None:
                text.open = False
            self._changed.notify_all()

    def cut(self, number: int) -> None:
        """Leave out what is left of this text, and no other."""
        self._silence(lambda one: one != number)

    def is_pending(self, number: int) -> bool:
        """Whether a text is not over."""
        with self._changed:
            return number in self._pending(self._clock())

    def is_sounding(self, number: int | None = None) -> bool:
        """Whether a sentence of this text, or of any, is heard now."""
        return self._player.sounds(number, self._clock())

    def heard(self, number: int) -> str:
        """What has been heard of a text that was begun with `begin`, to the last word that has begun."""
        with self._changed:
            return self._transcripts.heard(number, self._player, self._clock())

    def said(self, begin: float, end: float) -> str:
        """The words that were heard between two moments (monotonic seconds) of the last half a minute."""
        return words_heard(self._player.playback, begin, end)

    def skip(self) -> None:
        """Leave out the rest of the text that is being said."""
        with self._changed:
            number = self._present(self._clock())
            if number is not None:
                self._drop(lambda one: one != number)

    def stop(self) -> None:
        """Leave out everything."""
        self._silence(lambda _: False)

    def hold(self) -> None:
        """Stand still for somebody else who begins to speak, until `release`."""
        self._player.hold()

    def release(self) -> None:
        """Go on with the sentence, at the word in which `hold` has come."""
        self._player.release()

    def pause(self, paused: bool) -> None:
        """Let speech stand still in the middle of a word, or go on."""
        with self._changed:
            self._player.paused = paused
            self._changed.notify_all()

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Another voice from the next text on, another loudness, another device; see `settings.Room`.

        Raises:
            SettingsError: there is no such voice.
        """
        voices = self._voices.prepared(settings.speech)
        return lambda: self._take_over(settings, voices)

    def mouth(self, now: float) -> MouthShape | None:
        """The mouth of what is heard at `now`; None while nothing is. Shows the emotion of a sentence that begins."""
        self._acts.follow(now)
        return self._player.mouth(now, self._settings.lead_s)

    def cues(self, now: float) -> list[SpeechCue]:
        """See `player.Player.cues`. A body asks before it shows an emotion: a new sentence's is in the same pose."""
        self._acts.follow(now)
        return self._player.cues(now)

    def status(self, now: float) -> dict[str, Any]:
        """The object `speech` of `/api/state`.

        `text` is the sentence that is heard, `heard` its words that have begun, `present` the number of its text,
        `pending` the numbers of all texts that are not over, `queued` how many of them have not begun, `waiting` these
        with their words, `failure` the last sentence that could not be said, its number and why, `failures` a few.
        """
        heard, words = self._player.heard(now), self._player.heard_words(now)
        with self._changed:
            pending = self._pending(now)
            present = self._present(now)
            return {
                "speaking": heard is not None,
                "text": heard.utterance.text if heard is not None else "",
                "heard": words,
                "queued": sum(number != present for number in pending),
                "waiting": [{"number": text.number, "text": text.words} for text in self._texts],
                "present": present,
                "pending": pending,
                "paused": self._player.paused,
                "held": self._player.held,
                "volume": self._player.volume,
                "voice": self._settings.voice,
                "device": self._player.device,
                "failure": self._failures.last,
                "failures": self._failures.all(),
            }

    def voices(self) -> list[dict[str, Any]]:
        """See `listing.voices`."""
        return voices()

    def styles(self, voice: str) -> dict[str, str]:
        """What the server of a voice has, SPEC to name; blocks. Raises: as `listing.styles_of`."""
        return styles_of(voice, self._settings, self._create)

    def close(self) -> None:
        """Fall silent and give the device back; a voice at work is left behind. Harmless when called twice."""
        self._worker.stop()
        self.stop()
        self._worker.join(CLOSE_S)
        self._player.close()

    def join(self, seconds: float) -> bool:
        """After `close`: wait for a voice that is still at work; whether it has ended."""
        return self._worker.join(seconds)

    def _take_over(self, settings: Settings, voices: VoiceCache) -> None:
        with self._changed:
            speech, before = settings.speech, self._settings
            self._adopt(settings, voices)
            if speech.volume != before.volume:
                self._player.volume = speech.volume
            if speech.device != before.device:
                self._player.change_device()

    def _adopt(self, settings: Settings, voices: VoiceCache) -> None:
        self._voices, self._lipsync, self._settings = voices, settings.lipsync, settings.speech
        self._answers = settings.llm != "none"
        self._player.keeps_device = settings.listening.echo == "cancel"

    def _queue(self, sentences: deque[Sentence], voice: str | None, interrupt: bool, is_open: bool = False) -> int:
        with self._changed:
            spec = voice or self._settings.voice
            self._voices.get(spec)
            if interrupt:
                self._drop(lambda _: False)
            if len(self._texts) >= MAX_TEXTS:
                line = f"{MAX_TEXTS} texts are waiting to be said; stop or interrupt them"
                raise SpeechError(line, "say.full", limit=str(MAX_TEXTS))
            queued = Text(next(self._numbers), spec, sentences, open=is_open, fed_at=self._clock())
            if is_open:
                self._transcripts.begin(queued.number)
            self._texts.append(queued)
            self._changed.notify_all()
        return queued.number

    def _silence(self, keep: Callable[[int], bool]) -> None:
        """The sound stops at once, whoever holds the lock; then what waits goes."""
        self._player.drop(keep)
        with self._changed:
            self._drop(keep)

    # Inside; the lock is held

    def _text(self, number: int) -> Text | None:
        return next((text for text in (*self._texts, self._making) if text is not None and text.number == number), None)

    def _pending(self, now: float) -> list[int]:
        own = {text.number for text in (*self._texts, *([self._making] if self._making else []))}
        return sorted(own | self._player.unheard(now))

    def _present(self, now: float) -> int | None:
        """The text that is being said, or made to be said."""
        if (heard := self._player.heard(now)) is not None:
            return heard.text_id
        return min(self._player.unheard(now) | ({self._making.number} if self._making else set()), default=None)

    def _drop(self, keep: Callable[[int], bool]) -> None:
        self._texts = deque(text for text in self._texts if keep(text.number))
        if self._making is not None and not keep(self._making.number):
            self._making = None
        self._player.drop(keep)
        self._changed.notify_all()

    # The thread

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            if self._answers:
                self._voices.load(self._settings.voice)
            with self._changed:
                if self._making is None and self._texts and not self._player.paused:
                    self._making = self._texts.popleft()
                text = self._making
                if text is not None and text.is_over(self._clock()):
                    text = self._making = None
                elif text is None or not text.sentences:
                    self._changed.wait(TICK_S)
            if text is not None:
                self._speak_next(text)
            self._player.watch()
            self._acts.follow(self._clock())

    def _speak_next(self, text: Text) -> None:
        """Make the next sentence of `text` and hand it to the player, when there is room."""
        if self._player.waiting > READY_AHEAD:
            with self._changed:
                self._changed.wait(TICK_S)
            return
        quietly(self._player.prepare)
        with self._changed:
            if not text.sentences:  # it is open, and the device is ready for what will come
                return
            sentence = text.sentences.popleft()
        try:
            utterance = sounding(sentence, partial(self._speak, text))
            track = viseme_track(utterance, lambda: lip_sync_for(utterance.text, self._lipsync))
            self._hand_over(text, utterance, track, cues_of(utterance))
            track.complete()
        except Exception as error:  # noqa: BLE001 - a sentence's failure, of whatever kind, must not end speech
            self._fail(text, sentence, error)

    def _speak(self, text: Text, words: str) -> Utterance:
        with self._changed:
            voice = self._voices.get(text.voice)
        return guarded(voice.synthesize(words))

    def _hand_over(self, text: Text, utterance: Utterance, track: VisemeTrack, cues: list[SpeechCue]) -> None:
        """To the player, unless somebody has skipped the text meanwhile."""
        with self._changed:
            text.failed = 0
            if self._making is not text:
                return
            self._transcripts.add(self._player.play(text.number, utterance, track, cues), self._player, self._clock())
            if not text.sentences and not text.open:
                self._making = None

    def _fail(self, text: Text, sentence: Sentence, error: Exception) -> None:
        """An answer is shown all the same; else the next sentence may be sayable, unless something is missing."""
        with self._changed:
            hopeless = self._failures.add(text, sentence.shown, error)
            if text.mimes:
                self._hand_over(text, *mimed(sentence))
            elif self._making is text and (hopeless or not (text.sentences or text.open)):
                self._making = None
