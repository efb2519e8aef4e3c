"""The face morpher alone, on squares of any size: what would a face there do?

It is convolutions throughout, so it moves faces wherever they lie in its square, and in squares larger than the
192 pixels it was trained with.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino as ov
from safetensors.numpy import load_file

from vtube import pose as parameters
from vtube.avatar import colour
from vtube.avatar.engines.openvino_core import new_core
from vtube.avatar.engines.openvino_graph import build_face
from vtube.avatar.engines.openvino_layers import CPU_OPTIONS
from vtube.errors import EngineError
from vtube.frame import Frame
from vtube.pose import Pose


class FaceMorpher:
    """Compiles for each size of square when it is first asked for, in a fraction of a second."""

    def __init__(self, weights: Path, separable: bool = True) -> None:
        """`weights`: the file of the network `face_morpher`."""
        self._weights = load_file(weights)
        self._separable = separable
        self._core = new_core()
        able = self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self._half = "BF16" in able
        self._steps: dict[int, tuple[ov.InferRequest, ov.InferRequest]] = {}

    def morph(self, square: Frame, poses: list[Pose]) -> list[Frame]:
        """The square in each pose (45 values, of which lids, irises and mouth count); its side is a multiple of 8.

        Raises:
            EngineError: OpenVINO cannot run the network here.
        """
        encode, decode = self._compiled(square.shape[0])
        image = colour.to_linear(square)
        features = encode.infer([image])[0]
        frames = []
        for pose in poses:
            values = np.asarray(pose[parameters.FACE], np.float32)[None]
            frames.append(colour.to_frame(decode.infer([image, features, values])[0]))
        return frames

    def _compiled(self, size: int) -> tuple[ov.InferRequest, ov.InferRequest]:
        if size not in self._steps:
            options = {"INFERENCE_PRECISION_HINT": "bf16" if self._half else "f32", **CPU_OPTIONS}
            models = build_face(self._weights, self._separable, self._half, size)
            try:
                encode, decode = (
                    self._core.compile_model(models[name], "CPU", options).create_infer_request()
                    for name in ("encode", "decode")
                )
            except RuntimeError as error:
                raise EngineError(f"OpenVINO cannot run the face's network: {str(error).splitlines()[-1]}") from None
            self._steps[size] = encode, decode
        return self._steps[size]
