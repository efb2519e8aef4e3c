"""THA3 on OpenVINO: the fastest way on a CPU, and without torch."""

from __future__ import annotations

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from safetensors.numpy import load_file

from vtube import pose as parameters
from vtube.avatar import colour
from vtube.avatar.engines.openvino_check import HINTS, NETWORKS, rightly
from vtube.avatar.engines.openvino_core import new_core
from vtube.avatar.engines.openvino_graph import build
from vtube.avatar.engines.openvino_layers import CPU_OPTIONS
from vtube.avatar.engines.request import Request
from vtube.avatar.engines.stepped import SteppedRenderer
from vtube.avatar.weights.files import network_files
from vtube.errors import EngineError
from vtube.frame import Frame
from vtube.pose import Pose

CAPABILITIES = {"float32": "FP32", "bfloat16": "BF16", "float16": "FP16"}


class OpenVinoRenderer(SteppedRenderer):
    """One character on the CPU (or another OpenVINO device, when asked for by name)."""

    name = "openvino"

    def __init__(self, request: Request, *, keep_linear: bool = False) -> None:
        """Build and compile the steps and do the picture's own; under a second.

        `keep_linear`: let `linear` and `shift` see what is behind the frame.

        Raises:
            EngineError: the device or the precision is not to be had here, or OpenVINO calculates wrongly in it.
            ModelError: the weights are missing or damaged and cannot be fetched.
        """
        super().__init__()
        core = new_core()
        device = choose_device(request.device, core.available_devices)
        capabilities = core.get_property(device, "OPTIMIZATION_CAPABILITIES")
        best = choose_precision(request.precision, capabilities)
        precision = rightly(NETWORKS, core, device, [best, *(["float32"] if request.precision == "auto" else [])])
        self.detail = f"{precision} on {device}"
        files = network_files(request.weights, request.models)
        models = build(
            {name: load_file(path) for name, path in files.items()},
            request.separable,
            half_precision=precision != "float32",
        )
        if not keep_linear:
            body = models["body"]
            models["body"] = ov.Model([body.output(0)], body.get_parameters(), "body")
        options = _options(device, precision, request.threads)
        try:
            self._steps = {
                name: core.compile_model(model, device, options).create_infer_request()
                for name, model in models.items()
            }
        except RuntimeError as error:
            raise EngineError(f"OpenVINO cannot run THA3 on {device}: {_last_line(error)}") from None
        self._connect(request.character.frame)

    def linear(self) -> colour.Linear:
        """The image behind the last frame, before its conversion for display (for parity checks)."""
        image: colour.Linear = self._steps["body"].get_output_tensor(1).data.copy()
        return image

    def shift(self) -> NDArray[np.float32]:
        """(2, 512, 512): from where, in half pictures to the right and down, the last frame's pixels came."""
        shift: NDArray[np.float32] = self._steps["body"].get_output_tensor(2).data[0].copy()
        return shift

    def face(self, pose: Pose) -> Frame:
        """The 192 x 192 face (rows from 32, columns from 160) of `pose`, with head and body as drawn."""
        self._last = None
        self._take(pose)
        self._eyebrows()
        self._face()
        return colour.to_frame(self._steps["face"].get_output_tensor(0).data[:, :, 32:224, 160:352])

    def _connect(self, picture: Frame) -> None:
        """Let each step read the tensors that the one before writes, and all the same pose."""
        image = ov.Tensor(colour.to_linear(picture))
        self._values = np.zeros((1, parameters.COUNT), np.float32)
        poses = [
            ov.Tensor(self._values[:, part], shared_memory=True)
            for part in (parameters.EYEBROWS, parameters.FACE, parameters.BODY)
        ]
        first, eyebrows, face, body = (self._steps[name] for name in ("picture", "eyebrows", "face", "body"))
        _feed(first, [image])
        _feed(eyebrows, [image, *_results(first, 3), poses[0]])
        _feed(face, [image, *_results(eyebrows, 2), poses[1]])
        _feed(body, [*_results(face, 2), poses[2]])
        first.infer()

    def _take(self, pose: Pose) -> None:
        self._values[0] = pose

    def _eyebrows(self) -> None:
        self._steps["eyebrows"].infer()

    def _face(self) -> None:
        self._steps["face"].infer()

    def _body(self) -> Frame:
        body = self._steps["body"]
        body.infer()
        frame: Frame = body.get_output_tensor(0).data.copy()
        return frame

    def _release(self) -> None:
        self._steps.clear()


def choose_device(wanted: str, available: list[str]) -> str:
    """The OpenVINO device for the setting `device`; the CPU unless another is asked for.

    Raises:
        EngineError: it is not on this computer.
    """
    device = "CPU" if wanted == "auto" else wanted.upper()
    if device not in available:
        raise EngineError(f"OpenVINO finds no device {wanted!r} here; there is {', '.join(available)}")
    return device


def choose_precision(wanted: str, capabilities: list[str]) -> str:
    """The precision for the setting `precision`: bfloat16 where the processor multiplies it, else float32.

    AMX does, and AVX-512 BF16: either halves the time of a frame, at 50 dB.

    Raises:
        EngineError: the device has no such arithmetic.
    """
    if wanted == "auto":
        return "bfloat16" if "BF16" in capabilities else "float32"
    if CAPABILITIES.get(wanted) not in capabilities:
        able = ", ".join(name for name, capability in CAPABILITIES.items() if capability in capabilities)
        raise EngineError(f"OpenVINO calculates in {able} on this device, not in {wanted}")
    return wanted


def _options(device: str, precision: str, threads: int) -> dict[str, object]:
    options: dict[str, object] = {"INFERENCE_PRECISION_HINT": HINTS[precision], "PERFORMANCE_HINT": "LATENCY"}
    if device == "CPU":
        options |= CPU_OPTIONS
        if threads:
            options["INFERENCE_NUM_THREADS"] = threads
    return options


def _feed(request: ov.InferRequest, tensors: list[ov.Tensor]) -> None:
    for index, tensor in enumerate(tensors):
        request.set_input_tensor(index, tensor)


def _results(request: ov.InferRequest, count: int) -> list[ov.Tensor]:
    return [request.get_output_tensor(index) for index in range(count)]


def _last_line(error: RuntimeError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__
