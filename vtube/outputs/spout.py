"""`spout[:NAME]`: frames with transparency for other programs on the same Windows computer, through the GPU.

Through the optional package SpoutGL. Everything happens in the thread that opens: its OpenGL context lives there.
"""

from __future__ import annotations

from typing import Any

from vtube.errors import OutputError
from vtube.frame import Frame
from vtube.outputs.base import Output, OutputContext
from vtube.registry import optional
from vtube.spec import Spec

DEFAULT_NAME = "vtube"

GL_RGBA = 0x1908


class SpoutOutput(Output):
    """Shares every frame under a name that receivers choose from a list."""

    name = "spout"
    real_time = True

    def __init__(self, spec: Spec, context: OutputContext) -> None:
        self._sender_name = spec.argument or DEFAULT_NAME
        self._context = context
        self._sender: Any = None
        self.detail = f"Spout sender {self._sender_name!r}, {context.size}, transparent"

    def open(self) -> None:
        """Create the sender.

        Raises:
            PackageMissingError: SpoutGL is not installed.
            OutputError: the graphics driver gives no OpenGL context.
        """
        self.close()
        sender = optional("SpoutGL", "spout", "Spout, which is for Windows,").SpoutSender()
        if not sender.createOpenGL():
            raise OutputError("Spout gets no OpenGL context; update the graphics driver")
        sender.setSenderName(self._sender_name)
        self._sender = sender

    def send(self, frame: Frame, _now: float) -> None:
        """Share the frame.

        Raises:
            OutputError: the graphics driver refuses it.
        """
        height, width = frame.shape[:2]
        if self._sender is None or not self._sender.sendImage(frame, width, height, GL_RGBA, False, 0):
            raise OutputError("Spout does not take frames any more")

    def close(self) -> None:
        """Withdraw the sender."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.releaseSender()
            sender.closeOpenGL()
