"""`mic[:NAME]`: a microphone through PortAudio."""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import BLOCK_S, OnSamples
from vtube.audio.convert import Resampler, to_mono
from vtube.audio.portaudio import portaudio
from vtube.audio.source_status import SourceStatus
from vtube.clock import monotonic
from vtube.errors import AudioError
from vtube.signals import InputStatus

RETRY_S = 2.0
_log = logging.getLogger(__name__)


class Microphone:
    """A microphone by name or the default one; comes back by itself after it was unplugged."""

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._status = SourceStatus("mic")
        self._stop = threading.Event()
        self._keeper: threading.Thread | None = None
        self._stream: Any = None
        self._on_samples: OnSamples | None = None

    def start(self, on_samples: OnSamples) -> None:
        """Open the device; a missing one is an error now, and waited for once it has been there."""
        self._on_samples = on_samples
        self._open()
        self._keeper = threading.Thread(target=self._keep, name="microphone", daemon=True)
        self._keeper.start()

    def status(self, now: float) -> InputStatus:
        """Where the microphone stands."""
        return self._status.status(now)

    def close(self) -> None:
        """Give the microphone back."""
        self._stop.set()
        if self._keeper is not None:
            self._keeper.join(RETRY_S)
        self._shut()

    def _open(self) -> None:
        sounddevice = portaudio()
        device = find_input(sounddevice, self._name)
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
        except Exception as error:
            self._shut()
            raise AudioError(f"cannot open the microphone {device['name']!r}: {error}") from None
        self._status.opened(str(device["name"]))

    def _shut(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                stream.close()
            except Exception as error:
                _log.debug("closing the microphone: %s", error)

    def _keep(self) -> None:
        lost = False
        while not self._stop.wait(RETRY_S / 2):
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


def find_input(sounddevice: Any, name: str | None) -> dict[str, Any]:
    """The input device whose name contains `name` (any case), or the default one.

    Raises:
        AudioError: there is none; the message lists those there are.
    """
    inputs = [device for device in sounddevice.query_devices() if device["max_input_channels"] > 0]
    if not inputs:
        raise AudioError("there is no microphone; plug one in or start with --audio none")
    if name is None:
        default = sounddevice.default.device[0]
        return next((device for device in inputs if device["index"] == default), inputs[0])
    for device in inputs:
        if name.casefold() in str(device["name"]).casefold():
            return dict(device)
    raise AudioError(
        f"there is no microphone {name!r}; there are: "
        + "; ".join(dict.fromkeys(str(device["name"]) for device in inputs))
    )
