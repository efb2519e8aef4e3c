"""Face Cap: shapes by index, head and eyes in degrees."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.osc_sender import bundle, message
from vtube.signals import ARKIT_SHAPES
from vtube.tracking.protocols.facecap import SHAPES, FaceCapAssembler, recognise


def test_every_arkit_shape_has_an_index() -> None:
    assert sorted(SHAPES) == sorted(ARKIT_SHAPES)


def test_a_frame_builds_up_message_by_message() -> None:
    assembler = FaceCapAssembler()
    assembler.feed(message("/W", 24, 0.5), 1.0)
    assembler.feed(bundle(("/HR", 1.0, -2.0, 3.0), ("/ELR", 4.0, 5.0)), 1.0)
    frame = assembler.feed(message("/W", 51, 2.0), 1.0)
    assert frame is not None
    assert frame.shapes == {"jawOpen": 0.5, "tongueOut": 1.0}
    assert frame.head == (1.0, -2.0, 3.0)
    assert (frame.eye_left, frame.eye_right) == ((4.0, 5.0), None)


@pytest.mark.parametrize(
    "datagram",
    [
        message("/W", 52, 0.5),
        message("/W", -1, 0.5),
        message("/W", 1),
        message("/HR", 1.0, math.nan, 0.0),
        message("/HT", 0.0, 0.0, 0.0),
        message("/ERR", 1.0),
        b"/W",
    ],
)
def test_messages_without_use_give_no_frame(datagram: bytes) -> None:
    assert FaceCapAssembler().feed(datagram, 1.0) is None


def test_a_silent_sender_is_forgotten() -> None:
    assembler = FaceCapAssembler()
    assembler.feed(message("/W", 24, 0.5), 1.0)
    frame = assembler.feed(message("/W", 0, 0.5), 60.0)
    assert frame is not None
    assert frame.shapes == {"browInnerUp": 0.5}


def test_its_datagrams_are_recognised() -> None:
    assert all(recognise(message(address, 1.0, 2.0)) for address in ("/W", "/HR", "/ELR", "/ERR"))
    assert not recognise(message("/Wheel", 1.0))


NUMBERS = st.one_of(st.floats(width=32), st.integers(-99, 99))


@given(st.sampled_from(["/W", "/HR", "/ELR"]), st.lists(NUMBERS, max_size=4))
def test_any_arguments(address: str, arguments: list[float]) -> None:
    frame = FaceCapAssembler().feed(message(address, *arguments), 1.0)
    assert frame is None or all(0.0 <= value <= 1.0 for value in frame.shapes.values())
