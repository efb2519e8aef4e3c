"""What goes wrong between a tracker and a running camera, through real sockets, seen in the camera's state."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from tests.integration.test_end_to_end import Camera
from tests.ports import free_udp_port
from tests.tracking.osc_sender import bundle
from tests.tracking.packets import livelink, livelink_values
from tests.waiting import PATIENCE_S, PROGRAM_S, eventually
from vtube.avatar.still import StillRenderer
from vtube.motion.retarget.filters import saturate
from vtube.studio import character
from vtube.tracking.network import senders
from vtube.tracking.network.senders import HANDOVER_S

RATE = 60


class App:
    """A tracking app: sends from an address of its own, and counts."""

    running: ClassVar[list[App]] = []

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.running.append(self)
        self.number = 0
        self._to = ("127.0.0.1", port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))

    def face(self, turn: float) -> bytes:
        """The next datagram; `turn` is the head's yaw in degrees."""
        self.number += 1
        return livelink(livelink_values({}, (math.radians(turn), *[0.0] * 8)), frame=self.number)

    def send(self, data: bytes) -> None:
        self._socket.sendto(data, self._to)

    def show(self, turn: float) -> None:
        self.send(self.face(turn))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(autouse=True)
def apps_that_end() -> Iterator[None]:
    yield
    while App.running:
        App.running.pop().close()


def second_loopback() -> str | None:
    """Another address of this computer to itself, which macOS has not; Wine takes it and sends from another."""
    app, camera = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    with app, camera:
        try:
            app.bind(("127.0.0.2", 0))
        except OSError:
            return None
        camera.bind(("127.0.0.1", 0))
        camera.settimeout(PATIENCE_S)
        app.sendto(b"?", camera.getsockname())
        seen: str = camera.recvfrom(8)[1][0]
        return seen if seen == "127.0.0.2" else None


@pytest.fixture
def open_camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Camera]]:
    monkeypatch.setattr(character, "create_renderer", lambda _, picture, **__: StillRenderer(picture, "fake"))
    cameras: list[Camera] = []

    def create(*others: str) -> Camera:
        cameras.append(Camera(*others))
        return cameras[-1]

    yield create
    for camera in cameras:
        camera.close()


def until(met: Callable[[], bool], meanwhile: Callable[[], None]) -> None:
    """Send 60 times a second until `met`, however long a look takes."""
    done = threading.Event()

    def send() -> None:
        while not done.wait(1 / RATE):
            meanwhile()

    app = threading.Thread(target=send)
    app.start()
    try:
        assert eventually(met)
    finally:
        done.set()
        app.join()


def turned(camera: Camera) -> float:
    return float(camera.state()["pose"]["head_y"])


def states(camera: Camera) -> list[str]:
    return [one["state"] for one in camera.state()["inputs"]]


def test_the_phones_address_changes(open_camera: Callable[..., Camera]) -> None:
    camera = open_camera()
    before, after = App(camera.port), App(camera.port, second_loopback() or "127.0.0.1")
    shown = [0.0]

    def show_before() -> None:
        shown[0] = time.monotonic()
        before.show(20.0)

    until(lambda: turned(camera) < -0.3, show_before)
    until(lambda: turned(camera) > 0.3, lambda: after.show(-20.0))
    assert time.monotonic() - shown[0] > HANDOVER_S  # one that is live is not interrupted by any other
    if second_loopback():
        assert camera.state()["inputs"][0]["detail"].startswith("from 127.0.0.2")


def test_the_app_starts_anew(open_camera: Callable[..., Camera]) -> None:
    camera = open_camera()
    app = App(camera.port)
    app.number = 5000
    until(lambda: turned(camera) < -0.3, lambda: app.show(20.0))
    until(lambda: states(camera) == ["lost"], lambda: None)
    anew = App(camera.port)
    until(lambda: turned(camera) > 0.3 and states(camera) == ["live"], lambda: anew.show(-20.0))


def test_a_network_that_stutters_and_shuffles(
    open_camera: Callable[..., Camera], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "LIVE_S", 60.0)
    camera = open_camera()
    app = App(camera.port)
    until(lambda: turned(camera) < -0.1, lambda: app.show(5.0))
    for burst in range(6):
        faces = [app.face(5.0 + burst * 2 + index / 7) for index in range(15)]
        for data in (*faces[:-2], faces[-1], faces[-2]):  # the last two overtake each other
            app.send(data)
        time.sleep(0.25)
        assert states(camera) == ["live"]
    last = -saturate((5.0 + 10 + 14 / 7) / 25.0)
    assert eventually(lambda: turned(camera) == pytest.approx(last, abs=0.002))


def vmc(turn: float) -> bytes:
    half = math.radians(-turn) / 2
    return bundle(("/VMC/Ext/Bone/Pos", "Head", 0.0, 0.0, 0.0, 0.0, math.sin(half), 0.0, math.cos(half)))


def test_two_trackers_the_first_named_wins(open_camera: Callable[..., Camera]) -> None:
    other = free_udp_port()
    camera = open_camera(f"vmc:{other}")
    first, second = App(camera.port), App(other)
    until(lambda: turned(camera) > 0.3 and states(camera) == ["waiting", "live"], lambda: second.send(vmc(-20.0)))

    def both() -> None:
        first.show(20.0)
        second.send(vmc(-20.0))

    until(lambda: turned(camera) < -0.3 and states(camera) == ["live", "live"], both)
    until(lambda: turned(camera) > 0.3, lambda: second.send(vmc(-20.0)))


def test_a_taken_port_is_one_line() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("0.0.0.0", 0))
        port = holder.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "vtube",
            "record",
            os.devnull,
            "--tracking",
            f"livelink:{port}",
            "--duration",
            "1",
        ]
        ended: Any = subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_S, check=False)
    assert ended.returncode == 1
    line = ended.stderr.strip().splitlines()[-1]
    assert f"UDP port {port} is taken by " in line
    if sys.platform == "linux":
        assert f"(process {os.getpid()})" in line
