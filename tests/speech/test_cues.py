from __future__ import annotations

import numpy as np
import pytest

from tests.speech.rig import PlayerRig
from tests.speech.sounds import tone
from vtube.signals import CueKind, SpeechCue
from vtube.speech.base import Utterance
from vtube.speech.cues import cues_of
from vtube.speech.sound import trimmed
from vtube.speech.visemes import VisemeTrack


def said(text: str, emotion: str = "") -> list[SpeechCue]:
    return cues_of(Utterance(text, tone(1.0, 24_000), 24_000, emotion=emotion))


@pytest.mark.parametrize("text", ["Really?", "本当に？", "「行く？」", "Hm? "])
def test_a_question_mark_asks_whatever_the_voice_does(text: str) -> None:
    assert CueKind.QUESTION in [cue.kind for cue in said(text)]


def test_a_statement_does_not() -> None:
    assert CueKind.QUESTION not in [cue.kind for cue in said("Really.")]


@pytest.mark.parametrize(("tag", "kind"), [("laugh", CueKind.LAUGH), ("sighs", CueKind.SIGH), ("笑い", CueKind.LAUGH)])
def test_a_sound_that_voices_cannot_make_is_made_by_the_body(tag: str, kind: CueKind) -> None:
    first = said("Well.", tag)[0]
    assert first.kind is kind or said("Well.", tag)[1].kind is kind


def test_a_sound_comes_where_the_text_has_it() -> None:
    told = cues_of(Utterance("Well, well.", tone(2.0, 24_000), 24_000, sounds=(("laugh", 0.5), ("sigh", 1.0))))
    times = {cue.kind: cue.time for cue in told}
    assert times[CueKind.LAUGH] == pytest.approx(1.0)
    assert times[CueKind.SIGH] == pytest.approx(1.9)


def test_a_statement_asks_nothing_however_its_pitch_rises() -> None:
    at = np.arange(24_000) / 24_000
    rising = np.sin(2 * np.pi * (150 * at + 90 * at**4)).astype(np.float32)
    kinds = {
        text: [cue.kind for cue in cues_of(Utterance(text, rising, 24_000))]
        for text in ("So bright!", "Is it.", "行くのか。", "")
    }
    assert [CueKind.QUESTION in found for found in kinds.values()] == [False, False, True, True]


def test_silence_has_none() -> None:
    assert cues_of(Utterance("?", np.zeros(2400, np.float32), 24_000)) == []


def test_the_player_tells_cues_when_their_sound_is_heard() -> None:
    rig = PlayerRig()
    rig.player.prepare()
    cues = [SpeechCue(CueKind.PHRASE, 0.0, 1.0), SpeechCue(CueKind.ACCENT, 0.5, number=1)]
    utterance = trimmed(Utterance("", tone(1.0, 24_000), 24_000))
    rig.player.play(1, utterance, VisemeTrack(np.zeros((200, 5), np.float32)), cues)
    assert rig.player.cues(rig.clock()) == []
    rig.turn(0.2)
    phrase, accent = rig.player.cues(rig.clock())
    assert accent.time - phrase.time == pytest.approx(0.5)
    assert phrase.number != accent.number
    assert abs(phrase.time - rig.clock() + 0.2) < 0.1


def test_what_is_left_out_has_no_more_cues() -> None:
    rig = PlayerRig()
    rig.player.prepare()
    cues = [SpeechCue(CueKind.PHRASE, 0.0, 3.0), SpeechCue(CueKind.ACCENT, 2.5, number=1)]
    rig.player.play(1, Utterance("", tone(3.0, 24_000), 24_000), VisemeTrack(np.zeros((600, 5), np.float32)), cues)
    rig.turn(1.4)
    assert [cue.kind for cue in rig.player.cues(rig.clock())] == [CueKind.PHRASE, CueKind.ACCENT]
    rig.player.drop(lambda _: False)
    rig.turn(0.1)
    (phrase,) = rig.player.cues(rig.clock())
    assert phrase.length < 1.7
