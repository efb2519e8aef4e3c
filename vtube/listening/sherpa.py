"""`sherpa:DIR`: a model that was made for sherpa-onnx, from the folder that its archive unpacks to.

The kind is seen by the files: SenseVoice and Paraformer (model.onnx), transducers (encoder, decoder, joiner) and
Whisper (encoder and decoder), each with tokens.txt. https://k2-fsa.github.io/sherpa/onnx/pretrained_models/
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vtube.audio.base import RATE, Samples
from vtube.errors import AudioError, SettingsError
from vtube.paths import expanded, is_folder
from vtube.registry import for_c, optional
from vtube.settings import ListeningSettings
from vtube.spec import Spec
from vtube.text import first_line


class SherpaRecogniser:
    """One model that hears a whole turn at once."""

    def __init__(self, folder: Path, settings: ListeningSettings) -> None:
        """`folder` is looked into now.

        Raises:
            SettingsError: it holds no model of a kind that is known.
        """
        self.name = f"sherpa:{folder.name}"
        self._settings = settings
        self._kind, self._files = files_of(folder)
        self._recogniser: Any = None

    def load(self) -> None:
        """See `base.Recogniser`."""
        sherpa = optional("sherpa_onnx", "sherpa", "sherpa")
        make = getattr(sherpa.OfflineRecognizer, f"from_{self._kind}")
        more = {"language": self._settings.language} if self._kind == "sense_voice" else {}
        try:
            files = {part: for_c(Path(file)) for part, file in self._files.items()}
            self._recogniser = make(**files, **more, num_threads=self._settings.threads)
        except (RuntimeError, ValueError, TypeError) as error:
            raise AudioError(f"{self.name} cannot be loaded: {first_line(error)}") from None

    def recognise(self, samples: Samples, language: str) -> str:  # noqa: ARG002 - its model has one of its own
        """See `base.Recogniser`."""
        try:
            stream = self._recogniser.create_stream()
            stream.accept_waveform(RATE, samples)
            self._recogniser.decode_stream(stream)
            return str(stream.result.text).strip()
        except RuntimeError as error:
            raise AudioError(f"speech recognition fails: {first_line(error)}") from None


def files_of(folder: Path) -> tuple[str, dict[str, str]]:
    """The kind of the model in a folder, and its files by the names of sherpa-onnx's arguments.

    Raises:
        SettingsError: there is none, or it is of another kind.
    """
    tokens = _file(folder, "tokens", ".txt")
    parts = {part: _file(folder, part, ".onnx") for part in ("encoder", "decoder", "joiner")}
    if tokens and all(parts.values()):
        return "transducer", {**parts, "tokens": tokens}
    if tokens and parts["encoder"] and parts["decoder"]:
        return "whisper", {"encoder": parts["encoder"], "decoder": parts["decoder"], "tokens": tokens}
    model = _file(folder, "model", ".onnx")
    if tokens and model:
        kind = "paraformer" if "paraformer" in folder.resolve().name.lower() else "sense_voice"
        return kind, {("paraformer" if kind == "paraformer" else "model"): model, "tokens": tokens}
    raise SettingsError(f"{folder} holds no model of sherpa-onnx that is known: no tokens.txt with its .onnx files")


def _file(folder: Path, part: str, ending: str) -> str:
    """The file of a part, the small one where there are two; empty for none."""
    found = sorted(path for path in folder.glob(f"*{ending}") if part in path.name) if is_folder(folder) else []
    small = [path for path in found if ".int8." in path.name]
    return str((small or found)[0]) if found else ""


def create(spec: Spec, settings: ListeningSettings) -> SherpaRecogniser:
    """`sherpa:DIR`.

    Raises:
        SettingsError: the folder holds no model.
        PackageMissingError: sherpa-onnx is not installed.
    """
    optional("sherpa_onnx", "sherpa", "sherpa")
    if not spec.argument:
        raise SettingsError("sherpa takes the folder of a model, such as sherpa:models/sense-voice")
    return SherpaRecogniser(expanded(spec.argument), settings)
