"""`whisper[:MODEL]`: Whisper through faster-whisper, on the processor; MODEL is a size such as `base`, or a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from vtube.audio.base import RATE, Samples
from vtube.errors import AudioError, SettingsError
from vtube.net.download import Download, download
from vtube.net.progress import Progress, progress_bar
from vtube.paths import expanded, is_file, models_folder
from vtube.registry import optional
from vtube.settings import ListeningSettings
from vtube.spec import Spec
from vtube.text import first_line, unknown

ADDRESS = "https://huggingface.co/Systran/faster-whisper-{size}/resolve/main/{file}"
SIZES = ("tiny", "tiny.en", "base", "base.en", "small", "small.en", "medium", "medium.en", "large-v3")
USUAL = "base"
FILES = {"config.json": 1 << 16, "tokenizer.json": 1 << 23, "model.bin": 4 << 30}
"""Name to the most bytes that it may have."""
VOCABULARIES = {"large-v3": "vocabulary.json"}
UNSURE_SILENCE, UNSURE_WORDS = 0.6, -1.0
"""Above that share of silence and below that mean log probability of its words, Whisper makes things up."""
NOTHING_SURE = -1.6
WINDOW_S = 30.0
"""What Whisper hears at a time; a turn is shorter."""
MOST_COMPRESSION = 2.4
"""A text that can be pressed together more than so often says the same again and again."""


class WhisperRecogniser:
    """One model."""

    def __init__(self, size: str | None, folder: Path, settings: ListeningSettings) -> None:
        """`size`: which one is fetched into `folder` when it is not there; None for a folder that must be whole."""
        self.name = f"whisper:{size or folder.name}"
        self._size, self._folder, self._settings = size, folder, settings
        self._model: Any = None

    def load(self) -> None:
        """See `base.Recogniser`; the model is fetched once, with its sha256 checked."""
        faster_whisper = optional("faster_whisper", "listen", "whisper")
        if self._size is not None:
            with progress_bar() as progress:
                fetch(self._size, self._folder, progress)
        try:
            self._model = faster_whisper.WhisperModel(
                str(self._folder), device="cpu", compute_type="int8", cpu_threads=self._settings.threads
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise AudioError(f"the Whisper model in {self._folder} cannot be loaded: {first_line(error)}") from None

    def recognise(self, samples: Samples, language: str) -> str:
        """See `base.Recogniser`."""
        is_asked = language == "auto" and len(samples) < WINDOW_S * RATE
        try:
            with encoding_once(self._model) if is_asked else nullcontext():
                segments, _ = self._model.transcribe(
                    samples,
                    language=None if language == "auto" else language,
                    beam_size=1,
                    without_timestamps=True,
                    condition_on_previous_text=False,
                )
                segments = list(segments)
            return " ".join(part.text.strip() for part in segments if _is_sure(part)).strip()
        except (RuntimeError, ValueError) as error:
            raise AudioError(f"speech recognition fails: {first_line(error)}") from None


@contextmanager
def encoding_once(model: Any) -> Iterator[None]:
    """Let a model of faster-whisper encode one window once: for its language and for its words.

    The package does so twice, and encoding is nearly all of its work.
    """
    encode = model.encode
    kept: list[Any] = []

    def once(features: Any) -> Any:
        if not kept:
            kept.append(encode(features))
        return kept[0]

    model.encode = once
    try:
        yield
    finally:
        model.encode = encode


def _is_sure(part: Any) -> bool:
    made_up = part.no_speech_prob > UNSURE_SILENCE and part.avg_logprob < UNSURE_WORDS
    return not made_up and part.avg_logprob > NOTHING_SURE and part.compression_ratio < MOST_COMPRESSION


def fetch(size: str, folder: Path, progress: Progress) -> None:
    """Bring what is missing of a model from Hugging Face, which announces the sha256 of the large file.

    Raises:
        ModelError: a file cannot be had; one line.
    """
    vocabulary = VOCABULARIES.get(size, "vocabulary.txt")
    for file, most in {**FILES, vocabulary: 1 << 23}.items():
        if not is_file(folder / file):
            wanted = Download(ADDRESS.format(size=size, file=file), f"whisper {size}: {file}", most)
            download(wanted, folder / file, progress)


def create(spec: Spec, settings: ListeningSettings) -> WhisperRecogniser:
    """`whisper`, `whisper:SIZE`, `whisper:FOLDER`.

    Raises:
        SettingsError: there is no such size, or the folder holds no model.
        PackageMissingError: faster-whisper is not installed.
    """
    optional("faster_whisper", "listen", "whisper")
    wanted = (spec.argument or USUAL).strip()
    if wanted in SIZES:
        return WhisperRecogniser(wanted, models_folder() / f"whisper-{wanted}", settings)
    folder = expanded(wanted)
    if is_file(folder / "model.bin"):
        return WhisperRecogniser(None, folder, settings)
    if re.fullmatch(r"[\w.-]+", wanted):
        raise SettingsError(unknown("Whisper model", wanted, SIZES))
    raise SettingsError(f"{folder} holds no Whisper model for CTranslate2: there is no model.bin in it")
