"""Mutated packets of every protocol at every parser."""

from tests.tracking.fuzz import run


def test_no_parser_raises_at_a_mutated_packet() -> None:
    packets, taken = run(seconds=60, most=20_000)

    assert packets == 20_000
    assert taken > packets / 10
