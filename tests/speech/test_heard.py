"""A voice that is listened to has the vowels of the language that it speaks."""

import numpy as np
import pytest

from vtube.audio.vowels import VowelNetwork, load_weights
from vtube.settings import LipSyncSettings
from vtube.speech.heard import lip_sync_for


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("こんにちは、みんな。", "ja"),
        ("Hello, what is this?", "en"),
        ("Hola, ¿cómo está?", "es"),
        ("Ciao, come stai con il tuo gatto?", "es"),
        ("你好，这是什么？", "zh"),
        ("Привет, это мы.", "auto"),
        ("...", "auto"),
    ],
)
def test_the_text_says_whose_vowels(text: str, language: str) -> None:
    lip_sync = lip_sync_for(text, LipSyncSettings(language="ja", strength=0.5))
    expected = VowelNetwork(load_weights(), language).vowel_layer()[0]
    np.testing.assert_array_equal(lip_sync._network.vowel_layer()[0], expected)  # noqa: SLF001 - has no other sign
