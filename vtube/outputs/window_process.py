"""The program behind `window`: shows the RGB pictures it reads from standard input.

Run as `python window_process.py WIDTH HEIGHT`; imports nothing of the package. It says `ready`, or one line
with the reason why it cannot show a window, and ends with its input or when somebody closes the window.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, BinaryIO

TITLE = "vtube preview"

POLL_MS = 4
"""Milliseconds between two looks for a new picture."""


class Newest:
    """Reads pictures in a thread of its own and keeps the newest.

    On Windows no library can be loaded while a thread waits for input: first everything else, then `start`.
    """

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source = source
        self._size = size
        self.picture: bytes | None = None
        self.over = False

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while len(picture := self._source.read(self._size)) == self._size:
            self.picture = picture
        self.over = True


class Preview:
    """The window."""

    def __init__(self, tkinter: Any, width: int, height: int, newest: Newest) -> None:
        self._header = b"P6 %d %d 255\n" % (width, height)
        self._newest = newest
        self._root = tkinter.Tk()
        self._root.title(TITLE)
        self._root.resizable(False, False)
        self._image = tkinter.PhotoImage(width=width, height=height)
        tkinter.Label(self._root, image=self._image, borderwidth=0).pack()
        self._root.update()

    def run(self) -> None:
        """Show pictures until the input or the window ends."""
        self._newest.start()
        self._root.after(POLL_MS, self._poll)
        self._root.mainloop()

    def _poll(self) -> None:
        picture, self._newest.picture = self._newest.picture, None
        if picture is not None:
            self._image.configure(data=self._header + picture, format="ppm")
        if self._newest.over:
            self._root.destroy()
        else:
            self._root.after(POLL_MS, self._poll)


def main(width: int, height: int) -> int:
    """The whole program; returns its exit code."""
    try:
        import tkinter  # not part of every Python
    except ImportError:
        return _answer("this Python has no tkinter; on Debian and Ubuntu: sudo apt install python3-tk", 1)
    try:
        preview = Preview(tkinter, width, height, Newest(sys.stdin.buffer, width * height * 3))
    except tkinter.TclError as error:
        return _answer(str(error), 1)
    _answer("ready", 0)
    preview.run()
    return 0


def _answer(line: str, code: int) -> int:
    sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()
    return code


def start() -> None:
    """Run, and end at once: Python breaks off with an error where a thread still waits for input."""
    code = main(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    start()
