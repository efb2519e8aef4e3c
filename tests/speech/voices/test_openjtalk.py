"""With the real engine, where it is installed."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.errors import PackageMissingError, SettingsError
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.registry import create_voice
from vtube.speech.voices.openjtalk import OpenJtalk


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyopenjtalk", None)
    with pytest.raises(PackageMissingError, match="extras openjtalk"):
        create_voice("openjtalk", SpeechSettings()).synthesize("あ")


def test_it_takes_no_argument() -> None:
    with pytest.raises(SettingsError, match="takes nothing after it"):
        create_voice("openjtalk:mei", SpeechSettings())


@pytest.mark.parametrize("speed", [1.0, 0.5, 0.8, 1.3, 2.0])
@pytest.mark.parametrize("text", ["こんにちは。", "ちょっと待ってください、株式会社の社長！", "ピカピカの一年生です。"])
def test_the_timings_are_the_engines_own(text: str, speed: float) -> None:
    engine = pytest.importorskip("pyopenjtalk")
    said = OpenJtalk(Spec("openjtalk"), SpeechSettings(speed=speed)).synthesize(text)
    assert said.phonemes[-1].end == pytest.approx(len(said.samples) / said.rate, abs=1e-6)
    assert [one.start for one in said.phonemes[1:]] == [one.end for one in said.phonemes[:-1]]
    wave, _ = engine.synthesize(engine.extract_fullcontext(text), speed=speed)
    np.testing.assert_allclose(said.samples * max(32768, np.abs(wave).max()), wave, atol=0.01)


def test_vowels_are_loud_where_they_are_said_to_be() -> None:
    pytest.importorskip("pyopenjtalk")
    said = OpenJtalk(Spec("openjtalk"), SpeechSettings()).synthesize("あー、えー、おー。")
    loud = [
        float(np.abs(said.samples[int(one.start * said.rate) : int(one.end * said.rate)]).mean())
        for one in said.phonemes
    ]
    kinds = [one.symbol in "aeo" for one in said.phonemes]
    assert min(level for level, vowel in zip(loud, kinds, strict=True) if vowel) > 10 * max(
        level for level, vowel in zip(loud, kinds, strict=True) if not vowel
    )
    assert np.abs(said.samples).max() <= 1.0


def test_text_that_has_no_reading() -> None:
    pytest.importorskip("pyopenjtalk")
    said = OpenJtalk(Spec("openjtalk"), SpeechSettings()).synthesize("x̃ᵹ\u200b")
    assert len(said.samples) >= 0
