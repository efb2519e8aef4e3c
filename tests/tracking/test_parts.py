"""Which source has which part of a face: by what moves, not by what is sent."""

from __future__ import annotations

import pytest

from vtube.pose import NAMES
from vtube.signals import ARKIT_SHAPES, FaceFrame
from vtube.tracking.parts import HEAD, LIDS, MOUTH, SHAPES, USED_S, Layer, PartChooser, part_of_parameter


def frame(now: float = 0.0, **fields: object) -> FaceFrame:
    return FaceFrame(now, **fields)  # type: ignore[arg-type]


def mouth(now: float) -> FaceFrame:
    """A jaw that moves."""
    return frame(now, shapes={"jawOpen": 0.2 + now % 0.5})


def test_every_shape_and_parameter_has_one_part() -> None:
    assert sorted(name for names in SHAPES.values() for name in names) == sorted(ARKIT_SHAPES)
    assert {part_of_parameter(name) for name in NAMES} == {"lids", "brows", "mouth", "gaze", "head"}
    assert part_of_parameter("eyebrow_raised_left") == "brows"
    assert part_of_parameter("iris_small_left") == LIDS


def test_a_face_of_one_source_that_uses_all_it_sends_is_handed_on_as_it_is() -> None:
    face = frame(shapes={"jawOpen": 0.5, "eyeBlinkLeft": 0.1}, head=(1.0, 2.0, 3.0))
    assert PartChooser().choose([Layer("a", face)], 0.0) is face


def test_parts_at_rest_are_left_out_until_they_move() -> None:
    chooser = PartChooser()
    still = frame(shapes={"jawOpen": 0.5, "eyeBlinkLeft": 0.0}, head=(0.0, 0.0, 0.0), eye_left=(0.0, 0.0))
    found = chooser.choose([Layer("a", still)], 0.0)
    assert (found.shapes, found.head, found.eye_left) == ({"jawOpen": 0.5}, None, None)
    moved = frame(1.0, shapes={"jawOpen": 0.5, "eyeBlinkLeft": 0.3}, head=(0.0, 1.0, 0.0))
    assert chooser.choose([Layer("a", moved)], 1.0).head == (0.0, 1.0, 0.0)
    back = frame(2.0, shapes={"eyeBlinkLeft": 0.0}, head=(0.0, 0.0, 0.0))
    assert chooser.choose([Layer("a", back)], 2.0).head == (0.0, 0.0, 0.0)
    for step in range(1, 4):
        later = 2.0 + step * USED_S / 2
        found = chooser.choose([Layer("a", frame(later, shapes={"eyeBlinkLeft": 0.0}, head=(0.0, 0.0, 0.0)))], later)
    assert (found.shapes, found.head) == ({}, None)


@pytest.mark.parametrize("first", ["moving", "resting"])
def test_what_moves_comes_before_what_rests_in_any_order(first: str) -> None:
    chooser = PartChooser()
    for step in range(60):
        now = step / 30
        layers = [Layer("moving", mouth(now)), Layer("resting", frame(now, shapes={"jawOpen": 0.9}))]
        found = chooser.choose(layers if first == "moving" else layers[::-1], now)
    assert found.shapes == mouth(now).shapes
    assert chooser.chosen[MOUTH] == "moving"


def test_of_two_that_move_the_more_important_one_counts() -> None:
    chooser = PartChooser()
    for step in range(60):
        now = step / 30
        layers = [Layer("a", mouth(now)), Layer("b", frame(now, shapes={"jawOpen": 0.9 - now % 0.3}))]
        found = chooser.choose(layers, now)
    assert found.shapes == mouth(now).shapes


def test_a_shape_that_the_owner_of_a_part_does_not_send_is_taken_from_another() -> None:
    owner, other = frame(shapes={"eyeBlinkLeft": 0.5}), frame(shapes={"eyeBlinkLeft": 0.9, "eyeWideLeft": 0.4})
    found = PartChooser().choose([Layer("a", owner), Layer("b", other)], 0.0)
    assert found.shapes == {"eyeBlinkLeft": 0.5, "eyeWideLeft": 0.4}


def test_parameters_go_with_the_part_of_their_source() -> None:
    shapes, vowels = frame(shapes={"jawOpen": 0.5}), frame(parameters={"mouth_aaa": 0.5, "eye_wink_left": 0.5})
    found = PartChooser().choose([Layer("a", shapes), Layer("b", vowels)], 0.0)
    assert (found.shapes, found.parameters) == ({"jawOpen": 0.5}, {"eye_wink_left": 0.5})


@pytest.mark.parametrize(("explicit", "kept"), [(True, {"mouth_aaa": 0.0}), (False, {})])
def test_parameters_at_rest_count_when_they_are_driven_on_purpose(explicit: bool, kept: dict[str, float]) -> None:
    assert PartChooser(explicit).choose([Layer("a", frame(parameters={"mouth_aaa": 0.0}))], 0.0).parameters == kept


def test_a_forgotten_source_has_to_move_anew() -> None:
    chooser = PartChooser()
    chooser.choose([Layer("a", frame(head=(0.0, 5.0, 0.0)))], 0.0)
    chooser.choose([Layer("a", frame(0.1, head=(0.0, 0.0, 0.0)))], 0.1)
    assert chooser.chosen[HEAD] == "a"
    chooser.forget("a")
    assert chooser.choose([Layer("a", frame(0.2, head=(0.0, 0.0, 0.0)))], 0.2).head is None
