import numpy as np
import pytest

from tests.audio.sounds import noise, silence, vowel
from tests.listening.rig import spoken
from vtube.audio.base import RATE, Samples
from vtube.listening.turns import BEFORE_S, LONGEST_S, Sign, Turn, TurnTaker
from vtube.settings import ListeningSettings

BLOCK = RATE // 100


def heard(sound: Samples, block: int = BLOCK, **settings: float) -> list[tuple[float, Sign | Turn]]:
    """What is found in a sound, and when, in seconds from its beginning."""
    turns = TurnTaker(ListeningSettings.model_validate(settings))
    found = []
    for begin in range(0, len(sound), block):
        end = min(begin + block, len(sound))
        found += [(end / RATE, one) for one in turns.feed(sound[begin:end], end / RATE)]
    return found


def kinds(found: list[tuple[float, Sign | Turn]]) -> list[str]:
    return [str(one.value) if isinstance(one, Sign) else "turn" for _, one in found]


def test_a_turn_begins_with_a_voice_and_ends_with_silence() -> None:
    (begun_at, begun), (ended_at, turn) = heard(spoken(1.0))
    assert begun is Sign.BEGUN
    assert 0.5 <= begun_at <= 0.75
    assert isinstance(turn, Turn)
    assert turn.speech_s == pytest.approx(1.0, abs=0.15)
    assert turn.began == pytest.approx(0.3, abs=0.1)
    assert turn.ended == pytest.approx(1.3, abs=0.1)
    assert ended_at - turn.ended == pytest.approx(0.7, abs=0.05)


def test_a_turn_holds_all_of_the_voice_and_a_little_before_it() -> None:
    sound = np.concatenate([silence(1.0), vowel("a", 0.8), silence(1.0)])
    turn = heard(sound)[-1][1]
    assert isinstance(turn, Turn)
    voice = np.flatnonzero(np.abs(turn.samples) > 0.01)
    assert voice[0] / RATE == pytest.approx(BEFORE_S, abs=0.1)
    assert (voice[-1] - voice[0]) / RATE == pytest.approx(0.8, abs=0.05)


def test_pauses_within_a_sentence_do_not_end_it() -> None:
    sound = np.concatenate([silence(0.3), vowel("a", 0.5), silence(0.4), vowel("o", 0.5), silence(1.0)])
    assert kinds(heard(sound)) == ["begun", "turn"]
    assert kinds(heard(sound, silence_s=0.3)) == ["begun", "turn", "begun", "turn"]


def test_two_sentences_are_two_turns_and_share_no_sound() -> None:
    found = heard(np.concatenate([spoken(0.6), spoken(0.6)]))
    assert kinds(found) == ["begun", "turn", "begun", "turn"]
    turns = [one for _, one in found if isinstance(one, Turn)]
    assert all(turn.speech_s == pytest.approx(0.6, abs=0.15) for turn in turns)


def click() -> Samples:
    sound = noise(0.02, 0.3)
    return np.concatenate([sound, silence(0.18)])


@pytest.mark.parametrize(
    "sound",
    [
        silence(3.0),
        noise(5.0, 0.003),
        np.concatenate([silence(0.5), *[click() for _ in range(15)], silence(1.0)]),
        np.concatenate([silence(0.5), vowel("a", 0.08), silence(1.0)]),
    ],
    ids=["silence", "noise", "typing", "a cough"],
)
def test_what_is_no_voice_begins_no_turn(sound: Samples) -> None:
    assert heard(sound) == []


def test_what_had_begun_and_was_too_short_is_told_to_be_nothing() -> None:
    assert kinds(heard(spoken(0.4), shortest_s=1.0)) == ["begun", "nothing"]


def test_who_talks_on_and_on_is_cut() -> None:
    long = np.concatenate([vowel(name, 0.5, pitch) for pitch in (110.0, 140.0, 180.0, 150.0) for name in "aoeiu"] * 4)
    found = heard(np.concatenate([silence(0.3), long, silence(1.0)]))
    turns = [one for _, one in found if isinstance(one, Turn)]
    assert len(turns) == 2
    assert len(turns[0].samples) / RATE == pytest.approx(LONGEST_S, abs=0.05)
    assert sum(len(turn.samples) for turn in turns) <= len(long) + 2 * RATE


@pytest.mark.parametrize("block", [1, 100, 441, 4096])
def test_the_size_of_the_blocks_does_not_matter(block: int) -> None:
    usual, other = heard(spoken(0.6)), heard(spoken(0.6), block)
    assert kinds(usual) == kinds(other)
    one, same = usual[-1][1], other[-1][1]
    assert isinstance(one, Turn)
    assert isinstance(same, Turn)
    assert np.array_equal(one.samples, same.samples)


def test_after_a_reset_nothing_has_begun() -> None:
    turns = TurnTaker(ListeningSettings())
    sound = spoken(1.0)[: int(0.9 * RATE)]
    assert turns.feed(sound, 0.9) == [Sign.BEGUN]
    turns.reset()
    assert not turns.begun
    assert turns.feed(silence(2.0), 2.9) == []
