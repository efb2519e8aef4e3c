"""`window`: a preview on the desktop.

Tk lives in a process of its own: it wants a main thread (macOS insists), and whatever the display does to it
cannot hurt the camera. Frames go there through a pipe.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from vtube.frame import Frame
from vtube.outputs.base import Output, OutputContext, OutputEndedError
from vtube.spec import Spec

PROGRAM = Path(__file__).with_name("window_process.py")

READY = b"ready\n"

CLOSE_S = 0.4
"""Seconds the window has to close by itself."""


class WindowOutput(Output):
    """Shows frames over the background, or over a checkerboard where there is none."""

    name = "window"

    def __init__(self, _spec: Spec, context: OutputContext) -> None:
        self._context = context
        self._process: subprocess.Popen[bytes] | None = None
        self.detail = f"preview, {context.size}"

    @property
    def pid(self) -> int | None:
        """The window's process; None when there is none."""
        return None if self._process is None else self._process.pid

    def open(self) -> None:
        """Show the window.

        Raises:
            OutputEndedError: there is no display, or this Python lacks tkinter.
        """
        self.close()
        arguments = [str(self._context.width), str(self._context.height)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(PROGRAM), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if answer != READY:
            self.close()
            reason = answer.decode("utf-8", "replace").strip() or "it ended at once"
            raise OutputEndedError(
                f"no window can be shown here ({reason}); use the browser page instead", "window.none"
            )

    def send(self, frame: Frame, _now: float) -> None:
        """Show the frame.

        Raises:
            OutputEndedError: somebody closed the window.
        """
        if self._process is None or self._process.stdin is None:
            raise OutputEndedError("the window is not open")
        try:
            self._process.stdin.write(self._context.backdrop.preview(frame).data)
            self._process.stdin.flush()
        except OSError:
            raise OutputEndedError("the window was closed") from None

    def close(self) -> None:
        """Close the window."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                continue
        try:
            process.wait(CLOSE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
