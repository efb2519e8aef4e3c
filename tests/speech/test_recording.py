from __future__ import annotations

import numpy as np
import pytest

from tests.speech.sounds import tone
from vtube.errors import SpeechError
from vtube.settings import Settings
from vtube.signals import CueKind
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.recording import BEFORE_S, CHAPTER_S, record


class Speaker:
    """A second of sound for each sentence; cannot say some."""

    def synthesize(self, text: str) -> Utterance:
        if "unsayable" in text:
            raise SpeechError("the voice has no word for this")
        return Utterance(text, tone(1.0, 24_000), 24_000, (Phoneme("a", 0.0, 1.0),))


def spoken(text: str, rate: int = 48_000):  # type: ignore[no-untyped-def]
    return record([text], Settings(), rate, create=lambda spec, settings: Speaker())


def test_sentences_follow_each_other_with_pauses_and_their_tags() -> None:
    said = spoken("[joy] Hello there. How are you?")
    assert [part.text for part in said.parts] == ["Hello there.", "How are you?"]
    assert [part.emotion for part in said.parts] == ["joy", ""]
    assert said.parts[0].start == pytest.approx(BEFORE_S)
    assert said.parts[1].start == pytest.approx(BEFORE_S + 1.3, abs=0.02)
    assert said.seconds == pytest.approx(0.5 + 1 + 0.3 + 1 + 1, abs=0.05)


def test_the_sound_is_where_its_sentence_is_and_the_mouth_with_it() -> None:
    said = spoken("This is the first. That is the second.")
    heard = np.abs(said.samples) > 0.1
    for part in said.parts:
        assert heard[round((part.start + 0.1) * 48_000) : round((part.end - 0.1) * 48_000)].mean() > 0.5
        mouth = said.mouth(part.start + 0.5)
        assert mouth is not None
        assert mouth.aaa > 0.5
    assert not heard[: round(0.45 * 48_000)].any()
    assert said.mouth(0.1) is None


def test_cues_lie_in_their_sentences_and_have_numbers_of_their_own() -> None:
    said = spoken("This is the first. Is that the second?")
    phrases = [cue for cue in said.cues if cue.kind is CueKind.PHRASE]
    assert [cue.time for cue in phrases] == pytest.approx([part.start for part in said.parts], abs=0.1)
    assert len({cue.number for cue in said.cues}) == len(said.cues)


def test_a_sentence_that_cannot_be_said_is_named() -> None:
    with pytest.raises(SpeechError, match="no word for this; the sentence is 'This is unsayable"):
        spoken("All of this is fine. This is unsayable.")
    with pytest.raises(SpeechError, match="nothing to say"):
        spoken("***")


def test_progress_counts_sentences() -> None:
    told: list[tuple[int, int]] = []
    record(
        ["This is the first. That is the second. Here is the third."],
        Settings(),
        16_000,
        progress=lambda done, all_: told.append((done, all_)),
        create=lambda spec, settings: Speaker(),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_texts_follow_each_other_with_a_longer_pause() -> None:
    said = record(
        ["One sentence.", "", "[do:nod] Another one."], Settings(), 48_000, create=lambda spec, settings: Speaker()
    )
    assert [(part.section, part.gesture) for part in said.parts] == [(0, ""), (2, "nod")]
    assert said.parts[1].start - said.parts[0].end == pytest.approx(CHAPTER_S, abs=0.02)
