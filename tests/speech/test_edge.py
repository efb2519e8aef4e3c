from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.speech.sounds import tone, wav
from vtube.errors import SpeechError
from vtube.settings import SpeechSettings
from vtube.speech.registry import create_voice


class FakeCommunicate:
    """edge_tts.Communicate: hands out a sound in pieces, between boundaries of words."""

    made: list[tuple[tuple[Any, ...], dict[str, Any]]] = []  # noqa: RUF012
    failure: Exception | None = None
    sound = wav(tone(0.5))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.made.append((arguments, named))

    def stream_sync(self) -> Iterator[dict[str, Any]]:
        if self.failure is not None:
            raise self.failure
        for first in range(0, len(self.sound), 1000):
            yield {"type": "audio", "data": self.sound[first:first + 1000]}
            yield {"type": "WordBoundary", "offset": 0, "duration": 1, "text": "a"}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> type[FakeCommunicate]:
    fake = type("Fake", (FakeCommunicate,), {"made": []})
    monkeypatch.setitem(sys.modules, "edge_tts", SimpleNamespace(Communicate=fake))
    return fake


def test_the_sound_is_put_together(service: type[FakeCommunicate]) -> None:
    said = create_voice("edge:en-US-AriaNeural", SpeechSettings(speed=1.25)).synthesize("Hello.")
    assert (len(said.samples), said.phonemes) == (12_000, ())
    (arguments, named), = service.made
    assert arguments == ("Hello.", "en-US-AriaNeural")
    assert named["rate"] == "+25%"


def test_offline_is_one_line(service: type[FakeCommunicate], monkeypatch: pytest.MonkeyPatch) -> None:
    service.failure = OSError("cannot connect")
    with pytest.raises(SpeechError, match="is this computer online"):
        create_voice("edge", SpeechSettings()).synthesize("Hello.")
    service.failure, service.sound = None, b""
    with pytest.raises(SpeechError, match="no sound"):
        create_voice("edge", SpeechSettings()).synthesize("Hello.")
    monkeypatch.setitem(sys.modules, "edge_tts", None)
    with pytest.raises(SpeechError, match="pip install edge-tts"):
        create_voice("edge", SpeechSettings()).synthesize("Hello.")


def test_a_service_that_hangs_is_left(service: type[FakeCommunicate], monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(_: object) -> Iterator[dict[str, Any]]:
        released.wait(10)
        return iter([])

    monkeypatch.setattr(service, "stream_sync", hang)
    with pytest.raises(SpeechError, match="takes longer than 1 s; is this computer online"):
        create_voice("edge", SpeechSettings(timeout_s=1)).synthesize("Hello.")
    released.set()
