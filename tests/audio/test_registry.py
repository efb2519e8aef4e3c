import pytest

from vtube.audio.registry import create_source
from vtube.errors import SettingsError


def test_none_is_no_source() -> None:
    assert create_source("none") is None


@pytest.mark.parametrize("text", ["mic", "mic:USB", "loopback", "loopback:vcam", "file:a.wav"])
def test_nothing_is_opened_before_the_start(text: str) -> None:
    source = create_source(text)
    assert source is not None
    assert source.status(0.0).name == text.split(":", maxsplit=1)[0]
    source.close()


@pytest.mark.parametrize(("text", "words"), [("mike", "did you mean 'mic'"), ("file", "needs the path")])
def test_a_wrong_spec_is_explained(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        create_source(text)
