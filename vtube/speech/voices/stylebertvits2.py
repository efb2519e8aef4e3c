"""`stylebertvits2[:MODEL]`: Style-Bert-VITS2's own server (server_fastapi.py).

GET /models/info, GET /voice; MODEL is a model's name, without it the server's first one speaks. The server refuses
more than its own limit of characters, 100 as delivered, which our sentences keep below for Japanese.
Facts: https://github.com/litagin02/Style-Bert-VITS2 (server_fastapi.py).
"""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import Any

from vtube.errors import SpeechError
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import Utterance
from vtube.speech.decoding import decode
from vtube.speech.voices.http import VoiceServer

NAME = "stylebertvits2"
ADDRESS = "http://127.0.0.1:5000"


class StyleBertVits2:
    """A Style-Bert-VITS2 server."""

    def __init__(self, spec: Spec, settings: SpeechSettings) -> None:
        self._server = VoiceServer(NAME, settings.addresses.get(NAME, ADDRESS), settings.timeout_s)
        own = settings.stylebertvits2
        self._query = {
            "language": own.language,
            "style": own.style,
            "length": 1 / settings.speed,
            **({"model_name": spec.argument} if spec.argument else {}),
        }

    def styles(self) -> dict[str, str]:
        """What the server has: each model's name to `model: its styles`.

        Raises:
            SpeechError: it does not answer, or has none.
        """
        models = self._server.json(self._server.get("/models/info"), dict)
        try:
            found = {_name(one): f"{_name(one)}: {', '.join(map(str, one['style2id']))}" for one in models.values()}
        except (LookupError, TypeError, AttributeError):
            found = {}
        if not found:
            raise SpeechError(f"{NAME} has no models")
        return found

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; no timings: the mouth listens to the sound."""
        return Utterance(text, *decode(self._server.get("/voice", {"text": text, **self._query}), NAME))


def _name(model: dict[str, Any]) -> str:
    """A model is called as the folder of its settings; the path is that of the server's system."""
    return PureWindowsPath(model["config_path"]).parent.name
