"""`mic[:NAME]`: a microphone, through the sound server of Linux or PortAudio."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import BLOCK_S, AudioSource, OnSamples
from vtube.audio.convert import Resampler, to_mono
from vtube.audio.portaudio import ALSA_NAMES, NAMES, SOUND, WITHOUT, Device, Direction, SoundLibrary, Stream
from vtube.audio.served import ServedSource, find_served
from vtube.audio.soundcards import connected, served
from vtube.audio.source_status import SourceStatus
from vtube.clock import monotonic
from vtube.errors import AudioError
from vtube.settings import Settings
from vtube.signals import InputStatus
from vtube.spec import Spec
from vtube.threads import Worker

LOOK_S = 0.1
RETRY_S = 2.0
FIRST_BLOCK_S, LONGEST_S = 3.0, 30.0
"""A microphone from which nothing comes, not even silence, is opened anew after so long, and each time later."""
CLOSE_S = 2.0
log = logging.getLogger(__name__)


class Microphone:
    """A microphone by name or the default one; where it is not there, or is unplugged, it is waited for."""

    def __init__(self, name: str | None = None, sound: SoundLibrary = SOUND) -> None:
        self._name, self._sound = name, sound
        self._status = SourceStatus("mic")
        self._keeper = Worker("microphone", self._keep)
        self._stream: Stream | None = None
        self._device = ""
        self._patience_s = FIRST_BLOCK_S
        self._opened_at = 0.0
        self._missed = False
        self._on_samples: OnSamples | None = None

    def start(self, on_samples: OnSamples) -> None:
        """Open the device, or wait for it. Raises: AudioError, when PortAudio is missing."""
        self._on_samples = on_samples
        self._sound.load()
        self._try()
        self._keeper.start()

    def status(self, now: float) -> InputStatus:
        """Where the microphone stands."""
        return self._status.status(now)

    def close(self) -> None:
        """Give the microphone back."""
        self._keeper.close(CLOSE_S)
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _keep(self, stopping: threading.Event) -> None:
        retry_at = monotonic() + RETRY_S
        while not stopping.wait(LOOK_S):
            stream, now = self._stream, monotonic()
            if stream is None:
                if now < retry_at:
                    continue
            elif not stream.closed:
                if stream.alive() and not self._is_mute(now):
                    continue
                stream.close(lost=True)
            self._stream = None
            self._try()
            retry_at = monotonic() + RETRY_S

    def _try(self) -> None:
        """Open it; what hinders that is told once."""
        try:
            self._open()
        except AudioError as error:
            if not self._missed:
                gone = f"the microphone {self._device!r} is gone" if self._device else str(error)
                log.warning("%s; waiting for it", gone)
            self._missed = True
            self._status.failed(str(error))

    def _open(self) -> None:
        def arguments(device: Device) -> dict[str, Any]:
            rate = int(device["default_samplerate"])
            return {
                "channels": min(2, device["max_input_channels"]),
                "samplerate": rate,
                "dtype": "float32",
                "blocksize": int(rate * BLOCK_S),
                "latency": "low",
                "callback": partial(self._heard, Resampler(rate)),
            }

        self._stream = self._sound.open(Direction.INPUT, self._name, arguments)
        self._opened_at = monotonic()
        device = str(self._stream.device["name"])
        self._status.opened(device)
        if self._missed or self._device not in ("", device):
            log.info("hearing the microphone %r", device)
        self._device, self._missed = device, False

    def _heard(
        self, resample: Resampler, block: NDArray[np.float32], _frames: int, _time: object, _status: object
    ) -> None:
        now = monotonic()
        samples = resample(to_mono(block))
        self._status.heard(now, float(np.abs(samples).max(initial=0.0)))
        if self._on_samples is not None and len(samples):
            self._on_samples(samples, now)

    def _is_mute(self, now: float) -> bool:
        """Whether nothing comes from it any more, or nothing has begun to come."""
        if self._status.heard_since(self._opened_at):
            self._patience_s = FIRST_BLOCK_S
            return self._status.stalled(now)
        if now < self._opened_at + self._patience_s:
            return False
        self._patience_s = min(2 * self._patience_s, LONGEST_S)
        return True


class ServedMicrophone(ServedSource):
    """A microphone of the sound server."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__("mic", find_microphone, name)


def find_microphone(name: str | None) -> Any:
    """The microphone of the sound server whose name or id contains `name`, or the default one.

    Raises:
        AudioError: there is none; the message lists those there are.
    """
    return find_served(
        name,
        lambda soundcard: list(soundcard.all_microphones()),
        lambda soundcard: soundcard.default_microphone(),
        NAMES[Direction.INPUT],
        WITHOUT[Direction.INPUT],
    )


def microphone_names() -> list[str]:
    """Those that `mic:NAME` takes.

    Raises:
        AudioError: they cannot be listed.
    """
    if served():
        with connected() as soundcard:
            return [str(one.name) for one in soundcard.all_microphones()]
    return [str(device["name"]) for device in SOUND.devices(Direction.INPUT)]


def open_microphone(name: str | None) -> AudioSource:
    """The microphone of that name, not yet started; see `create`."""
    if not served():
        return Microphone(name)
    return ServedMicrophone(None if name in ALSA_NAMES else name)


def create(spec: Spec, _: Settings) -> AudioSource:
    """`mic[:NAME]`."""
    return open_microphone(spec.argument)
