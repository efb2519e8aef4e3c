"""What is heard in a stream: her own voice, music, and a sound of this computer."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from vtube.audio import base as audio
from vtube.audio.base import AudioSource
from vtube.audio.convert import Resampler
from vtube.audio.file import read_sound
from vtube.audio.registry import create_source
from vtube.errors import AudioError
from vtube.outputs.ducking import Depth, Ducked
from vtube.outputs.soundtrack import RATE, Line, LiveLine, LoopLine, Samples, Soundtrack
from vtube.settings import Settings

log = logging.getLogger(__name__)


class SoundDesk:
    """Collects the sound of streams from the start of the first one on; any thread may ask for it."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: the settings name a sound that there is not.
        """
        self._settings = settings
        self._voice = LiveLine()
        self._music: LoopLine | None = None
        self._other = LiveLine(settings.stream.sound_volume)
        self._source: AudioSource | None = create_source(settings.stream.sound, settings)
        self._opened = False
        self._resamplers: dict[tuple[LiveLine, int], Resampler] = {}

    def hear_voice(self, samples: Samples, when: float, rate: int) -> None:
        """Take a block of her voice."""
        self._write(self._voice, samples, when, rate)

    def her_voice(self, when: float, count: int) -> Samples:
        """So many samples (RATE) of what she is heard saying from `when` on, whether a stream has it or not."""
        mix = np.zeros(count, np.float32)
        self._voice.add_to(mix, round(when * RATE))
        return mix

    def soundtrack(self) -> Soundtrack:
        """All that the settings want to be heard; what cannot be had is said once and left out."""
        if not self._opened:
            self._opened = True
            self._music = self._loaded()
            self._listen()
        stream = self._settings.stream
        lines: list[Line] = [self._voice] if stream.voice else []
        soft: list[Line] = []
        if self._music is not None:
            (lines if stream.duck == "none" else soft).append(self._music)
        if self._source is not None:
            (soft if stream.duck == "all" else lines).append(self._other)
        if soft:
            depth = Depth(stream.duck_db, stream.duck_attack_s, stream.duck_release_s)
            lines.append(Ducked(soft, self._voice, depth))
        return Soundtrack(lines)

    def close(self) -> None:
        """Give the device back."""
        if self._opened and self._source is not None:
            self._source.close()

    def _loaded(self) -> LoopLine | None:
        stream = self._settings.stream
        if stream.music is None:
            return None
        try:
            return LoopLine(read_sound(Path(stream.music), RATE), stream.music_volume)
        except AudioError as error:
            log.warning("the stream has no music: %s", error)
            return None

    def _listen(self) -> None:
        if self._source is None:
            return
        try:
            self._source.start(self._heard)
        except AudioError as error:
            log.warning("the stream goes on without %s: %s", self._settings.stream.sound, error)
            self._source = None

    def _heard(self, samples: Samples, heard_at: float) -> None:
        self._write(self._other, samples, heard_at - len(samples) / audio.RATE, audio.RATE)

    def _write(self, line: LiveLine, samples: Samples, when: float, rate: int) -> None:
        if (line, rate) not in self._resamplers:
            self._resamplers[line, rate] = Resampler(rate, RATE)
        line.write(self._resamplers[line, rate](samples), when)
