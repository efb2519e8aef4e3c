from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.speech.sounds import tone, wav
from vtube.errors import PackageMissingError, SettingsError, SpeechError
from vtube.settings import SpeechSettings
from vtube.speech.registry import create_voice


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the package edge-tts that writes a sound and what it was asked."""
    (tmp_path / "sound.wav").write_bytes(wav(tone(0.5)))
    file = tmp_path / "edge_tts.py"
    file.write_text(
        textwrap.dedent("""
        import pathlib, shutil, sys
        if __name__ == "__main__":  # imported it must do nothing: sys.argv is that of the tests then
            here = pathlib.Path(__file__).parent
            (here / "asked.txt").write_text("\\n".join(sys.argv[1:]), encoding="utf-8")
            shutil.copy(here / "sound.wav", sys.argv[-1])
    """),
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    return file


def test_the_package_speaks(package: Path) -> None:
    said = create_voice("edge:en-US-AriaNeural", SpeechSettings(speed=1.25)).synthesize("-v Hello.")
    assert (len(said.samples), said.phonemes) == (12_000, ())
    asked = (package.parent / "asked.txt").read_text(encoding="utf-8").split("\n")
    assert asked[:-1] == ["--voice=en-US-AriaNeural", "--rate=+25%", "--text", " -v Hello.", "--write-media"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise OSError('cannot connect')", r"is this computer online\? .*cannot connect"),
        ("import time; time.sleep(60)", "longer than 1 s"),
        ("pass", "edge answered without a sound"),
        ("raise RuntimeError('WSServerHandshakeError: 403, Invalid response status')", r"Microsoft refuses \(403\)"),
        ("raise ValueError(\"Invalid voice 'x'.\")", "edge has no voice 'ja-JP-NanamiNeural'"),
        ("raise RuntimeError('edge_tts.exceptions.SkewAdjustmentError: no date')", "clock to be right"),
        ("raise RuntimeError('edge_tts.exceptions.NoAudioReceived: none')", "cannot read this text"),
    ],
)
def test_without_a_network_it_is_one_line(package: Path, code: str, words: str) -> None:
    package.write_text(code)
    with pytest.raises(SpeechError, match=words) as caught:
        create_voice("edge", SpeechSettings(timeout_s=1 if "sleep" in code else 20)).synthesize("Hello.")
    assert "\n" not in str(caught.value)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.speech.voices.edge.installed", lambda _: False)
    with pytest.raises(PackageMissingError, match="extras edge"):
        create_voice("edge", SpeechSettings()).synthesize("Hello.")
    with pytest.raises(SettingsError, match="en-US-AriaNeural"):
        create_voice("edge:--help", SpeechSettings())
