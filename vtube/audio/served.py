"""A sound input that a sound server has: a loudspeaker's sound, on Linux also a microphone."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vtube.audio.base import BLOCK_S, RATE, OnSamples
from vtube.audio.convert import to_mono
from vtube.audio.soundcards import connected, recording
from vtube.audio.source_status import SourceStatus
from vtube.clock import monotonic
from vtube.errors import AudioError
from vtube.signals import InputStatus
from vtube.threads import Worker

RETRY_S = 2.0
LOOK_S = 2.0
MOVES = sys.platform == "linux"
"""Whether the sound server, when a device goes, quietly hands over another one, which may hear something else; then it
is looked every LOOK_S whether the device is still there."""

Find = Callable[[str | None], Any]
"""The device (of `soundcards.connected`) of that name, or the default one; raises AudioError when there is none."""

log = logging.getLogger(__name__)


class ServedSource:
    """One device, by name or the default one; where it is not there, or goes, it is waited for."""

    def __init__(self, kind: str, find: Find, name: str | None = None) -> None:
        self._kind, self._find, self._name = kind, find, name
        self._status = SourceStatus(kind)
        self._listener: Worker | None = None
        self._device = ""
        self._missed = False

    def start(self, on_samples: OnSamples) -> None:
        """Listen in a thread."""
        self._listener = Worker(self._kind, lambda stopping: self._listen(on_samples, stopping))
        self._listener.start()

    def status(self, now: float) -> InputStatus:
        """Where the input stands."""
        return self._status.status(now)

    def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.close(RETRY_S)

    def _listen(self, on_samples: OnSamples, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                self._hear(self._find(self._name), on_samples, stopping)
            except Exception as error:  # noqa: BLE001 - the sound server's own errors are of any type
                self._miss(error)
                stopping.wait(RETRY_S)

    def _miss(self, error: Exception) -> None:
        """Say, once, what hinders."""
        gone = f"{self._device} is gone" if self._device else ""
        reason = str(error) if isinstance(error, AudioError) else gone or f"it cannot be opened ({error!r})"
        if not self._missed:
            log.warning("%s: %s; waiting for it", self._kind, gone or reason)
        self._missed = True
        self._status.failed(reason)

    def _hear(self, device: Any, on_samples: OnSamples, stopping: threading.Event) -> None:
        block = int(RATE * BLOCK_S)
        with recording(device, samplerate=RATE, blocksize=block) as recorder:
            self._open(str(device.name))
            look = monotonic() + LOOK_S
            while not stopping.is_set():
                samples = to_mono(recorder.record(numframes=block))
                now = monotonic()
                if MOVES and now > look:
                    if self._find(self._name).id != device.id:
                        return
                    look = now + LOOK_S
                self._status.heard(now, float(np.abs(samples).max(initial=0.0)))
                on_samples(samples, now)

    def _open(self, device: str) -> None:
        self._status.opened(device)
        if self._missed or self._device not in ("", device):
            log.info("%s: hearing %s", self._kind, device)
        self._device, self._missed = device, False


def find_served(
    name: str | None, there: Callable[[Any], Sequence[Any]], default: Callable[[Any], Any], what: str, without: str
) -> Any:
    """The device whose name or id contains `name`, in any case; the default one without a name.

    Args:
        name: as above.
        there: gives the devices of the package soundcard.
        default: gives what the server takes for the default one; where it is not among them, the first one is.
        what: for the message: `microphone`.
        without: the message where there is none at all.

    Raises:
        AudioError: there is none; the message lists those there are.
    """
    with connected() as soundcard:
        try:
            devices = [(one, f"{one.name} {one.id}".casefold()) for one in there(soundcard)]
            wanted = name if name is not None else str(default(soundcard).id)
        except Exception as error:  # noqa: BLE001 - the sound server's own errors are of any type
            raise AudioError(f"the sound server does not answer: {error}", "sound.silent") from None
        if not devices:
            raise AudioError(without)
        for one, words in devices:
            if wanted.casefold() in words:
                return one
        if name is None:
            return devices[0][0]
        listed = "; ".join(str(one.name) for one, _ in devices)
        raise AudioError(f"there is no {what} {name!r}; there are: {listed}", "sound.named", name=name, there=listed)
