import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.tracking.network.tcp import MAX_PENDING_BYTES, TEXT_END, Splitter
from vtube.tracking.protocols import fmv3

STREAM = b"one|" + TEXT_END + fmv3.message(fmv3.PING, 1) + fmv3.hello(2, 4) + b"two|" + TEXT_END
MESSAGES = [b"one|", fmv3.message(fmv3.PING, 1), fmv3.hello(2, 4), b"two|"]


def test_messages_of_both_kinds() -> None:
    assert Splitter().feed(STREAM + b"thr") == MESSAGES


@given(st.lists(st.integers(1, 40), min_size=1))
def test_chunks_are_arbitrary(sizes: list[int]) -> None:
    splitter, found, at = Splitter(), [], 0
    for size in [*sizes, len(STREAM)]:
        found += splitter.feed(STREAM[at : at + size])
        at += size
    assert found == MESSAGES


def test_a_message_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="never ends"):
        Splitter().feed(b"x" * (MAX_PENDING_BYTES + 1))


def test_a_damaged_header_is_refused() -> None:
    with pytest.raises(ValueError, match="FMV3"):
        Splitter().feed(fmv3.HEADER.pack(b"FMV3", 1, 0, 40, 1, 0, 0, 0, 0, 0, 1, 2**31))


@given(st.lists(st.binary(max_size=300)))
def test_any_bytes(chunks: list[bytes]) -> None:
    splitter = Splitter()
    for chunk in chunks:
        try:
            splitter.feed(chunk)  # must not raise anything else
        except ValueError:
            return
