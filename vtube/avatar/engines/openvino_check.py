"""Whether OpenVINO calculates rightly on this computer: tried at the first start, remembered for the next ones.

Its Windows builds of 2025.4 and 2026.4 mixed up convolutions that differ only in their padding, and no error told. So
before an engine relies on it, a small net of the same operations draws a known picture, which NumPy draws, too.
"""

from __future__ import annotations

import json
import logging
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

from vtube.avatar.engines.openvino_layers import CPU_OPTIONS, activate, dense, depthwise, doubled, pointwise
from vtube.errors import DAMAGED, EngineError
from vtube.paths import user_folder, write_whole

Image = NDArray[np.float32]
"""(channels, rows, columns)."""

REMEMBERED = "openvino.json"
HINTS = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}
TOLERANCE = {"float32": 1e-3, "bfloat16": 5e-2, "float16": 1e-2}
"""Of the largest value: some ten times what rounding does. What is mixed up is off by half and more."""

log = logging.getLogger(__name__)
_answers: dict[str, bool] = {}


@dataclass(frozen=True)
class Trial:
    """A known picture."""

    name: str
    """Of what it stands for, with the number of its kind: another one is another trial."""
    model: Callable[[], ov.Model]
    given: Image
    expected: Image
    rounding: float = 0.0
    """The step between two values of what comes out, as a part of the largest one."""

    def tolerance(self, precision: str) -> float:
        """How far off the picture may be, as a part of its largest value."""
        return max(TOLERANCE[precision], 1.5 * self.rounding)


def rightly(trial: Trial, core: ov.Core, device: str, precisions: Sequence[str]) -> str:
    """The first of `precisions` in which OpenVINO draws the trial's picture rightly.

    Takes under 0.3 s at the first start with this version of OpenVINO, processor and system; then no time.

    Raises:
        EngineError: it does in none.
    """
    tried = dict.fromkeys(precisions)
    for precision in tried:
        if _trusted(trial, core, device, precision):
            return precision
    raise EngineError(
        f"OpenVINO {_version()} calculates wrongly in {' and '.join(tried)} on {device} here; another version of it "
        "may not, nor another engine"
    )


def _trusted(trial: Trial, core: ov.Core, device: str, precision: str) -> bool:
    processor = core.get_property(device, "FULL_DEVICE_NAME")
    key = f"{trial.name}, {precision}, {processor}, OpenVINO {_version()}, {platform.system()} {platform.machine()}"
    if key not in _answers:
        _answers.update(_read())
    if key not in _answers:
        wrong = error(trial, core, device, precision)
        _answers[key] = wrong <= trial.tolerance(precision)
        if not _answers[key]:
            log.warning(
                "OpenVINO %s calculates wrongly in %s on %s (a test picture is off by %.0f %%), so it is not used so",
                *(_version(), precision, processor, 100 * wrong),
            )
        _remember()
    return _answers[key]


def error(trial: Trial, core: ov.Core, device: str, precision: str) -> float:
    """The largest difference from the picture that is expected, as a part of its largest value.

    Raises:
        EngineError: OpenVINO cannot run the trial.
    """
    options = {"INFERENCE_PRECISION_HINT": HINTS[precision], **(CPU_OPTIONS if device == "CPU" else {})}
    try:
        request = core.compile_model(trial.model(), device, options).create_infer_request()
        request.infer([trial.given[None]])
    except RuntimeError as problem:
        raise EngineError(f"OpenVINO cannot run on {device}: {str(problem).strip().splitlines()[-1][:300]}") from None
    drawn = request.get_output_tensor(0).data.reshape(trial.expected.shape).astype(np.float32)
    difference = float(np.abs(drawn - trial.expected).max() / np.abs(trial.expected).max())
    return difference if np.isfinite(difference) else 1.0


def _version() -> str:
    return str(ov.get_version()).partition("-")[0]


def _read() -> dict[str, bool]:
    try:
        answers = json.loads((user_folder() / REMEMBERED).read_text(encoding="utf-8"))
        return {str(key): answer is True for key, answer in answers.items()}
    except DAMAGED:
        return {}


def _remember() -> None:
    text = json.dumps(_answers, indent=2) + "\n"
    try:
        write_whole(user_folder() / REMEMBERED, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as problem:
        log.debug("what OpenVINO can do here is tried again at the next start, as nothing can be written: %s", problem)


def forget() -> None:
    """Try again at the next start of an engine, as another process would."""
    _answers.clear()


_random = np.random.default_rng(3)
_LOOK, _SPREAD, _DOWN = (
    _random.uniform(-1, 1, shape).astype(np.float32) for shape in ((16, 4, 3, 3), (16, 1, 4, 4), (16, 1, 3, 3))
)
_MIX, _PAINT = (_random.uniform(-1, 1, shape).astype(np.float32) for shape in ((16, 16, 1, 1), (4, 16, 1, 1)))
_SLOPE = 0.1


def _net() -> ov.Model:
    """A convolution, to twice the size, and back to half of it: the operations that THA3 is made of."""
    picture = ops.parameter([1, 4, 16, 16], np.float32)
    large = doubled(activate(dense(picture, _LOOK), _SLOPE), _SPREAD, _MIX)
    return ov.Model([pointwise(depthwise(activate(large, _SLOPE), _DOWN, stride=2), _PAINT)], [picture], "known")


def _drawn(picture: Image) -> Image:
    """The same by NumPy."""
    large = _mixed(_doubled(_activated(convolved(picture, _LOOK))), _MIX)
    small = np.stack(
        [convolved(channel[None], _DOWN[index][None])[0] for index, channel in enumerate(_activated(large))]
    )
    return _mixed(small[:, ::2, ::2], _PAINT)


def convolved(image: Image, kernel: NDArray[np.float32]) -> Image:
    """An ordinary convolution with kernels (O, C, 3, 3), keeping the size."""
    rows, columns = image.shape[1:]
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    shifted = [padded[:, down : down + rows, right : right + columns] for down in range(3) for right in range(3)]
    summed: Image = np.einsum("oct,tchw->ohw", kernel.reshape(*kernel.shape[:2], 9), np.stack(shifted))
    return summed


def _doubled(image: Image) -> Image:
    """Each pixel spread over 4 x 4, two apart."""
    channels, rows, columns = image.shape
    large = np.zeros((channels, 2 * rows + 2, 2 * columns + 2), np.float32)
    for down in range(4):
        for right in range(4):
            taps = _SPREAD[:, :, down, right, None]
            large[:, down : down + 2 * rows : 2, right : right + 2 * columns : 2] += image * taps
    return large[:, 1:-1, 1:-1]


def _mixed(image: Image, kernel: NDArray[np.float32]) -> Image:
    mixed: Image = np.einsum("oc,chw->ohw", kernel[:, :, 0, 0], image)
    return mixed


def _activated(image: Image) -> Image:
    return np.where(image < 0, np.float32(_SLOPE) * image, image)


_GIVEN = _random.uniform(-1, 1, (4, 16, 16)).astype(np.float32)
NETWORKS = Trial("networks 1", _net, _GIVEN, _drawn(_GIVEN))
"""Stands for THA3's networks."""
