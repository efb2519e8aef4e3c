"""How far apart sound and mouth are when the character speaks, and whether they drift apart in a long talk.

    python -m benchmarks.speech_skew --device pulse --monitor NAME [--minutes 10] [--engine E | --camera URL]

Speaks vowels with pauses between them, listens to what the sound device really plays (the loopback of a null sink or
of the loudspeakers), and pairs each onset of sound with the onset of the mouth. The mouth is that of

- the speech queue in this process, by itself: how well the two clocks agree;
- with `--engine`, the pictures of a whole camera with that engine, at the moment at which each reaches an output: what
  a viewer sees, the engine's and the loop's steps included;
- with `--camera`, the pose in `/api/state` of a running camera (start that with a settings file whose speech.device is
  the same one). That is the pose of the frame that is being drawn, for the moment at which it will be seen, so it is
  ahead by up to a frame; asking every 10 ms adds as much.

On Linux: PULSE_SINK=NAME sends the device `pulse` to the sink NAME.
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vtube.audio.loopback import find_loopback
from vtube.clock import monotonic
from vtube.frame import Frame
from vtube.outputs.registry import OUTPUTS
from vtube.registry import Entry
from vtube.settings import Settings, SpeechSettings
from vtube.speech.queue import SpeechQueue
from vtube.studio.character import LOADING
from vtube.studio.pipeline import Studio

TEXT = "あー、えー、おー、あー、おー、えー。"
BLOCK_S = 0.01
RATE = 48_000
SOUND_ONSET, MOUTH_ONSET = 0.02, 0.1
QUIET_S = 0.12
PAIR_S = 0.25

Curve = list[tuple[float, float]]


def record(monitor: str, curve: Curve, stopped: threading.Event) -> None:
    """Append (moment, level) of what is played, every millisecond, until stopped."""
    step = RATE // 1000
    with find_loopback(monitor).recorder(samplerate=RATE, channels=1, blocksize=int(RATE * BLOCK_S)) as recorder:
        while not stopped.is_set():
            block = np.abs(np.asarray(recorder.record(numframes=int(RATE * BLOCK_S))).ravel())
            ended = monotonic() - float(getattr(recorder, "latency", 0.0) or 0.0)
            levels = block[: len(block) // step * step].reshape(-1, step).max(axis=1)
            curve += [(ended - (len(levels) - place) / 1000, float(level)) for place, level in enumerate(levels)]


def watch(opening: Callable[[], float], curve: Curve, stopped: threading.Event, period_s: float) -> None:
    """Append (moment, opening of the mouth) until stopped."""
    while not stopped.wait(period_s):
        before = monotonic()
        value = opening()
        curve.append(((before + monotonic()) / 2, value))


def onsets(curve: Curve, threshold: float) -> list[float]:
    """When the curve rises above the threshold after having been below it for QUIET_S."""
    found: list[float] = []
    last_loud = float("-inf")
    for moment, value in curve:
        if value > threshold:
            if moment - last_loud > QUIET_S:
                found.append(moment)
            last_loud = moment
    return found


def pairs(sounds: list[float], mouths: list[float]) -> list[tuple[float, float]]:
    """(moment, mouth - sound) for each sound that has a mouth within PAIR_S."""
    out = []
    for sound in sounds:
        nearest = min(mouths, key=lambda mouth: abs(mouth - sound), default=float("inf"))
        if abs(nearest - sound) < PAIR_S:
            out.append((sound, nearest - sound))
    return out


class Viewer:
    """A camera in this process and an output that looks at its pictures: how much the mouth has changed them."""

    name, detail, keeps_every_frame, real_time, announces_rate = "viewer", "", True, False, False
    takes_pixels = True

    def __init__(self, engine: str, speech: SpeechSettings, fps: float, curve: Curve) -> None:
        self._curve = curve
        self._rest: NDArray[np.int16] | None = None
        OUTPUTS.register(Entry("viewer", lambda *_: self))
        still = {"breathing": 0, "blinking": 0, "gaze": 0, "sway": 0, "asymmetry": 0}
        self.studio = Studio(
            Settings.model_validate(
                {
                    "avatar": {"engine": engine},
                    "idle": still,
                    "loop": {"fps": fps},
                    "server": {"enabled": False},
                    "outputs": ["viewer"],
                    "tracking": [],
                    "speech": speech.model_dump(),
                }
            )
        )

    def start(self) -> None:
        """Wait until the engine draws."""
        self.studio.open()
        threading.Thread(target=self.studio.run, daemon=True).start()
        while self.studio.character.engine == LOADING:
            time.sleep(0.2)
        time.sleep(3.0)
        self._rest = None
        self._curve.clear()
        print(f"engine: {self.studio.character.engine}", flush=True)

    def open(self) -> None:
        """See `outputs.base.Output`."""

    def send(self, frame: Frame, _: float) -> None:
        """See `outputs.base.Output`."""
        here = frame[::2, ::2, :3].astype(np.int16)
        if self._rest is None:
            self._rest = here
        self._curve.append((monotonic(), float(np.abs(here - self._rest).sum())))

    def close(self) -> None:
        """See `outputs.base.Output`."""


def as_shares(curve: Curve) -> Curve:
    """The curve as shares of its almost largest value."""
    most = float(np.percentile([value for _, value in curve], 95))
    return [(moment, value / max(most, 1.0)) for moment, value in curve]


def camera_opening(url: str) -> Callable[[], float]:
    """The sum of the five mouth parameters in the camera's pose."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def opening() -> float:
        with opener.open(f"{url}/api/state", timeout=5) as answer:
            pose = json.load(answer)["pose"]
        return float(sum(value for name, value in pose.items() if name.startswith("mouth_") and len(name) == 9))

    return opening


def post(url: str, text: str) -> None:
    """Let the camera say `text`."""
    request = urllib.request.Request(f"{url}/api/say", json.dumps({"text": text}).encode())
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10).close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", help="sound device to speak through")
    parser.add_argument("--monitor", required=True, help="a part of the name of the loudspeaker to listen to")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--camera", help="address of a running camera")
    parser.add_argument("--engine", help="look at the pictures of a camera with this engine")
    parser.add_argument("--fps", type=float, default=60.0)
    arguments = parser.parse_args()
    sound: Curve = []
    mouth: Curve = []
    stopped = threading.Event()
    say, watching, close = subject(arguments, mouth, stopped)
    threads = [threading.Thread(target=record, args=(arguments.monitor, sound, stopped)), *watching]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    started = monotonic()
    while monotonic() < started + 60 * arguments.minutes:
        say(TEXT * 3)
        time.sleep(12.0)
    time.sleep(3.0)
    stopped.set()
    for thread in threads:
        thread.join()
    close()
    curve = as_shares(mouth) if arguments.engine else mouth
    report(pairs(onsets(sound, SOUND_ONSET), onsets(curve, MOUTH_ONSET)), started)


def subject(
    arguments: argparse.Namespace, mouth: Curve, stopped: threading.Event
) -> tuple[Callable[[str], object], list[threading.Thread], Callable[[], None]]:
    """What is measured: how to let it speak, what watches its mouth, how to end it."""
    speech = SpeechSettings(device=arguments.device)

    def watching(opening: Callable[[], float], period_s: float) -> list[threading.Thread]:
        return [threading.Thread(target=watch, args=(opening, mouth, stopped, period_s))]

    if arguments.camera:
        camera: str = arguments.camera
        return lambda text: post(camera, text), watching(camera_opening(camera), 0.01), lambda: None
    if arguments.engine:
        viewer = Viewer(arguments.engine, speech, arguments.fps, mouth)
        viewer.start()
        return viewer.studio.control.speech.say, [], viewer.studio.close
    queue = SpeechQueue(Settings(speech=speech))
    queue.start()

    def opening() -> float:
        shape = queue.mouth(monotonic())
        return 0.0 if shape is None else shape.aaa + shape.iii + shape.uuu + shape.eee + shape.ooo

    return queue.say, watching(opening, 0.002), queue.close


def report(found: list[tuple[float, float]], started: float) -> None:
    """Print the skew and its drift."""
    if len(found) < 3:
        raise SystemExit(f"only {len(found)} onsets were heard; is it the right monitor?")
    skews = sorted(skew * 1000 for _, skew in found)
    minutes = np.array([(moment - started) / 60 for moment, _ in found])
    slope = float(np.polyfit(minutes, [skew * 1000 for _, skew in found], 1)[0])
    print(
        f"{len(found)} onsets in {minutes[-1]:.1f} min; mouth after sound, ms: "
        f"median {statistics.median(skews):+.1f}, "
        f"p5 {skews[len(skews) // 20]:+.1f}, p95 {skews[-1 - len(skews) // 20]:+.1f}, "
        f"extremes {skews[0]:+.1f} and {skews[-1]:+.1f}; drift {slope:+.2f} ms a minute"
    )


if __name__ == "__main__":
    main()
