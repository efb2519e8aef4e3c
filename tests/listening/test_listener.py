from collections.abc import Callable

import numpy as np
import pytest

from tests.audio.sounds import silence, vowel
from tests.fakes import FakeClock
from tests.listening.rig import FakeMicrophone, FakePartner, FakeRecogniser, spoken
from tests.waiting import eventually
from vtube.audio.base import RATE, Samples
from vtube.errors import AudioError, ModelError
from vtube.listening.listener import WAITING_TURNS, Listener
from vtube.listening.own_words import LATE_S, SHORT_LATE_S
from vtube.listening.turns import LONGEST_S
from vtube.settings import ListeningSettings, fields, is_marked
from vtube.signals import InputState

BLOCK = RATE // 100


class Rig:
    """A listener whose thread is the test's own, unless `started`."""

    def __init__(self, *texts: str | Exception, load: Exception | None = None, **settings: object) -> None:
        self.clock = FakeClock()
        self.microphone = FakeMicrophone()
        self.recogniser = FakeRecogniser(*(texts or ("hello there",)), load=load)
        self.her = FakePartner()
        self.listener = Listener(
            ListeningSettings.model_validate(settings),
            self.microphone,
            self.recogniser,
            self.her.partner(),
            self.clock,
        )

    def say(self, sound: Samples | None = None) -> None:
        """Speak into the microphone, block by block, on the clock."""
        sound = spoken() if sound is None else sound
        for begin in range(0, len(sound), BLOCK):
            self.clock.advance(BLOCK / RATE)
            self.listener.hear(sound[begin : begin + BLOCK], self.clock())

    def status(self) -> dict[str, object]:
        return self.listener.status(self.clock())

    def understand(self) -> None:
        """Recognise what waits, as the thread would."""
        while self.listener.step(0):
            pass


def test_what_is_said_is_handed_on_and_told_in_the_state() -> None:
    rig = Rig("  what a \n nice day ")
    rig.say()
    rig.understand()
    assert rig.her.told == ["give way", "wait", "what a nice day"]
    rig.clock.advance(2.0)
    status = rig.status()
    assert status["heard"] == "what a nice day"
    assert status["age_s"] == 2.0
    assert status["counts"] == {"turns": 1, "said": 1, "nothing": 0, "left out": 0, "her own": 0}
    assert len(rig.recogniser.turns[0]) / RATE == pytest.approx(2.0, abs=0.3)


@pytest.mark.parametrize("text", ["", "   "])
def test_what_has_no_words_lets_her_go_on(text: str) -> None:
    rig = Rig(text)
    rig.say()
    rig.understand()
    assert rig.her.told == ["give way", "wait", "go on"]


def test_a_sound_too_short_for_words_is_not_even_recognised() -> None:
    rig = Rig(shortest_s=2.0)
    rig.say()
    rig.understand()
    assert rig.her.told == ["give way", "go on"]
    assert rig.recogniser.turns == []


def test_while_she_speaks_she_hears_nothing_and_a_moment_longer() -> None:
    rig = Rig()
    rig.her.speaks = True
    rig.say()
    assert rig.status()["state"] == "deaf"
    rig.her.speaks = False
    rig.say(spoken()[: int(0.25 * RATE)])
    assert rig.status()["state"] == "deaf"
    assert rig.her.told == []
    rig.say()
    rig.understand()
    assert rig.her.told == ["give way", "wait", "hello there"]


def test_with_headphones_she_can_be_interrupted() -> None:
    rig = Rig("stop please", while_speaking=True)
    rig.her.speaks = True
    rig.say()
    rig.understand()
    assert rig.her.told == ["give way", "wait", "stop please"]


def test_where_echoes_are_cancelled_she_can_be_interrupted() -> None:
    rig = Rig("stop please", echo="cancel")
    rig.her.speaks = True
    rig.say()
    rig.understand()
    assert rig.her.told == ["give way", "wait", "stop please"]


@pytest.mark.parametrize("text", ["Yeah.", "uh huh", "Mhm, yeah", "M-m-h-m.", "うん。", "なるほど", "嗯"])
def test_nods_interrupt_nobody_but_answer_a_question(text: str) -> None:
    rig = Rig(text, while_speaking=True)
    rig.her.speaks = True
    rig.say()
    rig.understand()
    assert rig.her.told == ["give way", "wait", "go on"]
    rig.her.speaks = False
    rig.say()
    rig.understand()
    assert rig.her.told[3:] == ["give way", "wait", text]


def test_what_is_her_own_sentence_is_not_answered_and_she_goes_on() -> None:
    rig = Rig("A story I would read twice!", echo="cancel")
    rig.her.speaks = True
    rig.her.words = "It sounds like a story I would read twice."
    rig.say()
    rig.understand()
    assert rig.her.told == ["give way", "wait", "go on"]
    assert rig.status()["counts"] == {"turns": 1, "said": 0, "nothing": 0, "left out": 0, "her own": 1}
    assert rig.status()["heard"] == ""


def test_her_words_are_those_of_the_turn_s_own_time_and_a_moment_before() -> None:
    rig = Rig(echo="cancel")
    began = rig.clock() + 0.3
    rig.say(spoken(1.0))
    assert rig.her.asked == [pytest.approx((began - late, began + 1.0), abs=0.1) for late in (SHORT_LATE_S, LATE_S)]


def test_who_says_something_else_over_her_is_answered() -> None:
    rig = Rig("Would you stop for a moment?", echo="cancel")
    rig.her.words = "It sounds like a story I would read twice."
    rig.say()
    rig.understand()
    assert rig.her.told[-1] == "Would you stop for a moment?"


def test_a_turn_that_her_voice_begins_to_cover_is_left() -> None:
    rig = Rig()
    rig.say(spoken()[: int(0.9 * RATE)])
    assert rig.status()["state"] == "hearing"
    rig.her.speaks = True
    rig.say(spoken())
    assert rig.her.told == ["give way", "go on"]


@pytest.mark.parametrize("error", [AudioError("out of memory"), RuntimeError("cuda is gone")])
def test_a_recogniser_that_fails_is_told_and_the_next_turn_is_heard(error: Exception) -> None:
    rig = Rig(error, "hello again")
    rig.say()
    rig.understand()
    assert rig.her.told[-1] == "go on"
    assert str(error) in str(rig.status()["reason"])
    rig.say()
    rig.understand()
    assert rig.her.told[-1] == "hello again"
    assert rig.status()["reason"] == ""


def test_who_speaks_on_while_the_turn_before_is_understood_is_not_talked_over() -> None:
    rig = Rig()
    rig.say()
    rig.say(spoken()[: int(0.9 * RATE)])
    rig.understand()
    assert rig.her.told == ["give way", "wait", "give way", "hello there", "give way"]


def test_of_many_turns_the_oldest_are_left_out() -> None:
    rig = Rig()
    for _ in range(WAITING_TURNS + 2):
        rig.say()
    assert rig.status()["state"] == "recognising"
    rig.understand()
    assert rig.her.told.count("hello there") == WAITING_TURNS
    assert rig.status()["counts"] == {"turns": 5, "said": 3, "nothing": 0, "left out": 2, "her own": 0}


def pause(rig: Rig) -> object:
    rig.say()
    return rig.her.told


def too_short(rig: Rig) -> object:
    rig.say(spoken(0.5))
    return rig.her.told


def over_her(rig: Rig) -> object:
    rig.her.speaks = True
    rig.say()
    return rig.her.told


def echo(rig: Rig) -> object:
    over_her(rig)
    rig.her.speaks = False
    rig.say()
    return rig.her.told


def language(rig: Rig) -> object:
    rig.say()
    rig.understand()
    return rig.recogniser.languages


EFFECTS: dict[str, tuple[object, Callable[[Rig], object]]] = {
    "silence_s": (5.0, pause),
    "shortest_s": (0.9, too_short),
    "while_speaking": (True, over_her),
    "echo": ("cancel", over_her),
    "tail_s": (5.0, echo),
    "language": ("ja", language),
}
"""Another value for each setting that is live, and what tells that it counts."""


@pytest.mark.parametrize("name", EFFECTS)
def test_a_change_counts_from_the_next_sound_on(name: str) -> None:
    value, effect = EFFECTS[name]
    usual, changed = Rig(), Rig()
    changed.listener.adopt(ListeningSettings.model_validate({name: value}))
    assert effect(changed) != effect(usual)


def test_every_live_setting_of_listening_is_tried() -> None:
    assert set(EFFECTS) == {path[-1] for path, field in fields(ListeningSettings) if is_marked(field, "live")}


def test_it_loads_then_opens_the_microphone_and_gives_it_back() -> None:
    rig = Rig()
    assert rig.status()["state"] == "loading"
    rig.listener.start()
    assert eventually(lambda: rig.status()["state"] == "listening")
    assert rig.status()["source"] == "Headset"
    rig.say()
    assert eventually(lambda: rig.her.told[-1:] == ["hello there"])
    rig.microphone.state = InputState.LOST
    assert rig.status()["state"] == "failed"
    assert rig.status()["reason"] == "nothing is heard: Headset"
    rig.listener.close()
    assert rig.microphone.closed == 1
    assert rig.her.told[-1] == "go on"


def test_what_was_said_until_the_microphone_was_unplugged_is_answered() -> None:
    rig = Rig()
    rig.listener.start()
    assert eventually(lambda: rig.status()["state"] == "listening")
    sound = spoken()
    rig.say(sound[: len(sound) // 2])
    assert rig.status()["state"] == "hearing"
    rig.microphone.state = InputState.LOST
    assert eventually(lambda: rig.her.told == ["give way", "wait", "hello there"])
    assert rig.status()["state"] == "failed"
    rig.listener.close()


def test_a_model_that_cannot_be_had_leaves_the_microphone_closed() -> None:
    rig = Rig(load=ModelError("cannot reach huggingface.co"))
    rig.listener.start()
    assert eventually(lambda: rig.status()["state"] == "failed")
    assert rig.status()["reason"] == "cannot reach huggingface.co"
    rig.listener.close()
    assert rig.microphone.closed == 0


def test_a_microphone_that_cannot_be_opened_is_told() -> None:
    rig = Rig()
    rig.microphone.error = "no microphone is plugged in"
    rig.listener.start()
    assert eventually(lambda: rig.status()["state"] == "failed")
    assert rig.status()["reason"] == "no microphone is plugged in"
    rig.listener.close()


def test_a_recogniser_that_hangs_is_told_and_when_it_is_done_all_goes_on() -> None:
    rig = Rig("hello there")
    seen: list[dict[str, object]] = []

    def slow(samples: Samples, language: str) -> str:
        for _ in range(2):
            rig.clock.advance(20.0)
            seen.append(rig.status())
        return "at last"

    rig.recogniser.recognise = slow  # type: ignore[method-assign]
    rig.say()
    rig.understand()
    assert [status["state"] for status in seen] == ["recognising", "failed"]
    assert seen[1]["reason"] == "fake has been at one sentence for 40 s"
    assert rig.her.told[-1] == "at last"
    assert rig.status()["state"] != "failed"
    assert rig.status()["reason"] == ""


def test_who_speaks_for_three_minutes_without_a_pause_is_answered_in_parts_of_which_none_is_lost() -> None:
    rig = Rig("on and on")
    talk = np.concatenate([silence(0.3), *(vowel(kind, 0.5) for kind in "aiueo" * 72), silence(1.0)])
    for begin in range(0, len(talk), RATE):
        rig.say(talk[begin : begin + RATE])
        rig.understand()
    counts = rig.status()["counts"]
    assert counts == {"turns": 8, "said": 8, "nothing": 0, "left out": 0, "her own": 0}
    assert sum(map(len, rig.recogniser.turns)) / RATE == pytest.approx(180.0, abs=6.0)
    assert max(map(len, rig.recogniser.turns)) <= (LONGEST_S + 0.1) * RATE
