"""Exact THA3 for many poses at once, in float32, on any device of torch. Nothing here needs OpenVINO."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtube import pose as parameters
from vtube.avatar import colour
from vtube.avatar.tha3.poser import FACE_BOX, Poser
from vtube.frame import Frame


class ManyExact:
    """One character in many poses; results stay on the device."""

    @torch.no_grad()
    def __init__(self, poser: Poser, picture: Frame, device: str) -> None:
        """Do the picture's own step; `picture`: 512 x 512, RGBA."""
        self._device = torch.device(device)
        poser = poser.to(self._device)
        first, self._eyebrows, self._face, self._body = poser.steps()
        self._picture = torch.from_numpy(colour.to_linear(picture)).to(self._device)
        self._parts: tuple[Tensor, ...] = first(self._picture)
        self._resting = self._images(torch.zeros(1, parameters.COUNT, device=self._device))

    @torch.no_grad()
    def bodies(self, poses: NDArray[np.float32]) -> tuple[Tensor, Tensor]:
        """Head and body of `poses` (n, 45), faces as drawn.

        Returns:
            Frames, (n, 4, 512, 512) uint8 premultiplied, and from where their pixels come, (n, 2, 512, 512) float32
            in half pictures to the right and down.
        """
        values = torch.from_numpy(poses[:, parameters.BODY]).to(self._device)
        images = (image.expand(len(poses), -1, -1, -1) for image in self._resting)
        with _exactly():
            final, shift = self._body(*images, values)
        return _premultiplied(colour.all_displayed(final.float())), shift.float()

    @torch.no_grad()
    def faces(self, poses: NDArray[np.float32]) -> Tensor:
        """The 192 x 192 faces of `poses` (n, 45), head and body as drawn: (n, 4, 192, 192) uint8, straight alpha."""
        top, left, size = FACE_BOX
        full = self._images(torch.from_numpy(poses).to(self._device))[0]
        return colour.all_displayed(full[:, :, top : top + size, left : left + size].float())

    def _images(self, values: Tensor) -> tuple[Tensor, ...]:
        count = len(values)
        picture, *parts = (each.expand(count, -1, -1, -1) for each in (self._picture, *self._parts))
        with _exactly():
            brows = self._eyebrows(picture, *parts, values[:, parameters.EYEBROWS])
            return cast(tuple[Tensor, ...], self._face(picture, *brows, values[:, parameters.FACE]))


def _exactly() -> AbstractContextManager[None]:
    """Convolutions with all bits of float32, where a card would leave some out."""
    return torch.backends.cudnn.flags(enabled=True, benchmark=True, allow_tf32=False)


def _premultiplied(frames: Tensor) -> Tensor:
    """As `sampling.premultiplied`."""
    alpha = frames[:, 3:].int()
    return torch.cat([((frames[:, :3].int() * alpha + 127) // 255).to(torch.uint8), frames[:, 3:]], 1)
