from __future__ import annotations

import pytest

from tests.speech.sounds import tone
from vtube.errors import PackageMissingError
from vtube.settings import SpeechSettings
from vtube.speech.base import Utterance, Voice
from vtube.speech.voice_cache import VoiceCache


class Plain:
    """A voice that loads nothing."""

    def synthesize(self, text: str) -> Utterance:
        return Utterance(text, tone(0.1), 24_000)


class Slow(Plain):
    """One that does."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.loads = 0
        self.fault = fault

    def load(self) -> None:
        self.loads += 1
        if self.fault is not None:
            raise self.fault


def test_a_voice_is_loaded_once_and_one_that_loads_nothing_is_left_alone() -> None:
    slow = Slow()
    voices: dict[str, Voice] = {"slow": slow, "plain": Plain()}
    cache = VoiceCache(SpeechSettings(voice="slow"), lambda spec, _: voices[spec])
    cache.get("plain")
    for spec in ("slow", "plain", "slow", "never made"):
        cache.load(spec)
    assert slow.loads == 1


def test_what_cannot_be_loaded_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow(PackageMissingError("the voice needs a package"))
    cache = VoiceCache(SpeechSettings(voice="slow"), lambda *_: slow)
    for _ in range(2):
        cache.load("slow")
    assert caplog.text.count("the voice needs a package") == 1
