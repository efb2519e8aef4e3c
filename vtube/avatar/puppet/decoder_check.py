"""A known face: what OpenVINO makes of a small decoder, against NumPy."""

from __future__ import annotations

import numpy as np
import openvino as ov
from numpy.typing import NDArray

from vtube.avatar.engines.openvino_check import HINTS, Trial, convolved, rightly
from vtube.avatar.engines.openvino_core import new_core
from vtube.avatar.puppet.decoder import face_model
from vtube.avatar.puppet.layout import SLOPE, Shape

_SHAPE = Shape(inputs=8, outputs=3, rows=4, columns=4, widths=(16, 8), hidden=16)
_NEUTRAL = np.full((*_SHAPE.size, 4), 128, np.uint8)
_random = np.random.default_rng(5)
_WEIGHTS = {
    name: (_random.uniform(-1, 1, shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)
    for name, shape in _SHAPE.tensors().items()
}


def _drawn(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(rows, columns, 3) of the face in whole numbers from 0 to 255, as `decoder.face_model` describes it."""
    x = values
    for name in ("linear1", "linear2", "linear3"):
        x = _activated(_WEIGHTS[f"{name}.weight"] @ x + _WEIGHTS[f"{name}.bias"])
    x = x.reshape(_SHAPE.widths[0], _SHAPE.rows, _SHAPE.columns)
    before = _convolved(x, "levels.0.before").repeat(2, axis=1).repeat(2, axis=2)
    x = _activated(before + _WEIGHTS["levels.0.place"][0])
    x = x + _activated(_convolved(x, "levels.0.after"))
    x = _convolved(x, "head")
    rows, columns = x.shape[1:]
    image = x.reshape(3, 2, 2, rows, columns).transpose(3, 1, 4, 2, 0).reshape(2 * rows, 2 * columns, 3)
    shown: NDArray[np.float32] = np.round(np.clip(image * 255 + np.float32(128), 0, 255))
    return shown


def _convolved(x: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    biased: NDArray[np.float32] = convolved(x, _WEIGHTS[f"{name}.weight"]) + _WEIGHTS[f"{name}.bias"][:, None, None]
    return biased


def _activated(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(x < 0, np.float32(SLOPE) * x, x)


def _model() -> ov.Model:
    return face_model(_WEIGHTS, _SHAPE, _NEUTRAL)


_GIVEN = _random.uniform(-1, 1, _SHAPE.inputs).astype(np.float32)
DECODER = Trial("decoder 1", _model, _GIVEN, _drawn(_GIVEN), rounding=1 / 255)
"""Stands for a puppet's decoders."""


def trusted(wanted: str) -> str:
    """`wanted`, f32 or bf16, where a puppet can rely on it; auto: bf16 where the processor multiplies it, else f32.

    Raises:
        EngineError: OpenVINO calculates wrongly in it on this computer.
    """
    core = new_core()
    able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if wanted == "bf16" and not able:
        return wanted  # which the decoder refuses
    precisions = {"f32": ["float32"], "bf16": ["bfloat16"]}.get(wanted, [*(["bfloat16"] if able else []), "float32"])
    return HINTS[rightly(DECODER, core, "CPU", precisions)]
