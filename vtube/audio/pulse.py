"""Streams of a Linux sound server, PulseAudio's or PipeWire's, through libpulse-simple.

PortAudio, as distributions have it, loops for ever in its own thread when a device of ALSA goes
(https://github.com/PortAudio/portaudio/issues/1037), and knows devices by other names than the desktop's settings.
https://freedesktop.org/software/pulseaudio/doxygen/simple.html
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any

import numpy as np

from vtube.audio.base import Samples
from vtube.errors import AudioError

PROGRAM, STREAM = b"vtube", b"voice"
PLAYBACK, RECORD = 1, 2
FLOAT32LE = 5
SAMPLE_BYTES = 4
DEFAULT = 2**32 - 1
"""Of a buffer's attribute: what the server thinks best."""


class _SampleSpec(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _BufferAttr(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize"))


class PulseStream:
    """One mono stream of float32; for one thread, and `close` for whoever knows that it is not in use."""

    def __init__(self, device: str, direction: int, rate: int, seconds: float) -> None:
        """Open it.

        Args:
            device: the server's id of a source or sink.
            direction: PLAYBACK or RECORD.
            rate: samples a second; the server converts.
            seconds: how much sound is kept ahead, or comes at once.

        Raises:
            AudioError: there is no such device, or no server.
        """
        self.rate = rate
        size = round(seconds * rate) * SAMPLE_BYTES
        spec = _SampleSpec(FLOAT32LE, rate, 1)
        buffer = _BufferAttr(DEFAULT, size, DEFAULT, DEFAULT, size)
        self._library = _library()
        self._error = ctypes.c_int()
        self._stream: int | None = self._library.pa_simple_new(
            None,
            PROGRAM,
            direction,
            device.encode(),
            STREAM,
            ctypes.byref(spec),
            None,
            ctypes.byref(buffer),
            ctypes.byref(self._error),
        )
        if not self._stream:
            raise self._failure()

    def read(self, count: int) -> Samples:
        """The next samples; waits for them.

        Raises:
            AudioError: the device or the server is gone.
        """
        samples: Samples = np.empty(count, np.float32)
        self._do(self._library.pa_simple_read, samples)
        return samples

    def write(self, samples: Samples) -> None:
        """Play these next; waits until there is room for them.

        Raises:
            AudioError: the device or the server is gone.
        """
        self._do(self._library.pa_simple_write, np.ascontiguousarray(samples, np.float32))

    def delay_s(self) -> float:
        """Seconds until what is written now is heard.

        Raises:
            AudioError: the device or the server is gone.
        """
        self._error.value = 0
        microseconds = self._library.pa_simple_get_latency(self._stream, ctypes.byref(self._error))
        if self._error.value:
            raise self._failure()
        return float(microseconds) / 1e6

    def close(self) -> None:
        """Give the device back; harmless when called twice."""
        stream, self._stream = self._stream, None
        if stream:
            self._library.pa_simple_free(stream)

    def _do(self, transfer: Any, samples: Samples) -> None:
        if transfer(self._stream, samples.ctypes.data, samples.nbytes, ctypes.byref(self._error)) < 0:
            raise self._failure()

    def _failure(self) -> AudioError:
        reason = self._library.pa_strerror(self._error.value)
        return AudioError(f"the sound server says: {(reason or b'?').decode(errors='replace')}")


@functools.cache
def _library() -> Any:
    """The functions of libpulse-simple, with one of libpulse, on which it builds."""
    try:
        library: Any = ctypes.CDLL("libpulse-simple.so.0")
        library.pa_strerror = ctypes.CDLL("libpulse.so.0").pa_strerror
    except OSError as error:
        raise AudioError(f"the sound library PulseAudio is missing ({error})") from None
    pointer, number = ctypes.c_void_p, ctypes.c_int
    library.pa_simple_new.restype = pointer
    library.pa_simple_new.argtypes = [
        *(ctypes.c_char_p, ctypes.c_char_p, number, ctypes.c_char_p, ctypes.c_char_p),
        *(pointer, pointer, pointer, pointer),
    ]
    for transfer in (library.pa_simple_read, library.pa_simple_write):
        transfer.argtypes = [pointer, pointer, ctypes.c_size_t, pointer]
    library.pa_simple_get_latency.restype = ctypes.c_uint64
    library.pa_simple_get_latency.argtypes = [pointer, pointer]
    library.pa_simple_free.argtypes, library.pa_simple_free.restype = [pointer], None
    library.pa_strerror.argtypes, library.pa_strerror.restype = [number], ctypes.c_char_p
    return library
