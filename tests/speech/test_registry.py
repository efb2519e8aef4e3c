import re
import subprocess
import sys
from pathlib import Path

import pytest

from vtube.errors import SettingsError
from vtube.settings import SpeechSettings, parse
from vtube.speech.registry import VOICES, create_voice

ROOT = Path(__file__).resolve().parents[2]
NEEDS = SpeechSettings.model_validate({"command": ["speak"], "gptsovits": {"reference": "miko.wav"}})


@pytest.mark.parametrize("kind", VOICES.names())
def test_every_voice_is_made_without_its_engine(kind: str) -> None:
    assert callable(create_voice(kind, NEEDS).synthesize)


def test_no_voice_is_loaded_before_it_is_asked_for() -> None:
    code = "import sys, vtube.speech.registry; print([m for m in sys.modules if m.startswith('vtube.speech.voices.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_voice_is_explained() -> None:
    with pytest.raises(SettingsError, match="there is no voice 'voicevocks'; did you mean 'voicevox'"):
        create_voice("voicevocks", SpeechSettings())


@pytest.mark.parametrize("kind", VOICES.names())
def test_every_voice_is_documented(kind: str) -> None:
    for document in ("docs/guide/speech.md", "config/default.yaml"):
        assert re.search(rf"\b{kind}\b", (ROOT / document).read_text(encoding="utf-8")), document


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://", "ftp://here", "mailto:me", "http://a b", "http://x:99999"]
)
def test_addresses_are_http(address: str) -> None:
    with pytest.raises(SettingsError, match=r"speech\.addresses.*such as http://127\.0\.0\.1:50021"):
        parse({"speech": {"addresses": {"voicevox": address}}})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("127.0.0.1:50021", "http://127.0.0.1:50021"),
        (" localhost:50021/docs/ ", "http://localhost:50021"),
        ("https://tts.example/api/", "https://tts.example/api"),
        ("http://[::1]:8880/docs", "http://[::1]:8880"),
        ("http://192.168.1.5:50021/openapi.json", "http://192.168.1.5:50021"),
    ],
)
def test_addresses_as_people_write_them(written: str, meant: str) -> None:
    assert parse({"speech": {"addresses": {"voicevox": written}}}).speech.addresses == {"voicevox": meant}
