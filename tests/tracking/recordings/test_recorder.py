import base64
import json
import threading
from pathlib import Path

import pytest

from tests.tracking.packets import livelink, livelink_values, sender
from tests.tracking.test_group import FakeTracker
from tests.waiting import eventually
from vtube.errors import TrackingError
from vtube.signals import FaceFrame
from vtube.tracking.group import TrackerGroup
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.protocols.livelink import LIVELINK
from vtube.tracking.recordings.recorder import Recorder
from vtube.tracking.recordings.replay import frames_of


class Clock:
    now = 10.0

    def __call__(self) -> float:
        return self.now


def test_every_frame_once_and_readable_at_any_moment(tmp_path: Path) -> None:
    tracker, clock, path = FakeTracker("x"), Clock(), tmp_path / "a.jsonl"
    recorder = Recorder(TrackerGroup([tracker]), path, clock=clock)
    recorder.open()
    assert not recorder.look()
    tracker.frame = FaceFrame(10.5, shapes={"jawOpen": 0.5}, head=(1.0, 2.0, 3.0))
    assert recorder.look()
    assert not recorder.look()
    assert list(frames_of(path)) == [(0.5, FaceFrame(0.5, shapes={"jawOpen": 0.5}, head=(1.0, 2.0, 3.0)))]
    tracker.see(11.0)
    assert recorder.look()
    recorder.close()
    recorder.close()
    assert not recorder.look() or recorder.frames == 2
    assert [t for t, _ in frames_of(path)] == [0.5, 1.0]


def test_raw_datagrams_on_request(tmp_path: Path) -> None:
    network = NetworkTracker("livelink", (0,), LIVELINK.decoder, host="127.0.0.1", every=LIVELINK.every)
    tracker, path = TrackerGroup([network]), tmp_path / "a.jsonl"
    tracker.start()
    recorder = Recorder(tracker, path, raw=True)
    recorder.open()
    sent = [livelink(livelink_values({"jawOpen": 0.5}), frame=number) for number in range(1, 21)]
    try:
        with sender() as sock:
            for data in sent:  # faster than anybody looks
                sock.sendto(data, ("127.0.0.1", network.ports[0]))
            assert eventually(lambda: recorder.frames == len(sent))
    finally:
        recorder.close()
        tracker.close()
    assert network.tap is None
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [base64.b64decode(line["raw"]) for line in lines if "raw" in line] == sent
    assert len(list(frames_of(path))) == len(sent)


def test_runs_until_told_or_the_time_is_over(tmp_path: Path) -> None:
    tracker, clock, stop = FakeTracker("x"), Clock(), threading.Event()
    tracker.see(10.0)
    recorder = Recorder(TrackerGroup([tracker]), tmp_path / "a.jsonl", clock=clock)
    recorder.open()
    clock.now = 20.0
    recorder.run(stop, duration_s=5.0)
    assert recorder.frames == 1
    stop.set()
    recorder.run(stop)
    recorder.close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TrackingError, match="cannot write"):
        Recorder(TrackerGroup([FakeTracker("x")]), tmp_path / "no" / "a.jsonl").open()
