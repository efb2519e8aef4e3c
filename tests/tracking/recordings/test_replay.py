import gzip
import json
import struct
from pathlib import Path

import pytest

from tests.captures import captures
from tests.tracking.packets import livelink, livelink_values, recorded_datagrams, v2, vts
from tests.waiting import eventually
from vtube.clock import monotonic
from vtube.errors import SettingsError, TrackingError
from vtube.pose import COUNT, NAMES
from vtube.settings import Settings
from vtube.signals import InputState
from vtube.spec import Spec
from vtube.tracking.protocols import livelink as protocol
from vtube.tracking.recordings.replay import ReplayTracker, create, frames_of

OURS = (
    '{"format":"vtube tracking","version":1}\n{"t":0.0,"found":true,"shapes":{"jawOpen":0.1}}\n'
    '{"t":0.01,"port":5,"raw":"AAAA"}\n\n{"t":0.02,"found":false}\n'
)


def write(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def gesichter(datagrams: list[bytes]) -> bytes:
    sized = (struct.pack(">I", len(data)) + data for data in datagrams)
    return struct.pack(">BI", 6, len(datagrams)) + b"".join(sized)


def test_our_own_lines(tmp_path: Path) -> None:
    frames = list(frames_of(write(tmp_path / "a.jsonl", OURS)))
    assert [(t, frame.time, frame.found) for t, frame in frames] == [(0.0, 0.0, True), (0.02, 0.02, False)]


def test_gzipped_by_content_not_by_name(tmp_path: Path) -> None:
    assert len(list(frames_of(write(tmp_path / "a.jsonl", gzip.compress(OURS.encode()))))) == 2


def test_a_recording_cut_off_in_its_last_line(tmp_path: Path) -> None:
    assert len(list(frames_of(write(tmp_path / "a.jsonl", OURS + '{"t":0.03,"fou')))) == 2


def test_times_never_go_back(tmp_path: Path) -> None:
    lines = "".join(f'{{"t":{t}}}\n' for t in (0.0, 2.0, 1.0, 3.0))
    assert [t for t, _ in frames_of(write(tmp_path / "a.jsonl", lines))] == [0.0, 2.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("times", "played"),
    [
        ([0.0, 9.0, 0.0, 1.0], [0.0, 9.0, 9.0 + 1 / 60, 10.0 + 1 / 60]),
        ([0.0, 1.0, 1e12, 2.0, 3.0], [0.0, 1.0, 1.0 + 1 / 60, 1.0 + 2 / 60, 2.0 + 2 / 60]),
        ([5.0, 6.0], [5.0, 6.0]),
        ([-4.0, -3.0], [0.0, 1.0]),
    ],
)
def test_a_clock_that_jumps_goes_on(tmp_path: Path, times: list[float], played: list[float]) -> None:
    lines = '{"format":"vtube tracking","version":1}\n' + "".join(f'{{"t":{t}}}\n' for t in times)
    assert [t for t, _ in frames_of(write(tmp_path / "a.jsonl", lines))] == pytest.approx(played)


def test_rows_that_go_back_before_the_first_one_are_no_day_away(tmp_path: Path) -> None:
    rows = "".join(f"10:00:{second:02}:00.000,61,0.5\n" for second in (7, 8, 2, 3))
    path = write(tmp_path / "a.csv", "Timecode,BlendShapeCount,JawOpen\n" + rows)
    assert [t for t, _ in frames_of(path)] == pytest.approx([0.0, 1.0, 1.0 + 1 / 60, 2.0 + 1 / 60])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_what_a_shell_or_a_spreadsheet_has_written_anew(tmp_path: Path, encoding: str) -> None:
    csv = "Timecode\tBlendShapeCount\tJawOpen\n10:00:00:00.000\t61\t0.5\n"
    for text in (OURS, csv, json.dumps([[0.0] * COUNT])):
        assert list(frames_of(write(tmp_path / "a", text.encode(encoding))))


def test_text_packets(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in (v2(), "rubbish", v2()))
    frames = list(frames_of(write(tmp_path / "a.jsonl", lines)))
    assert [t for t, _ in frames] == [0.0, pytest.approx(2 / 60)]
    assert frames[0][1].shapes["jawOpen"] == 0.35


def test_livelink_datagrams(tmp_path: Path) -> None:
    data = gesichter([livelink(livelink_values({"jawOpen": 0.5})), b"rubbish", livelink()])
    frames = list(frames_of(write(tmp_path / "a.gesichter", data)))
    assert [frame.found for _, frame in frames] == [True, False]


@pytest.mark.parametrize("rate", [24, 25, 30000 / 1001, 30, 60, 120])
def test_datagrams_go_at_the_rate_of_their_own_clock(tmp_path: Path, rate: float) -> None:
    numerator, denominator = (30000, 1001) if rate not in (24, 25, 30, 60, 120) else (int(rate), 1)
    data = [livelink(frame=5_000_000 + index, rate=numerator, per=denominator) for index in range(100)]
    times = [t for t, _ in frames_of(write(tmp_path / "a.gesichter", gesichter(data)))]
    assert times == pytest.approx([index / rate for index in range(100)])


def test_datagrams_whose_clock_jumps_go_on(tmp_path: Path) -> None:
    numbers = [100, 101, 5_183_999, 0, 1, 2, 1, 3]  # another sender, midnight, and one overtaken on the way
    data = gesichter([livelink(frame=number) for number in numbers])
    times = [t for t, _ in frames_of(write(tmp_path / "a.gesichter", data))]
    assert times == pytest.approx([index / 60 for index in (0, 1, 2, 3, 4, 5, 5, 6)])


def test_datagrams_without_a_rate_go_at_sixty(tmp_path: Path) -> None:
    data = gesichter([livelink(frame=number, rate=0) for number in range(4)])
    times = [t for t, _ in frames_of(write(tmp_path / "a.gesichter", data))]
    assert times == pytest.approx([index / 60 for index in range(4)])


@pytest.mark.parametrize("kind", ["text", "vts", "frame"])
@pytest.mark.parametrize("rate", [24, 30, 60, 120])
@pytest.mark.parametrize(
    ("key", "units", "start"),
    [
        ("t", 1.0, 0.0),
        ("T", 1.0, 1_700_000_000.0),
        ("time", 1e3, 0.0),
        ("Timestamp", 1e3, 1_700_000_000_000.0),
        ("ts", 1e6, 0.0),
        ("timestamp", 1e9, 0.0),
    ],
)
def test_lines_go_at_the_rate_of_their_times(
    tmp_path: Path, kind: str, rate: int, key: str, units: float, start: float
) -> None:
    fields: dict[str, dict[str, object]] = {
        "text": {"text": v2()},
        "vts": {name: value for name, value in json.loads(vts()).items() if name != "Timestamp"},
        "frame": {"shapes": {"jawOpen": 0.5}},
    }
    lines = "".join(json.dumps(fields[kind] | {key: start + index * units / rate}) + "\n" for index in range(50))
    frames = list(frames_of(write(tmp_path / "a.jsonl", lines)))
    assert [t for t, _ in frames] == pytest.approx([index / rate for index in range(50)], abs=1e-5)
    assert all("jawOpen" in frame.shapes for _, frame in frames)


@pytest.mark.parametrize(
    "times",
    [
        ["2026-01-31T10:00:00Z", "2026-01-31T10:00:00.040Z", "2026-01-31T10:00:00.080Z"],
        ["0.0", "0.04", "0.08"],
        ["10:00:00.000", "10:00:00.040", "10:00:00.080"],
    ],
)
def test_lines_with_times_as_words(tmp_path: Path, times: list[str]) -> None:
    lines = "".join(json.dumps({"text": v2(), "time": time}) + "\n" for time in times)
    assert [t for t, _ in frames_of(write(tmp_path / "a.jsonl", lines))] == pytest.approx([0.0, 0.04, 0.08], abs=1e-5)


def test_our_own_times_are_seconds_however_large_their_steps(tmp_path: Path) -> None:
    lines = '{"format":"vtube tracking","version":1}\n{"t":0.0}\n{"t":9.0}\n{"t":18.0}\n'
    assert [t for t, _ in frames_of(write(tmp_path / "a.jsonl", lines))] == [0.0, 9.0, 18.0]


def test_poses(tmp_path: Path) -> None:
    pose = [0.5] * COUNT
    frames = list(frames_of(write(tmp_path / "a.json", json.dumps([pose, pose]))))
    assert frames[1][0] == 0.05
    assert frames[1][1].parameters == dict.fromkeys(NAMES, 0.5)


def test_poses_by_name(tmp_path: Path) -> None:
    frames = list(frames_of(write(tmp_path / "a.json", json.dumps([{"head_y": 0.5}, {}, [0.0] * COUNT]))))
    assert [frame.parameters.get("head_y") for _, frame in frames] == [0.5, None, 0.0]


def test_real_recordings() -> None:
    counts = {
        "livelinkface_udp.gesichter": 180,
        "livelinkface_rom_3.csv.gz": 4030,
        "ifacialmocap_packets.jsonl": 2,
        "tha3_pose_stream_20fps.json.gz": 2000,
    }
    for name, count in counts.items():
        assert sum(1 for _ in frames_of(captures() / name)) == count


def test_real_datagrams_are_read_as_they_were_sent() -> None:
    replayed = [frame for _, frame in frames_of(captures() / "livelinkface_udp.gesichter")]
    for frame, data in zip(replayed, recorded_datagrams(), strict=True):
        sent = protocol.parse(data, frame.time)
        assert frame == sent


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"{}\n",
        b'{"t":0.0}\nrubbish\n{"t":1.0}\n',
        b'{"t":0.0}\n[]\n',
        b"[[1,2]]",
        b"[",
        b"[" * 5000,
        b"5",
        b"\x06\x00",
        b"\x06\x00\x00\x00\x05\xff\xff\xff\xff",
        gesichter([livelink()])[:-3],
        b"\x1f\x8bnot gzip",
        gzip.compress(OURS.encode(), mtime=0)[:40],
        b"Timecode,BlendShapeCount,JawOpen\n1,2\n",
        b"Timecode,BlendShapeCount,JawOpen\r10:00:00:00.000,61,0.5\r10:00:01:00.000,61,0.5\r",
        b'[{"nope": 1}]',
        b"\xff\xfe\x00\xd8",
        b'{"t":0}' + b" " * 2_000_000,
        b"Timecode,BlendShapeCount,\xff\xff\n12:00:00:00.0,61,0.5\n",
    ],
)
def test_damaged_files_are_one_line(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path / "damaged", data)
    with pytest.raises(TrackingError) as caught:
        list(frames_of(path))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(TrackingError, match="cannot read"):
            next(frames_of(path))


def test_plays_in_real_time_and_begins_again(tmp_path: Path) -> None:
    tracker = ReplayTracker(write(tmp_path / "a.jsonl", OURS))
    assert tracker.status(0.0).state is InputState.WAITING
    tracker.start()
    try:
        seen: list[bool] = []

        def watch() -> bool:
            frame = tracker.latest()
            if frame is not None and (not seen or seen[-1] != frame.found):
                seen.append(frame.found)
            return len(seen) >= 4

        assert eventually(watch)
        status = tracker.status(monotonic())
        assert (status.state, status.detail.split(",")[0]) == (InputState.LIVE, "a.jsonl")
    finally:
        tracker.close()
        tracker.close()


def test_a_file_that_breaks_off_later_is_a_failure(tmp_path: Path) -> None:
    tracker = ReplayTracker(write(tmp_path / "a.jsonl", '{"t":0.0}\nrubbish\n{"t":9.0}\n'))
    tracker.start()
    assert eventually(lambda: tracker.status(0.0).state is InputState.FAILED)
    tracker.close()


def test_a_wrong_file_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(TrackingError):
        ReplayTracker(tmp_path / "missing").start()
    with pytest.raises(SettingsError):
        create(Spec("replay"), Settings())


def test_keys_in_any_case(tmp_path: Path) -> None:
    line = '{"T":0.5,"Found":true,"Shapes":{"JAWOPEN":0.25},"Head":[1,2,3],"Parameters":{"Mouth_AAA":0.5}}\n'
    ((t, frame),) = frames_of(write(tmp_path / "a.jsonl", line))
    assert (t, frame.head) == (0.5, (1.0, 2.0, 3.0))
    assert (frame.shapes, frame.parameters) == ({"jawOpen": 0.25}, {"mouth_aaa": 0.5})


POSES = json.dumps([[0.5] * COUNT] * 3).encode()
DATAGRAMS = gesichter([livelink(livelink_values({"jawOpen": 0.5}), frame=number) for number in range(3)])


@pytest.mark.parametrize("data", [POSES[:-20], POSES[:-1], DATAGRAMS[:-3], DATAGRAMS[:-310]])
def test_a_recording_cut_off_in_its_last_pose_or_datagram(tmp_path: Path, data: bytes) -> None:
    assert len(list(frames_of(write(tmp_path / "cut", data)))) in (2, 3)


def test_a_compressed_recording_that_breaks_off(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"t": index / 60, "shapes": {"jawOpen": index % 7 / 7}}) + "\n" for index in range(5000))
    whole = gzip.compress(lines.encode())
    count = len(list(frames_of(write(tmp_path / "cut.jsonl.gz", whole[: len(whole) // 2]))))
    assert 1000 < count < 4000
