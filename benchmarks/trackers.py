"""Real faces through real sockets into a running camera, tracker by tracker; the pose is read from `/api/state`.

    python -m benchmarks.trackers CAPTURES [--engine puppet] [--only livelink] [--json]

CAPTURES is a folder of recordings. For each kind of tracker a whole camera is started (`vtube run`, 60 fps) and a
phone of that kind sends the recorded faces, there and back, 60 a second. What the camera shows is compared with what
the retargeter makes of the same faces without any network: the difference of the worst parameter, and by how much the
camera's pose is behind. Needs Linux or Windows (127.0.0.2).
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests import phones
from tests.phones import HERE, PHONE, Phone, Recorded
from vtube.clock import monotonic
from vtube.motion.retarget import build_retargeter
from vtube.pose import INDEX, NAMES, neutral
from vtube.settings import RetargetSettings
from vtube.signals import FaceFrame
from vtube.tracking.protocols import ifacialmocap
from vtube.tracking.protocols.livelink import decoder
from vtube.tracking.protocols.wire import Datagram
from vtube.tracking.recordings.replay_files import frames_of

FPS = 60
SECONDS = 6.0
LAGS_S = np.arange(0.0, 0.2, 0.005)
HEAD = ("head_x", "head_y", "neck_z")
PLAIN = {
    "receiver": {"host": HERE},
    "loop": {"fps": FPS},
    "scene": {"width": 512, "height": 512},
    "retarget": {"calibrate_after_s": 0, "keep_neutral": False},
}
OWN = [name for name in NAMES if name not in ("breathing",)]


@dataclass(frozen=True)
class Case:
    """A tracker: its SPEC (`{port}` is filled in), who sends, which faces, which parameters both sides can say."""

    title: str
    spec: str
    phone: Callable[[int], Phone]
    faces: Sequence[FaceFrame]
    fps: float = FPS
    watched: Sequence[str] = tuple(OWN)


@dataclass(frozen=True)
class Result:
    """What one camera did; `difference` is the root of the mean square of the worst parameter."""

    title: str
    sent_per_s: float
    live_per_s: float
    output_fps: float
    worst: str
    difference: float
    follows: float
    behind_ms: float


def cases(captures: Path) -> Iterator[Case]:
    """Every tracker that a recording or an encoder is here for."""
    recorded, faces = live_link(captures / "livelinkface_udp.gesichter")

    def face(title: str, spec: str, encode: phones.Encode, watched: Sequence[str] = tuple(OWN)) -> Case:
        return Case(title, spec, lambda port: Phone(port, encode), faces, watched=watched)

    def asked(title: str, spec: str, phone: Callable[[], Phone]) -> Case:
        return Case(title, spec, lambda port: phone(), faces)

    real = [frame for frame, _ in texts(captures)]
    exact = Recorded({frame.time: data for frame, data in texts(captures)})
    yield face("Live Link Face, real datagrams", "livelink:{port}", recorded)
    yield Case(
        "iFacialMocap, 2 real packets",
        f"ifacialmocap:{PHONE}",
        lambda port: Phone(49983, exact),
        [frame for frame in real for _ in range(FPS)],
    )
    yield Case(
        "iFacialMocap v2",
        f"ifacialmocap:{PHONE}",
        lambda port: Phone(49983, lambda frame, number: phones.text(frame, "&")),
        faces,
    )
    yield Case(
        "Facemotion3d, port 49993",
        f"ifacialmocap:{PHONE}",
        lambda port: Phone(49993, lambda frame, number: phones.text(frame, "&", full_names=True)),
        faces,
    )
    yield asked("iFacialMocap v2 by TCP", f"ifacialmocap:{PHONE}", phones.TcpPhone)
    yield asked("iFacialMocap FMV3", f"ifacialmocap:{PHONE}", phones.Fmv3Phone)
    yield asked("VTube Studio", f"vts:{HERE}", phones.VtsPhone)
    yield face("VMC, python-osc", "vmc:{port}", phones.vmc)
    yield face("VRCFaceTracking, python-osc", "vrcft:{port}", phones.vrcft, (*HEAD, "body_y", "body_z"))
    yield face("Face Cap, python-osc", "facecap:{port}", phones.facecap)
    yield face("OSC, shapes and axes", "osc:{port}", phones.generic_osc)
    yield face("OpenSeeFace", "openseeface:{port}", phones.openseeface, (*HEAD, "body_y", "body_z"))
    yield face("auto, Live Link Face", "auto", recorded)
    poses = [frame for _, frame in frames_of(captures / "tha3_pose_stream_20fps.json.gz")][:200]
    yield Case("OSC, recorded THA3 poses", "osc:{port}", lambda port: Phone(port, phones.whole_pose), poses, fps=20)


def live_link(path: Path) -> tuple[Recorded, list[FaceFrame]]:
    """The recorded datagrams with a face, there and back, and the faces in them."""
    data, at, decode = gzip.decompress(path.read_bytes()), 5, decoder()
    datagrams: dict[float, bytes] = {}
    faces: list[FaceFrame] = []
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        datagram, at = data[at + 4 : at + 4 + size], at + 4 + size
        frame = decode(Datagram(datagram, (HERE, 1), 0, len(faces) / FPS))
        if frame is not None and frame.found:
            datagrams[frame.time] = datagram
            faces.append(frame)
    return Recorded(datagrams), faces + faces[::-1]


def texts(captures: Path) -> list[tuple[FaceFrame, bytes]]:
    """The recorded iFacialMocap packets."""
    found = []
    for number, line in enumerate((captures / "ifacialmocap_packets.jsonl").read_text(encoding="utf-8").splitlines()):
        data = json.loads(line)["text"].encode()
        frame = ifacialmocap.parse(data, float(number))
        if frame is not None:
            found.append((frame, data))
    return found


class Camera:
    """`vtube run` in a process of its own."""

    def __init__(self, spec: str, engine: str, folder: Path) -> None:
        self.url = f"http://{HERE}:{free_port(socket.SOCK_STREAM)}"
        settings = folder / "settings.yaml"
        settings.write_text(json.dumps(PLAIN), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "vtube",
            "run",
            "--quiet",
            "--config",
            str(settings),
            "--tracking",
            spec,
            "--engine",
            engine,
            "--output",
            "null",
            "--port",
            self.url.rsplit(":", 1)[1],
        ]
        self._process = subprocess.Popen(
            command, env={**os.environ, "VTUBE_HOME": str(folder)}, stdin=subprocess.DEVNULL
        )

    def __enter__(self) -> Camera:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if self.state()["engine"] not in ("loading", "failed"):
                    return self
            time.sleep(0.1)
        self.__exit__()
        raise TimeoutError("the camera does not come up")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def state(self) -> dict[str, Any]:
        """The object of `/api/state`."""
        with urllib.request.urlopen(self.url + "/api/state", timeout=5) as answer:
            state: dict[str, Any] = json.load(answer)
        return state


def run(case: Case, engine: str) -> Result:
    """One camera, one phone."""
    port = 11111 if case.spec == "auto" else free_port(socket.SOCK_DGRAM)
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.closing(case.phone(port)) as phone,
        Camera(case.spec.format(port=port), engine, Path(folder)) as camera,
    ):
        phone.meet()
        sent, seen, state = play(case, phone, camera)
    times = np.array([time for time, _ in seen])
    shown = np.array([pose for _, pose in seen])
    settled = times > times[0] + 1.0
    times, shown = times[settled], shown[settled]
    columns = [INDEX[name] for name in case.watched]
    errors = [np.sqrt(np.mean((shown - poses_at(sent, times - lag)) ** 2, axis=0))[columns] for lag in LAGS_S]
    best = int(np.argmin([error.sum() for error in errors]))
    at = int(np.argmax(errors[best]))
    turn = INDEX["head_y"]
    expected = poses_at(sent, times - LAGS_S[best])[:, turn]
    follows = float(np.corrcoef(shown[:, turn], expected)[0, 1]) if np.ptp(expected) > 0 else 1.0
    rate = (len(sent) - 1) / (sent[-1].time - sent[0].time)
    live = next((one["rate_hz"] for one in state["inputs"] if one["state"] == "live"), 0.0)
    return Result(
        case.title,
        rate,
        live,
        state["output_fps"],
        case.watched[at],
        float(errors[best][at]),
        follows,
        1e3 * float(LAGS_S[best]),
    )


def play(case: Case, phone: Phone, camera: Camera) -> tuple[list[FaceFrame], list[tuple[float, Any]], dict[str, Any]]:
    """The faces with the moments they were sent at, the poses with the moments they were read, the last state."""
    sent: list[FaceFrame] = []
    seen: list[tuple[float, NDArray[np.float64]]] = []
    state: dict[str, Any] = {}
    start = monotonic()
    for number in range(round(SECONDS * case.fps)):
        time.sleep(max(0.0, start + number / case.fps - monotonic()))
        face = case.faces[number % len(case.faces)]
        phone.send(face, number)
        sent.append(replace(face, time=monotonic()))
        if number % max(1, round(case.fps / 20)) == 0:
            before = monotonic()
            state = camera.state()
            seen.append(((before + monotonic()) / 2, np.array([state["pose"][name] for name in NAMES])))
    return sent, seen, state


def poses_at(sent: Sequence[FaceFrame], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the retargeter makes of these faces at these moments."""
    retargeter = build_retargeter(RetargetSettings(calibrate_after_s=0.0))
    poses, at = [], 0
    steps = np.arange(sent[0].time, max(times[-1], sent[0].time), 1 / FPS)
    for now in sorted([*steps.tolist(), *times.tolist()]):
        while at + 1 < len(sent) and sent[at + 1].time <= now:
            at += 1
            retargeter.retarget(sent[at], neutral(), sent[at].time)
        pose = neutral()
        retargeter.retarget(sent[at], pose, max(now, sent[at].time))
        if now in times:
            poses.append(pose)
    return np.array(poses, np.float64)


def free_port(kind: socket.SocketKind) -> int:
    """A port that nobody has."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
    return port


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", type=Path)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--only", default="", help="part of a title")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for case in cases(arguments.captures):
        if arguments.only.lower() not in f"{case.title} {case.spec}".lower():
            continue
        result = run(case, arguments.engine)
        if arguments.json:
            print(json.dumps(vars(result)))
        else:
            print(
                f"{result.title:32} {result.sent_per_s:5.1f}/s sent, {result.live_per_s:5.1f}/s live, "
                f"{result.output_fps:5.1f} fps out, head_y follows {result.follows:.4f}, worst {result.worst} "
                f"{result.difference:.3f}, {result.behind_ms:.0f} ms behind",
                flush=True,
            )


if __name__ == "__main__":
    main()
