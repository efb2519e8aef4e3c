"""Standard input that another program writes: read without waiting inside the system, and as text.

On Windows whatever asks about a pipe waits until a read of that pipe has ended, in whichever thread. Libraries ask
about standard input while they are loaded: OpenBLAS with its Fortran, and whatever brings a C runtime of its own.
Beside a thread that waits for input, an import would stand still until something is written (CPython's issue 78961,
numpy's 24290).
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

LOOK_S = 0.05


class PatientPipe(io.RawIOBase):
    """The bytes of a pipe, which is read only when there are some, or its end."""

    def __init__(self, raw: Any, is_empty: Callable[[], bool], sleep: Callable[[float], object] = time.sleep) -> None:
        """`raw` has `readinto`; `is_empty` says whether a read would wait."""
        super().__init__()
        self._raw, self._is_empty, self._sleep = raw, is_empty, sleep

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What is there, 0 bytes at the end."""
        while self._is_empty():
            self._sleep(LOOK_S)
        return cast("int | None", self._raw.readinto(buffer))


def patient(source: BinaryIO) -> BinaryIO:
    """The same input for a thread that waits for it while others work; nothing of it may have been read yet."""
    if not isinstance(source, io.BufferedReader):
        return source
    is_empty = _emptiness(source.fileno())
    return source if is_empty is None else io.BufferedReader(PatientPipe(source.raw, is_empty))


def lines() -> Iterator[str]:
    """The lines of standard input as they come, for a thread that waits for them while others work."""
    stream = sys.stdin
    if _is_foreign(stream):
        for line in patient(stream.buffer):
            yield decoded(line)
    elif stream is not None:
        yield from stream


def read_text(most: int = -1) -> str:
    """All of standard input, or its first `most` characters or bytes."""
    stream = sys.stdin
    if _is_foreign(stream):
        return decoded(stream.buffer.read(most)).replace("\r\n", "\n")
    return "" if stream is None else stream.read(most)


def decoded(data: bytes, otherwise: str = "oem") -> str:
    """UTF-8; what is none is in the code page of the consoles of Windows, as `echo` writes it there."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(otherwise, "replace")


def _is_foreign(stream: Any) -> bool:
    """Whether it is a pipe or a file of Windows, which says of no text in what encoding it is."""
    return sys.platform == "win32" and isinstance(stream, io.TextIOWrapper) and not stream.isatty()


_PIPE = 3
"""FILE_TYPE_PIPE."""


def _emptiness(fd: int) -> Callable[[], bool] | None:
    """What tells whether that pipe is empty and still open; None where it is no pipe, or this is not Windows."""
    if sys.platform != "win32":
        return None
    import ctypes
    import msvcrt
    from ctypes import wintypes

    kernel, pointer = ctypes.WinDLL("kernel32"), ctypes.c_void_p
    kernel.GetFileType.argtypes = [wintypes.HANDLE]
    kernel.PeekNamedPipe.argtypes = [wintypes.HANDLE, pointer, wintypes.DWORD, pointer, pointer, pointer]
    handle = msvcrt.get_osfhandle(fd)
    if kernel.GetFileType(handle) != _PIPE:
        return None

    def is_empty() -> bool:
        count = wintypes.DWORD()
        there = kernel.PeekNamedPipe(handle, None, 0, None, ctypes.byref(count), None)
        return bool(there) and not count.value

    return is_empty
