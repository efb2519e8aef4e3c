"""A plug-in service in front of a fake program, and a plug-in that talks to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

from tests.fake_parts import Calls, FakeEmotion, FakeFace, FakeGesture, FakeScenes, FakeSettings, FakeWardrobe
from tests.fakes import FakeClock
from tests.waiting import eventually
from vtube.pose import INDEX, Pose, neutral
from vtube.settings import parse
from vtube.signals import Colouring
from vtube.vts_api.program import Program
from vtube.vts_api.service import PluginService

NAME, DEVELOPER = "Bonk Bot", "Somebody"


class CurrentEmotion(FakeEmotion):
    current = "neutral"

    def show(self, name: str, strength: float = 1.0) -> None:
        super().show(name, strength)
        self.current = name


class Rig:
    """The service on a free port; `pose` draws a frame of the layer."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.calls = Calls()
        self.clock = FakeClock()
        self.emotion = CurrentEmotion(self.calls)
        self.framing = (1.0, 0.0, 0.0, 0.0)
        self.glides: list[float] = []
        self.tints: list[Colouring] = []
        self.face = False
        self.character = "ilta.png"
        self.below: Pose = neutral()
        self.file = folder / "plugins.json"
        self.settings = parse({"vts_api": {"enabled": True, "port": 0, **settings}})
        self.service = PluginService(self.settings, self.file, self.clock)
        self.service.open(self.program())

    def program(self) -> Program:
        return Program(
            emotion=self.emotion,
            gesture=FakeGesture(self.calls),
            face=FakeFace(self.calls),
            wardrobe=FakeWardrobe(self.calls),
            scenes=FakeScenes(self.calls),
            settings=FakeSettings(self.calls),
            name=lambda: self.character,
            sees_face=lambda: self.face,
            pose=lambda: self.service.driver.shown,
            framing=lambda: self.framing,
            size=lambda: (512, 512),
            fps=lambda: 30.0,
            glide=self.glides.append,
            tint=self.tints.append,
            background=lambda: "#00b140",
        )

    @property
    def port(self) -> int:
        return int(self.service.status()["port"])

    def frame(self, seconds: float = 0.0) -> Pose:
        """What the layer makes of the pose below, some time later."""
        self.clock.advance(seconds)
        pose = self.below.copy()
        self.service.driver.drive(pose, self.clock())
        return pose

    def shows(self, name: str, seconds: float = 0.0) -> float:
        return float(self.frame(seconds)[INDEX[name]])

    def allow(self, allow: bool = True) -> None:
        """Answer the next question, as the user does."""
        assert eventually(lambda: self.service.questions() != [])
        assert self.service.answer(self.service.questions()[0]["number"], allow)


class Plugin:
    """A plug-in by hand: what it says and what it hears."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def ask(self, kind: str, data: Any = None, **more: Any) -> dict[str, Any]:
        message = {"apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0", "requestID": "one", "messageType": kind}
        await self.socket.send_str(json.dumps({**message, "data": data, **more}))
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        answer: dict[str, Any] = await self.socket.receive_json(timeout=10)
        return answer

    async def data(self, kind: str, data: Any = None) -> dict[str, Any]:
        answer = await self.ask(f"{kind}Request", data)
        assert answer["messageType"] == f"{kind}Response", answer
        found: dict[str, Any] = answer["data"]
        return found

    async def error(self, kind: str, data: Any = None) -> int:
        answer = await self.ask(f"{kind}Request", data)
        assert answer["messageType"] == "APIError", answer
        assert answer["data"]["message"]
        return int(answer["data"]["errorID"])

    async def inject(self, how: Mapping[str, Any] | None = None, /, **values: float) -> None:
        """Send values; `how` has mode and faceFound of the message, and weight of every value."""
        more = dict(how or {})
        weight = more.pop("weight", None)
        rows = [{"id": name, "value": value, "weight": weight} for name, value in values.items()]
        await self.data("InjectParameterData", {**more, "parameterValues": rows})


def close_to(pose: Pose, **values: float) -> bool:
    return all(np.isclose(pose[INDEX[name]], value, atol=0.01) for name, value in values.items())
