"""The speech room put together from the settings."""

from __future__ import annotations

from collections.abc import Callable

from vtube.audio.lipsync import VowelLipSync
from vtube.settings import LipSyncSettings, SpeechSettings
from vtube.speech.player import Player
from vtube.speech.queue import SpeechQueue
from vtube.speech.sinks import DeviceSink
from vtube.speech.visemes import viseme_track


def build_queue(settings: SpeechSettings, lipsync: Callable[[], LipSyncSettings] = LipSyncSettings) -> SpeechQueue:
    """A queue that speaks through the device of the settings; nothing is opened before the first text.

    `lipsync` gives the settings of the moment, for voices without timings; a calibration is of the user's own voice
    and so of no use here.

    Raises:
        SettingsError: the settings name a voice that there is not.
    """
    player = Player(lambda fill: DeviceSink(settings.device, fill), settings.volume)
    return SpeechQueue(settings, player, lambda utterance: viseme_track(utterance, lambda: VowelLipSync(lipsync())))
