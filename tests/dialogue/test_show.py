"""The running order."""

from __future__ import annotations

import asyncio
import json
import wave
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.audio.sounds import vowel
from tests.dialogue.rig import EMOTIONS, ScriptedModel, Stage
from tests.waiting import eventually
from vtube.chat.message import Kind
from vtube.clock import monotonic
from vtube.dialogue.persona import DEFAULT_LINES, load_persona, personas
from vtube.dialogue.prompt import TASK
from vtube.dialogue.show import Show, load_show, song
from vtube.errors import AudioError, SettingsError, SpeechError
from vtube.paths import shipped
from vtube.settings import Settings
from vtube.speech.clean import sayable
from vtube.speech.player import Player
from vtube.speech.queue import SpeechQueue

ORDER = """
opening: {say: "[joy] Welcome!"}
parts:
  - {title: Stars, minutes: 5, task: Talk about stars., ideas: [Name a star., Name a planet.]}
  - {title: A riddle, minutes: 5, say: Now a riddle.}
closing: {say: Good night!}
"""


@pytest.fixture
def show(tmp_path: Path) -> Show:
    path = tmp_path / "show.yaml"
    path.write_text(ORDER, encoding="utf-8")
    made = load_show(str(path))
    assert made is not None
    return made


async def test_she_goes_through_the_order_by_the_clock(show: Show) -> None:
    stage = Stage(ScriptedModel(["Stars are far away."]), show=show)
    assert await stage.play(lambda: len(stage.log()) == 2)
    assert stage.voice.spoken() == ["Welcome!", "Stars are far away."]
    assert stage.director.state(stage.clock())["show"]["title"] == "Stars"
    assert 0 < stage.director.state(stage.clock())["show"]["left_s"] <= 300
    stage.clock.advance(301)
    assert await stage.play(lambda: len(stage.log()) == 3)
    stage.clock.advance(301)
    assert await stage.play(lambda: len(stage.log()) == 4)
    assert stage.voice.spoken()[2:] == ["Now a riddle.", "Good night!"]
    assert [entry["pool"] for entry in stage.log()] == ["show"] * 4
    state = stage.director.state(stage.clock())["show"]
    assert (state["over"], state["title"], state["left_s"]) == (True, "", None)


async def test_the_chat_is_answered_meanwhile_with_what_is_on_in_mind(show: Show) -> None:
    model = ScriptedModel(["Fine."])
    stage = Stage(model, show=show)
    assert await stage.play(lambda: len(stage.log()) == 2)
    stage.write("which star do you like?")
    assert await stage.play()
    assert "On the stream now: Stars" in model.asked[-1][0].content
    assert json.loads(model.last)["text"] == "which star do you like?"


async def test_what_was_paid_for_comes_before_it(show: Show) -> None:
    stage = Stage(ScriptedModel(["Thank you."]), show=show)
    stage.write("for you", kind=Kind.PAID, amount=5.0, currency="EUR")
    assert await stage.play(lambda: len(stage.log()) == 2)
    assert [entry["pool"] for entry in stage.log()[:2]] == ["paid", "show"]


async def test_when_nobody_writes_she_has_ideas_of_that_part(show: Show) -> None:
    model = ScriptedModel(["Well."])
    stage = Stage(model, show=show, idle_s=10)
    assert await stage.play(lambda: len(stage.log()) == 2)
    for _ in range(2):
        stage.clock.advance(20)
        said = len(stage.log())
        assert await stage.play(partial(_more_than, stage, said))
    tasks = [json.loads(asked[-1].content)["task"] for asked in model.asked[1:]]
    assert tasks == [f"{TASK}Name a star.", f"{TASK}Name a planet."]


async def test_a_part_can_be_left_early(show: Show) -> None:
    stage = Stage(ScriptedModel(["Fine."]), show=show)
    assert await stage.play(lambda: len(stage.log()) == 2)
    assert stage.director.next_part()
    assert await stage.play(lambda: len(stage.log()) == 3)
    assert stage.director.state(stage.clock())["show"]["title"] == "A riddle"
    assert stage.director.next_part()
    assert await stage.play(lambda: len(stage.log()) == 4)
    assert not stage.director.next_part()


def _more_than(stage: Stage, said: int) -> bool:
    return len(stage.log()) > said


def test_without_an_order_there_is_none() -> None:
    assert load_show(None) is None
    assert not Stage().director.next_part()


def test_the_order_that_comes_along_is_read() -> None:
    path = shipped(Path("config/show.yaml"))
    assert path is not None
    made = load_show(str(path))
    assert made is not None
    assert made.state(0.0)["parts"] == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("parts: []", "parts"),
        ("parts: [{title: A, minutes: 0}]", "minutes"),
        ("parts: [{title: A, minutes: true}]", "minutes should be a number"),
        ("parts: [{title: A, minutes: 1, tsak: x}]", "tsak"),
        ("- 1", "the file"),
        ("{", "not valid YAML"),
    ],
)
def test_a_spoilt_order_is_told_in_one_line(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "show.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=line) as told:
        load_show(str(path))
    assert "\n" not in str(told.value)


def test_a_missing_order_is_told() -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*nowhere\.yaml"):
        load_show("nowhere.yaml")


def tone(path: Path, seconds: float = 1.0) -> Path:
    """A song of one vowel."""
    samples = (32767 * vowel("a", seconds, level=0.5)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples.tobytes())
    return path


SUNG = """
opening: {say: Welcome!}
parts:
  - {title: A song, minutes: 5, say: "Now I sing.", song: my_song.wav, task: Say how it was to sing., ideas: [Hum.]}
  - {title: Questions, minutes: 10, ideas: [Ask for questions.]}
closing: {say: Good night!, task: ""}
"""


async def test_an_order_is_gone_through_to_its_end_with_song_ideas_and_chat(tmp_path: Path) -> None:
    tone(tmp_path / "my_song.wav")
    (tmp_path / "show.yaml").write_text(SUNG, encoding="utf-8")
    show = load_show(str(tmp_path / "show.yaml"))
    model = ScriptedModel(["[joy] That was fun."], ["Yes, Mia."], ["Any questions?"])
    stage = Stage(model, show=show, idle_s=60)
    singing = asyncio.create_task(stage.director.run())
    try:
        async with asyncio.timeout(30):
            while len(stage.log()) < 2:  # the song is read in a thread
                await asyncio.sleep(0.001)
            stage.write("was it hard?")
            while len(stage.log()) < 3:
                await asyncio.sleep(0)
            while not show.over if show is not None else False:
                stage.clock.advance(20)
                await asyncio.sleep(0)
            while len(stage.log()) == 0 or stage.log()[-1]["answer"] != "Good night!":
                await asyncio.sleep(0)
            before = len(stage.log())
            for _ in range(200):
                stage.clock.advance(60)
                await asyncio.sleep(0)
            assert len(stage.log()) == before, "after the closing nobody talks by herself"
    finally:
        singing.cancel()
        await asyncio.gather(singing, return_exceptions=True)
    said = stage.voice.spoken()
    assert said[:4] == ["Welcome!", "Now I sing.", "♪ my song", "That was fun."]
    assert said[4] == "Yes, Mia."
    assert "Any questions?" in said
    assert said[-1] == "Good night!"
    assert json.loads(model.asked[0][-1].content) == {"task": "Say how it was to sing."}
    song = next(one for text in stage.voice.texts.values() for one in text.sentences if one.sound is not None)
    assert song.sound is not None
    assert len(song.sound[0]) / song.sound[1] == pytest.approx(1.0, abs=0.05)


def test_a_song_that_is_missing_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "show.yaml").write_text(SUNG, encoding="utf-8")
    with pytest.raises(SettingsError, match="song of 'A song' is missing"):
        load_show(str(tmp_path / "show.yaml"))


def test_what_is_no_sound_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"nothing")
    with pytest.raises(SpeechError):
        song(tmp_path / "x.wav")


def test_a_song_moves_the_lips_and_stops_at_once(tmp_path: Path) -> None:
    settings = Settings()
    speech = SpeechQueue(settings, Player(no_device))
    speech.start()
    try:
        number = speech.begin()
        assert speech.append(number, song(tone(tmp_path / "la.wav", 20.0)))
        speech.finish(number)
        mouths: list[float] = []

        def opens() -> bool:
            mouth = speech.mouth(monotonic())
            mouths.append(mouth.open if mouth is not None else 0.0)
            return mouths[-1] > 0.2

        assert eventually(opens)
        assert speech.status(monotonic())["text"] == "♪ la"
        speech.stop()
        assert eventually(lambda: not speech.status(monotonic())["pending"])
    finally:
        speech.close()


def no_device(*_: Any) -> Any:
    raise AudioError("there is no sound device")


@pytest.mark.parametrize("name", ["ilta", "rook", "haru", "mei"])
def test_every_persona_has_all_her_lines_in_three_languages(name: str) -> None:
    persona = load_persona(name)
    assert name in personas()
    for language in ("en", "ja", "zh"):
        assert set(persona.lines[language]) == set(DEFAULT_LINES)
        assert persona.topics[language]
        for occasion in DEFAULT_LINES:
            said = sayable(persona.line(occasion, language, viewer="Mia", text="x"))
            assert said or occasion == "viewer"
            assert all(one.emotion in {"", *EMOTIONS} for one in said)


def test_personas_differ() -> None:
    made = [load_persona(name) for name in ("ilta", "rook", "haru", "mei")]
    for part in ("name", "character", "rules"):
        assert len({getattr(one, part) for one in made}) == 4
    assert len({one.line("greeting", "en", viewer="Mia") for one in made}) == 4
