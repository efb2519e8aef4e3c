"""The package soundcard: the devices of the computer as they are at this moment, and what loudspeakers play.

On Linux it has one connection to the sound server, made while it is imported, and ends the whole process when that is
used after the server has gone (libpulse asserts). So everything asks here, where a lost connection is made anew.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vtube.audio.base import Samples
from vtube.audio.pulse import RECORD, PulseStream
from vtube.clock import monotonic
from vtube.errors import AudioError
from vtube.threads import within

CARDS = Path("/proc/asound/cards")
"""Linux: the sound cards, whoever serves them."""
ANSWER_S = 4.0
AGAIN_S = 5.0
"""A sound server that did not answer is not asked before, where only names are wanted."""

log = logging.getLogger(__name__)
_lock = threading.RLock()
_ask_after = float("-inf")


def missing(package: str) -> AudioError:
    """The error for a package that comes with the program and is gone."""
    return AudioError(f"the package {package} is missing; to install it: {sys.executable} -m pip install {package}")


@contextlib.contextmanager
def connected() -> Iterator[Any]:
    """The package, with a sound server that answers; one thread at a time, so briefly.

    Raises:
        AudioError: there is no server, or the package is missing; the message says what to do.
    """
    with _lock:
        yield _connected()


@contextlib.contextmanager
def recording(device: Any, *, samplerate: int, blocksize: int) -> Iterator[Any]:
    """A recorder of a device of `connected`, with soundcard's `record(numframes)`: mono or with channels, float32.

    Raises:
        AudioError: as `connected`. What the package raises comes through.
    """
    if sys.platform == "linux":
        stream = PulseStream(str(device.id), RECORD, samplerate, blocksize / samplerate)
        with contextlib.closing(stream):
            yield _Recorder(stream)
    else:
        with device.recorder(samplerate=samplerate, channels=1, blocksize=blocksize) as recorder:
            yield recorder


class _Recorder:
    def __init__(self, stream: PulseStream) -> None:
        self._stream = stream

    def record(self, numframes: int) -> Samples:
        return self._stream.read(numframes)


def served(seconds: float = ANSWER_S) -> bool:
    """Whether there is a sound server of Linux, which then is asked for all that is heard and played.

    One that does not answer within `seconds` is there: whoever needs it waits for it, and not the whole program.
    """
    if sys.platform != "linux":
        return False
    try:
        return within(seconds, _is_served, "sound server")
    except TimeoutError:
        return True


def _is_served() -> bool:
    try:
        with connected():
            return True
    except AudioError as error:
        log.debug("%s", error)
        return False


def plugged() -> frozenset[str] | None:
    """Whatever is there now, and what the defaults are, by names that only mean something compared; None: not known."""
    names: set[str] = set()
    known = sys.platform == "linux"
    if known:
        with contextlib.suppress(OSError):
            names.update(CARDS.read_text(encoding="utf-8", errors="replace").splitlines())
    if (found := _named()) is not None:
        names |= found
        known = True
    return frozenset(names) if known else None


def default_id(heard: bool) -> str | None:
    """The id of the microphone (`heard`) or loudspeaker that is the default now; None: not known."""
    try:
        with connected() as soundcard:
            device = soundcard.default_microphone() if heard else soundcard.default_speaker()
            return str(device.id)
    except Exception as error:  # noqa: BLE001 - the sound server's own errors are of any type
        log.debug("the default sound device: %s", error)
        return None


def _named() -> set[str] | None:
    global _ask_after  # noqa: PLW0603 - see AGAIN_S
    if monotonic() < _ask_after:
        return None
    try:
        with connected() as soundcard:
            heard, played = soundcard.all_microphones(), soundcard.all_speakers()
    except Exception as error:  # noqa: BLE001 - the sound server's own errors are of any type
        log.debug("while looking for sound devices: %s", error)
        _ask_after = monotonic() + AGAIN_S
        return None
    names = {f"in {one.id}" for one in heard} | {f"out {one.id}" for one in played}
    return names | {f"default in {default_id(True)}", f"default out {default_id(False)}"}


def _connected() -> Any:
    try:
        import soundcard

        _connect_anew()
    except AudioError:
        raise
    except ImportError:
        raise missing("soundcard") from None
    except Exception as error:  # noqa: BLE001 - soundcard asserts and raises anything while it loads
        _end_failed(error)
        why = f" ({error})" if str(error) else ""
        raise AudioError(
            f"there is no sound server to listen to{why}; on Linux start PulseAudio or PipeWire", "sound.server"
        ) from None
    return soundcard


def _connect_anew() -> None:
    """Where the server of the package's connection is gone, give it another one; only libpulse has one."""
    module = sys.modules.get("soundcard.pulseaudio")
    if module is None:
        return
    names = vars(module)
    library, old = names["_pa"], names["_pulse"]
    if _method(old, "_pa_context_get_state")(old.context) == library.PA_CONTEXT_READY:
        return
    new = names["_PulseAudio"]()
    atexit.unregister(_method(old, "_shutdown"))
    atexit.register(_method(new, "_shutdown"))
    names["_pulse"] = new
    _end(library, old)


def _end_failed(error: BaseException) -> None:
    """End the connection that soundcard begins, and leaves behind when nobody answers: a thread with three files.

    The only way to it is the frame that failed.
    """
    trace = error.__traceback__
    while trace is not None:
        frame, trace = trace.tb_frame, trace.tb_next
        library, connection = frame.f_globals.get("_pa"), frame.f_locals.get("self")
        if library is not None and hasattr(connection, "mainloop"):
            _end(library, connection)
            return


def _method(connection: Any, name: str) -> Any:
    return getattr(connection, name)


def _end(library: Any, connection: Any) -> None:
    library.pa_threaded_mainloop_stop(connection.mainloop)  # from here on the connection is ours alone
    if hasattr(connection, "context"):
        library.pa_context_disconnect(connection.context)
        library.pa_context_unref(connection.context)
    library.pa_threaded_mainloop_free(connection.mainloop)
