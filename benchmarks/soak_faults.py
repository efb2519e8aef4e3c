"""Faults that a camera meets in an evening, one function each, for `benchmarks.soak`.

Each is called again and again by a thread of its own until the soak ends. All of them talk to this computer only.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import random
import signal
import socket
import struct
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageEnhance

from benchmarks.junk_datagrams import junk
from tests.phones import HERE, vmc, vts
from vtube.clock import monotonic
from vtube.paths import default_picture
from vtube.signals import FaceFrame

FACES_HZ = 60.0
RST = struct.pack("ii", 1, 0)
"""SO_LINGER on, 0 s: closing resets the connection, as a program that is killed does."""


@dataclass(slots=True)
class Target:
    """The camera under test and what was done to it.

    Attributes:
        port: of its server.
        tracker: UDP port of its VMC tracker.
        pid: its process.
        sound: a WAV file that it may be told to listen to.
        stopping: set when the soak ends.
        frozen: set while the process is stopped by a signal.
        counts: what was done how often.
        dice: one generator for all faults; seeded.
    """

    port: int
    tracker: int
    pid: int
    sound: str
    dice: random.Random
    stopping: threading.Event = field(default_factory=threading.Event)
    frozen: threading.Event = field(default_factory=threading.Event)
    counts: Counter[str] = field(default_factory=Counter)

    def nap(self, seconds: float) -> None:
        """Wait, or less when the soak ends."""
        self.stopping.wait(seconds)

    def ask(self, method: str, path: str, body: object = None, kind: str = "application/json") -> int:
        """One request; returns the status, which is counted, too."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://{HERE}:{self.port}{path}", data=data, method=method, headers={"Content-Type": kind}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                answer.read()
                status = int(answer.status)
        except urllib.error.HTTPError as error:
            error.read()
            status = error.code
        self.counts[f"{method} {path.partition('?')[0]} {status}"] += 1
        return status

    def state(self) -> dict[str, Any]:
        """The object of `/api/state`."""
        with urllib.request.urlopen(f"http://{HERE}:{self.port}/api/state", timeout=8) as answer:
            state: dict[str, Any] = json.load(answer)
        return state

    def connect(self) -> socket.socket:
        """A connection to the server, for what no well-behaved client does."""
        return socket.create_connection((HERE, self.port), 5)


def face(moment: float) -> FaceFrame:
    """A face that turns, blinks and speaks."""
    shapes = {
        "jawOpen": 0.5 + 0.5 * math.sin(9 * moment),
        "eyeBlinkLeft": float(moment % 4 < 0.15),
        "eyeBlinkRight": float(moment % 4 < 0.15),
        "mouthSmileLeft": 0.3,
        "mouthSmileRight": 0.3,
    }
    head = (8 * math.sin(moment), 20 * math.sin(0.7 * moment), 5 * math.sin(0.4 * moment))
    return FaceFrame(moment, shapes=shapes, head=head)


def tracker_comes_and_goes(target: Target) -> None:
    """Twenty seconds of faces, ten without."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        until, number = monotonic() + 20, 0
        while monotonic() < until and not target.stopping.is_set():
            with contextlib.suppress(OSError):
                sock.sendto(vmc(face(monotonic()), number), (HERE, target.tracker))
            number += 1
            target.nap(1 / FACES_HZ)
    target.counts["faces"] += number
    target.nap(10)


def junk_on_the_trackers_port(target: Target) -> None:
    """A second's burst of what is no face, or a broken one."""
    good = vmc(face(1.0), 1), vts(face(1.0), 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for packet in target.dice.sample(junk(target.dice.randrange(1000)), 300):
            broken = bytearray(target.dice.choice(good))
            for _ in range(5):
                broken[target.dice.randrange(len(broken))] = target.dice.randrange(256)
            for data in (packet, bytes(broken)):
                with contextlib.suppress(OSError):
                    sock.sendto(data, (HERE, target.tracker))
            target.counts["junk"] += 2
    target.nap(1)


def _opening(target: Target, path: str, upgrade: bool = False) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {HERE}:{target.port}"]
    if upgrade:
        lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _streams(target: Target) -> list[bytes]:
    paths = "/stream.mjpg", "/stream.nut?fps=10", "/stream.rgba?fps=15", "/api/talkinghead/result_feed"
    return [_opening(target, "/ws/frames", upgrade=True), *(_opening(target, path) for path in paths)]


def clients_that_vanish(target: Target) -> None:
    """A viewer that reads for a few seconds and is gone, half of them without a goodbye."""
    with target.connect() as sock:
        sock.settimeout(2)
        sock.sendall(target.dice.choice(_streams(target)))
        until = monotonic() + target.dice.uniform(0, 4)
        with contextlib.suppress(TimeoutError):
            while monotonic() < until and sock.recv(1 << 16):
                pass
        if target.dice.random() < 0.5:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST)
    target.counts["clients that vanish"] += 1
    target.nap(0.3)


def clients_that_never_read(target: Target) -> None:
    """Three viewers that ask and never read the answer."""
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            sock = stack.enter_context(target.connect())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.sendall(target.dice.choice(_streams(target)))
        target.counts["clients that never read"] += 3
        target.nap(25)


def half_open_connections(target: Target) -> None:
    """Twenty connections that begin a request and do not end it."""
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            sock = stack.enter_context(target.connect())
            sock.sendall(
                b"POST /api/say HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"[: target.dice.randrange(60)]
            )
        target.counts["half-open connections"] += 20
        target.nap(15)


def port_scan(target: Target) -> None:
    """What scanners and other protocols send."""
    for data in (b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.0\r\n\r\n", b"\0" * 100, b"SSH-2.0-x\r\n", b""):
        with target.connect() as sock:
            sock.sendall(data)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST)
        target.counts["scans"] += 1
    target.nap(10)


def speech(target: Target) -> None:
    """Texts of every kind, some of which interrupt; a mouth that is told to move."""
    text = target.dice.choice(["こんにちは。", "Hello there!", "a" * 200, "**hm** <think>x</think> 888 :)", "…"])
    target.ask("POST", "/api/say", {"text": text, "interrupt": target.dice.random() < 0.3})
    target.ask("POST", "/api/classify", {"text": "I love it! " * target.dice.randint(1, 50)})
    target.ask("GET", "/api/talkinghead/start_talking")
    target.nap(2)
    target.ask("GET", "/api/talkinghead/stop_talking")
    target.nap(1)


def uploads(target: Target) -> None:
    """The character in other colours, and pictures that are none."""
    if target.dice.random() < 0.3:
        data = target.dice.choice([b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 5000, b"<html>not found</html>"])
    else:
        with Image.open(default_picture()) as picture:
            coloured = ImageEnhance.Color(picture).enhance(target.dice.uniform(0.5, 1.5))
        buffer = io.BytesIO()
        coloured.save(buffer, "PNG", compress_level=1)
        data = buffer.getvalue()
    target.ask("PUT", "/api/character?name=soak", data, "image/png")
    target.nap(30)


def settings(target: Target) -> None:
    """Good settings, settings that are refused, emotions, held parameters, calibration."""
    dice = target.dice
    good = {
        "scene": {
            "zoom": dice.uniform(0.5, 3),
            "x": dice.uniform(-1, 1),
            "background": dice.choice(["#112233", "green"]),
        },
        "idle": {"sway": dice.uniform(0, 2), "seed": dice.randrange(9)},
        "retarget": {"smoothing": dice.random(), "mode": dice.choice(["natural", "classic"])},
        "lipsync": {"strength": dice.random()},
        "audio": dice.choice(["none", f"file:{target.sound}"]),
    }
    bad = dice.choice([{"scene": {"background": "no-such.png"}}, {"idle": {"sway": "much"}}, {"nonsense": 1}])
    target.ask("PUT", "/api/settings", good)
    target.ask("PUT", "/api/settings", bad)
    target.ask("PUT", "/api/emotion", {"name": dice.choice(["joy", "anger", "neutral", "no such"]), "strength": 1})
    target.ask("PUT", "/api/pose", {"head_x": dice.uniform(-1, 1)} if dice.random() < 0.3 else {})
    target.ask("POST", "/api/calibrate")
    target.nap(1.5)


def frozen_process(target: Target) -> None:
    """The process stands still for five seconds, as on a laptop whose lid was closed."""
    target.nap(110)
    if target.stopping.is_set() or not hasattr(signal, "SIGSTOP"):
        return
    target.frozen.set()
    os.kill(target.pid, signal.SIGSTOP)
    try:
        target.nap(5)
    finally:
        os.kill(target.pid, signal.SIGCONT)
    target.counts["frozen for 5 s"] += 1
    target.nap(10)
    target.frozen.clear()


FAULTS: tuple[Callable[[Target], None], ...] = (
    tracker_comes_and_goes,
    junk_on_the_trackers_port,
    clients_that_vanish,
    clients_that_never_read,
    half_open_connections,
    port_scan,
    speech,
    uploads,
    settings,
    frozen_process,
)
