"""Mouse and keyboard: gaze, head and body follow the pointer, held keys make faces."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from tests.waiting import eventually
from vtube.clock import monotonic
from vtube.errors import PackageMissingError, SettingsError
from vtube.pose import INDEX
from vtube.settings import PointerSettings
from vtube.signals import ARKIT_SHAPES, InputState
from vtube.tracking.pointer import AT_REST, EXPRESSIONS, PointerFace, PointerTracker, PynputDevices, blended, key_name

NONE: frozenset[str] = frozenset()


class FakeDevices:
    """A pointer and keys that a test moves."""

    def __init__(self, keys: frozenset[str]) -> None:
        self.keys, self.at, self.down, self.closed = keys, (0.0, 0.0), NONE, False

    def position(self) -> tuple[float, float]:
        return self.at

    def held(self) -> frozenset[str]:
        return self.down

    def close(self) -> None:
        self.closed = True


def test_the_middle_of_the_screen_is_straight_ahead() -> None:
    frame = PointerFace(PointerSettings()).look((960.0, 540.0), NONE, 0.0)
    assert set(frame.parameters.values()) == {0.0}
    assert set(frame.parameters) <= set(INDEX)


def test_the_pointer_at_the_viewers_upper_right() -> None:
    parameters = PointerFace(PointerSettings()).look((1920.0, 0.0), NONE, 0.0).parameters
    assert parameters["iris_rotation_x"] > 0.4
    assert parameters["iris_rotation_y"] < -0.4
    assert parameters["head_x"] > 0.3
    assert parameters["head_y"] < parameters["body_y"] < 0


def test_eyes_lead_head_and_head_leads_body() -> None:
    face = PointerFace(PointerSettings())
    face.look((960.0, 540.0), NONE, 0.0)
    parameters = face.look((0.0, 540.0), NONE, 0.05).parameters
    assert parameters["iris_rotation_y"] / 0.8 > parameters["head_y"] / 0.8 > parameters["body_y"] / 0.32 > 0


def test_a_second_screen_makes_the_screen_wider() -> None:
    face = PointerFace(PointerSettings())
    face.look((3840.0, 540.0), NONE, 0.0)
    assert face.look((1920.0, 540.0), NONE, 100.0).parameters["head_y"] == pytest.approx(0.0, abs=1e-6)


def test_strengths() -> None:
    still = PointerFace(PointerSettings(head=0.0, gaze=0.0)).look((0.0, 0.0), NONE, 0.0)
    assert set(still.parameters.values()) == {0.0}


def test_held_keys_make_faces() -> None:
    face = PointerFace(PointerSettings(keys={"F1": "smile", "a": "closed"}))
    assert set(face.look((0.0, 0.0), NONE, 0.0).shapes) == set(AT_REST)
    both = face.look((0.0, 0.0), frozenset({"f1", "a"}), 0.1).shapes
    assert (both["mouthSmileLeft"], both["eyeBlinkRight"], both["jawOpen"]) == (0.8, 1.0, 0.0)


def test_expressions_are_made_of_shapes_that_exist() -> None:
    assert {name for shapes in EXPRESSIONS.values() for name in shapes} <= set(ARKIT_SHAPES)
    assert blended(["smile", "laugh"])["mouthSmileLeft"] == 0.9


def test_a_key_for_an_expression_that_does_not_exist() -> None:
    with pytest.raises(SettingsError, match="did you mean 'smile'"):
        PointerTracker(PointerSettings(keys={"f1": "smiles"}))


def test_the_tracker_asks_its_devices() -> None:
    opened: list[FakeDevices] = []

    def open_devices(keys: frozenset[str]) -> FakeDevices:
        opened.append(FakeDevices(keys))
        return opened[0]

    tracker = PointerTracker(PointerSettings(keys={"F1": "smile"}), open_devices)
    tracker.start()
    tracker.start()
    assert eventually(tracker.latest)
    assert tracker.status(monotonic()).state is InputState.LIVE
    tracker.close()
    tracker.close()
    assert len(opened) == 1
    assert opened[0].closed
    assert opened[0].keys == {"f1"}


def test_without_pynput_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynput", None)
    monkeypatch.setitem(sys.modules, "pynput.mouse", None)
    with pytest.raises(PackageMissingError, match="extras pointer"):
        PynputDevices(NONE)


def test_names_of_keys() -> None:
    keys = (SimpleNamespace(name="f1"), SimpleNamespace(char="A"), SimpleNamespace(char=None), None)
    assert [key_name(key) for key in keys] == ["f1", "a", "", ""]
