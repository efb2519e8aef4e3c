"""The speech room put together from the settings."""

from __future__ import annotations

from vtube.settings import SpeechSettings
from vtube.speech.listening import mouth_of
from vtube.speech.loudness import LoudnessMouth
from vtube.speech.player import Player
from vtube.speech.queue import SpeechQueue
from vtube.speech.sinks import DeviceSink


def build_queue(settings: SpeechSettings) -> SpeechQueue:
    """A queue that speaks through the device of the settings; nothing is opened before the first text.

    Raises:
        SettingsError: the settings name a voice that there is not.
    """
    player = Player(lambda fill: DeviceSink(settings.device, fill), settings.volume)
    return SpeechQueue(settings, player, lambda utterance: mouth_of(utterance, LoudnessMouth))
