"""What understands: chosen by its SPEC, found by its files; and the real ones, where they are installed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.audio.sounds import silence
from vtube.errors import AudioError, PackageMissingError, SettingsError
from vtube.listening import whisper
from vtube.listening.registry import RECOGNISERS, create_recogniser
from vtube.listening.sherpa import files_of
from vtube.registry import installed
from vtube.settings import ListeningSettings

SETTINGS = ListeningSettings()


def touched(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    ("names", "kind", "parts"),
    [
        (["tokens.txt", "model.onnx", "model.int8.onnx"], "sense_voice", {"model": "model.int8.onnx"}),
        (["tiny-tokens.txt", "tiny-encoder.onnx", "tiny-decoder.onnx"], "whisper", {"encoder": "tiny-encoder.onnx"}),
        (["tokens.txt", "encoder.onnx", "decoder.onnx", "joiner.onnx"], "transducer", {"joiner": "joiner.onnx"}),
    ],
)
def test_the_kind_of_a_sherpa_model_is_seen_by_its_files(
    names: list[str], kind: str, parts: dict[str, str], tmp_path: Path
) -> None:
    found, files = files_of(touched(tmp_path, *names))
    assert found == kind
    assert {key: Path(files[key]).name for key in parts} == parts
    assert "tokens" in files


def test_a_folder_without_a_sherpa_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no model of sherpa-onnx"):
        files_of(tmp_path)


def test_without_any_package_one_line_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.registry.installed", lambda _: False)
    with pytest.raises(PackageMissingError, match="extras listen"):
        create_recogniser("auto", SETTINGS)


def test_the_automatic_choice_takes_the_first_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.registry.installed", lambda name: name != "faster_whisper")
    monkeypatch.setattr("vtube.listening.sphinx.optional", lambda *_: SimpleNamespace())
    assert create_recogniser("auto", SETTINGS).name == "sphinx"


def test_a_recogniser_that_does_not_exist_is_named() -> None:
    with pytest.raises(SettingsError, match="speech recognition"):
        create_recogniser("telepathy", SETTINGS)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A faster-whisper that says what the test puts into `segments`, and notes how it was asked."""
    seen: dict[str, Any] = {"segments": []}

    class Model:
        def __init__(self, folder: str, **arguments: Any) -> None:
            seen["folder"] = folder

        def encode(self, features: object) -> object:
            seen["encoded"] = [*seen.get("encoded", []), features]
            return features

        def transcribe(self, samples: object, **arguments: Any) -> tuple[list[Any], None]:
            seen["asked"] = arguments
            if arguments["language"] is None:
                self.encode("for the language")
            self.encode("for the words")
            if isinstance(seen["segments"], Exception):
                raise seen["segments"]
            return seen["segments"], None

    monkeypatch.setattr(whisper, "optional", lambda *_: SimpleNamespace(WhisperModel=Model))
    return seen


def segment(text: str, logprob: float = -0.3, silence: float = 0.1, ratio: float = 1.2) -> SimpleNamespace:
    return SimpleNamespace(text=text, avg_logprob=logprob, no_speech_prob=silence, compression_ratio=ratio)


@pytest.mark.parametrize(
    ("doubtful", "why"),
    [
        (segment(" Thank you.", logprob=-1.2, silence=0.8), "silence"),
        (segment(" you you you you", ratio=5.0), "babble"),
        (segment(" xyz", logprob=-2.0), "unsure"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_whisper_makes_up_is_left_out(
    doubtful: SimpleNamespace, why: str, engine: dict[str, Any], tmp_path: Path
) -> None:
    model = create_recogniser(f"whisper:{touched(tmp_path, 'model.bin')}", SETTINGS)
    model.load()
    engine["segments"] = [segment(" Hello"), doubtful, segment(" there.")]
    assert model.recognise(silence(1.0), "auto") == "Hello there."
    assert engine["asked"]["language"] is None
    model.recognise(silence(1.0), "ja")
    assert engine["asked"]["language"] == "ja"
    engine["segments"] = RuntimeError("out of memory")
    with pytest.raises(AudioError, match="out of memory"):
        model.recognise(silence(1.0), "auto")


@pytest.mark.parametrize(
    ("language", "seconds", "encoded"),
    [
        ("auto", 2.0, ["for the language"] * 2),
        ("en", 2.0, ["for the words"] * 2),
        ("auto", 40.0, ["for the language", "for the words"] * 2),
    ],
)
def test_a_turn_is_encoded_once_for_its_language_and_its_words(
    language: str, seconds: float, encoded: list[str], engine: dict[str, Any], tmp_path: Path
) -> None:
    model = create_recogniser(f"whisper:{touched(tmp_path, 'model.bin')}", SETTINGS)
    model.load()
    for _ in range(2):
        model.recognise(silence(seconds), language)
    assert engine["encoded"] == encoded


def test_a_model_is_fetched_once_into_the_models_folder(
    engine: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    fetched: list[str] = []

    def download(wanted: Any, to: Path, _progress: object) -> None:
        fetched.append(wanted.url)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.touch()

    monkeypatch.setattr(whisper, "download", download)
    for _ in range(2):
        create_recogniser("whisper", SETTINGS).load()
    assert len(fetched) == 4
    assert all(url.startswith("https://huggingface.co/Systran/faster-whisper-base/resolve/main/") for url in fetched)
    assert engine["folder"] == str(tmp_path / "whisper-base")


@pytest.mark.parametrize(("name", "message"), [("bigger", "Whisper model"), ("/nowhere/at/all", "no model.bin")])
def test_a_whisper_model_that_is_not_there_is_named(name: str, message: str, engine: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=message):
        create_recogniser(f"whisper:{name}", SETTINGS)


@pytest.mark.skipif(not installed("pocketsphinx"), reason="pocketsphinx is not installed")
def test_sphinx_hears_nothing_in_silence() -> None:
    recogniser = RECOGNISERS.create("sphinx", SETTINGS)
    recogniser.load()
    assert recogniser.recognise(np.zeros(16_000, np.float32), "en") == ""
