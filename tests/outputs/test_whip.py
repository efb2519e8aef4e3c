"""WebRTC to a WHIP endpoint on this computer: what arrives, how late, in what order, and whatever the endpoint does."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.waiting import eventually
from vtube.errors import OutputError, PackageMissingError, SettingsError
from vtube.frame import Frame, blank
from vtube.outputs.base import OutputContext
from vtube.outputs.registry import create_output
from vtube.outputs.soundtrack import RATE, LiveLine, Soundtrack
from vtube.outputs.stream import Pauses
from vtube.outputs.whip import WhipOutput
from vtube.outputs.worker import OutputState, OutputWorker
from vtube.registry import installed
from vtube.scene.background import Background
from vtube.settings import StreamSettings
from vtube.spec import Spec

WIDTH, HEIGHT, FPS = 320, 180, 30.0
TOKEN = "verysecret-token"

needs_aiortc = pytest.mark.skipif(not installed("aiortc"), reason="needs the extra whip")


class Endpoint:
    """The program `whip_receiver.py`, and all that it has told."""

    def __init__(self, codec: str, token: str, port: int = 0) -> None:
        arguments = [json.dumps({"codec": codec, "token": token}), str(port)]
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("whip_receiver.py")), *arguments], stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        self.told: list[dict[str, Any]] = []
        self.port = int(json.loads(self.process.stdout.readline())["port"])
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.told.append(json.loads(line))

    def all(self, what: str) -> list[dict[str, Any]]:
        return [one for one in list(self.told) if what in one]

    def end(self) -> None:
        self.process.kill()
        self._reader.join()
        self.process.wait()


Start = Callable[..., Endpoint]


@pytest.fixture
def endpoint() -> Iterator[Start]:
    started: list[Endpoint] = []

    def start(codec: str = "H264", token: str = "", port: int = 0) -> Endpoint:
        started.append(Endpoint(codec, token, port))
        return started[-1]

    yield start
    for one in started:
        one.end()


def context(line: LiveLine | None = None, **stream: object) -> OutputContext:
    lines = [] if line is None else [line]
    settings = StreamSettings.model_validate({"encoder": "x264", **stream})
    background = Background("#00b140", WIDTH, HEIGHT)
    return OutputContext(WIDTH, HEIGHT, FPS, background, stream=settings, soundtrack=lambda: Soundtrack(lines))


def whip(url: str, token: str = "", line: LiveLine | None = None) -> WhipOutput:
    environment = {"VTUBE_WHIP_TOKEN": token}
    return WhipOutput(Spec("whip", url), context(line), environment, pauses=Pauses(lambda: 0.0))


def picture(lit: bool) -> Frame:
    """A square in the middle, half transparent red, or white."""
    frame = blank(WIDTH, HEIGHT)
    frame[HEIGHT // 4 : -HEIGHT // 4, WIDTH // 4 : -WIDTH // 4] = (255, 255, 255, 255) if lit else (255, 0, 0, 128)
    return frame


def tone() -> NDArray[np.float32]:
    """A tenth of a second."""
    return (0.5 * np.sin(2 * np.pi * 1000 * np.arange(round(RATE / 10)) / RATE)).astype(np.float32)


def live(output: WhipOutput, seconds: float, line: LiveLine | None = None) -> list[float]:
    """Send at the pace of life, each second a flash and a click at once; when the flashes were."""
    begin, flashes = time.monotonic(), []
    pace = threading.Event()
    for index in range(round(seconds * FPS)):
        now = begin + index / FPS
        pace.wait(max(0.0, now - time.monotonic()))
        first, lit = index % 30 == 15, index % 30 in (15, 16, 17)
        if first:
            flashes.append(now)
            if line is not None:
                line.write(tone(), now)
        output.send(picture(lit), now)
    return flashes


def begins(told: list[dict[str, Any]], lit: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """What was told as something began."""
    flags = [lit(one) for one in told]
    return [told[n] for n in range(1, len(told)) if flags[n] and not flags[n - 1]]


def moments(told: list[dict[str, Any]], reports: list[dict[str, Any]], kind: str, rate: int) -> list[float]:
    """When the sender says that it happened, seconds."""
    last = [one for one in reports if one["report"] == kind][-1]
    return [last["ntp"] + (one["rtp"] - last["rtp"]) / rate for one in told]


@needs_aiortc
@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_what_arrives_is_what_was_sent(endpoint: Start, codec: str) -> None:
    receiver, line = endpoint(codec, TOKEN), LiveLine()
    output = whip(f"http://127.0.0.1:{receiver.port}/whip", TOKEN, line)
    output.open()
    assert codec in output.detail
    assert TOKEN not in output.detail

    def came() -> bool:
        seen = receiver.all("frame")[-1:]
        return bool(seen) and looks_sent(seen[0]) and any(one["loud"] for one in receiver.all("sound"))

    def send() -> None:
        now = time.monotonic()
        line.write(tone(), now)
        output.send(picture(False), now)
        threading.Event().wait(1 / FPS)

    assert eventually(came, 60.0, send)
    output.close()
    assert eventually(lambda: bool(receiver.all("left")))


def looks_sent(frame: dict[str, Any]) -> bool:
    """Whether it shows `picture(False)` over the background's green."""
    corner = np.abs(np.subtract(frame["corner"], (0, 177, 64))).max() <= 8
    middle = np.abs(np.subtract(frame["middle"], (128, 88, 32))).max() <= 12
    return frame["size"] == [WIDTH, HEIGHT] and bool(corner and middle)


@pytest.mark.slow
@needs_aiortc
@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_it_arrives_in_step_and_soon(endpoint: Start, codec: str) -> None:
    receiver, line = endpoint(codec, TOKEN), LiveLine()
    output = whip(f"http://127.0.0.1:{receiver.port}/whip", TOKEN, line)
    output.open()
    flashes = live(output, 4, line)
    output.close()

    assert eventually(lambda: bool(receiver.all("left")))
    frames, blocks = receiver.all("frame"), receiver.all("sound")
    assert len(frames) >= 4 * FPS - 15
    assert looks_sent(frames[-1])
    seen = begins(frames, lambda one: min(one["middle"]) > 200)
    heard = begins(blocks, lambda one: bool(one["loud"]))
    late = [min(one["frame"] - shown for one in seen if one["frame"] > shown) for shown in flashes]
    assert len(seen) == len(heard) == len(flashes)
    assert np.median(late) < 0.35
    clicks = moments(heard, receiver.all("report"), "audio", RATE)
    apart = np.subtract(clicks, moments(seen, receiver.all("report"), "video", 90_000))
    assert np.abs(apart).max() < 0.04


@needs_aiortc
def test_a_redirect_is_followed(endpoint: Start) -> None:
    receiver = endpoint(token=TOKEN)
    output = whip(f"http://127.0.0.1:{receiver.port}/moved", TOKEN)
    output.open()
    output.close()
    assert eventually(lambda: bool(receiver.all("left")))
    assert receiver.all("offer")[0]["type"] == "application/sdp"


@needs_aiortc
@pytest.mark.parametrize(
    ("path", "token", "why"),
    [
        ("whip", "wrong-token", "VTUBE_WHIP_TOKEN"),
        ("nothing", TOKEN, "look at the address"),
        ("page", TOKEN, "is this a WHIP address"),
        ("astray", TOKEN, "sends to an address that is none"),
    ],
)
def test_a_refusal_says_what_to_do(endpoint: Start, path: str, token: str, why: str) -> None:
    receiver = endpoint(token=TOKEN)
    with pytest.raises(OutputError, match=why) as error:
        whip(f"http://127.0.0.1:{receiver.port}/{path}", token).open()
    assert token not in str(error.value)


@needs_aiortc
def test_nobody_there_is_said() -> None:
    with pytest.raises(OutputError, match="cannot be reached"):
        whip("http://127.0.0.1:9/whip").open()


@pytest.mark.slow
@needs_aiortc
def test_an_endpoint_that_goes_and_comes_back_gets_the_stream_again(endpoint: Start) -> None:
    first = endpoint()
    worker = OutputWorker(whip(f"http://127.0.0.1:{first.port}/whip"))
    worker.start()
    stop = threading.Event()

    def loop() -> None:
        while not stop.wait(1 / FPS):
            worker.submit(picture(False), time.monotonic())

    feeding = threading.Thread(target=loop)
    feeding.start()
    try:
        assert eventually(lambda: len(first.all("frame")) > 60)
        first.end()
        assert eventually(lambda: worker.status().state is OutputState.FAILED)
        second = endpoint(port=first.port)
        assert eventually(lambda: len(second.all("frame")) > 20)
        assert worker.status().state is OutputState.LIVE
    finally:
        stop.set()
        feeding.join()
        worker.begin_close(0.0)
        worker.finish_close(time.perf_counter() + 5)


def test_an_address_that_is_a_secret_comes_from_the_environment() -> None:
    secret = "https://customer.example.com/0123456789secret/webRTC/publish"
    output = WhipOutput(Spec("whip", None), context(), {"VTUBE_WHIP_URL": secret})
    assert output.detail == "https://customer.example.com"
    assert output.config()["url"] == secret


@pytest.mark.parametrize(
    ("url", "token", "why"),
    [
        ("", "", "takes the address"),
        ("rtmp://127.0.0.1/hidden", "", "takes the address"),
        ("https://user:hidden@example.com/whip", "", "VTUBE_WHIP_TOKEN"),
        ("http://live.example.com/hidden", TOKEN, "begin with https"),
    ],
)
def test_a_wrong_address_is_refused_without_being_repeated(url: str, token: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why) as error:
        whip(url, token)
    assert "hidden" not in str(error.value)


def test_the_program_makes_it_by_its_spec_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    output = create_output("whip:http://127.0.0.1:9/whip", context())
    assert (output.name, output.detail) == ("whip", "http://127.0.0.1:9/whip")
    monkeypatch.setattr("vtube.outputs.whip.installed", lambda _: False)
    with pytest.raises(PackageMissingError, match="extras whip"):
        output.open()


@needs_aiortc
@pytest.mark.parametrize("set_by_s", [3600.0, -3600.0])
def test_a_clock_that_is_set_makes_no_receiver_silent_and_none_heard(set_by_s: float) -> None:
    from vtube.outputs.whip_process import Reports

    reports, time_of_day = Reports(), datetime(2026, 1, 1, tzinfo=UTC)
    assert reports.silence([], 100.0) == 0.0
    assert reports.silence([time_of_day], 101.0) == 0.0
    assert reports.silence([time_of_day], 103.0) == 2.0  # whatever the time of day is by now
    later = time_of_day + timedelta(seconds=set_by_s)
    assert reports.silence([later, time_of_day], 104.0) == 0.0
    assert reports.silence([later, time_of_day], 113.0) == 9.0


@needs_aiortc
def test_packets_leave_as_evenly_as_their_moments_are() -> None:
    from vtube.outputs.whip_process import Pace

    pace = Pace()
    bursts = [(n * 0.02, 5.0 + (n * 2 // 3 + 1) * 0.03) for n in range(150)]  # every 30 ms, one or two of 20 ms
    due = [pace.due(moment, now) for moment, now in bursts]
    assert np.diff(due[10:]) == pytest.approx(0.02)
    assert all(0 <= one - now < 0.046 for one, (_, now) in zip(due, bursts, strict=True))
    assert pace.due(3.0, 9.0) < 9.0  # a computer that stood still sends at once, and does not delay all for ever


@needs_aiortc
@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_viewer_who_joins_gets_a_whole_picture_and_pictures_wait_for_their_sound(codec: str) -> None:
    from vtube.outputs.whip_encoders import Encoders

    sent: list[tuple[str, float, bool]] = []

    def send(kind: str, packet: Any) -> None:
        sent.append((kind, float(packet.pts * packet.time_base), bool(packet.is_keyframe)))

    config = {**whip("http://127.0.0.1:9/whip").config(), "options": {}}
    encoders = Encoders(config, codec, send)
    picture_bytes, silence = bytes(WIDTH * HEIGHT * 3), np.zeros(1600, np.float32).tobytes()
    for number in range(30):
        if number == 20:
            encoders.wants_key_frame.set()
        encoders.picture(3000 * number, picture_bytes)
        assert all(time <= max(0, number - 1) / 30 + 1e-6 for kind, time, _ in sent if kind == "video")
        encoders.sound(1600 * number, silence)

    pictures = [(time, key) for kind, time, key in sent if kind == "video"]
    assert [round(30 * time) for time, key in pictures if key] == [0, 20]
    assert len(pictures) == 30
    assert sum(kind == "audio" for kind, _, _ in sent) >= 47


@needs_aiortc
def test_a_receiver_s_wish_for_a_whole_picture_reaches_the_encoder() -> None:
    """By a name of aiortc's own, which this test holds fast."""
    from aiortc import RTCRtpSender
    from aiortc.rtp import RTCP_PSFB_PLI, RtcpPsfbPacket

    wishes: list[bool] = []
    sender = object.__new__(RTCRtpSender)
    sender._send_keyframe = lambda: wishes.append(True)
    asyncio.run(sender._handle_rtcp_packet(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=2)))
    assert wishes == [True]


@needs_aiortc
def test_pictures_whose_sound_stays_away_go_without_it() -> None:
    from vtube.outputs.whip_encoders import LONGEST_WAIT_S, Encoders

    sent: list[float] = []
    config = {**whip("http://127.0.0.1:9/whip").config(), "options": {}}
    encoders = Encoders(config, "VP8", lambda _, packet: sent.append(float(packet.pts * packet.time_base)))
    for number in range(150):
        encoders.picture(3000 * number, bytes(WIDTH * HEIGHT * 3))
    assert sent[-1] == pytest.approx(149 / 30 - LONGEST_WAIT_S)


@needs_aiortc
def test_packets_that_nobody_takes_make_room_for_newer_ones() -> None:
    from vtube.outputs.whip_process import MOST_PACKETS, Track

    async def flooded() -> Any:
        track = Track("video")
        for number in range(MOST_PACKETS + 100):
            track.put(0.0, number)
        return await track.recv()

    assert asyncio.run(flooded()) == 100
