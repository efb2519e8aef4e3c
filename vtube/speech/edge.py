"""`edge[:WHO]`: Microsoft Edge's online voices through the package edge-tts. The text leaves this computer."""

from __future__ import annotations

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
        self._timeout = round(settings.timeout_s)

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; it knows words but no phonemes: the mouth listens to the sound."""
        edge_tts = package("edge_tts", "edge-tts", "the voice edge")
        sound = bytearray()
        try:
            talk = edge_tts.Communicate(text, self._who, rate=self._rate, connect_timeout=self._timeout,
                                        receive_timeout=self._timeout)
            for part in talk.stream_sync():
                if part["type"] == "audio" and len(sound) < MAX_BYTES:
                    sound += part["data"]
        except Exception as error:
            raise SpeechError(f"the voice edge does not answer; is this computer online? ({error})") from None
        return Utterance(text, *decode(bytes(sound), NAME))
