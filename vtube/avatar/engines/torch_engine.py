"""THA3 on PyTorch: NVIDIA GPUs (half precision, CUDA graphs), Apple GPUs, and any CPU."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtube import pose as parameters
from vtube.avatar import colour
from vtube.avatar.engines.cuda_graph import captured
from vtube.avatar.engines.request import Request
from vtube.avatar.engines.stepped import SteppedRenderer
from vtube.avatar.tha3.poser import FACE_BOX, Poser
from vtube.avatar.tha3.weights import load_poser
from vtube.errors import EngineError
from vtube.frame import Frame
from vtube.pose import Pose

RESOURCES = (
    "_run_eyebrows",
    "_run_face",
    "_run_body",
    "_eyebrow_step",
    "_face_step",
    "_body_step",
    "_picture",
    "_parts",
    "_brow_face",
    "_images",
    "_final",
    "_shift",
    "_shown",
)
"""What a closed renderer lets go of."""

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class TorchRenderer(SteppedRenderer):
    """One character on one torch device."""

    name = "torch"

    def __init__(self, request: Request) -> None:
        """Load the networks and do the picture's own step.

        Raises:
            EngineError: the device does not exist here, or the precision is unknown.
            ModelError: the weights are missing or damaged and cannot be fetched.
        """
        super().__init__()
        self._device = choose_device(request.device)
        precision = choose_precision(request.precision, self._device)
        if request.threads:
            torch.set_num_threads(request.threads)
        poser = load_poser(request.weights, request.models)
        self.detail = f"{precision} on {_called(self._device)}"
        self._start(poser.to(self._device, DTYPES[precision]), request.character.frame)

    @torch.inference_mode()
    def _start(self, poser: Poser, picture: Frame) -> None:
        cuda = self._device.type == "cuda"
        if cuda:
            poser = poser.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        first, self._eyebrow_step, self._face_step, self._body_step = poser.steps()
        self._values = torch.zeros(1, parameters.COUNT, device=self._device)
        self._staging = torch.zeros(1, parameters.COUNT, pin_memory=cuda)
        self._picture = torch.from_numpy(colour.to_linear(picture)).to(self._device)
        self._parts: tuple[Tensor, ...] = first(self._picture)
        self._brow_face: tuple[Tensor, ...] = ()
        self._images: tuple[Tensor, ...] = ()
        self._final = self._shift = self._shown = torch.empty(0)
        self._run_eyebrows = captured(self._compute_eyebrows, self._device)
        self._run_face = captured(self._compute_face, self._device)
        self._run_body = captured(self._compute_body, self._device)

    def _compute_eyebrows(self) -> None:
        self._brow_face = self._eyebrow_step(self._picture, *self._parts, self._values[:, parameters.EYEBROWS])

    def _compute_face(self) -> None:
        self._images = self._face_step(self._picture, *self._brow_face, self._values[:, parameters.FACE])

    def _compute_body(self) -> None:
        self._final, self._shift = self._body_step(*self._images, self._values[:, parameters.BODY])
        self._shown = colour.displayed(self._final)

    @torch.inference_mode()
    def render(self, pose: Pose) -> Frame:
        """Draw `pose`, doing only the steps whose parameters changed since the last call."""
        return super().render(pose)

    def linear(self) -> colour.Linear:
        """The image behind the last frame, before its conversion for display (for parity checks)."""
        return self._final.float().cpu().numpy()

    def shift(self) -> NDArray[np.float32]:
        """(2, 512, 512): from where, in half pictures to the right and down, the last frame's pixels came."""
        return np.asarray(self._shift[0].float().cpu().numpy(), np.float32)

    @torch.inference_mode()
    def face(self, pose: Pose) -> Frame:
        """The 192 x 192 face (rows from 32, columns from 160) of `pose`, with head and body as drawn."""
        self._last = None
        self._take(pose)
        self._eyebrows()
        self._face()
        top, left, size = FACE_BOX
        shown: Frame = (
            colour.displayed(self._images[0][:, :, top : top + size, left : left + size].float()).cpu().numpy()
        )
        return shown

    def _take(self, pose: Pose) -> None:
        self._staging.copy_(torch.from_numpy(pose)[None])
        self._values.copy_(self._staging, non_blocking=True)

    def _eyebrows(self) -> None:
        self._run_eyebrows()

    def _face(self) -> None:
        self._run_face()

    def _body(self) -> Frame:
        self._run_body()
        shown: Frame = self._shown.cpu().numpy()
        return shown

    def _finish(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        elif self._device.type == "mps":
            torch.mps.synchronize()

    def _release(self) -> None:
        for name in RESOURCES:
            delattr(self, name)
        if self._device.type == "cuda":
            torch.cuda.empty_cache()


def choose_device(wanted: str) -> torch.device:
    """The torch device for the setting `device`.

    Raises:
        EngineError: it is not on this computer.
    """
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "auto":
        return torch.device("cuda" if cuda else "mps" if mps else "cpu")
    try:
        device = torch.device(wanted.lower())
    except RuntimeError:
        raise EngineError(f"torch knows no device {wanted!r}; cpu, cuda, cuda:1 and mps are some") from None
    available = {"cpu": True, "cuda": cuda and (device.index or 0) < torch.cuda.device_count(), "mps": mps}
    if not available.get(device.type, False):
        raise EngineError(f"torch finds no device {wanted!r} here; `auto` takes what there is")
    return device


def choose_precision(wanted: str, device: torch.device) -> str:
    """The precision for the setting `precision`: half on CUDA, else float32, unless asked otherwise.

    Raises:
        EngineError: an unknown name.
    """
    if wanted == "auto":
        return "float16" if device.type == "cuda" else "float32"
    if wanted not in DTYPES:
        raise EngineError(f"torch runs in {', '.join(DTYPES)}, not {wanted!r}")
    return wanted


def _called(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()
