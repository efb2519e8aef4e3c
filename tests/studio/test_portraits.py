"""The small faces of the expressions: drawn when something has changed, and only what has."""

from __future__ import annotations

import threading

import cv2
import numpy as np
import pytest

from tests.waiting import eventually
from vtube.errors import EngineError
from vtube.frame import SIZE, Frame
from vtube.motion.templates import Templates
from vtube.pose import INDEX, Pose, neutral
from vtube.scene.shot import TEMPLATE
from vtube.studio import portraits
from vtube.studio.portraits import SIDE, Portraits, portrait


class Painter:
    """Draws one colour for each pose, and notes what it draws."""

    name, detail = "puppet", "fake"

    def __init__(self, drawn: list[float]) -> None:
        self._drawn = drawn
        self.closed = False

    def render(self, pose: Pose) -> Frame:
        shade = float(pose[INDEX["mouth_smirk"]])
        self._drawn.append(shade)
        return np.full((SIZE, SIZE, 4), (round(200 * shade), 90, 30, 255), np.uint8)

    def close(self) -> None:
        self.closed = True


def smirk(value: float) -> Pose:
    pose = neutral()
    pose[INDEX["mouth_smirk"]] = value
    return pose


class Room:
    """A character of which everything can be changed."""

    def __init__(self) -> None:
        self.look = 1
        self.templates: Templates = {"neutral": smirk(0.0), "sly": smirk(0.5)}
        self.drawn: list[float] = []
        self.painters: list[Painter] = []
        self.is_there = True
        self.portraits = Portraits(lambda: self.look, self.painter, lambda: TEMPLATE, lambda: dict(self.templates))

    def painter(self) -> Painter | None:
        if not self.is_there:
            raise EngineError("none")
        self.painters.append(Painter(self.drawn))
        return self.painters[-1]

    def ready(self, *names: str) -> bool:
        return eventually(lambda: self.portraits.status()["ready"] == sorted(names))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portraits, "LOOK_S", 0.01)
    monkeypatch.setattr(portraits, "REST_S", 0.0)


def test_all_are_drawn_once_and_the_painter_is_given_back() -> None:
    room = Room()
    room.portraits.start()
    assert room.ready("neutral", "sly")
    assert eventually(lambda: room.painters[0].closed)
    room.portraits.close()
    assert room.drawn == [0.0, 0.5]
    assert room.portraits.get("joy") is None


def test_the_end_of_the_program_does_not_wait_for_a_painter_that_is_still_loading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portraits, "CLOSE_S", 0.01)
    room, loading, loaded = Room(), threading.Event(), threading.Event()

    def slow() -> Painter:
        loading.set()
        loaded.wait(10)
        return Painter(room.drawn)

    room.portraits = Portraits(lambda: room.look, slow, lambda: TEMPLATE, lambda: dict(room.templates))
    room.portraits.start()
    assert loading.wait(10)
    room.portraits.close()
    assert not room.portraits.join(0.0)
    loaded.set()
    assert room.portraits.join(10.0)
    assert not room.drawn


def test_a_new_expression_alone_is_drawn_and_one_that_went_is_gone() -> None:
    room = Room()
    room.portraits.start()
    assert room.ready("neutral", "sly")
    edition = room.portraits.status()["edition"]
    room.templates = {"neutral": smirk(0.0), "wry": smirk(0.25)}
    assert room.ready("neutral", "wry")
    room.portraits.close()
    assert room.drawn == [0.0, 0.5, 0.25]
    assert room.portraits.status()["edition"] > edition


def test_another_character_is_drawn_anew_and_without_a_painter_there_are_none() -> None:
    room = Room()
    room.portraits.start()
    assert room.ready("neutral", "sly")
    room.is_there, room.look = False, 2
    assert room.ready()
    room.is_there, room.look = True, 3
    assert room.ready("neutral", "sly")
    room.portraits.close()
    assert room.drawn == [0.0, 0.5, 0.0, 0.5]


def test_a_portrait_shows_the_head_with_its_transparency() -> None:
    frame = np.zeros((SIZE, SIZE, 4), np.uint8)
    middle = (round(TEMPLATE.head_x * SIZE), round(TEMPLATE.head_y * SIZE))
    cv2.circle(frame, middle, 40, (250, 10, 20, 255), -1)
    picture = cv2.imdecode(np.frombuffer(portrait(frame, TEMPLATE), np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    assert picture.shape == (SIDE, SIDE, 4)
    assert picture[SIDE // 2, SIDE // 2, 3] == 255
    assert picture[SIDE // 2, SIDE // 2, 2] > 230
    assert picture[0, 0, 3] == 0
