"""`file:WAV`: a sound file as if it were heard now."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import av
import numpy as np

from vtube.audio.base import BLOCK_S, RATE, OnSamples, Samples
from vtube.audio.convert import to_mono
from vtube.audio.source_status import SourceStatus
from vtube.clock import monotonic
from vtube.errors import AudioError, SettingsError
from vtube.paths import plain_file
from vtube.settings import Settings
from vtube.signals import InputStatus
from vtube.spec import Spec
from vtube.threads import Worker

MAX_SECONDS = 4 * 3600
NOTHING_ELSE = {
    "protocol_whitelist": "none",
    "format_whitelist": "wav,w64,aiff,au,mp3,ogg,flac,aac,mov,matroska,webm,asf,avi,mpegts,mpeg,caf,ac3,amr,flv",
}
"""No address, and no list of files (HLS, concat): FFmpeg reads the file that was named and opens nothing on its own."""


def read_sound(path: Path, rate: int = RATE, seconds: float = math.inf) -> Samples:
    """The file, `seconds` of it at most, as mono float32 at `rate`; WAV and whatever else FFmpeg reads.

    Raises:
        AudioError: the file cannot be read, holds no sound, or is longer than MAX_SECONDS.
    """
    parts: list[Samples] = []
    try:
        with plain_file(path).open("rb") as file, av.open(file, "r", options=NOTHING_ELSE) as container:
            if not container.streams.audio:
                raise AudioError(f"{path} holds no sound")
            resampler = av.AudioResampler(format="flt", rate=rate)  # packed: PyAV fails at eight planes
            total = 0
            for decoded in [*[container.decode(audio=0)], [None]]:
                for frame in decoded:
                    if total >= seconds * rate:
                        break
                    for part in resampler.resample(frame):
                        parts.append(to_mono(part.to_ndarray().reshape(-1, part.layout.nb_channels)))
                        total += len(parts[-1])
                    if total > MAX_SECONDS * rate:
                        raise AudioError(f"{path} is longer than {MAX_SECONDS // 3600} hours")
    except (OSError, av.FFmpegError, ValueError) as error:
        raise AudioError(f"cannot read the sound {path}: {getattr(error, 'strerror', None) or error}") from None
    samples = np.concatenate(parts) if parts else np.empty(0, np.float32)
    return samples if math.isinf(seconds) else samples[: round(seconds * rate)]


def sound_seconds(path: Path) -> float | None:
    """How long the sound in a file is, by its head; None where that does not say.

    Raises:
        AudioError: the file cannot be read, or holds no sound.
    """
    try:
        with plain_file(path).open("rb") as file, av.open(file, "r", options=NOTHING_ELSE) as container:
            if not container.streams.audio:
                raise AudioError(f"{path.name} holds no sound")
            return None if container.duration is None else container.duration / av.time_base
    except (OSError, av.FFmpegError, ValueError) as error:
        raise AudioError(f"cannot read the sound {path.name}: {getattr(error, 'strerror', None) or error}") from None


class FileSource:
    """Hands out a file's samples on an absolute schedule, then falls silent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._status = SourceStatus("file")
        self._player: Worker | None = None

    def start(self, on_samples: OnSamples) -> None:
        """Read the whole file, then play it in real time."""
        samples = read_sound(self._path)
        self._status.opened(self._path.name)
        self._player = Worker("sound file", lambda stopping: self._play(samples, on_samples, stopping))
        self._player.start()

    def status(self, now: float) -> InputStatus:
        """Live while it plays, lost when it has ended."""
        return self._status.status(now)

    def close(self) -> None:
        """Stop playing."""
        if self._player is not None:
            self._player.close()

    def _play(self, samples: Samples, on_samples: OnSamples, stopping: threading.Event) -> None:
        block = int(RATE * BLOCK_S)
        started = monotonic()
        for begin in range(0, len(samples), block):
            part = samples[begin : begin + block]
            heard_at = started + (begin + len(part)) / RATE
            if stopping.wait(max(0.0, heard_at - monotonic())):
                return
            on_samples(part, heard_at)
            self._status.heard(heard_at, float(np.abs(part).max(initial=0.0)))


def create(spec: Spec, _: Settings) -> FileSource:
    """`file:WAV`.

    Raises:
        SettingsError: the path is missing.
    """
    if spec.argument is None:
        raise SettingsError("--audio file:WAV needs the path of a sound file")
    return FileSource(Path(spec.argument))
