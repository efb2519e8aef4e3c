"""Fitting the face's decoder to samples: brows, lids, irises and mouth. Needs torch.

A plain face is learnt as the change of its box at 512. A layered one is learnt at a multiple of that: colours, and how
much they cover the drawing, which shows through where nothing changes. An added change would have to hide every line of
the drawing by its exact negative, and leaves ghosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, max_pool2d, pad

from vtube.avatar.puppet.face_targets import FaceTargets
from vtube.avatar.puppet.fit import Fit, error
from vtube.avatar.puppet.layout import FACE_LEFT, FACE_TOP
from vtube.avatar.puppet.model import face_decoder
from vtube.avatar.puppet.sampling import FaceSamples
from vtube.frame import SIZE, Frame

NEUTRAL_EVERY = 4
"""In one of so many batches one sample is the face of zeros, which has to be the drawing itself."""
SQUARES = 30.0
"""Of squared errors beside absolute ones, in full ranges: large errors show most."""
STILL_WEIGHT = 0.15
"""What a pixel of the face that hardly changes weighs, beside 1 for those that change most."""
COVER_WEIGHT = 0.3
"""Of errors of how much of the drawing is covered."""
EDGE_WEIGHT = 0.5
"""Of errors of the differences between neighbouring pixels: lids and lips are lines."""
UNCHANGED, CHANGED = 3 / 255, 10 / 255
"""Up to here the drawing shows through, from there on it is covered."""
GROWN = 5
"""Side of the square by which a change is grown, pixels of 512."""
EDGE_SIGMA, COLOUR_SIGMA = 1.0, 3.0
"""Of the cover's edge in pixels of 512, and of the colours that are known beforehand in pixels of the target."""
FEW = 200
"""Samples from which it is measured where a face changes."""


class FaceFit(Fit):
    """The change of the face's box."""

    def __init__(self, samples: FaceSamples, steps: int, device: str = "cpu") -> None:
        rows, columns = samples.seen.shape[1:3]
        super().__init__(face_decoder(rows, columns), len(samples.poses), steps, device)
        self._poses = torch.from_numpy(samples.poses)
        self._seen = torch.from_numpy(np.ascontiguousarray(samples.seen.transpose(0, 3, 1, 2)))
        self._neutral = _full_range(samples.neutral[samples.box.slices])
        self._weight = torch.from_numpy(weight_of(changes(samples)))
        self.to_device()

    def _loss(self, chosen: Tensor) -> Tensor:
        change = self._seen[chosen].float() / 255 - self._neutral
        off = self.decoded(self._poses[chosen]) - change
        return (error(off, SQUARES) * self._weight).mean()


class LayeredFaceFit(Fit):
    """Colours and cover of the face's box at a multiple of 512."""

    def __init__(
        self, samples: FaceSamples, targets: FaceTargets, drawing: Frame, steps: int, device: str = "cpu"
    ) -> None:
        """`drawing`: the picture itself at the targets' detail, RGBA."""
        rows, columns = samples.seen.shape[1:3]
        self.detail = drawing.shape[0] // SIZE
        super().__init__(face_decoder(rows, columns, self.detail), len(samples.poses), steps, device)
        self._targets = targets
        poses = np.concatenate([samples.poses, np.zeros_like(samples.poses[:1])])
        seen = np.concatenate([samples.seen, samples.neutral_box[None]])
        self._poses, self._neutral_number = torch.from_numpy(poses), len(samples.poses)
        self._seen = torch.from_numpy(np.ascontiguousarray(seen.transpose(0, 3, 1, 2)))
        self._neutral = _full_range(samples.neutral_box)
        box = samples.box.moved(FACE_LEFT, FACE_TOP).times(self.detail)
        self._drawing = _full_range(drawing[box.slices])
        self._base = _full_range(base_of(targets.neutral))
        moving = cv2.resize(changes(samples), (box.width, box.height), interpolation=cv2.INTER_LINEAR)
        self._weight = torch.from_numpy(weight_of(moving))
        self.to_device()

    def warm_start(self, path: Path) -> bool:
        """Take what a plain face, kept at `path`, has learnt: its change added to the colours; else False."""
        try:
            state: dict[str, Any] = torch.load(path, weights_only=True, map_location=self.device)
            self.adopt(_with_detail(state["mean"], self.decoder.state_dict(), self.detail), int(state["done"]))
        except Exception:  # noqa: BLE001 - torch.load raises a dozen kinds for a damaged file
            return False
        return True

    def shown(self, poses: Tensor) -> tuple[Tensor, Tensor]:
        """(n, 3, h, w) colours over the drawing, full range, and the cover (n, 1, h, w) in [0, 1], of `poses`."""
        image = self.decoded(poses)
        cover = torch.sigmoid(image[:, 3:])
        return torch.lerp(self._drawing, image[:, :3] + self._base, cover), cover

    def wanted(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """The same of the targets of these numbers."""
        cover = cover_of(self._seen[chosen].float() / 255, self._neutral, self.detail)
        colours = torch.from_numpy(self._targets.of(chosen.cpu().numpy())).to(self.device)
        return torch.lerp(self._drawing, colours.permute(0, 3, 1, 2).float() / 255, cover), cover

    def _loss(self, chosen: Tensor) -> Tensor:
        if self.done % NEUTRAL_EVERY == 0:
            chosen[0] = self._neutral_number
        (shown, cover), (wanted, covered) = self.shown(self._poses[chosen]), self.wanted(chosen)
        off = shown - wanted
        across = (off[..., 1:] - off[..., :-1]).abs() * self._weight[:, 1:]
        down = (off[..., 1:, :] - off[..., :-1, :]).abs() * self._weight[1:]
        loss = (error(off, SQUARES) * self._weight).mean() + COVER_WEIGHT * (
            (cover - covered).abs() * self._weight
        ).mean()
        return loss + EDGE_WEIGHT * (across.mean() + down.mean())


def _with_detail(plain: Mapping[str, Tensor], own: Mapping[str, Tensor], detail: int) -> dict[str, Tensor]:
    """Weights of a layered decoder: those of a plain one, each of whose pixels becomes `detail` x `detail`."""
    weights = {name: plain[name] if plain[name].shape == value.shape else value for name, value in own.items()}
    for name in ("head.weight", "head.bias"):
        before, made = plain[name], own[name].clone()
        cells = before.reshape(3, 2, 2, *before.shape[1:])
        for _ in range(2):
            cells = cells.repeat_interleave(detail, 1).transpose(1, 2)
        made[: 3 * (2 * detail) ** 2] = cells.reshape(-1, *before.shape[1:])
        weights[name] = made
    return weights


def cover_of(faces: Tensor, neutral: Tensor, detail: int) -> Tensor:
    """(n, 1, h * detail, w * detail) in [0, 1]: where `faces` (n, 3, h, w), full range, differ from `neutral`."""
    change = (faces - neutral).abs().amax(1, keepdim=True)
    change = max_pool2d(change, GROWN, 1, GROWN // 2)
    cover = ((change - UNCHANGED) / (CHANGED - UNCHANGED)).clamp(0, 1)
    taps = torch.from_numpy(cv2.getGaussianKernel(7, EDGE_SIGMA, cv2.CV_32F)).to(cover)
    cover = pad(cover, (3, 3, 3, 3), mode="replicate")
    cover = conv2d(conv2d(cover, taps[None, None]), taps.T[None, None])
    return interpolate(cover, scale_factor=float(detail), mode="bicubic", align_corners=False).clamp(0, 1)


def base_of(neutral: Frame) -> Frame:
    """Colours to decode around: those of the enlarged neutral face without any detail that had to be hidden."""
    return np.asarray(cv2.GaussianBlur(neutral, (0, 0), COLOUR_SIGMA), np.uint8)


def changes(samples: FaceSamples) -> NDArray[np.float32]:
    """(rows, columns): by how much of 255 each pixel of the box differs from the neutral face, mean."""
    few = samples.seen[:: max(1, len(samples.seen) // FEW)].astype(np.float32)
    neutral = samples.neutral[samples.box.slices][..., :3]
    return np.asarray(np.abs(few - neutral).mean((0, 3)), np.float32)


def weight_of(moving: NDArray[np.float32]) -> NDArray[np.float32]:
    """What errors of each pixel weigh, mean 1, from how much it changes."""
    most = max(float(np.quantile(moving, 0.95)), 1e-6)
    weight = STILL_WEIGHT + (1 - STILL_WEIGHT) * np.clip(moving / most, 0, 1)
    return np.asarray(weight / weight.mean(), np.float32)


def _full_range(pixels: NDArray[np.uint8]) -> Tensor:
    """(h, w, 3 or 4) bytes to (1, 3, h, w)."""
    return torch.from_numpy(np.ascontiguousarray(pixels[..., :3].transpose(2, 0, 1))).float()[None] / 255
