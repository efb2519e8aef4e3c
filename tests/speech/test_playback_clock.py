import pytest

from vtube.speech.playback_clock import KEEP_S, PlaybackClock

BLOCK = 0.01


def played(
    playback: PlaybackClock, what: object, first: float, seconds: float, when: float, *, drift: float = 0.0
) -> None:
    for block in range(round(seconds / BLOCK)):
        position = first + block * BLOCK
        playback.add(what, position, BLOCK, when + block * BLOCK * (1 + drift))


def test_the_position_follows_the_moment_it_is_heard() -> None:
    playback = PlaybackClock()
    played(playback, "a", 0.0, 1.0, 100.0)
    assert playback.at(99.99) is None
    span = playback.at(100.5)
    assert span is not None
    assert span.what == "a"
    assert span.position(100.5) == pytest.approx(0.5)
    assert playback.at(101.01) is None


def test_one_thing_after_another() -> None:
    playback = PlaybackClock()
    played(playback, "a", 0.0, 0.5, 100.0)
    played(playback, "b", 0.0, 0.5, 100.5)
    assert [getattr(playback.at(moment), "what", None) for moment in (100.2, 100.7)] == ["a", "b"]
    assert playback.unheard(100.2) == ["a", "b"]
    assert playback.unheard(100.7) == ["b"]
    assert playback.unheard(102.0) == []


def test_a_pause_begins_a_new_span_where_it_left_off() -> None:
    playback = PlaybackClock()
    played(playback, "a", 0.0, 0.5, 100.0)
    played(playback, "a", 0.5, 0.5, 103.0)
    assert playback.at(101.0) is None
    span = playback.at(103.2)
    assert span is not None
    assert span.position(103.2) == pytest.approx(0.7)


def test_a_jittering_report_does_not_move_the_mouth() -> None:
    playback = PlaybackClock()
    for block in range(200):
        playback.add("a", block * BLOCK, BLOCK, 100.0 + block * BLOCK + (0.01 if block % 2 else -0.01))
    span = playback.at(101.0)
    assert span is not None
    assert span.position(101.0) == pytest.approx(1.0, abs=0.011)


def test_a_clock_that_drifts_is_followed() -> None:
    playback = PlaybackClock()
    played(playback, "a", 0.0, 600.0, 100.0, drift=0.001)
    heard = 100.0 + 599.9 * 1.001
    span = playback.at(heard)
    assert span is not None
    assert span.position(heard) == pytest.approx(599.9, abs=0.001)


def test_what_was_heard_long_ago_is_forgotten() -> None:
    playback = PlaybackClock()
    for second in range(100):
        played(playback, second, 0.0, 0.1, 100.0 + second)
    assert len(playback.unheard(0.0)) < KEEP_S + 5


def test_near() -> None:
    playback = PlaybackClock()
    played(playback, "a", 0.0, 1.0, 100.0)
    assert not playback.near(99.8, 0.1, 0.1)
    assert playback.near(99.95, 0.1, 0.1)
    assert playback.near(101.05, 0.1, 0.1)
    assert not playback.near(101.2, 0.1, 0.1)


def test_all_that_was_heard_between_two_moments_is_told() -> None:
    playback = PlaybackClock()
    for name, when in (("one", 10.0), ("two", 11.0), ("three", 12.0)):
        played(playback, name, 0.0, 1.0, when)
    assert [span.what for span in playback.between(10.5, 12.0)] == ["one", "two"]
    assert playback.between(13.0, 20.0) == playback.between(0.0, 10.0) == []
