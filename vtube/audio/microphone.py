"""`mic[:NAME]`: a microphone through PortAudio."""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import BLOCK_S, OnSamples
from vtube.audio.convert import Resampler, to_mono
from vtube.audio.portaudio import Direction, find_device, portaudio
from vtube.audio.source_status import SourceStatus
from vtube.clock import monotonic
from vtube.errors import AudioError
from vtube.settings import Settings
from vtube.signals import InputStatus
from vtube.spec import Spec
from vtube.threads import Worker

RETRY_S = 2.0
_log = logging.getLogger(__name__)


class Microphone:
    """A microphone by name or the default one; comes back by itself after it was unplugged."""

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._status = SourceStatus("mic")
        self._keeper = Worker("microphone", self._keep)
        self._stream: Any = None
        self._on_samples: OnSamples | None = None

    def start(self, on_samples: OnSamples) -> None:
        """Open the device; a missing one is an error now, and waited for once it has been there."""
        self._on_samples = on_samples
        self._open()
        self._keeper.start()

    def status(self, now: float) -> InputStatus:
        """Where the microphone stands."""
        return self._status.status(now)

    def close(self) -> None:
        """Give the microphone back."""
        self._keeper.close(RETRY_S)
        self._shut()

    def _open(self) -> None:
        sounddevice = portaudio()
        device = find_device(sounddevice, Direction.INPUT, self._name)
        rate = int(device["default_samplerate"])
        resample = Resampler(rate)

        def heard(block: NDArray[np.float32], _frames: int, _time: object, _status: object) -> None:
            now = monotonic()
            samples = resample(to_mono(block))
            self._status.heard(now, float(np.abs(samples).max(initial=0.0)))
            if self._on_samples is not None and len(samples):
                self._on_samples(samples, now)

        try:
            self._stream = sounddevice.InputStream(
                device=device["index"],
                channels=min(2, device["max_input_channels"]),
                samplerate=rate,
                dtype="float32",
                blocksize=int(rate * BLOCK_S),
                latency="low",
                callback=heard,
            )
            self._stream.start()
        except Exception as error:  # noqa: BLE001 - PortAudio's own errors are of any type
            self._shut()
            raise AudioError(f"cannot open the microphone {device['name']!r}: {error}") from None
        self._status.opened(str(device["name"]))

    def _shut(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                stream.close()
            except Exception as error:  # noqa: BLE001 - a device that is gone may refuse to close
                _log.debug("closing the microphone: %s", error)

    def _keep(self, stopping: threading.Event) -> None:
        lost = False
        while not stopping.wait(RETRY_S / 2):
            if self._stream is not None and not self._status.stalled(monotonic()):
                if lost:
                    _log.info("the microphone is back")
                lost = False
                continue
            if not lost:
                _log.warning("the microphone is gone; waiting for it to come back")
            lost = True
            self._shut()
            try:
                self._open()
            except AudioError as error:
                self._status.failed(str(error))


def create(spec: Spec, _: Settings) -> Microphone:
    """`mic[:NAME]`."""
    return Microphone(spec.argument)
