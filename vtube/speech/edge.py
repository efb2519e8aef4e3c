"""`edge[:WHO]`: Microsoft Edge's online voices through the package edge-tts. The text leaves this computer."""

from __future__ import annotations

import threading
from typing import Any

from vtube.errors import SpeechError
from vtube.settings import SpeechSettings
from vtube.speech.base import Utterance
from vtube.speech.packages import package
from vtube.speech.sound import MAX_SECONDS, decode

NAME = "edge"
DEFAULT_WHO = "ja-JP-NanamiNeural"
MAX_BYTES = int(MAX_SECONDS * 48_000 / 8)
"""What the service sends is 48 kbit/s."""


class EdgeVoice:
    """One of Edge's voices, such as en-US-AriaNeural."""

    def __init__(self, argument: str | None, settings: SpeechSettings) -> None:
        self._who = argument or DEFAULT_WHO
        self._rate = f"{round(100 * (settings.speed - 1)):+d}%"
        self._timeout = settings.timeout_s

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; it knows words but no phonemes: the mouth listens to the sound."""
        edge_tts = package("edge_tts", "edge-tts", "the voice edge")
        fetched = _Fetched(edge_tts, text, self._who, self._rate)
        if not fetched.done.wait(self._timeout):
            fetched.enough.set()
            raise SpeechError(f"the voice edge takes longer than {self._timeout:g} s; is this computer online?")
        if fetched.failure is not None:
            raise SpeechError(f"the voice edge does not answer; is this computer online? ({fetched.failure})")
        return Utterance(text, *decode(bytes(fetched.sound), NAME))


class _Fetched:
    """The service's answer, fetched in a thread: the package has no limit that holds where a name is not found."""

    def __init__(self, edge_tts: Any, text: str, who: str, rate: str) -> None:
        self.sound = bytearray()
        self.failure: Exception | None = None
        self.done, self.enough = threading.Event(), threading.Event()
        threading.Thread(target=self._fetch, args=(edge_tts, text, who, rate), name="edge", daemon=True).start()

    def _fetch(self, edge_tts: Any, text: str, who: str, rate: str) -> None:
        try:
            for part in edge_tts.Communicate(text, who, rate=rate).stream_sync():
                if part["type"] == "audio":
                    self.sound += part["data"]
                if self.enough.is_set() or len(self.sound) > MAX_BYTES:
                    break
        except Exception as error:
            self.failure = error
        finally:
            self.done.set()
