import io
import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.fakes import in_place_of
from tests.waiting import eventually
from tests.wine import wine_cannot
from vtube.avatar.picture.character import Character
from vtube.errors import AudioError, EngineError, PictureError, ServerError, SettingsError, TrackingError
from vtube.frame import Frame
from vtube.paths import default_picture
from vtube.pose import INDEX, Pose
from vtube.settings import Outcome, SavedSettings, Settings, parse
from vtube.speech import queue
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.registry import VOICES
from vtube.studio import character, pipeline
from vtube.studio.pipeline import Studio


class MarkingRenderer:
    """Writes the head's turn into the first pixel."""

    name = "marking"
    detail = "fake"

    def __init__(self, character: Character) -> None:
        self.picture = character.frame
        self.closed = False

    def render(self, pose: Pose) -> Frame:
        frame = self.picture.copy()
        frame[0, 0] = (round(100 + 100 * float(pose[INDEX["head_y"]])), 0, 0, 255)
        return frame

    def close(self) -> None:
        self.closed = True


def settings(**changes: Any) -> Settings:
    return parse({"tracking": ["none"], "outputs": ["null"], "server": {"port": 0}, "loop": {"fps": 60}, **changes})


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[MarkingRenderer]:
    """The renderers that were created."""
    renderers: list[MarkingRenderer] = []

    def create(_: str, one: Character, **__: Any) -> MarkingRenderer:
        renderers.append(MarkingRenderer(one))
        return renderers[-1]

    monkeypatch.setattr(character, "create_renderer", create)
    return renderers


@pytest.fixture
def running() -> Iterator[Studio]:
    studio = Studio(settings())
    studio.open()
    thread = threading.Thread(target=studio.run)
    thread.start()
    assert eventually(
        lambda: studio.character.engine.startswith("marking") and studio.control.state()["frames"] > 3, 10.0
    )
    yield studio
    studio.close()
    thread.join(30)
    assert not thread.is_alive()


def get(studio: Studio, path: str) -> bytes:
    assert studio.server is not None
    with urllib.request.urlopen(studio.server.url + path, timeout=5) as answer:
        content: bytes = answer.read()
    return content


def shown(studio: Studio) -> Frame:
    return np.asarray(Image.open(io.BytesIO(get(studio, "/frame.png"))))


def test_a_number_of_seconds_is_a_number_of_frames() -> None:
    studio = Studio(settings(server={"enabled": False}))
    studio.open()
    studio.rendering.wait_for_picture(5)
    studio.run(0.5)
    assert studio.control.state()["frames"] == 30
    studio.close()


def test_the_state_tells_rates_inputs_outputs_and_pose(running: Studio) -> None:
    state = json.loads(get(running, "/api/state"))
    assert state["engine"] == "marking (fake)"
    assert state["character"] == "ilta.png"
    assert {one["name"] for one in state["outputs"]} == {"null", "browser"}
    assert set(state["pose"]) == set(INDEX)
    assert state["output_fps"] > 0


def test_a_parameter_held_by_hand_reaches_the_frame(running: Studio) -> None:
    running.control.pose.hold({"head_y": 1.0})
    assert eventually(lambda: shown(running)[0, 0, 0] == 200)
    running.control.pose.hold(None)
    assert eventually(lambda: running.control.state()["pose"]["head_y"] < 0.9)


def test_another_character_is_shown_without_a_break(running: Studio) -> None:
    picture = np.array(Image.open(default_picture()).convert("RGBA"))
    picture[..., :3] = (10, 200, 30)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    frames = running.control.state()["frames"]
    running.control.character.show(file.getvalue(), "green.png", force=True)
    assert eventually(lambda: tuple(shown(running)[300, 256]) == (10, 200, 30, 255))
    assert running.control.state()["character"] == "green.png"
    assert running.control.state()["frames"] > frames


def test_a_broken_character_leaves_the_old_one(running: Studio) -> None:
    with pytest.raises(PictureError):
        running.control.character.show(b"no picture", "broken.png")
    assert running.control.state()["character"] == "ilta.png"


def test_settings_change_live_or_say_that_they_need_a_restart(running: Studio) -> None:
    change = running.control.settings.change
    assert change({"idle": {"sway": 0.0}, "loop": {"fps": 30}}) == Outcome(
        {"idle": {"sway": 0.0}, "loop": {"fps": 30.0}}
    )
    assert running.control.settings.values()["idle"]["sway"] == 0.0
    assert not change({"lipsync": {"strength": 0.5}, "audio": "none"}).restart
    assert change({"avatar": {"threads": 1}}) == Outcome(restart={"avatar": {"threads": 1}})
    assert running.control.settings.values()["avatar"]["threads"] == 0
    assert running.control.settings.waiting() == {"avatar": {"threads": 1}}
    with pytest.raises(SettingsError, match="did you mean"):
        change({"idle": {"swai": 1}})
    assert change({"scene": {"width": 1280}}).restart == {"scene": {"width": 1280}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stream": {"sound": "[::1"}}, "no sound input"),
        ({"receiver": {"host": "[::1"}}, r"receiver\.host"),
        ({"receiver": {"host": "../../etc"}}, r"receiver\.host"),
        ({"tracking": ["vmcc"]}, "did you mean 'vmc'"),
        ({"chat": ["twitch"]}, "name of a channel"),
        ({"osc": {"rules": [{"address": "/x", "target": "jawOpem"}]}}, "did you mean 'jawOpen'"),
        ({"pointer": {"keys": {"f1": "smirk"}}}, "no expression"),
    ],
)
def test_what_the_next_start_would_end_at_is_refused(running: Studio, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        running.control.settings.change(changes)
    assert running.control.settings.waiting() == {}


def test_paused_means_that_nothing_moves(running: Studio) -> None:
    def frames(more: int) -> None:
        last = running.control.state()["frames"] + more
        assert eventually(lambda: running.control.state()["frames"] >= last)

    running.control.motion.pause(True)
    frames(3)  # those that were begun before it
    before = running.control.state()["pose"]
    frames(6)
    assert running.control.state()["pose"] == before


@pytest.fixture
def aaa() -> Iterator[None]:
    """The voice openjtalk says nothing but a second of "a"."""

    class Aaa:
        def synthesize(self, text: str) -> Utterance:
            return Utterance(text, np.full(24_000, 0.5, np.float32), 24_000, (Phoneme("a", 0.0, 1.0),))

    with in_place_of(VOICES, "openjtalk", lambda *_: Aaa()):
        yield


def test_what_it_says_moves_its_mouth(aaa: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_device(*_: Any) -> None:
        raise AudioError("there is no sound device to speak through")

    monkeypatch.setattr(queue, "open_sink", no_device)
    studio = Studio(settings(speech={"voice": "openjtalk"}))
    studio.open()
    thread = threading.Thread(target=studio.run)
    thread.start()
    try:
        number = studio.control.speech.say("ああ、ああ。")
        assert eventually(lambda: studio.control.state()["pose"]["mouth_aaa"] > 0.8)
        assert eventually(lambda: studio.control.state()["speech"]["speaking"])
        speech = studio.control.state()["speech"]
        assert (speech["speaking"], speech["text"], speech["pending"]) == (True, "ああ、ああ。", [number])
        assert eventually(lambda: not studio.control.state()["speech"]["pending"])
        assert eventually(lambda: studio.control.state()["pose"]["mouth_aaa"] < 0.05)
        studio.control.settings.change({"speech": {"volume": 0.5}})
        studio.control.speech.pause(True)
        studio.control.speech.say("つぎの話です。")
        assert studio.control.state()["speech"]["volume"] == 0.5
        studio.control.speech.stop()
        studio.control.speech.skip()
        assert eventually(lambda: not studio.control.state()["speech"]["pending"])
    finally:
        studio.close()
        thread.join(30)


def test_an_engine_that_cannot_run_leaves_the_still_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise EngineError("no engine runs here")

    monkeypatch.setattr(character, "create_renderer", refuse)
    studio = Studio(settings(server={"enabled": False}))
    studio.open()
    assert eventually(lambda: studio.character.engine == "failed")
    studio.run(0.2)
    assert studio.control.state()["frames"] > 0
    studio.close()


def test_the_state_tells_of_the_puppet(running: Studio) -> None:
    assert running.control.state()["puppet"] == {
        "state": "none",
        "stage": None,
        "progress": 0.0,
        "seconds_left": None,
        "quality": None,
        "reason": None,
    }


def test_closing_closes_the_renderer(running: Studio, made: list[MarkingRenderer]) -> None:
    running.close()
    assert [renderer.closed for renderer in made] == [True]
    running.close()


def test_five_parts_that_hang_are_left_behind_together(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    studio = Studio(settings(server={"enabled": False}))
    studio.open()
    assert eventually(lambda: studio.character.engine.startswith("marking"))
    all_at_once, forever = threading.Barrier(5), threading.Event()

    def hang(*_: object) -> None:
        all_at_once.wait(60.0)
        forever.wait()

    for part in (studio.trackers, studio.mouth_source, studio.speech, studio.outputs, studio.character):
        monkeypatch.setattr(part, "close", hang)
    studio.close()
    forever.set()
    assert not all_at_once.broken
    hanging = {"a tracker", "the sound input", "the voice", "an output", "the bake"}
    assert {line.removesuffix(" does not close; leaving it behind") for line in caplog.messages} >= hanging


@pytest.mark.parametrize("draws", [True, False])
def test_a_renderer_in_the_middle_of_a_frame_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, draws: bool
) -> None:
    """A frame of the exact networks takes longer than closing may where other programs have the processor."""
    studio = Studio(settings(server={"enabled": False}))
    forever = threading.Event()
    monkeypatch.setattr(studio.rendering, "close", forever.wait)
    monkeypatch.setattr(studio.rendering, "is_drawing", lambda now: draws)
    studio.close(0.1)
    forever.set()
    assert ("the renderer does not close; leaving it behind" in caplog.messages) is not draws


def test_outputs_have_a_little_less_time_than_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is slow to finish was said not to close by somebody who could not say which."""
    studio = Studio(settings(server={"enabled": False}))
    given: list[float] = []
    monkeypatch.setattr(studio.outputs, "close", given.append)
    studio.close()
    assert 0 < given[0] < pipeline.CLOSE_S


def test_a_saved_sound_input_that_is_gone_does_not_keep_the_camera_from_starting(tmp_path: Path) -> None:
    gone = f"file:{tmp_path / 'gone.wav'}"
    saved = SavedSettings(tmp_path / "settings.yaml")
    off = {"enabled": False}
    with pytest.raises(AudioError):
        Studio(settings(audio=gone, server=off), saved).open()
    saved.add({"audio": gone})
    studio = Studio(settings(audio=gone, server=off), saved)
    studio.open()
    assert studio.control.settings.values()["audio"] == "none"
    assert saved.read() == {"audio": gone}
    studio.close()


@pytest.mark.parametrize(
    "key",
    [
        "tracking",
        pytest.param("receiver", marks=wine_cannot("lets a program listen on an address of another computer")),
    ],
)
def test_a_saved_tracker_that_cannot_start_any_more_does_not_keep_the_camera_from_starting(
    tmp_path: Path, key: str
) -> None:
    all_values: dict[str, Any] = {"tracking": ["vmc"], "receiver": {"host": "192.0.2.254"}}
    values = {"tracking": [f"replay:{tmp_path / 'gone.jsonl'}"]} if key == "tracking" else all_values
    saved = SavedSettings(tmp_path / "settings.yaml")
    with pytest.raises(TrackingError):
        Studio(settings(**values, server={"enabled": False}), saved).open()
    saved.add({key: values[key]})
    studio = Studio(settings(**values, server={"enabled": False}), saved)
    studio.open()
    (state,) = studio.control.state()["inputs"]
    assert state["state"] == "failed"
    assert "gone.jsonl" in state["detail"] or "192.0.2.254" in state["detail"]
    studio.close()


def test_a_used_port_is_one_line(running: Studio) -> None:
    assert running.server is not None
    port = int(running.server.url.rsplit(":", 1)[1])
    second = Studio(settings(server={"port": port}))
    with pytest.raises(ServerError, match=str(port)):
        second.open()
    second.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tracking": ["ifacialmocup"]}, "did you mean 'ifacialmocap'"),
        ({"audio": "mike"}, "did you mean 'mic'"),
        ({"outputs": ["camra"]}, "did you mean 'camera'"),
        ({"outputs": ["browser"], "server": {"enabled": False}}, "needs the server"),
    ],
)
def test_a_wrong_spec_is_explained(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Studio(settings(**changes)).open()


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"gone\.png"):
        Studio(settings(avatar={"character": str(tmp_path / "gone.png")}))
