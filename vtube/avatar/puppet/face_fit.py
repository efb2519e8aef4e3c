"""Fitting the face's decoder to samples: brows, lids, irises and mouth. Needs torch.

A face is learnt as layers at a multiple of 512: where the drawing shows through, where its neutral face is seen
moved, and where it is painted over; see `face_layers`. An added change would have to hide every line of the drawing by
its exact negative, and leaves ghosts; colours of every pixel leave grain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import conv2d, grid_sample, interpolate, max_pool2d, pad

from vtube.avatar.puppet.face_layers import CHOICE, FLOW_UNIT, around_of, bilinear
from vtube.avatar.puppet.fit import Fit, error, unevenness
from vtube.avatar.puppet.layout import FACE_LEFT, FACE_TOP, PAINTS, UNPAINTED
from vtube.avatar.puppet.model import face_decoder
from vtube.avatar.puppet.redrawn import own_face, redrawn
from vtube.avatar.puppet.sampling import FaceSamples
from vtube.frame import SIZE, Frame

NEUTRAL_EVERY = 4
"""In one of so many batches one sample is the face of zeros, which has to be the drawing itself."""
SQUARES = 10.0
"""Of squared errors beside absolute ones, in full ranges: large errors show most, and many more make edges soft."""
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
EDGE_SIGMA = 1.0
"""Of the cover's edge, pixels of 512."""
FLOW_WEIGHT = 0.02
"""Of differences between neighbouring cells of the flow."""
BETWEEN_WEIGHT = 0.2
"""Of pixels that lie between layers, at the last step; nothing at the first, so that edges can find their places."""
UNUSED = 0.002
"""Of all pixels: a paint that is chosen for less is not played."""
ASKED = 64
"""Samples over which it is measured how much each paint is chosen."""
FEW = 200
"""Samples from which it is measured where a face changes."""


class Targets(Protocol):
    """What faces should look like."""

    neutral: Frame
    """The face of zeros, (h, w, 3)."""

    def of(self, numbers: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
        """(n, h, w, 3): of the samples of these numbers; the one after the last is neutral."""


class SampledFaces:
    """The samples themselves as targets, at 512."""

    def __init__(self, samples: FaceSamples) -> None:
        self.neutral: Frame = samples.neutral_box
        self._seen = samples.seen

    def of(self, numbers: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
        """See `Targets`."""
        return np.stack([self._seen[number] if number < len(self._seen) else self.neutral for number in numbers])


class FaceFit(Fit):
    """The layers of the face's box at a multiple of 512."""

    def __init__(
        self,
        samples: FaceSamples,
        targets: Targets,
        drawing: Frame,
        steps: int,
        device: str = "cpu",
        paints: int = PAINTS,
    ) -> None:
        """`drawing`: the picture itself at the targets' detail, RGBA."""
        rows, columns = samples.seen.shape[1:3]
        self.detail = drawing.shape[0] // SIZE
        super().__init__(face_decoder(rows, columns, self.detail, paints), len(samples.poses), steps, device)
        self._targets = targets
        poses = np.concatenate([samples.poses, np.zeros_like(samples.poses[:1])])
        seen = np.concatenate([samples.seen, samples.neutral_box[None]])
        self._poses, self._neutral_number = torch.from_numpy(poses), len(samples.poses)
        self._seen = torch.from_numpy(np.ascontiguousarray(seen.transpose(0, 3, 1, 2)))
        self._neutral = _full_range(samples.neutral_box)
        box = samples.box.moved(FACE_LEFT, FACE_TOP).times(self.detail)
        self._drawing = _full_range(drawing[box.slices])
        always = redrawn(own_face(drawing, box), samples.neutral_box)
        self._always = torch.from_numpy(cv2.resize(always, (box.width, box.height)).astype(np.float32) / 255)
        moving = cv2.resize(changes(samples), (box.width, box.height), interpolation=cv2.INTER_LINEAR)
        self._weight = torch.from_numpy(weight_of(moving))
        self._sheet = _full_range(targets.neutral)
        self._around = _full_range(around_of(targets.neutral, self.decoder.shape.shuffle))
        self._places = _middles(box.height, box.width)
        flow = 2 * FLOW_UNIT * self.detail / np.array([box.width, box.height])
        self._flow = torch.from_numpy(flow.astype(np.float32))
        cell = self.decoder.shape.shuffle
        down, across = (torch.from_numpy(bilinear(size // cell, cell)) for size in (box.height, box.width))
        self._down, self._across = down, across.T
        self.to_device()

    def warm_start(self, path: Path) -> bool:
        """Take what a fit of the same or less detail, kept at `path`, has learnt; else False."""
        try:
            state: dict[str, Any] = torch.load(path, weights_only=True, map_location=self.device)
            self.adopt(_with_detail(state["mean"], self.decoder.state_dict()), int(state["done"]))
        except Exception:  # noqa: BLE001 - torch.load raises a dozen kinds for a damaged file
            return False
        return True

    @torch.no_grad()
    def used(self) -> list[int]:
        """The paints that are chosen anywhere worth mentioning, by number; the one that is chosen most, at least."""
        poses = self._poses[:: max(1, len(self._poses) // ASKED)]
        shares = torch.stack([self._layers(pose[None])[1].mean((0, 2, 3)) for pose in poses]).mean(0)[UNPAINTED:]
        return [number for number, share in enumerate(shares.tolist()) if share >= min(UNUSED, float(shares.max()))]

    def shown(self, poses: Tensor) -> tuple[Tensor, Tensor]:
        """(n, 3, h, w) colours over the drawing, full range, and the cover (n, 1, h, w) in [0, 1], of `poses`."""
        shown, chosen, _ = self._layers(poses)
        return shown, 1 - chosen[:, :1]

    def wanted(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """The same of the targets of these numbers."""
        cover = torch.maximum(cover_of(self._seen[chosen].float() / 255, self._neutral, self.detail), self._always)
        colours = torch.from_numpy(self._targets.of(chosen.cpu().numpy())).to(self.device)
        return torch.lerp(self._drawing, colours.permute(0, 3, 1, 2).float() / 255, cover), cover

    def _layers(self, poses: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is shown, how much each layer is chosen (n, layers, h, w), and the flow (n, 2, rows, columns)."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            last = self.decoder.last(poses)
            logits, cells = self.decoder.image(last), self.decoder.cells(last).float()
        chosen, count = torch.softmax(logits.float() * CHOICE, 1), self.decoder.shape.paints
        cells = torch.cat([cells[:, :2], cells[:, 2:] + self._around.repeat(1, count, 1, 1)], 1)
        large = self._down @ cells @ self._across
        flow, paints = large[:, :2], large[:, 2:].reshape(len(poses), count, 3, *large.shape[2:]).unbind(1)
        moved = self._places + flow.permute(0, 2, 3, 1) * self._flow
        sheet = grid_sample(
            self._sheet.expand(len(poses), -1, -1, -1), moved, padding_mode="border", align_corners=False
        )
        shown = self._drawing * chosen[:, :1]
        for layer, share in zip((sheet, *paints), chosen[:, 1:, None].unbind(1), strict=True):
            shown = shown + layer * share
        return shown, chosen, cells[:, :2]

    def _loss(self, chosen: Tensor) -> Tensor:
        if self.done % NEUTRAL_EVERY == 0:
            chosen[0] = self._neutral_number
        shown, layers, flow = self._layers(self._poses[chosen])
        wanted, covered = self.wanted(chosen)
        off = shown - wanted
        across = (off[..., 1:] - off[..., :-1]).abs() * self._weight[:, 1:]
        down = (off[..., 1:, :] - off[..., :-1, :]).abs() * self._weight[1:]
        cover = (1 - layers[:, :1] - covered).abs()
        between = (self.done / self.steps) * (1 - (layers * layers).sum(1, keepdim=True))
        each = error(off, SQUARES).mean(1, keepdim=True) + COVER_WEIGHT * cover + BETWEEN_WEIGHT * between
        loss: Tensor = (each * self._weight).mean() + EDGE_WEIGHT * (across.mean() + down.mean())
        return loss + FLOW_WEIGHT * unevenness(flow, torch.ones_like(flow[:, :1]))


def _with_detail(kept: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights of the shapes of `own`, each of whose pixels was one of fewer in `kept`."""
    weights = dict(kept)
    for name in ("head.weight", "head.bias"):
        before, layers = kept[name], UNPAINTED + PAINTS
        side, wanted = (math.isqrt(len(one[name]) // layers) for one in (kept, own))
        cells = before.reshape(layers, side, side, *before.shape[1:])
        for _ in range(2):
            cells = cells.repeat_interleave(wanted // side, 1).transpose(1, 2)
        weights[name] = cells.reshape(-1, *before.shape[1:])
    return weights


def _middles(rows: int, columns: int) -> Tensor:
    """(1, rows, columns, 2): of the pixels, x and y in [-1, 1]."""
    x, y = (torch.arange(count) * (2 / count) + (1 / count - 1) for count in (columns, rows))
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), 2)[None]


def cover_of(faces: Tensor, neutral: Tensor, detail: int) -> Tensor:
    """(n, 1, h * detail, w * detail) in [0, 1]: where `faces` (n, 3, h, w), full range, differ from `neutral`."""
    change = (faces - neutral).abs().amax(1, keepdim=True)
    change = max_pool2d(change, GROWN, 1, GROWN // 2)
    cover = ((change - UNCHANGED) / (CHANGED - UNCHANGED)).clamp(0, 1)
    taps = torch.from_numpy(cv2.getGaussianKernel(7, EDGE_SIGMA, cv2.CV_32F)).to(cover)
    cover = pad(cover, (3, 3, 3, 3), mode="replicate")
    cover = conv2d(conv2d(cover, taps[None, None]), taps.T[None, None])
    return interpolate(cover, scale_factor=float(detail), mode="bicubic", align_corners=False).clamp(0, 1)


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
