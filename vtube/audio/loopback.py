"""`loopback[:NAME]`: what the computer plays, through WASAPI (Windows), PulseAudio or PipeWire (Linux)."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from vtube.audio.base import BLOCK_S, RATE, OnSamples
from vtube.audio.convert import to_mono
from vtube.audio.portaudio import missing
from vtube.audio.source_status import SourceStatus
from vtube.clock import monotonic
from vtube.errors import AudioError
from vtube.settings import Settings
from vtube.signals import InputStatus
from vtube.spec import Spec
from vtube.threads import Worker

RETRY_S = 2.0
LOOK_S = 2.0
MOVES = sys.platform == "linux"
"""Whether the sound server, when a loudspeaker goes, quietly hands over another device, which may be a microphone; then
it is looked every LOOK_S whether the loudspeaker is still there."""

_log = logging.getLogger(__name__)


class Loopback:
    """The sound that goes to a loudspeaker; a virtual cable or a null sink will do."""

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._status = SourceStatus("loopback")
        self._listener: Worker | None = None
        self._lost = False

    def start(self, on_samples: OnSamples) -> None:
        """Check that the device is there, then listen in a thread."""
        find_loopback(self._name)
        self._listener = Worker("loopback", lambda stopping: self._listen(on_samples, stopping))
        self._listener.start()

    def status(self, now: float) -> InputStatus:
        """Where the loopback stands."""
        return self._status.status(now)

    def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.close(RETRY_S)

    def _listen(self, on_samples: OnSamples, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                self._hear(find_loopback(self._name), on_samples, stopping)
            except Exception as error:  # noqa: BLE001 - the sound server's own errors are of any type
                if not self._lost:
                    _log.warning("loopback: %s; waiting for it to come back", error)
                self._lost = True
                self._status.failed(str(error))
                stopping.wait(RETRY_S)

    def _hear(self, device: Any, on_samples: OnSamples, stopping: threading.Event) -> None:
        block = int(RATE * BLOCK_S)
        with device.recorder(samplerate=RATE, channels=1, blocksize=block) as recorder:
            self._status.opened(str(device.name))
            if self._lost:
                _log.info("loopback: %s is back", device.name)
            self._lost = False
            look = monotonic() + LOOK_S
            while not stopping.is_set():
                samples = to_mono(recorder.record(numframes=block))
                now = monotonic()
                if MOVES and now > look:
                    find_loopback(str(device.id))
                    look = now + LOOK_S
                self._status.heard(now, float(np.abs(samples).max(initial=0.0)))
                on_samples(samples, now)


def loopbacks() -> Iterator[str]:
    """The names of the loudspeakers that can be listened to.

    Raises:
        AudioError: this system has none or the package is missing; the message says what to do.
    """
    return (str(one.name) for one in _all(_soundcard()))


def find_loopback(name: str | None) -> Any:
    """The loopback of the loudspeaker whose name or id contains `name`, or of the default one.

    Raises:
        AudioError: this system has none or the package is missing; the message says what to do.
    """
    soundcard = _soundcard()
    try:
        there = _all(soundcard)
        wanted = name if name is not None else str(soundcard.default_speaker().id)
    except Exception as error:  # noqa: BLE001 - the sound server's own errors are of any type
        raise AudioError(f"the sound server does not answer: {error}") from None
    for one in there:
        if wanted.casefold() in f"{one.name} {one.id}".casefold():
            return one
    raise AudioError(
        f"there is no loudspeaker {wanted!r} to listen to; there are: "
        + ("; ".join(str(one.name) for one in there) or "none")
    )


def _all(soundcard: Any) -> list[Any]:
    return [one for one in soundcard.all_microphones(include_loopback=True) if one.isloopback]


def _soundcard() -> Any:
    if sys.platform == "darwin":
        raise AudioError("macOS cannot listen to its own sound; install BlackHole and use --audio mic:BlackHole")
    try:
        import soundcard
    except ImportError:
        raise missing("soundcard") from None
    except Exception as error:  # noqa: BLE001 - soundcard asserts and raises anything while it loads
        _end_connection(error)
        why = f" ({error})" if str(error) else ""
        raise AudioError(f"there is no sound server to listen to{why}; on Linux start PulseAudio or PipeWire") from None
    return soundcard


def _end_connection(error: BaseException) -> None:
    """End the thread of libpulse that soundcard starts while it is imported and leaves behind when nobody answers.

    The only way to it is the frame that failed. (The thread has three files; each listing would leave another.)
    """
    trace = error.__traceback__
    while trace is not None:
        frame, trace = trace.tb_frame, trace.tb_next
        library: Any = frame.f_globals.get("_pa")
        connection: Any = frame.f_locals.get("self")
        mainloop = getattr(connection, "mainloop", None)
        if library is not None and mainloop is not None:
            library.pa_threaded_mainloop_stop(mainloop)  # from here on the connection is ours alone
            if hasattr(connection, "context"):
                library.pa_context_disconnect(connection.context)
                library.pa_context_unref(connection.context)
            library.pa_threaded_mainloop_free(mainloop)
            return


def create(spec: Spec, _: Settings) -> Loopback:
    """`loopback[:NAME]`."""
    return Loopback(spec.argument)
