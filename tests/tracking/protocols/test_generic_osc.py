"""Generic OSC: our own addresses and the user's table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.osc_sender import bundle, message
from vtube.errors import SettingsError
from vtube.pose import COUNT, HIGH, INDEX, LOW, NAMES
from vtube.settings import OscRule, OscSettings
from vtube.tracking.protocols.generic_osc import Table, TableAssembler, osc_protocol


def assembler(*rules: OscRule) -> TableAssembler:
    return TableAssembler(Table.of(rules))


def test_our_addresses_take_shapes_parameters_and_axes() -> None:
    sent = bundle(
        ("/vtube/jawOpen", 0.5),
        ("/vtube/MouthSmile_L", 0.25),
        ("/vtube/mouth_aaa", 0.75),
        ("/vtube/head_yaw", -10.0),
        ("/vtube/position_x", 0.1),
    )
    frame = assembler().feed(sent, 1.0)
    assert frame is not None
    assert frame.shapes == {"jawOpen": 0.5, "mouthSmileLeft": 0.25}
    assert frame.parameters == {"mouth_aaa": 0.75}
    assert frame.head == (0.0, -10.0, 0.0)
    assert frame.head_position == pytest.approx((0.1, 0.0, 0.0))
    assert frame.eye_left is None


def test_a_whole_pose() -> None:
    values = [0.25] * COUNT
    frame = assembler().feed(message("/vtube/pose", *values), 1.0)
    assert frame is not None
    assert frame.parameters == dict(zip(NAMES, values, strict=True))
    assert assembler().feed(message("/vtube/pose", *values[1:]), 1.0) is None


def test_the_users_table() -> None:
    rules = (
        OscRule(address="/face", argument=1, target="jawOpen", scale=0.01, offset=0.1),
        OscRule(address="/face", argument=0, target="head_pitch", scale=-1.0),
    )
    frame = assembler(*rules).feed(message("/face", 12.0, 50), 1.0)
    assert frame is not None
    assert frame.shapes["jawOpen"] == pytest.approx(0.6)
    assert frame.head == (-12.0, 0.0, 0.0)


def test_a_rule_wins_over_our_own_meaning_of_an_address() -> None:
    rule = OscRule(address="/vtube/jawOpen", target="mouth_aaa")
    frame = assembler(rule).feed(message("/vtube/jawOpen", 1.0), 1.0)
    assert frame is not None
    assert (frame.shapes, frame.parameters) == ({}, {"mouth_aaa": 1.0})


def test_found() -> None:
    one = assembler()
    lost = one.feed(message("/vtube/found", 0), 1.0)
    assert lost is not None
    assert not lost.found
    back = one.feed(message("/vtube/found", True), 1.0)
    assert back is not None
    assert back.found


def test_values_are_limited_to_what_they_can_be() -> None:
    frame = assembler().feed(
        bundle(
            ("/vtube/mouth_aaa", 9.0), ("/vtube/head_x", -9.0), ("/vtube/position_z", 1e6), ("/vtube/head_roll", 270.0)
        ),
        1.0,
    )
    assert frame is not None
    assert frame.parameters == {"mouth_aaa": 1.0, "head_x": -1.0}
    assert frame.head_position == (0.0, 0.0, 10.0)
    assert frame.head == (0.0, 0.0, -90.0)


@pytest.mark.parametrize(
    "datagram",
    [
        message("/vtube/qwert", 1.0),
        message("/other", 1.0),
        message("/vtube/jawOpen"),
        message("/vtube/jawOpen", "x"),
        b"/vtube/jawOpen",
    ],
)
def test_messages_without_use_give_no_frame(datagram: bytes) -> None:
    assert assembler().feed(datagram, 1.0) is None


def test_a_target_that_does_not_exist() -> None:
    with pytest.raises(SettingsError, match="did you mean 'mouth_aaa'"):
        osc_protocol(OscSettings(rules=[OscRule(address="/a", target="mouth_aa")]))


def test_recognition_covers_the_table() -> None:
    protocol = osc_protocol(OscSettings(port=9123, rules=[OscRule(address="/my/jaw", target="jawOpen")]))
    assert protocol.ports == (9123, 8888)
    assert protocol.recognise(message("/my/jaw", 1.0))
    assert protocol.recognise(message("/vtube/jawOpen", 1.0))
    assert not protocol.recognise(message("/VMC/Ext/OK", 1))


@given(
    st.dictionaries(
        st.sampled_from([*NAMES, "jawOpen", "head_yaw", "found", "eye_left_pitch"]), st.floats(width=32), max_size=20
    )
)
def test_any_values(values: dict[str, float]) -> None:
    frame = assembler().feed(bundle(*[(f"/vtube/{name}", value) for name, value in values.items()]), 1.0)
    for name, value in (frame.parameters if frame else {}).items():
        assert LOW[INDEX[name]] <= value <= HIGH[INDEX[name]]


def test_bare_names_under_any_prefix() -> None:
    assembler = TableAssembler(Table.of([]))
    for address, value in (("/jawOpen", 0.5), ("/mouthSmileLeft", 0.25), ("/face/cheekPuffLeft", 0.75)):
        frame = assembler.feed(message(address, value), 1.0)
    assert frame is not None
    assert frame.shapes == {"jawOpen": 0.5, "mouthSmileLeft": 0.25, "cheekPuff": 0.75}
    eyes = assembler.feed(message("/LeftEyeLid", 0.0), 1.1)
    assert eyes is not None
    assert eyes.shapes["eyeBlinkLeft"] == 1.0
    assert assembler.feed(message("/volume", 1.0), 1.2) is None
    assert assembler.feed(message("/vtube/volume", 1.0), 1.3) is None


def test_bare_names_are_recognised() -> None:
    protocol = osc_protocol(OscSettings())
    assert protocol.ports == (9010, 8888)
    assert protocol.recognise(message("/jawOpen", 0.5))
    assert protocol.recognise(bundle(("/x", 1.0), ("/a/mouthFunnel", 0.5)))
    assert not protocol.recognise(message("/jawOpenness", 0.5))
    assert not protocol.recognise(b"/jawOpen")
