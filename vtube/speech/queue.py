"""The texts to be said, in order: split, synthesised ahead of the sound, played."""

from __future__ import annotations

import itertools
import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vtube.clock import Clock, monotonic
from vtube.errors import SpeechError, VtubeError
from vtube.settings import Settings, SpeechSettings
from vtube.signals import MouthShape
from vtube.speech.base import Utterance, Voice
from vtube.speech.player import Player
from vtube.speech.registry import create_voice
from vtube.speech.sentences import sentences
from vtube.speech.visemes import VisemeTrack

MAX_TEXTS = 200
MAX_VOICES = 8
READY_AHEAD = 1
"""So many utterances are ready behind the one that sounds; the next one is being made meanwhile."""

TICK_S = 0.1

_log = logging.getLogger(__name__)

MakeTrack = Callable[[Utterance], VisemeTrack]


@dataclass(eq=False, slots=True)
class Text:
    """One text, as `say` got it; `number` counts up."""

    number: int
    voice: str
    sentences: deque[str]


class SpeechQueue:
    """Speaks one text after the other; every method but `close` returns at once and may be called by any thread."""

    def __init__(
        self,
        settings: SpeechSettings,
        player: Player,
        make_track: MakeTrack,
        *,
        create: Callable[[str, SpeechSettings], Voice] = create_voice,
        clock: Clock = monotonic,
    ) -> None:
        """`make_track` gives the mouth of an utterance.

        Raises:
            SettingsError: the settings name a voice that there is not.
        """
        self._settings = settings
        self._player = player
        self._make_track = make_track
        self._create = create
        self._clock = clock
        self._voices: OrderedDict[str, Voice] = OrderedDict()
        self._texts: deque[Text] = deque()
        self._making: Text | None = None
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._closed = False
        self._failure: dict[str, Any] | None = None
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
        self._voice = settings.voice
        if settings.voice:
            self._known(settings.voice)

    def start(self) -> None:
        """Begin to speak what comes."""
        self._thread.start()

    def say(self, text: str, voice: str | None = None, interrupt: bool = False) -> int:
        """Queue `text`, or say it at once in place of everything else; returns its number.

        Raises:
            SettingsError: there is no such voice.
            SpeechError: there is nothing to say in it, or too much waits already.
        """
        spoken = deque(sentences(text))
        if not spoken:
            raise SpeechError("there is nothing to say in that text")
        with self._changed:
            spec = voice or self._voice
            self._known(spec)
            if interrupt:
                self._forget()
            if len(self._texts) >= MAX_TEXTS:
                raise SpeechError(f"{MAX_TEXTS} texts are waiting to be said; stop or interrupt them")
            queued = Text(next(self._numbers), spec, spoken)
            self._texts.append(queued)
            self._changed.notify_all()
        return queued.number

    def skip(self) -> None:
        """Leave out the rest of the text that is being said."""
        with self._changed:
            number = self._present(self._clock())
            if number is not None:
                self._drop(lambda one: one != number)

    def stop(self) -> None:
        """Leave out everything."""
        with self._changed:
            self._forget()

    def pause(self, paused: bool) -> None:
        """Let speech stand still in the middle of a word, or go on."""
        with self._changed:
            self._player.paused = paused
            self._changed.notify_all()

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Another voice from the next text on, another loudness; see `settings.Room`.

        Raises:
            SettingsError: there is no such voice.
        """
        speech = settings.speech
        if speech == self._settings:
            return lambda: None
        if _of_voices(speech) == _of_voices(self._settings):
            return lambda: self._take_over(speech, self._voices)
        voices = OrderedDict({speech.voice: self._create(speech.voice, speech)} if speech.voice else {})
        return lambda: self._take_over(speech, voices)

    def mouth(self, now: float) -> MouthShape | None:
        """The mouth of what is heard at `now`; None while nothing is."""
        return self._player.mouth(now, self._settings.lead_s)

    def status(self, now: float) -> dict[str, Any]:
        """The object `speech` of `/api/state`.

        `text` is the sentence that is heard, `pending` the numbers of all texts that are not over, `queued` how many
        of them have not begun, `failure` the last text that could not be said, and why.
        """
        heard = self._player.heard(now)
        with self._changed:
            pending = self._pending(now)
            present = self._present(now)
            return {
                "speaking": heard is not None,
                "text": heard.utterance.text if heard is not None else "",
                "queued": sum(number != present for number in pending),
                "pending": pending,
                "paused": self._player.paused,
                "volume": self._player.volume,
                "voice": self._voice,
                "device": self._player.device,
                "failure": self._failure,
            }

    def close(self) -> None:
        """Fall silent and give the device back; harmless when called twice."""
        with self._changed:
            self._closed = True
            self._forget()
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(1.0)
        self._player.close()

    def _take_over(self, speech: SpeechSettings, voices: OrderedDict[str, Voice]) -> None:
        with self._changed:
            self._voices = voices
            if speech.voice != self._settings.voice:
                self._voice = speech.voice
            if speech.volume != self._settings.volume:
                self._player.volume = speech.volume
            self._settings = speech

    # Inside; the lock is held

    def _known(self, spec: str) -> Voice:
        voice = self._voices.get(spec)
        if voice is None:
            voice = self._voices[spec] = self._create(spec, self._settings)
            if len(self._voices) > MAX_VOICES:
                self._voices.popitem(last=False)
        self._voices.move_to_end(spec)
        return voice

    def _pending(self, now: float) -> list[int]:
        own = {text.number for text in (*self._texts, *([self._making] if self._making else []))}
        return sorted(own | self._player.unheard(now))

    def _present(self, now: float) -> int | None:
        """The text that is being said, or made to be said."""
        heard = self._player.heard(now)
        if heard is not None:
            return heard.text_id
        begun = self._player.unheard(now) | ({self._making.number} if self._making else set())
        return min(begun, default=None)

    def _forget(self) -> None:
        self._drop(lambda _: False)

    def _drop(self, keep: Callable[[int], bool]) -> None:
        self._texts = deque(text for text in self._texts if keep(text.number))
        if self._making is not None and not keep(self._making.number):
            self._making = None
        self._player.drop(keep)
        self._changed.notify_all()

    # The thread

    def _run(self) -> None:
        while not self._closed:
            with self._changed:
                if self._making is None and self._texts and not self._player.paused:
                    self._making = self._texts.popleft()
                text = self._making
                if text is None:
                    self._changed.wait(TICK_S)
            if text is not None:
                self._speak_next(text)
            self._player.watch()

    def _speak_next(self, text: Text) -> None:
        """Make the next sentence of `text` and hand it to the player, when there is room."""
        if self._player.waiting > READY_AHEAD:
            with self._changed:
                self._changed.wait(TICK_S)
            return
        try:
            self._player.prepare()
            with self._changed:
                voice = self._known(text.voice)
            utterance = voice.synthesize(text.sentences.popleft())
            track = self._make_track(utterance)
            self._hand_over(text, utterance, track)
            track.complete()
        except Exception as error:  # noqa: BLE001 - one text's failure, of whatever kind, must not end speech
            self._fail(text, error)

    def _hand_over(self, text: Text, utterance: Utterance, track: VisemeTrack) -> None:
        """To the player, unless somebody has skipped the text meanwhile."""
        with self._changed:
            if self._making is not text:
                return
            self._player.play(text.number, utterance, track)
            if not text.sentences:
                self._making = None

    def _fail(self, text: Text, error: Exception) -> None:
        """One line; the rest of the text would fail as well, the next text may not."""
        line = str(error) if isinstance(error, VtubeError) else f"the voice {text.voice} failed: {error}"
        _log.warning("%s", line)
        _log.debug("text %d", text.number, exc_info=error)
        with self._changed:
            self._failure = {"number": text.number, "line": line}
            if self._making is text:
                self._making = None


def _of_voices(settings: SpeechSettings) -> SpeechSettings:
    """The settings without what voices do not depend on."""
    return settings.model_copy(update={"volume": 0.0, "lead_s": 0.0, "clean": None, "readings": {}})
