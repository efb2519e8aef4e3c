"""The yardstick: THA3 on torch the way its demo runs it, float32 on two CPU threads, nothing remembered.

As there, only the decomposer's result is kept while the picture stays, every frame does all other steps, and NumPy
converts for display. Not an engine for users: `vtube bench` measures the others against it.
"""

from __future__ import annotations

from dataclasses import replace

from vtube import pose as parameters
from vtube.avatar import colour
from vtube.avatar.engines.request import Request
from vtube.avatar.engines.torch_engine import TorchRenderer
from vtube.frame import Frame
from vtube.pose import Pose

THREADS = 2


class PlainTorchRenderer(TorchRenderer):
    """One character, drawn from scratch for every pose."""

    name = "torch-plain"

    def __init__(self, request: Request) -> None:
        super().__init__(replace(request, precision="float32", device="cpu", threads=THREADS))

    def render(self, pose: Pose) -> Frame:
        """Draw `pose`, all steps."""
        self._last = None
        return super().render(pose)

    def _compute_eyebrows(self) -> None:
        background, eyebrows, _ = self._parts
        features = self._eyebrow_step.combiner.encode(background, eyebrows)
        values = self._values[:, parameters.EYEBROWS]
        self._brow_face = self._eyebrow_step(self._picture, background, eyebrows, features, values)

    def _body(self) -> Frame:
        self._final, _ = self._body_step(*self._images, self._values[:, parameters.BODY])
        return colour.to_frame(self.linear())
