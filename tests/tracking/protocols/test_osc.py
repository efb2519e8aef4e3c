"""OSC: what is good gets through, what is damaged costs only itself."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.osc_sender import bundle, message, nested
from vtube.tracking.protocols.osc import Message, looks_like_osc, messages, number, numbers, text


def test_a_message_keeps_its_arguments() -> None:
    assert messages(message("/a/b", 1, 0.5, "ja", True)) == [Message("/a/b", (1, 0.5, "ja", True))]


def test_a_message_without_arguments() -> None:
    assert messages(message("/VMC/Ext/Blend/Apply")) == [Message("/VMC/Ext/Blend/Apply", ())]


def test_bundles_are_opened_in_order() -> None:
    contents = (("/a", 1), ("/b", 2), ("/c", 3))
    assert [m.address for m in messages(bundle(*contents))] == ["/a", "/b", "/c"]
    assert messages(nested(*contents)) == messages(bundle(*contents))


def test_names_in_any_script() -> None:
    assert text(messages(message("/x", "まばたき"))[0]) == "まばたき"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#bundle\x00",
        b"{}",
        b"/a\x00\x00,f\x00\x00",
        b"/a\x00\x00,d\x00\x00" + bytes(4),
        b"/a\x00\x00,q\x00\x00" + bytes(4),
    ],
)
def test_what_is_no_osc_gives_nothing(data: bytes) -> None:
    assert messages(data) == []


def test_a_message_cut_short_is_no_message() -> None:
    whole = message("/a/b", 1, 0.5, "ja")
    assert [messages(whole[:size]) for size in range(12, len(whole) - 1)] == [[]] * (len(whole) - 13)


@pytest.mark.parametrize("size", [-4, -2147483648, 0, 2147483647])
def test_element_sizes_that_lie_end_the_bundle(size: int) -> None:
    data = b"#bundle\x00" + bytes(8) + struct.pack(">i", size) + message("/a", 1)
    assert messages(data) == []


def test_one_damaged_element_does_not_cost_the_others() -> None:
    good = message("/a", 1)
    elements = (b"/x\x00\x00,zz\x00", good, b"/y\x00\x00,f\x00\x00", good)
    data = b"#bundle\x00" + bytes(8) + b"".join(struct.pack(">i", len(e)) + e for e in elements)
    assert messages(data) == [Message("/a", (1,))] * 2


def test_bundles_in_bundles_without_end() -> None:
    data = message("/a", 1)
    for _ in range(2000):
        data = b"#bundle\x00" + bytes(8) + struct.pack(">i", len(data)) + data
    assert messages(data) == []


def test_unknown_types_are_not_worth_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert messages(b"/a\x00\x00,fS\x00" + bytes(8)) == []
    assert messages(b"/a\x00\x00,f,\x00" + bytes(8)) == []
    assert not caplog.records


def test_numbers_are_finite_numbers() -> None:
    mixed = Message("/a", (True, math.nan, "1", 2, math.inf, None))
    assert [number(mixed, at) for at in range(-1, 7)] == [None, 1.0, None, None, 2.0, None, None, None]
    assert numbers(Message("/a", (1, 2.5, 3)), 1, 2) == (2.5, 3.0)
    assert numbers(Message("/a", (1, 2.5)), 1, 2) is None
    assert text(mixed, 2) == "1"
    assert text(mixed, 3) is None


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    for found in messages(data):
        assert found.address.startswith("/")
    assert messages(b"#bundle\x00" + data) is not None
    assert looks_like_osc(b"/" + data)


@given(st.data())
def test_any_change_to_a_good_bundle(data: st.DataObject) -> None:
    packet = bytearray(nested(("/VMC/Ext/Blend/Val", "Joy", 0.5), ("/VMC/Ext/Blend/Apply",), ("/a", 1, True)))
    for _ in range(data.draw(st.integers(1, 6))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    messages(bytes(packet[: data.draw(st.integers(0, len(packet)))]))  # must not raise
