"""A running camera that notes what it is asked for."""

from __future__ import annotations

from typing import Any

from tests.fake_parts import (
    Calls,
    FakeAir,
    FakeCharacter,
    FakeClassifier,
    FakeClips,
    FakeDialogue,
    FakeEmotion,
    FakeExpressions,
    FakeFace,
    FakeGesture,
    FakeMotion,
    FakeMouth,
    FakePlugins,
    FakePortraits,
    FakePose,
    FakeReactions,
    FakeRecorder,
    FakeScenes,
    FakeSettings,
    FakeSpeech,
    FakeStills,
    FakeTriggers,
    FakeWardrobe,
)


class FakeControl(Calls):
    """A program whose server asks it everything in vain: it keeps what it is told in `calls`."""

    def __init__(self) -> None:
        super().__init__()
        self.pose = FakePose(self)
        self.emotion = FakeEmotion(self)
        self.expressions = FakeExpressions(self)
        self.gesture = FakeGesture(self)
        self.reactions = FakeReactions(self)
        self.portraits = FakePortraits(self)
        self.classifier = FakeClassifier(self)
        self.character = FakeCharacter(self)
        self.wardrobe = FakeWardrobe(self)
        self.face = FakeFace(self)
        self.motion = FakeMotion(self)
        self.speech = FakeSpeech(self)
        self.mouth = FakeMouth(self)
        self.dialogue = FakeDialogue(self)
        self.settings = FakeSettings(self)
        self.air = FakeAir(self)
        self.recorder = FakeRecorder(self)
        self.scenes = FakeScenes(self)
        self.clips = FakeClips(self)
        self.stills = FakeStills(self)
        self.plugins = FakePlugins(self)
        self.triggers = FakeTriggers(self)
        self.outputs: list[dict[str, Any]] = []

    def state(self) -> dict[str, Any]:
        self.note("state")
        return {
            "output_fps": 60.0,
            "render_fps": 24.5,
            "frame_ms": 40.8,
            "latency_ms": 52.0,
            "engine": "openvino",
            "character": "default",
            "inputs": [],
            "outputs": self.outputs,
            "pose": dict(self.pose.held),
            "on_air": self.air.on,
        }

    def meters(self) -> dict[str, Any]:
        return {"level_db": -20.0, "mouth": None}

    def phones(self) -> dict[str, Any]:
        return {"host": "0.0.0.0", "addresses": ["192.168.1.5"], "reach": True, "apps": []}

    def sound_inputs(self) -> list[dict[str, Any]]:
        self.note("sound_inputs")
        return [{"spec": "mic:Yeti", "kind": "mic", "name": "Yeti", "level_db": -41.5}]
