"""A stand-in for each part of a running camera that the server asks."""

from __future__ import annotations

import io
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from vtube.errors import SettingsError
from vtube.frame import Frame
from vtube.pose import Pose, from_mapping
from vtube.settings import Outcome


class Calls:
    """What was asked for, in order; `failure`, when set, is what every call ends in."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.failure: Exception | None = None

    def note(self, *call: Any) -> None:
        if self.failure is not None:
            raise self.failure
        self.calls.append(call)


class Part:
    """One part of a program that does nothing but note what it is asked."""

    def __init__(self, calls: Calls) -> None:
        self._note = calls.note
        self._calls = calls.calls


class FakePose(Part):
    held: Mapping[str, float] = {}

    def hold(self, values: Mapping[str, float] | None) -> None:
        self._note("pose.hold", values)
        self.held = dict(values or {})

    def change(self, values: Mapping[str, float | None]) -> None:
        self._note("pose.change", values)
        self.held = {name: value for name, value in {**self.held, **values}.items() if value is not None}


class FakeEmotion(Part):
    def names(self) -> list[str]:
        return ["neutral", "joy", "anger"]

    def show(self, name: str, strength: float = 1.0) -> None:
        self._note("emotion.show", name, strength)

    def overlay(self, templates: Mapping[str, Mapping[str, float]]) -> None:
        self._note("emotion.overlay", templates)

    def everyone(self) -> dict[str, dict[str, float]]:
        return {"joy": {"mouth_raised_corner_left": 1.0}}


class FakeExpressions(Part):
    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self.kept: dict[str, dict[str, float]] = {}

    def values(self) -> dict[str, dict[str, float]]:
        return self.kept

    def put(self, values: Mapping[str, Mapping[str, float]]) -> None:
        self._note("expressions.put", values)
        self.kept |= {name: dict(one) for name, one in values.items()}

    def remove(self, name: str) -> bool:
        self._note("expressions.remove", name)
        return self.kept.pop(name, None) is not None


class FakeGesture(Part):
    def names(self) -> list[str]:
        return ["nod", "bow"]

    def act(self, word: str) -> None:
        self._note("gesture.act", word)


class FakeReactions(Part):
    def names(self) -> list[str]:
        return ["chat", "applause"]

    def notice(self, name: str) -> None:
        self._note("reactions.notice", name)


class FakePortraits(Part):
    def get(self, name: str) -> bytes | None:
        return b"RIFF" if name == "joy" else None


class FakeClassifier(Part):
    def classify(self, text: str) -> dict[str, float]:
        self._note("classify", text)
        return {"relief": 0.5, "joy": 0.3, "neutral": 0.2}


class FakeCharacter(Part):
    def show(self, picture: bytes, name: str, force: bool = False, head: str | None = None) -> str:
        self._note("character.show", picture, name, *(["forced"] if force else []), *([head] if head else []))
        return "kept as it is"

    def examine(self, picture: bytes, name: str, head: str | None = None) -> dict[str, Any]:
        self._note("character.examine", picture, name, head)
        return {"name": name, "fine": True, "notes": [], "head": None, "preview": "data:image/png;base64,"}

    def back(self) -> str:
        self._note("character.back")
        return "ilta.png"


class FakeWardrobe(Part):
    def all(self) -> list[dict[str, Any]]:
        return [{"name": "Miko", "digest": "0f", "puppet": None, "on_air": False}]

    def keep(self, name: str, picture: bytes, force: bool = False, head: str | None = None) -> str:
        self._note("wardrobe.keep", name, picture, force, head)
        return "kept as it is"

    def show(self, name: str) -> None:
        self._note("wardrobe.show", name)

    def remove(self, name: str) -> None:
        self._note("wardrobe.remove", name)

    def picture(self, name: str) -> bytes:
        self._note("wardrobe.picture", name)
        return b"a PNG"


class FakeFace(Part):
    def calibrate(self) -> None:
        self._note("calibrate")

    def reading(self) -> dict[str, Any]:
        return {"seen": True, "parameters": {"head_x": 0.25}, "shapes": {"jawOpen": 0.5, "tongueOut": None}}


class FakeMotion(Part):
    def pause(self, paused: bool) -> None:
        self._note("pause", paused)


class FakeSpeech(Part):
    def say(self, text: str, voice: str | None = None, interrupt: bool = False) -> int:
        """Its number is how much has been asked for so far."""
        self._note("say", text, voice, interrupt)
        return len(self._calls)

    def pause(self, paused: bool) -> None:
        self._note("speech.pause", paused)

    def skip(self) -> None:
        self._note("speech.skip")

    def stop(self) -> None:
        self._note("speech.stop")

    def voices(self) -> list[dict[str, Any]]:
        return [{"name": "openjtalk", "ready": True}]

    def styles(self, voice: str) -> dict[str, str]:
        self._note("speech.styles", voice)
        return {f"{voice}:2": "四国めたん/ノーマル"}


class FakeDialogue(Part):
    def post(self, values: Mapping[str, Any]) -> int:
        """Its number is how much has been asked for so far."""
        self._note("chat", dict(values))
        return len(self._calls)

    def stop(self, hold: bool = False) -> None:
        self._note("dialogue.stop", hold)

    def resume(self) -> None:
        self._note("dialogue.resume")

    def next_part(self) -> bool:
        self._note("dialogue.next_part")
        return True

    def approve(self, key: str) -> bool:
        self._note("dialogue.approve", key)
        return key == "twitch:1"

    def drop(self, key: str) -> bool:
        self._note("dialogue.drop", key)
        return key == "twitch:1"

    def memory(self) -> Mapping[str, Any]:
        return {"enabled": True, "viewers": [{"viewer": "twitch:1"}]}

    def forget(self, viewer: str) -> bool:
        self._note("dialogue.forget", viewer)
        return viewer == "twitch:1"

    def set_fact(self, values: Mapping[str, Any]) -> int | None:
        self._note("dialogue.fact", dict(values))
        return None if values.get("number") == 9 else 5

    def delete_fact(self, number: int) -> bool:
        self._note("dialogue.delete_fact", number)
        return number == 5


class FakeMouth(Part):
    def set_lip_flap(self, talking: bool) -> None:
        self._note("set_lip_flap", talking)

    def set_lip_flap_style(self, quickness: float, vowel: str | None) -> None:
        self._note("set_lip_flap_style", quickness, vowel)


class FakeSettings(Part):
    def values(self) -> dict[str, Any]:
        return {"server": {"port": 8787}, "loop": {"fps": 30.0}, "outputs": ["camera"]}

    def waiting(self) -> dict[str, Any]:
        return {"avatar": {"threads": 2}}

    def schema(self) -> dict[str, Any]:
        return {"title": "Settings"}

    def change(self, changes: Mapping[str, Any], save: bool = True) -> Outcome:
        self._note("settings.change", changes, save)
        return Outcome({"loop": {"fps": 60.0}}, {"avatar": {"threads": 2}}, dict(changes) if save else {})


class FakeAir(Part):
    on = True

    def put(self, on: bool) -> None:
        self._note("air.put", on)
        self.on = on


class FakeRecorder(Part):
    def start(self, kind: str) -> str:
        self._note("recorder.start", kind)
        return f"take.{kind}"

    def stop(self) -> None:
        self._note("recorder.stop")


class FakeScenes(Part):
    warning = ""

    def all(self) -> dict[str, dict[str, Any]]:
        return {"Chat": {"frame": "face", "zoom": 1.0}}

    def keep(self, name: str) -> str:
        self._note("scenes.keep", name)
        return self.warning

    def show(self, name: str, seconds: float = 0.6) -> str:
        self._note("scenes.show", name, seconds)
        return self.warning

    def rename(self, name: str, new: str) -> str:
        self._note("scenes.rename", name, new)
        return self.warning

    def remove(self, name: str) -> str:
        self._note("scenes.remove", name)
        return self.warning


class KeptBytes(io.BytesIO):
    """A file in memory that knows what was in it when it was closed."""

    kept = b""

    def close(self) -> None:
        if not self.closed:
            self.kept = self.getvalue()
        super().close()


class FakeClips(Part):
    most_sound_bytes = 3_000_000

    path: Path | None = None
    """The video of clip 1."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self.sound = KeptBytes()

    def make(self, values: Mapping[str, Any]) -> dict[str, Any]:
        self._note("clips.make", dict(values))
        return {"id": "1", "state": "waiting"}

    def all(self) -> list[dict[str, Any]]:
        return [{"id": "1", "state": "done"}]

    def get(self, key: str) -> dict[str, Any] | None:
        return {"id": "1", "state": "done"} if key == "1" else None

    def video(self, key: str) -> tuple[Path, str] | None:
        return (self.path, "Grüße 1.mp4") if key == "1" and self.path is not None else None

    def resume(self, key: str) -> bool:
        self._note("clips.resume", key)
        return key == "1"

    def stop(self, key: str) -> bool:
        self._note("clips.stop", key)
        return key == "1"

    def remove(self, key: str) -> bool:
        self._note("clips.remove", key)
        return key == "1"

    def new_sound(self, name: str) -> tuple[str, BinaryIO]:
        self._note("clips.new_sound", name)
        self.sound = KeptBytes()
        return "sound", self.sound

    def keep_sound(self, key: str) -> float | None:
        self._note("clips.keep_sound", key)
        return 1.5

    def drop_sound(self, key: str) -> None:
        self._note("clips.drop_sound", key)


class FakeStills(Part):
    def pose(self, expression: str | None, strength: float, values: Mapping[str, float]) -> Pose:
        if expression not in (None, "joy"):
            raise SettingsError(f"there is no emotion {expression}")
        return from_mapping(values)

    def size(self) -> tuple[int, int]:
        return (64, 32)

    def draw(self, poses: Sequence[Pose], size: tuple[int, int]) -> Generator[Frame]:
        self._note("stills.draw", len(poses), size)
        try:
            for pose in poses:
                yield np.full((size[1], size[0], 4), int(255 * pose[0]), np.uint8)
        finally:
            self._note("stills.close")


class FakePlugins(Part):
    def questions(self) -> list[dict[str, Any]]:
        return [{"number": 1, "name": "Bonk", "developer": "Somebody", "origin": ""}]

    def answer(self, number: int, allow: bool) -> bool:
        self._note("plugins.answer", number, allow)
        return number == 1

    def revoke(self, key: str) -> bool:
        self._note("plugins.revoke", key)
        return key == "00ff"

    def status(self) -> dict[str, Any]:
        return {"state": "on", "port": 8001, "asking": self.questions(), "plugins": []}


class FakeTriggers(Part):
    token = "a link's token"

    def names(self) -> list[str]:
        return ["expression:joy", "air"]

    def do(self, action: str) -> None:
        self._note("do", action)

    def links(self) -> list[dict[str, str]]:
        return [{"key": "0f", "name": "Stream Deck"}]

    def new_link(self, name: str) -> str:
        self._note("links.new", name)
        return self.token

    def remove_link(self, key: str) -> bool:
        self._note("links.remove", key)
        return key == "0f"

    def knows_link(self, token: str) -> bool:
        return token == self.token
