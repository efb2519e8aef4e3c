"""Whether picture and sound of a stream stay in step: an hour to a receiver of RTMP on this computer.

    python -m benchmarks.stream_skew                              # an hour, in real time
    python -m benchmarks.stream_skew --minutes 3 --drift 300      # the sound device's clock is 300 ppm fast

Every ten seconds the picture flashes and a tone begins at the same moment. What the receiver wrote is decoded, and each
flash is paired with its tone: the skew is tone minus flash, positive where the sound is late.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

import tests.outputs.receiver
from vtube.clock import monotonic
from vtube.errors import OutputError
from vtube.frame import Frame, blank
from vtube.outputs.base import OutputContext
from vtube.outputs.soundtrack import RATE, LiveLine, Soundtrack
from vtube.outputs.stream import StreamOutput
from vtube.scene.background import Background
from vtube.settings import StreamSettings
from vtube.spec import Spec

WIDTH, HEIGHT = 320, 180
EVERY_S, LIT_S = 10.0, 0.5
PAIR_S = 2.0
BRIGHT, LOUD = 200, 0.1


def main() -> None:
    """Stream, and print the skew of every tenth of the time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--drift", type=float, default=0.0, help="ppm by which the sound device's clock is fast")
    parser.add_argument("--port", type=int, default=19350)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "received.mkv"
        stream(wanted, path)
        report(flashes(path), tones(path))


def stream(wanted: argparse.Namespace, path: Path) -> None:
    """Send flashes and tones for the wanted time; the receiver's file is complete afterwards."""
    os.environ["VTUBE_STREAM_KEY"] = "local"
    url = f"rtmp://127.0.0.1:{wanted.port}/live"
    receiver = subprocess.Popen([sys.executable, tests.outputs.receiver.__file__, f"{url}/local", str(path)])
    line = LiveLine()
    background = Background("#00b140", WIDTH, HEIGHT)
    settings = StreamSettings.model_validate({"encoder": "x264"})
    context = OutputContext(
        WIDTH, HEIGHT, wanted.fps, background, stream=settings, soundtrack=lambda: Soundtrack([line])
    )
    output = opened(StreamOutput(Spec("stream", url), context))
    dark, lit = picture(False), picture(True)
    begin, sent = monotonic(), 0
    for index in range(round(wanted.minutes * 60 * wanted.fps)):
        now = begin + index / wanted.fps
        time.sleep(max(0.0, now - monotonic()))
        sent = play(line, index / wanted.fps, sent, now, 1 + wanted.drift * 1e-6)
        output.send(lit if index / wanted.fps % EVERY_S < LIT_S else dark, now)
    output.close()
    receiver.wait(60)


def opened(output: StreamOutput) -> StreamOutput:
    """The receiver needs a moment to listen."""
    for _ in range(50):
        try:
            output.open()
        except OutputError:
            time.sleep(0.1)
        else:
            return output
    raise SystemExit("the receiver does not listen")


def play(line: LiveLine, at: float, sent: int, now: float, speed: float) -> int:
    """The sound device's samples up to `at` seconds, by its own clock; returns how many there were by now."""
    due = round((at + 0.04) * RATE * speed)
    true = np.arange(sent, due) / RATE / speed
    tone = np.where(true % EVERY_S < LIT_S, 0.5 * np.sin(2 * np.pi * 1000 * true), 0.0)
    line.write(tone.astype(np.float32), now + (sent / RATE / speed - at))
    return due


def picture(lit: bool) -> Frame:
    """All white or all black."""
    frame = blank(WIDTH, HEIGHT)
    frame[:] = (255, 255, 255, 255) if lit else (0, 0, 0, 255)
    return frame


def flashes(path: Path) -> list[float]:
    """When it becomes bright, in seconds of the received file."""
    found, was = [], True
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            bright = int(frame.to_ndarray(format="gray")[HEIGHT // 2, WIDTH // 2]) > BRIGHT
            if bright and not was:
                found.append(float(frame.time or 0.0))
            was = bright
    return found


def tones(path: Path) -> list[float]:
    """When a tone begins."""
    found, last = [], -1.0
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            start = float(frame.time or 0.0)
            for place in np.flatnonzero(np.abs(frame.to_ndarray()[0]) > LOUD):
                at = start + float(place) / RATE
                if at - last > 2 * LIT_S:
                    found.append(at)
                last = at
    return found


def report(seen: list[float], heard: list[float]) -> None:
    """Print each tenth's median and largest skew, and the drift over all."""
    skews = [min((tone - flash for tone in heard), key=abs) for flash in seen]
    skews = [skew for skew in skews if abs(skew) < PAIR_S]
    print(f"{len(skews)} of {len(seen)} flashes have their tone")
    tenth = max(1, len(skews) // 10)
    for first in range(0, len(skews), tenth):
        part = [1000 * skew for skew in skews[first : first + tenth]]
        print(
            f"  {first * EVERY_S / 60:5.1f} min: median {statistics.median(part):6.1f} ms, "
            f"largest {max(part, key=abs):6.1f} ms"
        )
    print(f"largest of all: {1000 * max(skews, key=abs):.1f} ms")


if __name__ == "__main__":
    main()
