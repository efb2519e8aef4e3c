import math
import struct

import numpy as np
import pytest

from tests.captures import captures
from tests.tracking.packets import livelink, livelink_values, recorded_datagrams
from vtube.tracking.protocols.livelink import LIVELINK, parse, read_packet
from vtube.tracking.protocols.wire import Datagram
from vtube.tracking.recordings.replay_files import frames_of

HERE = ("127.0.0.1", 1)


def test_shapes_by_name() -> None:
    frame = parse(livelink(livelink_values({"jawOpen": 0.5, "tongueOut": 0.25})), 2.0)
    assert frame is not None
    assert (frame.time, frame.found, len(frame.shapes)) == (2.0, True, 52)
    assert (frame.shapes["jawOpen"], frame.shapes["tongueOut"], frame.shapes["cheekPuff"]) == (0.5, 0.25, 0.0)


def test_angles_in_our_axes() -> None:
    yaw, pitch, roll = (math.radians(value) for value in (10.0, 20.0, 5.0))
    eye = (math.radians(7.0), math.radians(8.0), 0.0)
    frame = parse(livelink(livelink_values({}, (yaw, pitch, roll, *eye, *eye))), 0.0)
    assert frame is not None
    assert frame.head == pytest.approx((-20.0, 10.0, 5.0), abs=1e-4)
    assert frame.eye_left == pytest.approx((8.0, -7.0), abs=1e-4)
    assert frame.eye_right == frame.eye_left


@pytest.mark.parametrize("tail", [b"", b"\x00"])
def test_no_face(tail: bytes) -> None:
    frame = parse(livelink() + tail, 0.0)
    assert frame is not None
    assert not frame.found


def test_names_of_any_length() -> None:
    packet = read_packet(livelink(livelink_values({}), frame=77, subject="名前 with blanks"))
    assert packet is not None
    assert (packet.subject, packet.frame_number) == ("名前 with blanks", 77)


def test_damaged_datagrams() -> None:
    whole = livelink(livelink_values({"jawOpen": 1.0}))
    no_face = len(livelink())
    for length in range(len(whole)):
        if length not in (no_face,):
            assert parse(whole[:length], 0.0) is None
    assert parse(whole[:41] + struct.pack(">i", -5) + whole[45:], 0.0) is None
    assert parse(whole[:41] + struct.pack(">i", 2**31 - 1) + whole[45:], 0.0) is None
    assert parse(b"\x05" + whole[1:], 0.0) is None


def test_numbers_that_are_none() -> None:
    frame = parse(livelink(livelink_values({"jawOpen": math.nan, "cheekPuff": 0.5}, (math.inf,) * 9)), 0.0)
    assert frame is not None
    assert "jawOpen" not in frame.shapes
    assert (frame.shapes["cheekPuff"], frame.head, frame.eye_left) == (0.5, None, None)
    assert parse(livelink([math.nan] * 61), 0.0) is None


def test_overtaken_datagrams_are_dropped_and_restarts_accepted() -> None:
    decode = LIVELINK.decoder()

    def sent(number: int, now: float) -> bool:
        return decode(Datagram(livelink(livelink_values({}), frame=number), HERE, 11111, now)) is not None

    assert [sent(1000, 0.0), sent(1002, 0.01), sent(1001, 0.02), sent(1003, 0.03)] == [True, True, False, True]
    assert sent(1, 0.04)


def test_real_datagrams() -> None:
    frames = [parse(data, index / 60) for index, data in enumerate(recorded_datagrams())]
    assert len(frames) == 180
    assert all(frame and frame.found and len(frame.shapes) == 52 for frame in frames)


def test_real_eyes_turn_against_the_head() -> None:
    """Somebody who swings the head looks at the same spot: own-left turns of head and eyes have opposite signs."""
    pairs = [
        (frame.head[1], frame.eye_left[1])
        for data in recorded_datagrams()
        if (frame := parse(data, 0.0)) and frame.head and frame.eye_left
    ]
    heads, eyes = zip(*pairs, strict=True)
    mean_head, mean_eye = sum(heads) / len(heads), sum(eyes) / len(eyes)
    assert sum((head - mean_head) * (eye - mean_eye) for head, eye in pairs) < 0.0
    assert max(heads) - min(heads) > 10.0


def test_real_eyes_agree_with_their_shapes() -> None:
    """A real recording's gaze angles and eyeLook shapes agree in our signs."""
    frames = [frame for _, frame in frames_of(captures() / "livelinkface_rom_3.csv.gz")]
    gazes = np.array([frame.eye_left for frame in frames])
    looks = [frame.shapes for frame in frames]
    down = np.array([look["eyeLookDownLeft"] - look["eyeLookUpLeft"] for look in looks])
    out = np.array([look["eyeLookOutLeft"] - look["eyeLookInLeft"] for look in looks])
    assert np.corrcoef(gazes[:, 0], down)[0, 1] > 0.98
    assert np.corrcoef(gazes[:, 1], out)[0, 1] > 0.98


def test_the_csv_says_the_same_as_itself_by_name() -> None:
    frames = list(frames_of(captures() / "livelinkface_rom_3.csv.gz"))
    assert len(frames) == 4030
    t, first = frames[0]
    assert t == 0.0
    assert first.shapes["eyeBlinkLeft"] == pytest.approx(0.1236470118)
    assert first.shapes["jawRight"] == pytest.approx(0.0185036063)
    assert first.shapes["jawLeft"] == 0.0
    assert first.shapes["mouthLeft"] == pytest.approx(0.0444001928)
    assert first.head is None
    assert first.eye_left == pytest.approx((math.degrees(0.1712819338), math.degrees(0.0312639736)))
    assert frames[-1][0] == pytest.approx(134.4, abs=0.1)
