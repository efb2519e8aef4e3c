from __future__ import annotations

import pytest

from vtube.speech.sound_words import LAUGH, SIGH, YAWN, names_sound, sounds_in, tag_sounds

LAUGHS = (
    "laughs/laughing/giggling/chuckling/snickers/LOL/laughs softly/nervous laughter/softly chuckles/laugh!"
    "/くすくす/大笑い/爆笑/笑いながら/笑声/轻笑/哈哈大笑/웃음/risas/rires/lacht/смеётся"
)
SIGHS = (
    "breathe/breathing/inhale/inhales/exhaling/gasp/gasped/deep breath/deep sigh/takes a deep breath"
    "/ため息/溜め息/深呼吸/叹息/叹气/한숨/suspiro/soupirs/seufzt/вздох"
)
YAWNS = "yawn/yawning/Yawns/あくび/打哈欠/하품/bostezo/gähnt"
KINDS = {LAUGH: LAUGHS, SIGH: SIGHS, YAWN: YAWNS}


@pytest.mark.parametrize(
    ("sound", "word"), [(kind, word) for kind, words in KINDS.items() for word in words.split("/")]
)
def test_a_sound_is_known_by_its_words_in_all_their_forms(sound: str, word: str) -> None:
    assert tag_sounds(word) == (sound,)


@pytest.mark.parametrize("word", ["haha", "Hahaha!", "哈哈", "ㅋㅋㅋ", "jajaja", "www"])
def test_a_tag_may_laugh_in_writing(word: str) -> None:
    assert tag_sounds(word) == (LAUGH,)


@pytest.mark.parametrize(
    "word", ["", "joy", "微笑", "笑顔", "smiling", "breathless", "do", "ly", "laughs at his own long jokes"]
)
def test_other_words_are_no_sounds(word: str) -> None:
    assert tag_sounds(word) == ()


def test_a_sound_among_other_words_is_in_them_but_they_are_no_name_of_it() -> None:
    assert sounds_in("looks away, sighs and laughs") == (SIGH, LAUGH)
    assert names_sound("laughing stock") == ""
    assert names_sound("laughs softly") == LAUGH
