"""`ndi[:NAME]`: a source in the local network for OBS, vMix and others, with transparency.

Through the optional package cyndilib, which brings NDI's own library; NDI is a trademark of Vizrt NDI AB. NDI
carries straight alpha (NDI SDK documentation, FourCC RGBA), as our frames have it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from vtube.errors import OutputError
from vtube.frame import Frame
from vtube.outputs.base import Output, OutputContext
from vtube.registry import optional
from vtube.spec import Spec

DEFAULT_NAME = "vtube"


class NdiOutput(Output):
    """Announces a source and sends every frame to whoever watches it."""

    name = "ndi"
    real_time = True
    announces_rate = True

    def __init__(self, spec: Spec, context: OutputContext) -> None:
        self._source = spec.argument or DEFAULT_NAME
        self._context = context
        self._sender: Any = None
        self.detail = f"NDI source {self._source!r}, {context.size}, transparent; visible in the local network"

    def open(self) -> None:
        """Announce the source.

        Raises:
            PackageMissingError: cyndilib is not installed or does not run on this computer.
            OutputError: NDI refuses the source.
        """
        self.close()
        optional("cyndilib", "ndi", "NDI")
        parts = ("cyndilib.sender", "cyndilib.video_frame", "cyndilib.wrapper.ndi_structs")
        senders, frames, structs = (optional(part, "ndi", "NDI") for part in parts)
        video = frames.VideoSendFrame()
        video.set_resolution(self._context.width, self._context.height)
        video.set_frame_rate(Fraction(self._context.fps).limit_denominator(1001))
        video.set_fourcc(structs.FourCC.RGBA)
        sender = senders.Sender(self._source, clock_video=False)
        sender.set_video_frame(video)
        try:
            sender.open()
        except Exception as error:  # noqa: BLE001 - whatever the binding raises
            raise OutputError(f"NDI cannot announce {self._source!r}: {error}") from None
        self._sender = sender

    def send(self, frame: Frame, _now: float) -> None:
        """Send the frame.

        Raises:
            OutputError: NDI refuses it.
        """
        if self._sender is None or not self._sender.write_video(frame.reshape(-1)):
            raise OutputError("NDI does not take frames any more")

    def close(self) -> None:
        """Withdraw the source."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()
