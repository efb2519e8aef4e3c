"""Lip sync: sound in, mouth shapes out, every 10 ms, with nothing heard of the future.

    samples -> windows -> level -> gate --------------+
                       -> shape of the spectrum -> network -> mouth -> MouthShape

A shape is known DELAY_S plus about 10 ms of smoothing after the middle of its sound. Where it is silent, nothing is
computed at all.
"""

from __future__ import annotations

import numpy as np

from vtube.audio.base import RATE, Samples
from vtube.audio.features import (
    BANDS,
    HOP,
    SILENT_DB,
    PeakMeter,
    Spectra,
    Windows,
    inputs_of,
    levels_db,
    mel_spectra,
    shapes,
)
from vtube.audio.known_voice import KnownVoice
from vtube.audio.mouth import Mouth
from vtube.audio.prosody import LiveProsody
from vtube.audio.voice_activity import VoiceActivity
from vtube.audio.vowels import DELAY_S, SILENCE, Recognised, VowelNetwork, load_weights
from vtube.settings import LipSyncSettings
from vtube.signals import MouthShape, SpeechCue

AUDIBLE = 1e-4
"""Samples below this (-80 dB) are not even looked at."""

FORGET_FRAMES = 50
"""Frames of silence after which the network begins anew."""

SPEAKING_HOLD_S = 0.25
"""The voice keeps the mouth for this long after the last sound: short pauses are part of speech."""


class VowelLipSync:
    """See `base.LipSync`. One thread feeds, any thread reads."""

    def __init__(self, settings: LipSyncSettings | None = None, network: VowelNetwork | None = None) -> None:
        """The network that comes with the program, for the language of the settings, unless another is given.

        Raises:
            AudioError: the weights cannot be read.
        """
        settings = settings or LipSyncSettings()
        self._network = network or VowelNetwork(load_weights(), settings.language)
        self._windows = Windows()
        self._peak = PeakMeter()
        self._activity = VoiceActivity(settings.sensitivity)
        self._user: KnownVoice | None = None
        self._mouth = Mouth(settings.strength)
        self._prosody = LiveProsody()
        self._silent_frames = FORGET_FRAMES
        self._spoke_at = -1e9
        self._latest: MouthShape | None = None

    @property
    def voiced(self) -> bool:
        """Whether somebody speaks: the gate is open, and stays so for 0.12 s after the last sound."""
        return self._activity.open

    def change(self, settings: LipSyncSettings) -> None:
        """Take these settings from the next frame on; language and calibration belong to the network and stay."""
        self._activity.sensitivity = settings.sensitivity
        self._mouth.strength = settings.strength

    def know(self, user: KnownVoice | None) -> None:
        """Listen to this user from the next frame on, and not to who is far softer; None listens to everybody.

        Only the thread that feeds may call it.
        """
        self._user = user
        if user is not None:
            self._peak.db = user.start_of(self._peak.db)

    def feed(self, samples: Samples, heard_at: float) -> None:
        """See `base.LipSync`."""
        self.listen(samples, heard_at)

    def latest(self) -> MouthShape | None:
        """See `base.LipSync`."""
        return self._latest

    def cues(self) -> tuple[SpeechCue, ...]:
        """The phrases and stresses that were heard last, oldest first; never blocks."""
        return self._prosody.cues()

    def listen(self, samples: Samples, heard_at: float) -> list[tuple[float, MouthShape]]:
        """As `feed`; the shapes that became known with these samples, each with the moment it was known at."""
        windows = self._windows.push(samples)
        audible = float(np.abs(windows).max(initial=0.0)) > AUDIBLE
        spectra = mel_spectra(windows) if audible else np.zeros((len(windows), BANDS), np.float32)
        last = heard_at - self._windows.pending / RATE
        known = [last - (len(spectra) - 1 - index) * HOP / RATE for index in range(len(spectra))]
        levels = levels_db(spectra)
        return [
            (moment, self._hear(spectra[index : index + 1], float(levels[index]), moment))
            for index, moment in enumerate(known)
        ]

    def _hear(self, spectrum: Spectra, level_db: float, now: float) -> MouthShape:
        below_peak = self._peak.follow(level_db)
        recognised = self._recognise(spectrum, level_db, below_peak)
        silence = 1.0 if recognised is None else float(recognised.phone_classes[SILENCE])
        speaking = self._gate(level_db, below_peak, silence)
        self._mouth.move(recognised, speaking, below_peak)
        self._prosody.follow(level_db, speaking, now)
        if speaking:
            self._spoke_at = now
        self._latest = self._shape(now)
        return self._latest

    def _gate(self, level_db: float, below_peak_db: float, silence: float) -> bool:
        activity, user, peak_db = self._activity, self._user, self._peak.db
        if user is None:
            return activity.follow(level_db, below_peak_db, silence)
        heard_db = level_db - activity.shift_db
        speaking = activity.follow(
            level_db, below_peak_db, silence, may_begin=user.may_begin(heard_db), may_go_on=user.may_go_on(heard_db)
        )
        taken = user.follow(
            level_db, peak_db, activity.floor_db, somebody=activity.somebody, speaking=speaking, sure=activity.sure
        )
        if taken:
            self._peak.db = min(peak_db, user.start_of(peak_db))
        return speaking

    def _recognise(self, spectrum: Spectra, level_db: float, below_peak_db: float) -> Recognised | None:
        if level_db > SILENT_DB:
            self._silent_frames = 0
        elif self._silent_frames >= FORGET_FRAMES:
            return None
        else:
            self._silent_frames += 1
            if self._silent_frames == FORGET_FRAMES:
                self._network.forget()
        return self._network.step(inputs_of(shapes(spectrum)[0], below_peak_db))

    def _shape(self, now: float) -> MouthShape:
        aaa, iii, uuu, eee, ooo = self._mouth.weights().tolist()
        speaking = now - self._spoke_at <= SPEAKING_HOLD_S
        return MouthShape(now - DELAY_S, aaa, iii, uuu, eee, ooo, self._mouth.opening, speaking)


def offline_mouth(samples: Samples, lip_sync: VowelLipSync) -> list[tuple[float, MouthShape]]:
    """What a live run makes of a whole recording: each shape and the second at which it was known."""
    block = HOP
    shapes_known: list[tuple[float, MouthShape]] = []
    for begin in range(0, len(samples), block):
        part = np.ascontiguousarray(samples[begin : begin + block])
        shapes_known += lip_sync.listen(part, (begin + len(part)) / RATE)
    return shapes_known
