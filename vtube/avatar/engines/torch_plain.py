"""The yardstick: THA3 on torch the way its demo runs it, float32 on two CPU threads, nothing remembered.

As there, only the decomposer's result is kept while the picture stays, every frame does all other steps, and NumPy
converts for display. Not an engine for users: `vtube bench` measures the others against it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from vtube import pose as parameters
from vtube.avatar import colour
from vtube.avatar.engines.request import Request
from vtube.avatar.tha3.poser import Body, Eyebrows, Face
from vtube.avatar.tha3.weights import load_poser
from vtube.clock import monotonic
from vtube.errors import EngineError
from vtube.frame import Frame
from vtube.pose import Pose

THREADS = 2


class PlainTorchRenderer:
    """One character, drawn from scratch for every pose."""

    name = "torch-plain"
    detail = "float32 on CPU"

    @torch.inference_mode()
    def __init__(self, request: Request) -> None:
        """Load the networks and take the eyebrows off the picture.

        Raises:
            ModelError: the weights are missing or damaged and cannot be fetched.
        """
        torch.set_num_threads(THREADS)
        first, eyebrows, face, body = load_poser(request.weights, request.models).steps()
        self._steps: tuple[Eyebrows, Face, Body] | None = (eyebrows, face, body)
        self._picture = torch.from_numpy(colour.to_linear(request.character.frame))
        self._background, self._eyebrows, _ = first(self._picture)
        self.observe: Callable[[str, float], None] = lambda stage, ms: None
        """Called with each step's name and milliseconds."""

    @torch.inference_mode()
    def render(self, pose: Pose) -> Frame:
        """Draw `pose`, all steps.

        Raises:
            EngineError: the renderer is closed.
        """
        if self._steps is None:
            raise EngineError(f"the {self.name} renderer is closed")
        (eyebrows, face, body), values = self._steps, torch.from_numpy(pose)[None]
        parts = self._background, self._eyebrows
        moments = [monotonic()]
        features = eyebrows.combiner.encode(*parts)
        brow_face = eyebrows(self._picture, *parts, features, values[:, parameters.EYEBROWS])
        moments.append(monotonic())
        images = face(self._picture, *brow_face, values[:, parameters.FACE])
        moments.append(monotonic())
        final, _ = body(*images, values[:, parameters.BODY])
        frame = colour.to_frame(final.numpy())
        moments.append(monotonic())
        for number, stage in enumerate(("eyebrows", "face", "body")):
            self.observe(stage, (moments[number + 1] - moments[number]) * 1000)
        return frame

    def close(self) -> None:
        """Give memory back; harmless when called twice."""
        self._steps = None
