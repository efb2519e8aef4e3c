"""VRCFaceTracking: any prefix, floats, bools and binary floats, values that persist."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.osc_sender import bundle, message
from tests.tracking.packets import sender
from vtube.settings import ReceiverSettings, Settings
from vtube.signals import ARKIT_SHAPES
from vtube.spec import Spec
from vtube.tracking.network.listening import listening
from vtube.tracking.protocols import vrcft
from vtube.tracking.protocols.vrcft import BinaryFloats, VrcftAssembler, recognise, split_bit
from vtube.tracking.protocols.vrcft_names import to_arkit

ROOT = "/avatar/parameters/"


@pytest.mark.parametrize("prefix", ["v2/", "FT/v2/", "a/b/v2/"])
def test_any_prefix(prefix: str) -> None:
    frame = VrcftAssembler().feed(message(f"{ROOT}{prefix}JawOpen", 0.5), 1.0)
    assert frame is not None
    assert frame.shapes == {"jawOpen": 0.5}


def test_values_persist() -> None:
    assembler = VrcftAssembler()
    assembler.feed(message(f"{ROOT}v2/JawOpen", 0.5), 1.0)
    frame = assembler.feed(message(f"{ROOT}v2/MouthClosed", 0.25), 20.0)
    assert frame is not None
    assert frame.shapes == {"jawOpen": 0.5, "mouthClose": 0.25}


def test_binary_floats() -> None:
    assembler = VrcftAssembler()
    bits = bundle((f"{ROOT}v2/JawOpen1", True), (f"{ROOT}v2/JawOpen2", False), (f"{ROOT}v2/JawOpen4", True))
    frame = assembler.feed(bits, 1.0)
    assert frame is not None
    assert frame.shapes["jawOpen"] == pytest.approx(5 / 7)


def test_negative_binary_floats() -> None:
    assembler = VrcftAssembler()
    bits = bundle((f"{ROOT}v2/JawX1", True), (f"{ROOT}v2/JawXNegative", True))
    frame = assembler.feed(bits, 1.0)
    assert frame is not None
    assert (frame.shapes["jawLeft"], frame.shapes["jawRight"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("JawOpen4", ("JawOpen", 4)),
        ("JawOpen128", ("JawOpen", 128)),
        ("JawOpen3", ("JawOpen3", 0)),
        ("JawOpen", ("JawOpen", 0)),
        ("8", ("8", 0)),
        ("JawOpen256", ("JawOpen256", 0)),
    ],
)
def test_bits_in_names(name: str, parts: tuple[str, int]) -> None:
    assert split_bit(name) == parts


def test_a_plain_bool_is_no_part_of_a_binary_float() -> None:
    assert BinaryFloats().take("EyesClosed", True) is None


def test_lids() -> None:
    shapes = to_arkit({"EyeLidLeft": 0.0, "EyeLidRight": 0.75})
    assert (shapes["eyeBlinkLeft"], shapes["eyeBlinkRight"]) == (1.0, 0.0)
    wide = to_arkit({"EyeLid": 1.0})
    assert (wide["eyeWideLeft"], wide["eyeBlinkRight"]) == (1.0, 0.0)


def test_gaze_to_the_own_right_and_up() -> None:
    shapes = to_arkit({"EyeLeftX": 0.5, "EyeRightX": 0.5, "EyeY": 0.25})
    assert (shapes["eyeLookInLeft"], shapes["eyeLookOutRight"]) == (0.5, 0.5)
    assert (shapes["eyeLookOutLeft"], shapes["eyeLookInRight"]) == (0.0, 0.0)
    assert shapes["eyeLookUpLeft"] == shapes["eyeLookUpRight"] == 0.25


def test_combined_parameters_stand_in_for_fine_ones() -> None:
    assert to_arkit({"SmileFrown": -0.5})["mouthFrownLeft"] == 0.5
    assert to_arkit({"BrowExpressionLeft": 0.5})["browOuterUpLeft"] == 0.5
    both = to_arkit({"SmileFrown": -0.5, "MouthSmileLeft": 0.25, "MouthCornerPullRight": 0.75})
    assert (both["mouthSmileLeft"], both["mouthSmileRight"]) == (0.25, 0.75)
    assert to_arkit({"BrowInnerUpLeft": 0.5, "BrowInnerUpRight": 1.0})["browInnerUp"] == 0.75


def test_head_in_quarter_turns() -> None:
    frame = VrcftAssembler().feed(bundle((f"{ROOT}v2/Head/Yaw", 0.5), (f"{ROOT}v2/Head/Pitch", 0.25)), 1.0)
    assert frame is not None
    assert frame.head == pytest.approx((22.5, -45.0, 0.0))


def test_trackers_that_say_they_are_off() -> None:
    assembler = VrcftAssembler()
    frame = assembler.feed(message(f"{ROOT}EyeTrackingActive", False), 1.0)
    assert frame is not None
    assert not frame.found
    frame = assembler.feed(message(f"{ROOT}v2/LipTrackingActive", True), 1.0)
    assert frame is not None
    assert frame.found


def test_vrchats_own_eye_messages() -> None:
    assembler = VrcftAssembler()
    assembler.feed(message("/tracking/eye/EyesClosedAmount", 0.5), 1.0)
    frame = assembler.feed(message("/tracking/eye/LeftRightPitchYaw", 5.0, 10.0, 6.0, -10.0), 1.0)
    assert frame is not None
    assert frame.shapes["eyeBlinkLeft"] == 0.5
    assert (frame.eye_left, frame.eye_right) == ((5.0, -10.0), (6.0, 10.0))
    centre = assembler.feed(message("/tracking/eye/CenterPitchYaw", 1.0, 2.0), 1.0)
    assert centre is not None
    assert centre.eye_left == centre.eye_right == (1.0, -2.0)


@pytest.mark.parametrize(
    "datagram",
    [
        message(f"{ROOT}VelocityX", 0.5),
        message(f"{ROOT}v2/JawOpen", "x"),
        message(f"{ROOT}v2/JawOpen"),
        message("/tracking/eye/CenterPitchYaw", 1.0),
        message("/avatar/change", "avtr_1"),
        b"junk",
    ],
)
def test_messages_without_use_give_no_frame(datagram: bytes) -> None:
    assert VrcftAssembler().feed(datagram, 1.0) is None


def test_its_datagrams_are_recognised() -> None:
    assert recognise(message(f"{ROOT}FT/v2/JawOpen", 0.5))
    assert recognise(message("/tracking/eye/EyesClosedAmount", 0.5))
    assert recognise(message(f"{ROOT}JawOpen", 0.5))
    assert recognise(bundle((f"{ROOT}Hat", True), (f"{ROOT}FT/LeftEyeLid", 0.5)))
    assert not recognise(message(f"{ROOT}Hat", 0.5))
    assert not recognise(message(f"{ROOT}JawOpenness", 0.5))


@pytest.mark.parametrize(
    ("name", "value", "shape", "weight"),
    [
        ("JawOpen", 0.5, "jawOpen", 0.5),
        ("LeftEyeLid", 0.0, "eyeBlinkLeft", 1.0),
        ("RightEyeLid", 1.0, "eyeBlinkRight", 0.0),
        ("LeftEyeLidExpanded", 0.8, "eyeBlinkLeft", 0.0),
        ("LeftEyeLidExpanded", 1.0, "eyeWideLeft", 1.0),
        ("EyesY", 0.5, "eyeLookUpLeft", 0.5),
        ("LeftEyeX", -0.5, "eyeLookOutLeft", 0.5),
        ("MouthSadRight", 0.25, "mouthFrownRight", 0.25),
        ("MouthPout", 0.75, "mouthPucker", 0.75),
        ("SmileSadLeft", 1.0, "mouthSmileLeft", 1.0),
    ],
)
def test_names_of_v1(name: str, value: float, shape: str, weight: float) -> None:
    frame = VrcftAssembler().feed(message(f"{ROOT}{name}", value), 1.0)
    assert frame is not None
    assert frame.shapes[shape] == pytest.approx(weight)


def test_v2_wins_over_v1() -> None:
    frame = VrcftAssembler().feed(bundle((f"{ROOT}v2/JawOpen", 0.5), (f"{ROOT}JawOpen", 0.1)), 1.0)
    assert frame is not None
    assert frame.shapes["jawOpen"] == 0.5


def test_a_half_without_a_tracker_says_nothing() -> None:
    sent = [(f"{ROOT}v2/JawOpen", 0.5), (f"{ROOT}v2/EyeLidLeft", 0.0)]
    mouth_only = VrcftAssembler().feed(
        bundle(*sent, (f"{ROOT}EyeTrackingActive", False), (f"{ROOT}ExpressionTrackingActive", True)), 1.0
    )
    assert mouth_only is not None
    assert mouth_only.shapes == {"jawOpen": 0.5}
    both = [(f"{ROOT}EyeTrackingActive", True), (f"{ROOT}LipTrackingActive", False)]
    eyes_only = VrcftAssembler().feed(bundle(*sent, *both), 1.0)
    assert eyes_only is not None
    assert set(eyes_only.shapes) == {"eyeBlinkLeft", "eyeWideLeft"}


NAMES = st.sampled_from(["JawOpen", "EyeLidLeft", "EyeX", "SmileFrown", "Head/Yaw", "JawX2", "JawXNegative", "Q"])


@given(st.lists(st.tuples(NAMES, st.one_of(st.floats(width=32), st.booleans(), st.integers(-9, 9))), max_size=12))
def test_any_values(contents: list[tuple[str, object]]) -> None:
    frame = VrcftAssembler().feed(bundle(*[(f"{ROOT}v2/{name}", value) for name, value in contents]), 1.0)
    for name, value in (frame.shapes if frame else {}).items():
        assert name in ARKIT_SHAPES
        assert 0.0 <= value <= 1.0


def test_it_is_asked_for_everything() -> None:
    with sender() as program:
        asked = dataclasses.replace(vrcft.VRCFT, ports=(0,), subscribe=(vrcft.SEND_ALL[0], program.getsockname()))
        tracker = listening(asked)(Spec("vrcft"), Settings(receiver=ReceiverSettings(host="127.0.0.1")))
        tracker.start()
        try:
            assert program.recv(100) == message("/vrcft/settings/forceRelevant", True)
        finally:
            tracker.close()


def test_a_flood_of_names_does_not_stop_the_face() -> None:
    assembler = VrcftAssembler()
    assembler.feed(message(f"{ROOT}v2/JawOpen", 0.5), 1.0)
    for number in range(vrcft.MAX_NAMES + 10):
        assembler.feed(message(f"{ROOT}v2/Junk{number}x", 0.5), 1.0)
    frame = assembler.feed(message(f"{ROOT}v2/JawOpen", 0.25), 1.1)
    assert frame is not None
    assert frame.shapes["jawOpen"] == 0.25
    assert assembler.feed(message(f"{ROOT}v2/MouthClosed", 0.5), 1.2) is None
