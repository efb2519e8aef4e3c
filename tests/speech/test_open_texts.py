"""Texts that are still being written while they are said, and what of them has been heard."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from tests.speech.test_queue import Room
from tests.waiting import eventually
from vtube.errors import PackageMissingError
from vtube.speech import queue as queue_module
from vtube.speech.clean import Sentence
from vtube.speech.texts import ABANDONED_S


def sentence(text: str, emotion: str = "") -> Sentence:
    return Sentence(text, text, emotion)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(queue_module, "TICK_S", 0.005)
    room = Room()
    room.queue.start()
    yield room
    room.voice.gate.set()
    room.queue.close()


def test_sentences_are_said_while_more_are_appended(room: Room) -> None:
    number = room.queue.begin()
    assert room.queue.append(number, sentence("First."))
    room.until(lambda: room.status()["text"] == "First.", turn=True)
    assert room.queue.append(number, sentence("Second."))
    room.until(lambda: room.status()["text"] == "Second.", turn=True)
    room.queue.finish(number)
    room.until(lambda: not room.status()["pending"], turn=True)
    assert room.queue.heard(number) == "First. Second."


def test_another_text_waits_for_the_end_of_an_open_one(room: Room) -> None:
    number = room.queue.begin()
    room.queue.say("Later.")
    room.queue.append(number, sentence("Now."))
    room.queue.finish(number)
    assert room.hear_all() == ["Now.", "Later."]


def test_what_was_heard_ends_at_a_word_that_was_begun(room: Room) -> None:
    number = room.queue.begin()
    room.queue.append(number, sentence("One two three four five."))
    room.until(lambda: room.status()["speaking"], turn=True)
    room.rig.turn(0.2)
    room.queue.cut(number)
    room.until(lambda: not room.status()["pending"], turn=True)
    heard = room.queue.heard(number)
    assert heard
    assert "One two three four five.".startswith(heard)
    assert heard.split()[-1] in {"One", "two", "three", "four"}


def test_of_what_nobody_heard_nothing_is_told(room: Room) -> None:
    room.voice.gate.clear()
    number = room.queue.begin()
    room.queue.append(number, sentence("Never heard."))
    room.until(lambda: room.voice.said)
    room.queue.cut(number)
    room.voice.gate.set()
    room.until(lambda: not room.status()["pending"])
    assert room.queue.heard(number) == ""
    assert room.queue.heard(number + 99) == ""


def test_a_text_that_was_cut_takes_no_more(room: Room) -> None:
    number = room.queue.begin()
    room.queue.cut(number)
    assert not room.queue.append(number, sentence("Too late."))
    other = room.queue.begin()
    room.queue.finish(other)
    assert not room.queue.append(other, sentence("Too late, too."))


def test_cutting_one_text_leaves_the_others(room: Room) -> None:
    number = room.queue.begin()
    room.queue.append(number, sentence("Cut."))
    room.queue.say("Kept.")
    room.queue.cut(number)
    assert room.hear_all()[-1:] == ["Kept."]


def test_an_empty_text_is_over_when_it_is_finished(room: Room) -> None:
    number = room.queue.begin()
    room.until(lambda: room.status()["present"] == number)
    room.queue.finish(number)
    room.until(lambda: not room.status()["pending"])
    room.queue.say("Still here.")
    assert room.hear_all() == ["Still here."]


def test_a_text_whose_writer_is_gone_holds_up_nobody(room: Room) -> None:
    room.queue.begin()
    room.queue.say("After all.")
    room.rig.clock.advance(ABANDONED_S + 1)
    assert room.hear_all() == ["After all."]


def test_an_answer_goes_on_whatever_its_voice_does(room: Room) -> None:
    number = room.queue.begin()
    for word in ("One.", "Two.", "Three.", "Four."):
        room.voice.failures[word] = RuntimeError("no")
        room.queue.append(number, sentence(word))
    room.queue.append(number, sentence("Five."))
    room.queue.finish(number)
    assert room.hear_all() == ["One.", "Two.", "Three.", "Four.", "Five."]


def test_the_emotion_shows_with_the_frame_in_which_its_sentence_is_heard(room: Room) -> None:
    shown: list[tuple[str, float]] = []
    room.queue.on_sentence(lambda name: shown.append((name, room.rig.clock())))
    number = room.queue.begin()
    room.queue.append(number, sentence("Hello.", "joy"))
    room.queue.append(number, sentence("Farewell.", "sadness"))
    room.queue.finish(number)
    begun: dict[str, float] = {}

    def watch() -> bool:
        room.queue.mouth(room.rig.clock())
        status = room.status()
        begun.setdefault(status["text"], room.rig.clock())
        return not status["pending"]

    room.until(watch, turn=True)
    assert [name for name, _ in shown] == ["joy", "sadness"]
    assert shown[0][1] - begun["Hello."] <= 0.05
    assert shown[1][1] - begun["Farewell."] <= 0.05


def test_for_somebody_else_she_stands_still_and_goes_on_with_the_word_she_was_in(room: Room) -> None:
    number = room.queue.begin()
    room.queue.append(number, sentence("One two three four five six."))
    room.queue.finish(number)
    room.until(lambda: room.status()["speaking"], turn=True)
    room.rig.turn(0.2)
    room.queue.hold()
    room.rig.turn(0.1)
    stood = room.queue.heard(number)
    assert stood
    assert not stood.endswith("six.")
    room.rig.turn(3.0)
    assert (room.queue.heard(number), room.status()["held"]) == (stood, True)
    assert room.queue.is_pending(number)
    room.queue.release()
    room.rig.turn(0.02)
    assert room.queue.heard(number).startswith(stood)
    room.until(lambda: not room.status()["pending"], turn=True)
    assert room.queue.heard(number) == "One two three four five six."


def test_what_is_cut_while_it_stands_still_keeps_what_was_heard(room: Room) -> None:
    number = room.queue.begin()
    room.queue.append(number, sentence("One two three four five six."))
    room.until(lambda: room.status()["speaking"], turn=True)
    room.rig.turn(0.2)
    room.queue.hold()
    room.rig.turn(0.5)
    stood = room.queue.heard(number)
    room.queue.cut(number)
    room.queue.release()
    room.until(lambda: not room.status()["pending"], turn=True)
    assert room.queue.heard(number) == stood


def test_a_stop_is_silence_though_a_voice_is_being_loaded(room: Room) -> None:
    number = room.queue.begin()
    room.queue.append(number, sentence("One two three four five six."))
    room.until(lambda: room.status()["speaking"], turn=True)
    loader = threading.Thread(target=lambda: room.queue.say("Later.", voice="slow"), daemon=True)
    loader.start()
    assert room.loading.wait(30)
    stopper = threading.Thread(target=lambda: room.queue.cut(number), daemon=True)
    stopper.start()
    assert eventually(lambda: np.abs(room.rig.turn(0.02)).max() == 0)
    assert loader.is_alive()
    room.loaded.set()
    stopper.join(30)
    loader.join(30)


def test_an_answer_that_no_voice_can_say_is_mimed(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    missing = PackageMissingError("the voice hibari needs the package hibari")
    room.voice.failures = {"Hello, dear Mia!": missing, "We meet again.": missing}
    number = room.queue.begin()
    room.queue.append(number, sentence("Hello, dear Mia!", "joy"))
    room.until(lambda: room.status()["text"] == "Hello, dear Mia!", turn=True)
    opened = 0.0
    for _ in range(40):
        room.rig.turn(0.01)
        shape = room.queue.mouth(room.rig.clock())
        opened = max(opened, shape.open if shape is not None else 0.0)
    assert opened > 0.3
    room.queue.append(number, sentence("We meet again."))
    room.queue.finish(number)
    room.until(lambda: not room.status()["pending"], turn=True)
    assert room.queue.heard(number) == "Hello, dear Mia! We meet again."
    assert "not said aloud" in room.status()["failure"]["line"]
    assert [record.levelname for record in caplog.records if "hibari" in record.message] == ["WARNING"]


def test_a_gesture_begins_as_its_sentence_is_heard_and_once(room: Room) -> None:
    acts: list[tuple[str, float]] = []
    room.queue.on_sentence(lambda name: None, lambda name: acts.append((name, room.rig.clock())))
    number = room.queue.begin()
    room.queue.append(number, sentence("Hello."))
    room.queue.append(number, Sentence("Yes.", "Yes.", "", "nod"))
    room.queue.finish(number)
    room.until(lambda: room.status()["text"] == "Yes.", turn=True)
    begun = room.rig.clock()
    room.until(lambda: not room.status()["pending"], turn=True)
    assert [name for name, _ in acts] == ["nod"]
    assert abs(acts[0][1] - begun) <= 0.05
