"""How long from the sound to the mouth: `python -m benchmarks.lipsync.latency [--engine E] [--bursts N]`.

A private PulseAudio with a null sink, a player that hands over 10 ms blocks as the server takes them, and the real
camera listening to the sink's monitor. A burst is the vowel a after silence; it leaves the player when its first
block is handed over. The mouth has moved when the open vowels of `/api/state` exceed 0.1 (`pose`), and, without
camera and renderer, when the ear itself knows it (`ear`). Needs the Debian packages pulseaudio and pulseaudio-utils.
"""

from __future__ import annotations

import argparse
import http.client
import importlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.audio.sounds import vowel
from vtube.audio.mouth_source import MouthSource
from vtube.clock import monotonic
from vtube.settings import Settings

SINK = "vtube_latency"
RATE, BLOCK = 16_000, 160
OPEN = 0.1
VOWELS = ("mouth_aaa", "mouth_iii", "mouth_uuu", "mouth_eee", "mouth_ooo")
PORT = 8799
STILL = """import sys
from vtube.studio import character
from vtube.avatar.still import StillRenderer
from vtube.cli.main import main
character.create_renderer = lambda engine, picture, **_: StillRenderer(picture)
sys.exit(main(sys.argv[1:]))
"""


@contextmanager
def sound_server() -> Iterator[None]:
    """A PulseAudio of our own with one null sink, for this process and its children."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        server = subprocess.Popen(
            [
                "pulseaudio",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "-n",
                "-L",
                "module-native-protocol-unix",
                "-L",
                f"module-null-sink sink_name={SINK}",
            ],
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(1.5)
            yield
        finally:
            server.terminate()
            server.wait(5)


class Player:
    """Plays silence, and a burst when asked; the stream never stops, so the sink stays quick."""

    def __init__(self) -> None:
        self._waiting: list[NDArray[np.float32]] = []
        self._stop = threading.Event()
        self.left_at = 0.0
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def burst(self, seconds: float = 0.4) -> None:
        """Play the vowel a; `left_at` is then the moment at which it began."""
        self.left_at = 0.0
        samples = vowel("a", seconds)
        self._waiting = [samples[at : at + BLOCK] for at in range(0, len(samples), BLOCK)]

    def close(self) -> None:
        """Fall silent."""
        self._stop.set()
        self._thread.join(2)

    def _write(self) -> None:
        soundcard: Any = importlib.import_module("soundcard")
        silence = np.zeros(BLOCK, np.float32)
        with soundcard.get_speaker(SINK).player(samplerate=RATE, channels=1, blocksize=BLOCK) as stream:
            while not self._stop.is_set():
                block = self._waiting.pop(0) if self._waiting else silence
                if block is not silence and not self.left_at:
                    self.left_at = monotonic()
                stream.play(block)


def measure(player: Player, opening: Callable[[], float], bursts: int, pause: Callable[[], None]) -> list[float]:
    """Milliseconds from each burst to an open mouth; inf where it stayed closed for a second."""
    waits = []
    for number in range(bursts):
        settle = monotonic() + 0.9 + 0.013 * (number % 7)
        while monotonic() < settle:
            pause()
        player.burst()
        while not player.left_at:
            time.sleep(0.0005)
        began = player.left_at
        while opening() < OPEN and monotonic() - began < 1.0:
            pause()
        waited = monotonic() - began
        waits.append(waited * 1000 if waited < 1.0 else float("inf"))
    return waits


def through_the_camera(player: Player, engine: str, bursts: int) -> list[float]:
    """As `/api/state` shows it while the camera runs."""
    camera = subprocess.Popen(
        [
            sys.executable,
            *_program(engine),
            "--audio",
            f"loopback:{SINK}",
            "--tracking",
            "none",
            "--output",
            "null",
            "--port",
            str(PORT),
            "--fps",
            "60",
            "--quiet",
        ]
    )
    try:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)

        def state() -> dict[str, object]:
            try:
                connection.request("GET", "/api/state")
                answer: dict[str, object] = json.loads(connection.getresponse().read())
            except (OSError, http.client.HTTPException):
                connection.close()
                raise
            return answer

        def opening() -> float:
            pose = state()["pose"]
            assert isinstance(pose, dict)
            return float(sum(pose[name] for name in VOWELS))

        _wait_for(state)
        return measure(player, opening, bursts, lambda: time.sleep(0.002))
    finally:
        camera.terminate()
        camera.wait(10)


def _program(engine: str) -> list[str]:
    """How to start the camera; the engine `still` draws nothing, so that the rest is measured without it."""
    return ["-c", STILL, "run"] if engine == "still" else ["run_vcam.py", "--engine", engine]


def _wait_for(state: Callable[[], dict[str, object]]) -> None:
    for _ in range(120):
        time.sleep(0.5)
        try:
            if str(state()["engine"]) not in {"loading", "failed"}:
                time.sleep(2)
                return
        except (OSError, http.client.HTTPException):
            continue
    raise SystemExit("the camera did not start")


def by_ear(player: Player, bursts: int) -> list[float]:
    """As the ear alone knows it: no camera, no renderer, no polling over HTTP."""
    ear = MouthSource(Settings(audio=f"loopback:{SINK}"))
    ear.start()
    time.sleep(2)

    def opening() -> float:
        shape = ear.mouth()
        return shape.open if shape is not None else 0.0

    try:
        return measure(player, opening, bursts, lambda: time.sleep(0.001))
    finally:
        ear.close()


def report(name: str, waits: list[float]) -> None:
    """One line."""
    low, middle, high = np.percentile(waits, (5, 50, 99))
    print(
        f"{name}: median {middle:.0f} ms, p5 {low:.0f}, p99 {high:.0f} of {len(waits)}; load "
        f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", help="may be given several times; default still")
    parser.add_argument("--bursts", type=int, default=60)
    arguments = parser.parse_args()
    with sound_server():
        player = Player()
        try:
            report("ear", by_ear(player, arguments.bursts))
            for engine in arguments.engine or ["still"]:
                report(f"pose, {engine}", through_the_camera(player, engine, arguments.bursts))
        finally:
            player.close()


if __name__ == "__main__":
    main()
