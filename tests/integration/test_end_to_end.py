"""Real datagrams through a real socket into a running camera, seen in its state."""

import gzip
import io
import json
import socket
import struct
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.captures import captures
from tests.ports import free_udp_port
from tests.waiting import eventually
from vtube.avatar.still import StillRenderer
from vtube.settings import parse
from vtube.studio import character
from vtube.studio.pipeline import Studio


class Camera:
    """A studio that follows Live Link Face on a port of its own, and after it the trackers that are named."""

    def __init__(self, *others: str) -> None:
        self.port = free_udp_port()
        self.studio = Studio(
            parse(
                {
                    "tracking": [f"livelink:{self.port}", *others],
                    "outputs": ["null"],
                    "server": {"port": 0},
                    "receiver": {"host": "127.0.0.1"},
                    "loop": {"fps": 60},
                    "retarget": {"calibrate_after_s": 0.0},
                    "idle": {"gaze": 0.0, "sway": 0.0},
                }
            )
        )
        self.studio.open()
        self.thread = threading.Thread(target=self.studio.run)
        self.thread.start()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(self, datagram: bytes) -> None:
        self.socket.sendto(datagram, ("127.0.0.1", self.port))

    def state(self) -> dict[str, Any]:
        assert self.studio.server is not None
        with urllib.request.urlopen(self.studio.server.url + "/api/state", timeout=30) as answer:
            state: dict[str, Any] = json.load(answer)
        return state

    def close(self) -> None:
        self.socket.close()
        self.studio.close()
        self.thread.join(30)


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[Camera]:
    monkeypatch.setattr(character, "create_renderer", lambda _, picture, **__: StillRenderer(picture, "fake"))
    running = Camera()
    yield running
    running.close()


def datagrams(path: Path) -> list[bytes]:
    """What Live Link Face sent: a version byte, a count, then size and datagram, big-endian."""
    stream = io.BytesIO(gzip.decompress(path.read_bytes()))
    _, count = struct.unpack(">BI", stream.read(5))
    return [stream.read(struct.unpack(">I", stream.read(4))[0]) for _ in range(count)]


def test_a_recorded_face_moves_the_character_and_its_loss_lets_go(camera: Camera) -> None:
    assert camera.state()["inputs"][0]["state"] == "waiting"
    turns, live = [], False
    for index, datagram in enumerate(datagrams(captures() / "livelinkface_udp.gesichter")):
        camera.send(datagram)
        time.sleep(1 / 60)
        if index % 4 == 3:
            state = camera.state()
            turns.append(state["pose"]["head_y"])
            live = live or state["inputs"][0]["state"] == "live"
    assert live
    assert max(turns) - min(turns) > 0.5
    assert eventually(lambda: camera.state()["inputs"][0]["state"] == "lost")


def test_junk_moves_nothing_and_stops_nothing(camera: Camera) -> None:
    before = camera.state()["frames"]
    for index in range(2000):
        camera.send(bytes([index % 251]) * (index % 1400))
    assert eventually(lambda: camera.state()["frames"] > before + 5)
    state = camera.state()
    assert state["inputs"][0]["state"] == "waiting"
    assert state["failure"] is None
