"""What a clip that is made in the background takes from the camera beside it: the camera's rate, without and with one.

    python -m benchmarks.clip_beside [--fps 30] [--seconds 30] [--size 512]

Starts a camera of its own with moving idle, reads how many frames it put out and how many came late for a while, has
its Studio render a sound at 1920 x 1080, and reads the same again. Both in one run, on the same computer.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
import wave
from pathlib import Path
from typing import Any

import numpy as np

from vtube.clock import monotonic

PORT = 8941
RATE = 48_000
SOUND_S = 120
START_S = 60.0


def main() -> None:
    """Print the camera's rate by itself and beside a clip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--size", default="512")
    wanted = parser.parse_args()
    command = [sys.executable, "-m", "vtube", "run", "--quiet", "--no-saved", "--no-bake", f"--port={PORT}"]
    command += ["--tracking=none", "--audio=none", "--output=null", f"--fps={wanted.fps:g}", f"--size={wanted.size}"]
    camera = subprocess.Popen(command)
    try:
        _settle()
        print(f"alone:         {_measured(wanted.seconds)}")
        begin = _order()
        print(f"beside a clip: {_measured(wanted.seconds)}")
        clip = ask("GET", f"/api/clips/{begin}")
        print(
            f"the clip meanwhile: {clip['state']}, {clip['stage']}, {clip['progress']:.0%}, {clip['speed']:.2f} x life"
        )
        ask("DELETE", f"/api/clips/{begin}")
    finally:
        camera.terminate()
        camera.wait(20)


def ask(method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
    """The answer to a request, JSON."""
    url = f"http://127.0.0.1:{PORT}{path}"
    request = urllib.request.Request(url, body, {"Content-Type": kind}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def _settle() -> None:
    """Wait until the engine draws."""
    end = monotonic() + START_S
    while monotonic() < end:
        time.sleep(0.5)
        try:
            if "puppet" in ask("GET", "/api/state")["engine"]:
                time.sleep(5)
                return
        except OSError:
            pass
    raise SystemExit("the camera does not start")


def _measured(seconds: float) -> str:
    first, begin = ask("GET", "/api/state"), monotonic()
    drawn = []
    while monotonic() < begin + seconds:
        time.sleep(1)
        drawn.append(float(ask("GET", "/api/state")["render_fps"] or 0.0))
    last, took = ask("GET", "/api/state"), monotonic() - begin
    sent, late = last["frames"] - first["frames"], last["late"] - first["late"]
    return f"{sent / took:.2f} frames a second, {late} late of {sent}; {np.median(drawn):.1f} drawn a second"


def _order() -> str:
    """Order a clip, and wait until frames of it are drawn; its key."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            tone = np.sin(2 * np.pi * 220 * np.arange(SOUND_S * RATE) / RATE) * np.sin(np.arange(SOUND_S * RATE) / 8000)
            file.writeframes((12_000 * tone).astype(np.int16).tobytes())
        sound = ask("POST", "/api/clips/sounds?name=tone.wav", path.read_bytes(), "application/octet-stream")["sound"]
    order = {"sound": sound, "size": "1920x1080", "fps": 30, "kind": "mp4", "name": "beside"}
    key = str(ask("POST", "/api/clips", json.dumps(order).encode())["clip"]["id"])
    end = monotonic() + START_S
    while monotonic() < end and ask("GET", f"/api/clips/{key}")["stage"] != "drawing":
        time.sleep(0.5)
    time.sleep(2)
    return key


if __name__ == "__main__":
    main()
