from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from tests.speech.rig import RATE, PlayerRig
from tests.speech.sounds import tone
from vtube.errors import PackageMissingError, SettingsError, SpeechError
from vtube.settings import Settings, SpeechSettings, parse
from vtube.speech import queue as queue_module
from vtube.speech.base import Phoneme, Utterance, Voice
from vtube.speech.queue import MAX_TEXTS, SpeechQueue
from vtube.studio.pipeline import CLOSE_S
from vtube.threads import Worker


class FakeVoice:
    """Says an "a" of half a second for each sentence; `failures` by sentence, `gate` holds it up."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.failures: dict[str, Exception] = {}
        self.gate = threading.Event()
        self.gate.set()

    def synthesize(self, text: str) -> Utterance:
        self.said.append(text)
        self.gate.wait(10)
        if text in self.failures:
            raise self.failures[text]
        return Utterance(text, tone(0.5, RATE), RATE, (Phoneme("a", 0.0, 0.5),))


class Room:
    """A queue whose device the test turns and whose voices are fakes."""

    def __init__(self) -> None:
        self.rig = PlayerRig()
        self.voices: dict[str, FakeVoice] = {}
        self.loading, self.loaded = threading.Event(), threading.Event()
        self.speeds: list[float] = []
        self.queue = SpeechQueue(Settings(), self.rig.player, create=self._create, clock=self.rig.clock)
        self.voice = self.voices["auto"]

    def _create(self, spec: str, speech: SpeechSettings) -> Voice:
        self.speeds.append(speech.speed)
        if spec == "nobody":
            raise SettingsError("there is no voice 'nobody'")
        if spec == "slow":
            self.loading.set()
            self.loaded.wait(10)
        return self.voices.setdefault(spec, FakeVoice())

    def status(self) -> dict[str, Any]:
        return self.queue.status(self.rig.clock())

    def until(self, condition: Callable[[], object], turn: bool = False) -> None:
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, self.status()
            if turn and any(not one.closed for one in self.rig.sinks):
                self.rig.turn(0.01)
            time.sleep(0.001)

    def hear_all(self) -> list[str]:
        """The sentences that are heard until all is said."""
        heard: list[str] = []

        def over() -> bool:
            status = self.status()
            if status["text"] and status["text"] not in heard[-1:]:
                heard.append(status["text"])
            return not status["pending"]

        self.until(over, turn=True)
        return heard


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(queue_module, "TICK_S", 0.005)
    room = Room()
    room.queue.start()
    yield room
    room.voice.gate.set()
    room.queue.close()


def test_sentences_are_heard_in_order_with_subtitles(room: Room) -> None:
    room.queue.say("こんにちは。今日はいい天気です。")
    assert room.hear_all() == ["こんにちは。", "今日はいい天気です。"]
    assert room.status() == {
        "speaking": False,
        "text": "",
        "heard": "",
        "queued": 0,
        "waiting": [],
        "present": None,
        "pending": [],
        "paused": False,
        "held": False,
        "volume": 1.0,
        "voice": "auto",
        "device": "turned",
        "failure": None,
        "failures": [],
    }


def test_the_next_sentence_is_made_while_one_plays_but_no_more(room: Room) -> None:
    room.queue.say("\n".join(f"文{number}です。" for number in range(10)))
    room.until(lambda: len(room.voice.said) >= 2)
    room.until(lambda: room.status()["speaking"], turn=True)
    time.sleep(0.05)
    assert 2 <= len(room.voice.said) <= 4


def test_a_text_waits_for_its_turn(room: Room) -> None:
    first, second = room.queue.say("ひとつめの文。"), room.queue.say("ふたつめの文。")
    room.until(lambda: room.status()["speaking"], turn=True)
    assert room.status()["pending"] == [first, second]
    assert room.status()["queued"] == 1
    assert room.hear_all() == ["ひとつめの文。", "ふたつめの文。"]


def test_interrupting_leaves_the_rest_unsaid(room: Room) -> None:
    room.queue.say("長い話の一。\n長い話の二。\n長い話の三。")
    room.queue.say("あとの話。")
    room.until(lambda: room.status()["speaking"], turn=True)
    number = room.queue.say("緊急です！", interrupt=True)
    room.until(lambda: room.status()["pending"] == [number], turn=True)
    assert room.hear_all() == ["緊急です！"]


def test_skipping_leaves_out_one_text(room: Room) -> None:
    room.queue.say("一の一です。\n一の二です。\n一の三です。")
    room.queue.say("二の一です。")
    room.until(lambda: room.status()["speaking"], turn=True)
    room.queue.skip()
    heard = room.hear_all()
    assert heard[-1] == "二の一です。"
    assert not {"一の二です。", "一の三です。"} & set(heard)
    room.queue.skip()


def test_skipping_while_it_is_still_being_made(room: Room) -> None:
    room.voice.gate.clear()
    room.queue.say("まだ作っている。")
    second = room.queue.say("つぎの話です。")
    room.until(lambda: room.voice.said)
    room.queue.skip()
    assert room.status()["pending"] == [second]
    room.voice.gate.set()
    assert room.hear_all() == ["つぎの話です。"]


def test_stopping_forgets_everything(room: Room) -> None:
    for number in range(5):
        room.queue.say(f"話{number}をします。")
    room.until(lambda: room.status()["speaking"], turn=True)
    room.queue.stop()
    room.until(lambda: not room.status()["pending"], turn=True)
    assert len(room.voice.said) < 5


def test_pausing_holds_the_present_and_the_next(room: Room) -> None:
    room.queue.say("いま話している。")
    room.until(lambda: room.status()["speaking"], turn=True)
    room.queue.pause(True)
    room.queue.say("あとで話します。")
    room.rig.turn(2.0)
    status = room.status()
    assert (status["speaking"], status["paused"], len(status["pending"])) == (False, True, 2)
    room.queue.pause(False)
    assert room.hear_all() == ["いま話している。", "あとで話します。"]


def test_the_mouth_is_that_of_what_is_heard(room: Room) -> None:
    assert room.queue.mouth(room.rig.clock()) is None
    room.queue.say("あああああ。")

    def opened() -> bool:
        shape = room.queue.mouth(room.rig.clock())
        return shape is not None and shape.aaa > 0.8

    room.until(opened, turn=True)
    assert room.status()["speaking"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SpeechError("miko does not answer"), "miko does not answer"),
        (ZeroDivisionError("division by zero"), "the voice auto failed: division by zero"),
    ],
)
def test_what_cannot_be_said_is_one_line_and_costs_its_sentence(
    room: Room, caplog: pytest.LogCaptureFixture, error: Exception, reason: str
) -> None:
    room.voice.failures["だめな文です。"] = error
    with caplog.at_level(logging.WARNING):
        number = room.queue.say("だめな文です。\nその続きです。\nだめな文です。\nおわりの文です。\nだめな文です。")
        room.queue.say("だいじょうぶ。")
        assert room.hear_all() == ["その続きです。", "おわりの文です。", "だいじょうぶ。"]
    line = f"{reason}; not said: 'だめな文です。'"
    assert [record.message for record in caplog.records] == [line]
    assert room.status()["failure"] == {"number": number, "line": line, "why": reason, "text": "だめな文です。"}
    assert len(room.status()["failures"]) == 3


def test_a_voice_that_is_gone_costs_no_more_than_three_tries(room: Room) -> None:
    for number in range(9):
        room.voice.failures[f"文{number}番です。"] = SpeechError("miko does not answer")
    room.queue.say("\n".join(f"文{number}番です。" for number in range(9)))
    room.queue.say("だいじょうぶ。")
    assert room.hear_all() == ["だいじょうぶ。"]
    assert room.voice.said == ["文0番です。", "文1番です。", "文2番です。", "だいじょうぶ。"]


def test_a_missing_package_is_not_asked_for_twice(room: Room) -> None:
    room.voice.failures["一の文です。"] = PackageMissingError("to install it: vtube extras miko")
    room.queue.say("一の文です。\n二の文です。")
    room.until(lambda: not room.status()["pending"])
    assert room.voice.said == ["一の文です。"]
    assert "vtube extras miko" in room.status()["failure"]["line"]


def test_what_is_not_meant_to_be_heard_is_not_said_and_the_subtitle_reads_well(room: Room) -> None:
    room.queue.say("<think>うーん</think>**やったー**🎉 [joy] *手を振る*")
    assert room.hear_all() == ["やったー🎉"]
    assert room.voice.said == ["やったー"]


def test_a_tag_shows_its_emotion_when_its_sentence_is_heard(room: Room) -> None:
    shown: list[str] = []
    room.queue.on_sentence(shown.append)
    room.queue.say("[joy] やったー！ [sad] でも悲しい。")
    room.hear_all()
    assert shown == ["joy", "sad"]


def test_laughter_and_sighs_are_no_emotion_that_stays(room: Room) -> None:
    shown: list[str] = []
    room.queue.on_sentence(shown.append)
    room.queue.say("[joy] やったー！ [laugh] おもしろい。 [sigh] さて。")
    room.hear_all()
    assert shown == ["joy"]


def test_the_voice_is_loaded_before_a_model_first_answers(room: Room) -> None:
    loaded: list[str] = []
    for name in ("one", "other"):
        room.voices[name] = FakeVoice()
        setattr(room.voices[name], "load", partial(loaded.append, name))  # noqa: B010 - not every voice has it
    change(room, voice="one")
    room.queue.say("Hello.")
    room.hear_all()
    assert not loaded  # nobody answers
    for voice in ("one", "other"):
        room.queue.prepare(parse({"llm": "echo", "speech": {"voice": voice}}))()
        room.until(lambda: voice in loaded)  # noqa: B023 - it is over before the next one
    assert loaded == ["one", "other"]


def test_settings_change_while_it_runs(room: Room) -> None:
    changed = parse({"speech": {"voice": "kokoro", "readings": {"文": "ブン"}, "clean": {"actions": False}}})
    room.queue.prepare(changed)()
    room.queue.say("この文です。（笑）")
    room.hear_all()
    assert room.voices["kokoro"].said == ["このブンです。", "（笑）"]
    with pytest.raises(SettingsError, match="nobody"):
        room.queue.prepare(parse({"speech": {"voice": "nobody"}}))
    assert room.status()["voice"] == "kokoro"


def change(room: Room, **speech: object) -> None:
    """Take other speech settings."""
    room.queue.prepare(parse({"speech": speech}))()


def test_voices_by_text_and_from_now_on(room: Room) -> None:
    room.queue.say("ミコの文です。", voice="kokoro")
    change(room, voice="hibari", volume=0.25)
    room.queue.say("ヒバリの文です。")
    room.hear_all()
    assert room.voices["kokoro"].said == ["ミコの文です。"]
    assert room.voices["hibari"].said == ["ヒバリの文です。"]
    assert (room.status()["voice"], room.status()["volume"]) == ("hibari", 0.25)
    for refuse in (lambda: room.queue.say("x", voice="nobody"), lambda: change(room, voice="nobody")):
        with pytest.raises(SettingsError, match="nobody"):
            refuse()


def test_nothing_to_say_and_too_much(room: Room) -> None:
    for empty in ("", "  ", "。。。", "\n"):
        with pytest.raises(SpeechError, match="nothing to say"):
            room.queue.say(empty)
    room.queue.pause(True)
    with pytest.raises(SpeechError, match="texts are waiting"):
        for _ in range(MAX_TEXTS + 2):
            room.queue.say("まだあります。")
    room.queue.say("これだけです。", interrupt=True)
    assert len(room.status()["pending"]) == 1


def test_a_voice_of_the_settings_that_does_not_exist_is_said_at_once() -> None:
    with pytest.raises(SettingsError, match="did you mean 'kokoro'"):
        SpeechQueue(parse({"speech": {"voice": "kokorro"}}), PlayerRig().player)


def test_closing_in_mid_speech(room: Room) -> None:
    room.queue.say("話の途中です。")
    room.until(lambda: room.status()["speaking"], turn=True)
    room.queue.close()
    room.queue.close()
    assert room.rig.sinks[0].closed


def test_closing_waits_less_for_a_voice_at_work_than_a_camera_for_its_parts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[float] = []
    monkeypatch.setattr(Worker, "join", lambda _, seconds: limits.append(seconds))
    room.voice.gate.clear()
    room.queue.say("この文は聞かれません。")
    room.until(lambda: room.voice.said)
    room.queue.close()
    assert 0.0 < sum(limits) < CLOSE_S / 2
    assert all(sink.closed for sink in room.rig.sinks)


def test_the_voices_and_what_one_has_are_told() -> None:
    queue = SpeechQueue(parse({"speech": {"addresses": {"voicevox": "127.0.0.1:9"}}}), PlayerRig().player)
    assert "openjtalk" in [voice["name"] for voice in queue.voices()]
    with pytest.raises(SpeechError, match=r"voicevox does not answer at http://127\.0\.0\.1:9;"):
        queue.styles("voicevox:3")


def test_another_device_is_used_at_once_and_the_next_sentence_is_spoken_as_the_settings_say(room: Room) -> None:
    room.rig.say(1, 5.0)
    room.queue.prepare(parse({"speech": {"device": "Headphones", "speed": 1.5}}))()
    assert room.speeds == [1.0, 1.5]
    room.rig.player.watch()
    assert (len(room.rig.sinks), room.rig.sinks[0].closed) == (2, 1)
