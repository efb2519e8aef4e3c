"""Every field of the settings, changed while the camera runs: its effect is seen, or it is refused, or it waits.

One minute of a show on a fake clock: a face that rests, moves, speaks and is lost, an emotion, a soft voice. What comes
of it is compared: with the setting, without it, and with a camera that was started with it.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.audio.sounds import silence, vowel
from tests.fakes import FakeClock
from tests.motion.sources import Seen
from tests.studio.values import ALL, Values
from vtube.audio.mouth_source import MouthSource
from vtube.errors import AudioError, SettingsError, VtubeError
from vtube.frame import blank
from vtube.motion.animator import Animator
from vtube.outputs.group import OutputGroup
from vtube.pose import COUNT, neutral
from vtube.realtime.loop import FrameLoop
from vtube.realtime.phase_lock import PhaseLock
from vtube.realtime.picture import Picture
from vtube.scene.stage import Stage
from vtube.settings import Settings, SettingsOwner, SpeechSettings, is_marked, nested, parse, value_at
from vtube.signals import FaceFrame, Marks, MouthShape
from vtube.speech.base import Voice
from vtube.speech.player import Player
from vtube.speech.queue import SpeechQueue
from vtube.speech.registry import create_voice
from vtube.studio.control import check_start

FPS, SECONDS, CHANGE_AT = 6, 9.0, 0.5
ALONE_S = 50
"""Seconds at the end without a face, a frame each: what she does in silence."""
LOUD = 0.005
"""Of the voice, of full scale: so soft that its sensitivity matters."""
HOMES = itertools.count()
Seen_ = dict[str, Any]


class SilentPlayer(Player):
    """Tells by its mouth how far ahead it was asked."""

    def mouth(self, now: float, lead_s: float = 0.0) -> MouthShape | None:
        return MouthShape(now, open=lead_s)


class Show:
    """The rooms of a camera that listen to settings, and what is on."""

    def __init__(self, settings: Settings) -> None:
        self.clock = FakeClock()
        self.faces = Seen()
        self.sound = MouthSource(settings, self.clock)
        self.animator = Animator(settings, self.faces, self.sound.mouth, self.sound.cues)
        self.stage = Stage(settings.scene, self.animator, marks=self.marks)
        self.voices: list[tuple[str, dict[str, Any]]] = []
        player = SilentPlayer(no_device, settings.speech.volume)
        self.speech = SpeechQueue(settings, player, create=self.voice)
        self.outputs = OutputGroup(settings, self.stage)
        self.loop = FrameLoop(
            settings.loop.fps,
            self.picture,
            lambda *_: None,
            phase_lock=PhaseLock() if settings.loop.phase_lock else None,
            clock=self.clock,
            sleep=self.clock.sleep,
        )
        self.owner = SettingsOwner(settings, check_start=check_start)
        self.owner.join(self.stage, self.animator, self.speech, self.loop, self.outputs, self.sound)

    def voice(self, spec: str, speech: SpeechSettings) -> Voice:
        """The voice that is asked for, noted with what it is told."""
        made = create_voice(spec, speech)
        self.voices.append((spec, speech.model_dump(exclude={"volume", "lead_s", *(key for _, key in SILENT)})))
        return made

    def marks(self, now: float) -> Marks | None:
        """Those of somebody who looks straight ahead."""
        return self.animator.marks.at(now, neutral())

    def picture(self, deadline: float) -> Picture:
        """What the renderer would have ready: it follows faces of 30 a second that come in the middle of frames."""
        return Picture(blank(2, 2), math.floor(deadline * 30) / 30 + 0.013, 0.004)

    def play(self, change: Callable[[], object] | None = None) -> Seen_:
        """The show from its beginning; `change` happens while it runs."""
        start = self.clock.now
        poses, frames = [], []
        for index in range(int(SECONDS * FPS)):
            at = index / FPS
            self.clock.now = start + at
            if change is not None and at == CHANGE_AT:
                change()
            self.act(at)
            poses.append(self.animator.mixer.pose(self.clock.now))
            if at in (5.0, 8.0):
                frames.append(self.stage.process(PICTURE, self.clock.now))
                frames.append(np.dstack([self.stage.flatten(frames[-1]), frames[-1][..., 3]]))
        self.faces.frame = None
        for second in range(ALONE_S):
            self.clock.now = start + SECONDS + second
            poses.append(self.animator.mixer.pose(self.clock.now))
        self.loop.run(4.0)
        self.animator.close()
        return {"poses": np.array(poses), "frames": np.array(frames), **self.told()}

    def act(self, at: float) -> None:
        """What people do at this second."""
        self.faces.frame = face(at, self.clock.now)
        if at == 3.0:
            self.animator.calibrate()
        if at == 4.0:
            self.animator.emotion.show("joy")
        if 5.0 <= at < 6.5:
            self.sound.feed(VOICE[int((at - 5.0) * 16_000) :][: 16_000 // FPS], self.clock.now)

    def told(self) -> Seen_:
        """What the rooms say of themselves."""
        speech = self.speech.status(self.clock.now)
        mouth = self.speech.mouth(self.clock.now)
        stats = self.loop.stats(self.clock.now)
        return {
            "speech": [speech["voice"], speech["volume"], mouth.open if mouth else None, self.voices[-1]],
            "sound": [status.name for status in self.sound.statuses(0.0)],
            "outputs": [status.name for status in self.outputs.statuses()],
            "loop": [
                stats.frames,
                self.loop.schedule.fps,
                round(self.loop.schedule.start - self.loop.nominal.start, 6),
            ],
            "kept": sorted(str(file.read_text()) for file in home().glob("neutral*")),
        }


def face(at: float, now: float) -> FaceFrame:
    """Rests, then moves everything; from 7 s on it is lost, and comes back in the last second."""
    if 7.0 <= at < 8.5:
        return FaceFrame(now, found=False)
    moving = 0.0 if at < 2.5 else math.sin(2.3 * at)
    shapes = {
        "eyeBlinkLeft": max(0.0, math.sin(3 * at)) if at > 2.5 else 0.1,
        "eyeBlinkRight": 0.1,
        "browDownLeft": 0.4 + 0.4 * moving,
        "browDownRight": 0.4 + 0.3 * moving,
        "browInnerUp": 0.1,
        "jawOpen": 0.3 + 0.25 * moving,
        "mouthSmileLeft": 0.3,
        "mouthSmileRight": 0.2,
    }
    return FaceFrame(
        now,
        shapes=shapes,
        head=(4.0 + 9 * moving, 6.0 + 14 * moving, -3.0 + 8 * moving),
        head_position=(0.05 * moving, 0.03 * moving, 0.04 * moving),
        eye_left=(5 * moving, 9 * moving),
        eye_right=(5 * moving, 8 * moving),
        source="vts",
    )


def no_device(*_: Any) -> Any:
    raise AudioError("there is no sound device")


def home() -> Path:
    return Path(os.environ["VTUBE_HOME"])


def noisy() -> NDArray[np.uint8]:
    frame = np.random.default_rng(3).integers(0, 256, (512, 512, 4), np.uint8)
    frame[:150], frame[..., 3] = 0, np.where(frame[..., 3] > 100, 255, 0)
    return frame


PICTURE = noisy()
VOICE = np.concatenate([silence(0.3), vowel("a", 0.6, level=LOUD), vowel("i", 0.6, level=LOUD)])
LIVE = [path for path, field in ALL.items() if is_marked(field, "live")]
SILENT = {
    ("speech", "clean"),
    ("speech", "readings"),
    ("speech", "device"),
    ("emotion", "favourites"),
    ("scene", "presets"),
    ("lipsync", "remember"),
}
OVERLAY = ("scene", "overlay")
ELSEWHERE = ("llm", "dialogue", "listen", "listening", "hotkeys", "vts_api")
SEEN = [path for path in LIVE if path[:2] not in (*SILENT, OVERLAY) and path[0] not in ELSEWHERE]
"""All but those whose effect is what is read out and through which device (nothing is said), or what pages show, or is
kept for another time; those of the broadcast are tried in `tests/dialogue/test_live.py`, those of the streamer's voice
in `tests/listening`, those of the overlay in `tests/scene/test_live_captions.py`, what is remembered of a microphone in
`tests/audio/test_mouth_source.py`."""
LOCAL = [path for path, field in ALL.items() if is_marked(field, "local")]
WAITING = [path for path in ALL if path not in LIVE and path not in LOCAL]


@pytest.fixture
def new_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Show]:
    """Makes a show, each with a home of its own."""

    def make(settings: Settings | None = None) -> Show:
        monkeypatch.setenv("VTUBE_HOME", str(tmp_path / f"home{next(HOMES)}"))
        return Show(settings or Settings())

    return make


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> Values:
    return Values(tmp_path_factory.mktemp("values"))


BASE: list[Seen_] = []


def base(new_show: Callable[..., Show]) -> Seen_:
    """The show with the defaults."""
    if not BASE:
        BASE.append(new_show().play())
    return BASE[0]


def same(one: Seen_, other: Seen_) -> bool:
    return (
        bool(np.allclose(one["poses"], other["poses"], atol=1e-6))
        and np.array_equal(one["frames"], other["frames"])
        and {**one, "poses": 0, "frames": 0} == {**other, "poses": 0, "frames": 0}
    )


def names(path: tuple[str, ...]) -> str:
    return ".".join(path)


def test_the_show_is_the_same_every_time(new_show: Callable[..., Show]) -> None:
    first = base(new_show)
    assert same(first, new_show().play())
    assert first["poses"].shape == (SECONDS * FPS + ALONE_S, COUNT)
    assert first["loop"][2] != 0


@pytest.mark.parametrize("path", SEEN, ids=names)
def test_a_live_setting_is_seen_at_once(path: tuple[str, ...], new_show: Callable[..., Show], values: Values) -> None:
    changes = nested({path: values.another(path)})
    show = new_show()
    outcomes = []
    seen = show.play(lambda: outcomes.append(show.owner.change(changes)))
    assert [outcome.restart for outcome in outcomes] == [{}]
    assert value_at(show.owner.in_force, path) == value_at(parse(changes), path)
    assert not same(seen, base(new_show))


@pytest.mark.parametrize("path", SEEN, ids=names)
def test_changing_a_live_setting_is_like_having_started_with_it(
    path: tuple[str, ...], new_show: Callable[..., Show], values: Values
) -> None:
    changes = nested({path: values.another(path)})
    started = new_show(parse(changes)).play()
    show = new_show()
    show.owner.change(changes)
    assert same(show.play(), started)


@pytest.mark.parametrize("path", WAITING, ids=names)
def test_any_other_setting_waits_and_is_not_in_force(
    path: tuple[str, ...], new_show: Callable[..., Show], values: Values
) -> None:
    changes = nested({path: values.another(path)})
    show = new_show()
    outcome = show.owner.change(changes)
    expected = nested({path: value_at(parse(changes), path)})
    assert parse(show.owner.waiting()) == parse(outcome.restart)
    assert parse(outcome.restart) == parse(expected)
    assert show.owner.in_force == Settings()
    assert show.owner.values() == SettingsOwner(Settings()).values()


@pytest.mark.parametrize("path", LOCAL, ids=names)
def test_a_local_setting_is_refused(path: tuple[str, ...], new_show: Callable[..., Show], values: Values) -> None:
    show = new_show()
    with pytest.raises(SettingsError, match="can only be set in a file or by a flag"):
        show.owner.change(nested({path: values.another(path)}))
    assert show.owner.in_force == Settings()
    assert show.owner.waiting() == {}


@pytest.mark.parametrize(
    "refused",
    [
        {"scene": {"background": "no-such.png"}},
        {"retarget": {"parameters": {"nonsense": {"gain": 2}}}},
        {"emotion": {"templates": "/nowhere.yaml"}},
        {"lipsync": {"calibration": "/nowhere.npz"}},
        {"speech": {"voice": "nobody"}},
        {"outputs": ["nowhere"]},
        {"audio": "radio"},
        {"tracking": ["nothing"]},
        {"avatar": {"character": "/nowhere.png"}},
    ],
    ids=str,
)
def test_what_one_room_refuses_changes_no_other(refused: dict[str, Any], new_show: Callable[..., Show]) -> None:
    """A refused change once left the lip sync with what GET did not show, and the idle motion with another sway."""
    show = new_show()
    others: dict[str, dict[str, Any]] = {
        "loop": {"fps": 60},
        "idle": {"sway": 0.0},
        "mixer": {"ease_s": 0.0},
        "lipsync": {"sensitivity": 0.3},
        "scene": {"zoom": 3},
        "avatar": {"threads": 3},
    }
    changes: dict[str, Any] = dict(others)
    for name, value in refused.items():
        changes[name] = {**others.get(name, {}), **value} if isinstance(value, dict) else value
    with pytest.raises(VtubeError):
        show.owner.change(changes)
    assert show.owner.in_force == Settings()
    assert show.owner.waiting() == {}
    assert same(show.play(), base(new_show))
