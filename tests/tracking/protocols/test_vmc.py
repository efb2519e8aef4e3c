"""VMC: the names of both VRM versions and of Perfect Sync, Apply or none, head and eyes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.osc_sender import bundle, message, nested
from vtube.signals import ARKIT_SHAPES, FaceFrame
from vtube.tracking.protocols.quaternion import IDENTITY, multiply, normalised, unity_angles
from vtube.tracking.protocols.vmc import VmcAssembler, recognise

VAL, APPLY, BONE, OK = "/VMC/Ext/Blend/Val", "/VMC/Ext/Blend/Apply", "/VMC/Ext/Bone/Pos", "/VMC/Ext/OK"


def turned(axis: str, degrees: float) -> tuple[float, float, float, float]:
    half = math.radians(degrees) / 2
    x, y, z = (math.sin(half) * (axis == name) for name in "xyz")
    return x, y, z, math.cos(half)


def bone(name: str, rotation: tuple[float, float, float, float]) -> tuple[Any, ...]:
    return (BONE, name, 0.0, 0.0, 0.0, *rotation)


def fed(*datagrams: bytes) -> FaceFrame:
    assembler, frame = VmcAssembler(), None
    for datagram in datagrams:
        frame = assembler.feed(datagram, 1.0) or frame
    assert frame is not None
    return frame


@pytest.mark.parametrize("name", ["JawOpen", "jawOpen", "jawopen", "JAWOPEN"])
def test_perfect_sync_names_in_any_case(name: str) -> None:
    assert fed(bundle((VAL, name, 0.5), (APPLY,))).shapes == {"jawOpen": 0.5}


@pytest.mark.parametrize(("name", "shape"), [("EyeBlink_L", "eyeBlinkLeft"), ("JawLeft", "jawLeft")])
def test_perfect_sync_sides(name: str, shape: str) -> None:
    assert fed(bundle((VAL, name, 0.5), (APPLY,))).shapes == {shape: 0.5}


def test_values_wait_for_apply() -> None:
    assembler = VmcAssembler()
    assert assembler.feed(bundle((VAL, "JawOpen", 0.2), (APPLY,)), 1.0) is not None
    assert assembler.feed(message(VAL, "JawOpen", 0.9), 1.02) is None
    frame = assembler.feed(message(APPLY), 1.03)
    assert frame is not None
    assert frame.shapes["jawOpen"] == pytest.approx(0.9)


def test_senders_that_never_apply_count_at_once() -> None:
    assert fed(message(VAL, "JawOpen", 0.75)).shapes["jawOpen"] == 0.75


def test_a_sender_that_stops_applying_is_still_heard() -> None:
    assembler = VmcAssembler()
    assembler.feed(bundle((VAL, "JawOpen", 0.25), (APPLY,)), 1.0)
    frame = assembler.feed(message(VAL, "JawOpen", 1.0), 2.5)
    assert frame is not None
    assert frame.shapes["jawOpen"] == 1.0


def test_values_that_are_not_sent_again_keep() -> None:
    frame = fed(nested((VAL, "JawOpen", 0.25), (APPLY,)), bundle((VAL, "CheekPuff", 0.5), (APPLY,)))
    assert frame.shapes == {"jawOpen": 0.25, "cheekPuff": 0.5}


def test_values_beyond_0_to_1_are_limited() -> None:
    sent = bundle((VAL, "JawOpen", 7.0), (VAL, "CheekPuff", -3.0))
    assert fed(sent).shapes == {"jawOpen": 1.0, "cheekPuff": 0.0}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Joy", "happy"),
        ("Sorrow", "sad"),
        ("Fun", "relaxed"),
        ("A", "aa"),
        ("Blink_L", "blinkLeft"),
        ("LookUp", "lookUp"),
        ("O", "oh"),
    ],
)
def test_presets_of_both_vrm_versions_mean_the_same(old: str, new: str) -> None:
    one, other = fed(bundle((VAL, old, 0.5), (APPLY,))), fed(bundle((VAL, new, 0.5), (APPLY,)))
    assert (one.shapes, one.parameters) == (other.shapes, other.parameters)
    assert one.shapes or one.parameters


def test_vowels_go_to_the_mouth() -> None:
    sent = bundle((VAL, "A", 0.5), (VAL, "I", 0.25), (APPLY,))
    assert fed(sent).parameters == {"mouth_aaa": 0.5, "mouth_iii": 0.25}


def test_blink_closes_both_eyes_and_the_stronger_wins() -> None:
    shapes = fed(bundle((VAL, "Blink", 0.5), (VAL, "Blink_L", 1.0), (APPLY,))).shapes
    assert (shapes["eyeBlinkLeft"], shapes["eyeBlinkRight"]) == (1.0, 0.5)


def test_a_gaze_preset_says_all_of_the_gaze() -> None:
    shapes = fed(bundle((VAL, "LookLeft", 1.0), (APPLY,))).shapes
    assert (shapes["eyeLookOutLeft"], shapes["eyeLookInRight"], shapes["eyeLookUpLeft"]) == (1.0, 1.0, 0.0)


def test_arkit_names_win_over_presets_of_the_same_part() -> None:
    frame = fed(bundle((VAL, "Blink_L", 0.5), (VAL, "EyeBlinkLeft", 1.0), (VAL, "A", 0.5), (APPLY,)))
    assert frame.shapes["eyeBlinkLeft"] == 1.0
    assert frame.parameters == {"mouth_aaa": 0.5}
    both = fed(bundle((VAL, "JawOpen", 0.5), (VAL, "A", 0.5), (APPLY,)))
    assert (both.shapes, both.parameters) == ({"jawOpen": 0.5}, {})


ZEROS = [(VAL, name[0].upper() + name[1:], 0.0) for name in ARKIT_SHAPES]


class Show:
    """A sender that goes on for a while."""

    def __init__(self) -> None:
        self.assembler, self.now, self.frame = VmcAssembler(), 0.0, FaceFrame(0.0)

    def play(self, seconds: float, messages: Callable[[float], list[tuple[Any, ...]]], fps: float = 30.0) -> FaceFrame:
        until = self.now + seconds
        while self.now < until:
            self.now += 1 / fps
            self.frame = self.assembler.feed(bundle(*messages(self.now), (APPLY,)), self.now) or self.frame
        return self.frame


def saw(now: float) -> float:
    """0.2 to 0.7 and again."""
    return 0.2 + now % 0.5


def test_52_clips_at_rest_leave_the_face_to_the_presets_that_move() -> None:
    frame = Show().play(2.0, lambda now: [*ZEROS, (VAL, "A", saw(now)), (VAL, "Blink_L", 1.0)])
    assert frame.parameters["mouth_aaa"] >= 0.2
    assert frame.shapes["eyeBlinkLeft"] == 1.0


def test_clips_that_rest_at_some_value_beside_presets_that_move() -> None:
    frame = Show().play(2.0, lambda now: [(VAL, "JawOpen", 0.3), (VAL, "A", saw(now))])
    assert frame.parameters["mouth_aaa"] >= 0.2
    assert "jawOpen" not in frame.parameters


def test_arkit_shapes_come_back_as_soon_as_they_move() -> None:
    show = Show()
    show.play(2.0, lambda now: [*ZEROS, (VAL, "A", saw(now))])
    frame = show.play(0.1, lambda now: [(VAL, "JawOpen", saw(now)), (VAL, "A", saw(now))])
    assert frame.shapes["jawOpen"] >= 0.2
    assert frame.parameters == {}
    back = show.play(12.0, lambda now: [(VAL, "JawOpen", 0.0), (VAL, "A", saw(now))])
    assert back.parameters["mouth_aaa"] >= 0.2


def test_a_face_that_nothing_moves_is_left_to_idle_motion() -> None:
    frame = Show().play(1.0, lambda _: [*ZEROS, (VAL, "A", 0.0), (VAL, "Blink", 0.0), bone("Head", IDENTITY)])
    assert (frame.shapes, frame.parameters, frame.head) == ({}, {}, None)


def test_a_mouth_that_rests_stays_the_senders_for_a_while() -> None:
    show = Show()
    show.play(1.0, lambda now: [(VAL, "A", saw(now))])
    assert show.play(5.0, lambda _: [(VAL, "A", 0.0)]).parameters == {"mouth_aaa": 0.0}
    assert show.play(8.0, lambda _: [(VAL, "A", 0.0)]).parameters == {}


def test_clips_spread_over_bundles_do_not_count_as_moving() -> None:
    assembler, frame = VmcAssembler(), None
    for step in range(20):
        for part in (ZEROS[:26], ZEROS[26:], [(VAL, "A", 0.5)]):
            frame = assembler.feed(bundle(*part, (APPLY,)), step / 30) or frame
    assert frame is not None
    assert frame.parameters == {"mouth_aaa": 0.5}


LOOKS = [(VAL, name, 0.0) for name in ("LookUp", "LookDown", "LookLeft", "LookRight")]


def test_look_clips_that_never_move_beside_eye_bones() -> None:
    eyes = [bone("LeftEye", turned("y", -10.0)), bone("RightEye", turned("y", -10.0))]
    frame = Show().play(1.0, lambda _: [*LOOKS, *eyes])
    assert frame.eye_left == pytest.approx((0.0, 10.0))
    assert not any(name.startswith("eyeLook") for name in frame.shapes)


def test_eye_bones_that_never_move_beside_look_clips() -> None:
    eyes = [bone("LeftEye", IDENTITY), bone("RightEye", IDENTITY)]
    frame = Show().play(1.0, lambda now: [(VAL, "LookLeft", saw(now)), *eyes])
    assert frame.shapes["eyeLookOutLeft"] >= 0.2
    assert frame.eye_left is None


def test_the_gaze_target() -> None:
    frame = fed(message("/VMC/Ext/Set/Eye", 1, 1.0, 0.0, 1.0))
    assert frame.eye_left == frame.eye_right == pytest.approx((0.0, -45.0))
    up = fed(message("/VMC/Ext/Set/Eye", 1, 0.0, 0.1, 1.0)).eye_left
    assert up is not None and up[0] == pytest.approx(-math.degrees(math.atan(0.1)))
    off = fed(message(VAL, "A", 0.5), message("/VMC/Ext/Set/Eye", 0, 0.3, 0.0, 1.0))
    assert off.eye_left is None


def test_a_turn_that_is_spread_over_the_torso() -> None:
    bones = ("Spine", "Chest", "UpperChest", "Neck", "Head")
    assert fed(bundle(*[bone(name, turned("y", 4.0)) for name in bones])).head == pytest.approx((0.0, -20.0, 0.0))
    only_hips = fed(bundle(bone("Hips", turned("y", 90.0)), bone("Head", turned("y", 5.0)))).head
    assert only_hips == pytest.approx((0.0, -5.0, 0.0))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("Brows up", "browInnerUp"),
        ("BROWS_UP", "browOuterUpLeft"),
        ("Brows down", "browDownRight"),
        ("Blink Left", "eyeBlinkLeft"),
        ("Wink_R", "eyeBlinkRight"),
        ("まばたき", "eyeBlinkLeft"),
        ("Fcl_EYE_Close", "eyeBlinkRight"),
    ],
)
def test_names_of_clips_that_are_common(name: str, shape: str) -> None:
    assert fed(bundle((VAL, name, 1.0), (APPLY,))).shapes[shape] == 1.0


@pytest.mark.parametrize(
    ("axis", "head"), [("x", (20.0, 0.0, 0.0)), ("y", (0.0, -20.0, 0.0)), ("z", (0.0, 0.0, -20.0))]
)
def test_unitys_axes_become_ours(axis: str, head: tuple[float, float, float]) -> None:
    assert fed(message(*bone("Head", turned(axis, 20.0)))).head == pytest.approx(head)


def test_neck_and_head_add_up() -> None:
    frame = fed(bundle(bone("Neck", turned("y", 10.0)), bone("Head", turned("y", 15.0))))
    assert frame.head == pytest.approx((0.0, -25.0, 0.0))


def placed(
    name: str,
    place: tuple[float, float, float],
    rotation: tuple[float, float, float, float] = IDENTITY,
) -> tuple[Any, ...]:
    return (BONE, name, *place, *rotation)


def test_where_the_head_is_follows_from_the_bones_below() -> None:
    upright = fed(
        bundle(placed("Hips", (0.0, 0.9, 0.0)), placed("Spine", (0.0, 0.5, 0.0)), placed("Head", (0.0, 0.1, 0.0)))
    )
    assert upright.head_position == pytest.approx((0.0, 1.5, 0.0))
    moved = fed(bundle(placed("Hips", (0.05, 0.9, 0.1)), placed("Head", (0.0, 0.6, 0.0))))
    assert moved.head_position == pytest.approx((0.05, 1.5, 0.1))
    bowed = fed(bundle(placed("Hips", (0.0, 0.9, 0.0), turned("x", 30.0)), placed("Head", (0.0, 0.6, 0.0))))
    assert bowed.head_position == pytest.approx((0.0, 0.9 + 0.6 * math.cos(math.pi / 6), 0.3))


def test_bones_that_all_lie_at_the_origin_say_no_place() -> None:
    assert fed(bundle(bone("Hips", IDENTITY), bone("Head", IDENTITY))).head_position is None


def test_a_body_without_a_face_is_no_frame() -> None:
    assert VmcAssembler().feed(bundle(placed("Hips", (0.0, 0.9, 0.0)), placed("Spine", (0.0, 0.1, 0.0))), 1.0) is None


def test_eye_bones_that_move_are_gaze() -> None:
    still = fed(bundle(bone("LeftEye", IDENTITY), bone("RightEye", IDENTITY)))
    assert still.eye_left is None
    moving = fed(bundle(bone("LeftEye", turned("y", -12.0)), bone("RightEye", turned("x", 8.0))))
    assert moving.eye_left == pytest.approx((0.0, 12.0))
    assert moving.eye_right == pytest.approx((8.0, 0.0))


def test_a_rotation_of_zeros_is_none() -> None:
    assert VmcAssembler().feed(message(*bone("Head", (0.0, 0.0, 0.0, 0.0))), 1.0) is None


def test_tracking_status() -> None:
    assembler = VmcAssembler()
    assembler.feed(message(VAL, "JawOpen", 0.5), 1.0)
    lost = assembler.feed(message(OK, 1, 3, 0, 0), 1.1)
    assert lost is not None
    assert not lost.found
    back = assembler.feed(message(OK, 1, 3, 0, 1), 1.2)
    assert back is not None
    assert back.found
    assert assembler.feed(message(OK, 1), 1.3) is None


def test_a_silent_sender_is_forgotten() -> None:
    assembler = VmcAssembler()
    assembler.feed(message(VAL, "EyeBlinkLeft", 1.0), 1.0)
    frame = assembler.feed(message(VAL, "Joy", 1.0), 100.0)
    assert frame is not None
    assert "mouthSmileLeft" in frame.shapes
    assert "eyeBlinkLeft" not in frame.shapes


@pytest.mark.parametrize(
    "datagram",
    [
        message(VAL, "JawOpen"),
        message(VAL, 1.0, "JawOpen"),
        message(VAL, "JawOpen", math.nan),
        message(VAL, "Qwert", 1.0),
        message(BONE, "Head", 0.0, 0.0),
        message(*bone("Hips", IDENTITY)),
        message("/VMC/Ext/T", 1.0),
        b"/VMC/Ext/Blend/Val",
        b"",
    ],
)
def test_messages_without_use_give_no_frame(datagram: bytes) -> None:
    assert VmcAssembler().feed(datagram, 1.0) is None


def test_its_datagrams_are_recognised() -> None:
    assert recognise(message(VAL, "A", 1.0))
    assert not recognise(message("/avatar/parameters/v2/JawOpen", 1.0))


NAMES = st.sampled_from(["JawOpen", "A", "Joy", "x", "Head", "LeftEye", "eyeLookUpLeft", ""])
VALUES = st.one_of(st.floats(width=32), st.integers(-9, 9), st.booleans(), NAMES)


@given(st.lists(st.tuples(st.sampled_from([VAL, APPLY, BONE, OK]), st.lists(VALUES, max_size=9)), max_size=8))
def test_any_arguments(contents: list[tuple[str, list[object]]]) -> None:
    frame = VmcAssembler().feed(bundle(*[(address, *arguments) for address, arguments in contents]), 1.0)
    if frame is not None:
        assert all(0.0 <= value <= 1.0 for value in frame.shapes.values())
        assert all(math.isfinite(angle) for angle in (*(frame.head or ()), *(frame.head_position or ())))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    VmcAssembler().feed(b"/VMC/Ext/Blend/Val\x00\x00,sf\x00" + data, 1.0)  # must not raise


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4))
def test_any_rotation_gives_finite_angles(values: list[float]) -> None:
    rotation = normalised(values)
    if rotation is not None:
        assert all(abs(angle) <= 180.0 for angle in unity_angles(multiply(rotation, rotation)))
