"""The ear of the camera: a sound input, the lip sync that listens to it, and who else may own the mouth."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from vtube.audio.base import AudioSource, Samples
from vtube.audio.calibration import OutdatedCalibrationError, load_calibration
from vtube.audio.known_voice import KnownVoice
from vtube.audio.lip_flap import LipFlap
from vtube.audio.lipsync import VowelLipSync
from vtube.audio.registry import create_source
from vtube.audio.voice_memory import VoiceMemory
from vtube.clock import Clock, monotonic
from vtube.settings import Commit, LipSyncSettings, Prepared, Settings
from vtube.signals import InputState, InputStatus, MouthShape, SpeechCue
from vtube.threads import quietly

log = logging.getLogger(__name__)

MouthAt = Callable[[float], MouthShape | None]
"""The mouth at a moment (monotonic seconds); None leaves it to the next in line."""

STALE_S = 0.5
"""After so long nobody speaks through an input from which nothing comes any more."""

ONE_USER = ("mic",)
"""Sound inputs at which one user speaks, every time equally loud; whose voice a loudspeaker plays, nobody knows."""

CuesAt = Callable[[float], Sequence[SpeechCue]]
"""The cues of a voice around a moment (monotonic seconds)."""


class MouthSource:
    """Starts the sound input and gives the newest mouth shape.

    The mouth belongs to the first of these that has a shape: speech of our own, what is heard while somebody speaks,
    the lip flap, what is heard.
    """

    def __init__(self, settings: Settings, clock: Clock = monotonic, memory: VoiceMemory | None = None) -> None:
        """Nothing listens before `start`.

        Args:
            settings: those of the start.
            clock: monotonic seconds.
            memory: how loud the user is at which microphone; None keeps nothing.

        Raises:
            SettingsError: the SPEC names no sound input.
            AudioError: the calibration or the weights cannot be read.
        """
        self._settings = settings.lipsync
        self._clock = clock
        self._memory = memory
        self._microphone: str | None = None
        self._user: KnownVoice | None = None
        self._audio = settings.audio
        self._source: AudioSource | None = create_source(settings.audio, settings)
        self._started = False
        self._lip_sync: VowelLipSync | None = create_lip_sync(self._settings) if self._source is not None else None
        self._speech: MouthAt | None = None
        self._speech_cues: CuesAt | None = None
        self._lip_flap: LipFlap | None = None
        self._flap_style: tuple[float, str | None] = (1.0, None)
        self._flaps = 0

    def start(self) -> None:
        """Begin to listen, when there is something to listen to.

        Raises:
            AudioError: the sound input that was asked for cannot be used.
        """
        self._started = True
        if self._memory is not None:
            self._memory.start()
        if self._source is not None:
            self._listen_to(self._source)

    def prepare(self, settings: Settings) -> Commit:
        """Open another sound input, read another calibration; see `settings.Room`.

        Raises:
            SettingsError: the SPEC names no sound input.
            AudioError: the calibration cannot be read, or the sound input that was asked for cannot be used.
        """
        new = create_source(settings.audio, settings) if settings.audio != self._audio else self._source
        before, asked = self._settings, settings.lipsync
        other = (asked.language, asked.calibration) != (before.language, before.calibration)
        lip_sync = self._lip_sync
        if other or (lip_sync is None and new is not None):
            lip_sync = create_lip_sync(settings.lipsync)
        if settings.audio == self._audio:
            return lambda: self._retune(lip_sync, settings.lipsync)
        if new is not None and self._started:
            self._listen_to(new)

        def commit() -> None:
            old, self._source, self._audio = self._source, new, settings.audio
            self._retune(lip_sync, settings.lipsync)
            if old is not None:
                quietly(old.close)

        return Prepared(commit, new.close) if new is not None else commit

    def feed(self, samples: Samples, heard_at: float) -> None:
        """Let the mouth follow these samples (mono float32 at 16 kHz); `heard_at` belongs to the last of them.

        The sound input calls it from its thread.
        """
        if self._lip_sync is None:
            self._lip_sync = create_lip_sync(self._settings)
        self._lip_sync.feed(samples, heard_at)

    def mouth(self, moment: float | None = None) -> MouthShape | None:
        """The mouth at `moment` (monotonic seconds; now), of the first in line that has one. Never blocks.

        Speech of our own knows it ahead; of what is heard it is the newest. None before the first.
        """
        now = self._clock() if moment is None else moment
        for source in (self._speech, self._heard_speech, self._flapping, self._heard):
            shape = source(now) if source is not None else None
            if shape is not None:
                return shape
        return None

    def cues(self, now: float) -> Sequence[SpeechCue]:
        """What the voice does around `now` that a body goes along with: our own, or else what is heard."""
        own = self._speech_cues(now) if self._speech_cues is not None else ()
        if own or self._lip_sync is None:
            return own
        return [replace(cue, number=-1 - cue.number) for cue in self._lip_sync.cues()]

    def set_priority(self, source: MouthAt | None, cues: CuesAt | None = None) -> None:
        """Let `source`, speech of our own, have the mouth whenever it gives a shape; None takes that back."""
        self._speech, self._speech_cues = source, cues

    def set_lip_flap(self, talking: bool) -> None:
        """Move the mouth as if speaking, for a voice out of hearing."""
        if not talking:
            self._lip_flap = None
        elif self._lip_flap is None:
            self._flaps += 1
            self._lip_flap = LipFlap(self._flaps, self._clock(), *self._flap_style)

    def set_lip_flap_style(self, quickness: float, vowel: str | None) -> None:
        """How that mouth moves from its next start on: how quick, 1 as ever, and with which vowel, None for all."""
        self._flap_style = (quickness, vowel)

    def statuses(self, now: float) -> list[InputStatus]:
        """The sound input's line, if there is one."""
        return [] if self._source is None else [self._source.status(now)]

    def close(self) -> None:
        """Stop listening."""
        self._started = False
        if self._source is not None:
            self._source.close()
        if self._memory is not None:
            self._memory.close()

    def _heard(self, _: float) -> MouthShape | None:
        return self._lip_sync.latest() if self._lip_sync is not None else None

    def _heard_speech(self, now: float) -> MouthShape | None:
        heard = self._heard(now)
        return heard if heard is not None and heard.speaking and now - heard.time <= STALE_S else None

    def _flapping(self, now: float) -> MouthShape | None:
        lip_flap = self._lip_flap
        return lip_flap.shape(now) if lip_flap is not None else None

    def _retune(self, lip_sync: VowelLipSync | None, settings: LipSyncSettings) -> None:
        if lip_sync is not None:
            lip_sync.change(settings)
        another = lip_sync is not self._lip_sync
        self._lip_sync, self._settings = lip_sync, settings
        if another:
            self._microphone = self._user = None  # who speaks is known anew with the next sound

    def _listen_to(self, source: AudioSource) -> None:
        """Feed what this source hears for as long as it is the one that counts."""

        def heard(samples: Samples, heard_at: float) -> None:
            if source is self._source:
                self._know_user(source.status(heard_at))
                self.feed(samples, heard_at)

        source.start(heard)

    def _know_user(self, heard: InputStatus) -> None:
        """Know who speaks at this input, and keep what is learnt of them."""
        if heard.state is not InputState.LIVE:
            return
        kept = self._settings.remember and heard.name in ONE_USER
        microphone = heard.detail if kept and self._memory is not None else None
        user, memory = self._user, self._memory
        if microphone != self._microphone and self._lip_sync is not None:
            self._microphone = microphone
            self._user = KnownVoice(memory.get(microphone)) if memory and microphone is not None else None
            self._lip_sync.know(self._user)
        elif user is not None and memory is not None and microphone is not None and (level := user.level):
            memory.put(microphone, level)


def create_lip_sync(settings: LipSyncSettings) -> VowelLipSync:
    """The lip sync of these settings, with the user's calibration, which takes the place of the language.

    A calibration of another version is told in the log and left out: a show begins after an update, too.

    Raises:
        AudioError: the calibration or the weights cannot be read.
    """
    calibrated = None
    if settings.calibration is not None:
        calibration = load_calibration(settings.calibration)
        try:
            calibrated = calibration.network()
        except OutdatedCalibrationError as error:
            log.warning("%s; until then it listens without", error)
    return VowelLipSync(settings, calibrated)
