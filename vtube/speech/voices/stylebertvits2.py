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
from vtube.spec import Spec, argument_of
from vtube.speech.base import Utterance
from vtube.speech.decoding import decode
from vtube.speech.voices.choices import RefusedError, explained, unknown_choice
from vtube.speech.voices.http import VoiceServer

NAME = "stylebertvits2"
ADDRESS = "http://127.0.0.1:5000"


class StyleBertVits2:
    """A Style-Bert-VITS2 server."""

    def __init__(self, spec: Spec | str | None, settings: SpeechSettings) -> None:
        self._server = VoiceServer(NAME, settings.addresses.get(NAME, ADDRESS), settings.timeout_s)
        own = settings.stylebertvits2
        self._model, self._style = argument_of(spec), own.style
        self._query = {
            "language": own.language,
            "style": own.style,
            "length": 1 / settings.speed,
            **({"model_name": self._model} if self._model else {}),
        }

    def styles(self) -> dict[str, str]:
        """What the server has: each model's name to `model: its styles`.

        Raises:
            SpeechError: it does not answer, or has none.
        """
        return {name: f"{name}: {', '.join(styles)}" for name, styles in self._models().items()}

    def _models(self) -> dict[str, list[str]]:
        """Each model's name and its styles. Raises: as `styles`."""
        models = self._server.json(self._server.get("/models/info"), dict)
        try:
            found = {_name(one): [str(style) for style in one["style2id"]] for one in models.values()}
        except (LookupError, TypeError, AttributeError):
            found = {}
        if not found:
            raise SpeechError(f"{NAME} has no models")
        return found

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; no timings: the mouth listens to the sound."""
        try:
            answer = self._server.get("/voice", {"text": text, **self._query})
        except RefusedError as error:
            raise self._explained(error) from None
        return Utterance(text, *decode(answer, NAME))

    def _explained(self, error: RefusedError) -> SpeechError:
        """A model that the server lacks, or a style that its model lacks, is answered with those that it has."""
        told = explained(error, NAME, "model", self._model, self.styles)
        if told is not error:
            return told
        try:
            models = self._models()
        except SpeechError:
            return error
        styles = models.get(self._model or next(iter(models)), [])
        if not styles or self._style in styles:
            return error
        found = {style: style for style in styles}
        return SpeechError(f"{unknown_choice(NAME, 'style', self._style, found)}; see speech.stylebertvits2.style")


def _name(model: dict[str, Any]) -> str:
    """A model is called as the folder of its settings; the path is that of the server's system."""
    return PureWindowsPath(model["config_path"]).parent.name
