"""Fitting a decoder to samples, and the body's. Needs torch; every fit can stop after any step and go on later.

The body is learnt through the displayed picture, composed at half size as the player composes it, and helped by the
exact shifts. Neighbouring shifts that differ cost something, so that strands do not waver. To take away of the warped
picture costs a little, and so does adding to it, so that this happens only where something is uncovered.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import adaptive_max_pool2d, grid_sample, interpolate, max_pool2d

from vtube.avatar.puppet.layout import ADDED_UNIT, SHIFT_UNIT, Box
from vtube.avatar.puppet.model import Decoder, body_decoder
from vtube.avatar.puppet.sampling import BodySamples, half
from vtube.errors import ModelError
from vtube.frame import SIZE, Frame
from vtube.paths import write_whole
from vtube.text import first_line

BATCH = 8
LEARNING_RATE, LAST_LEARNING_RATE, WARM_UP = 2e-3, 2e-5, 50
EMA = 0.996
"""What the running mean of the weights keeps at each step; the mean is what is played."""
SHIFT_WEIGHT, LAST_SHIFT_WEIGHT = 0.25, 0.1
"""Of the exact shifts at the first and at the last step."""
NEIGHBOUR_WEIGHT = 3.0
"""Of the differences between neighbouring shifts inside the figure, always."""
MASK_WEIGHT, ADDED_WEIGHT = 0.02, 0.02
"""Of what is taken away and of what is added at the last step. Nothing at the first: colour has to be learnt before it
can pay."""
BODY_SQUARES = 8.0
"""Of squared errors beside absolute ones, in full ranges: large errors show most."""
SHIFT_SQUARES = 3.0
"""Of squared errors of the shifts, always: a pixel or two costs nothing, but a strand of hair may not be hidden by
reading from far beside it."""
AROUND = 5
"""Side of the square, in cells of 128, over which the weight of thin parts spreads."""


class Fit(ABC):
    """One decoder on its way from `steps` random choices of samples."""

    def __init__(self, decoder: Decoder, count: int, steps: int, device: str) -> None:
        self.device = torch.device(device)
        self.in_bfloat16 = has_bfloat16(self.device)
        self.decoder = decoder.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.steps, self.done, self._count = steps, 0, count
        self._optimizer = torch.optim.AdamW(decoder.parameters(), LEARNING_RATE, betas=(0.9, 0.99), weight_decay=1e-4)
        self._mean = {key: value.detach().clone() for key, value in decoder.state_dict().items()}

    def step(self) -> Tensor:
        """Learn from one batch; the loss."""
        chosen = np.random.default_rng(self.done).integers(0, self._count, BATCH)
        return self.learn(torch.from_numpy(chosen), learning_rate(self.done, self.steps))

    def learn(self, chosen: Tensor, rate: float, ema: float = EMA) -> Tensor:
        """Learn from the samples of these numbers at this learning rate; `ema`: see `EMA`; the loss."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        loss = self._loss(chosen.to(self.device))
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.decoder.parameters(), 1.0)
        self._optimizer.step()
        self.done += 1
        self._average(ema)
        return loss.detach()

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """What to play: the mean of the last few hundred steps."""
        return {key: value.contiguous().cpu().numpy().copy() for key, value in self._mean.items()}

    def save(self, path: Path) -> None:
        """Keep everything that going on needs.

        Raises:
            ModelError: it cannot be written.
        """
        state = {
            "done": self.done,
            "steps": self.steps,
            "decoder": self.decoder.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "mean": self._mean,
        }
        try:
            write_whole(path, lambda part: torch.save(state, part))
        except (OSError, RuntimeError) as error:  # torch's own writer of zips raises RuntimeError
            raise ModelError(f"cannot write {path}: {first_line(error)}") from None

    def restore(self, path: Path) -> bool:
        """Go on from `path`; False, and nothing changed, when it is not a state of such a fit."""
        try:
            state: dict[str, Any] = torch.load(path, weights_only=True, map_location=self.device)
            if state["steps"] != self.steps:
                return False
            self.decoder.load_state_dict(state["decoder"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._mean, self.done = state["mean"], int(state["done"])
        except Exception:  # noqa: BLE001 - torch.load raises a dozen kinds for a damaged file
            return False
        return True

    def warm_start(self, path: Path) -> bool:
        """Take what a shorter fit, kept at `path`, has learnt for the first steps of this one; else False."""
        steps = self.steps
        self.steps = _steps_kept(path)
        try:
            return self.restore(path)
        finally:
            self.steps = steps

    def adopt(self, weights: Mapping[str, Tensor], done: int) -> None:
        """Go on from `weights`, `done` of the steps, as if they were this fit's own."""
        self.decoder.load_state_dict(dict(weights))
        self._mean = {key: value.detach().clone() for key, value in self.decoder.state_dict().items()}
        self.done = done

    @abstractmethod
    def _loss(self, chosen: Tensor) -> Tensor:
        """The loss of the samples of these numbers."""

    def to_device(self) -> None:
        """All tensors to the device."""
        for name, value in vars(self).items():
            if isinstance(value, Tensor):
                setattr(self, name, value.to(self.device))

    @torch.no_grad()
    def _average(self, ema: float) -> None:
        keep = min(ema, self.done / (self.done + 10))
        for key, value in self.decoder.state_dict().items():
            self._mean[key].lerp_(value, 1 - keep)

    def decoded(self, values: Tensor) -> Tensor:
        """What the decoder makes of parameters (n, inputs): (n, outputs, rows, columns) float32."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            image: Tensor = self.decoder(values)
        return image.to(torch.float32)


class BodyFit(Fit):
    """Head, neck, body and breathing."""

    def __init__(self, samples: BodySamples, picture: Frame, box: Box, steps: int, device: str = "cpu") -> None:
        """`picture`: 512 x 512 premultiplied, what the player warps; `box`: where figure may ever be."""
        super().__init__(body_decoder(), len(samples.poses), steps, device)
        self._poses = torch.from_numpy(samples.poses)
        rows, columns = slice(box.top // 2, box.bottom // 2), slice(box.left // 2, box.right // 2)
        self._seen = torch.from_numpy(np.ascontiguousarray(samples.seen[:, rows, columns].transpose(0, 3, 1, 2)))
        self._shifts = _inside(torch.from_numpy(samples.shifts), box)
        self._figure = figure_of(self._seen, self._shifts.shape[2])
        self._source = torch.from_numpy(half(picture).transpose(2, 0, 1)[None].astype(np.float32) / 255)
        self._grid = torch.from_numpy(places(box))
        self.to_device()

    def _loss(self, chosen: Tensor) -> Tensor:
        seen, figure = self._seen[chosen].float() / 255, self._figure[chosen].float()
        decoded = self.decoded(self._poses[chosen])
        shown, mask = compose(decoded, self._source, self._grid)
        share = self.done / self.steps
        weight = SHIFT_WEIGHT ** (1 - share) * LAST_SHIFT_WEIGHT**share
        off = (decoded[:, :2] - self._shifts[chosen].float()).abs()
        shifts = ((weight * off + SHIFT_SQUARES * off * off) * figure).mean()
        sparse = share * (MASK_WEIGHT * mask.mean() + ADDED_WEIGHT * layers_of(decoded)[:, 1:].abs().mean())
        loss: Tensor = error(shown - seen, BODY_SQUARES).mean() + shifts + sparse
        return loss + NEIGHBOUR_WEIGHT * unevenness(decoded[:, :2], figure)


def _steps_kept(path: Path) -> int:
    """Of the fit at `path`; -1, which no fit has, when there is none."""
    try:
        return int(torch.load(path, weights_only=True)["steps"])
    except Exception:  # noqa: BLE001 - torch.load raises a dozen kinds for a damaged file
        return -1


def learning_rate(done: int, steps: int) -> float:
    """The learning rate: a short rise, then half a cosine down."""
    share = min(done / max(steps, 1), 1.0)
    fall = LAST_LEARNING_RATE + (LEARNING_RATE - LAST_LEARNING_RATE) * (1 + math.cos(math.pi * share)) / 2
    return fall * min(1.0, (done + 1) / WARM_UP)


def error(off: Tensor, squares: float) -> Tensor:
    """What differences (any shape, full range 1) cost each."""
    return off.abs() + squares * off * off


def compose(decoded: Tensor, source: Tensor, grid: Tensor) -> tuple[Tensor, Tensor]:
    """What the player shows at half size, premultiplied (n, 4, h, w), and its mask (n, 1, h, w).

    `decoded` (n, 7, 128, 128); `source` (1, 4, 256, 256); `grid` (1, h, w, 2): places of the box's pixels in [-1, 1].
    """
    parts = torch.cat([decoded[:, :2], layers_of(decoded)], 1)
    parts = interpolate(parts, list(grid.shape[1:3]), mode="bilinear", align_corners=False)
    shift, keep, added = parts[:, :2], parts[:, 2:3], parts[:, 3:]
    places = grid + shift.permute(0, 2, 3, 1) * (2 * SHIFT_UNIT / SIZE)
    warped = grid_sample(source.expand(len(decoded), -1, -1, -1), places, padding_mode="border", align_corners=False)
    return warped * keep + added, 1 - keep


def unevenness(shifts: Tensor, figure: Tensor) -> Tensor:
    """How much neighbouring cells of `shifts` (n, 2, h, w) differ where both lie in the `figure` (n, 1, h, w), mean."""
    across = (shifts[..., 1:] - shifts[..., :-1]).abs() * torch.minimum(figure[..., 1:], figure[..., :-1])
    down = (shifts[..., 1:, :] - shifts[..., :-1, :]).abs() * torch.minimum(figure[..., 1:, :], figure[..., :-1, :])
    return across.mean() + down.mean()


def layers_of(decoded: Tensor) -> Tensor:
    """(n, 5, …): how much of the warped picture stays, in [0, 1], and what is added to it, full range 1."""
    return torch.cat([1 - torch.sigmoid(decoded[:, 2:3]), decoded[:, 3:7] * ADDED_UNIT], 1)


def figure_of(seen: Tensor, side: int) -> Tensor:
    """(n, 1, side, side): 1 where there is figure or nearly, next to nothing elsewhere. `seen` (n, 4, h, w) bytes."""
    cells = [adaptive_max_pool2d(part[:, 3:].float() / 255, side) for part in torch.split(seen, 50)]
    return (0.02 + 0.98 * max_pool2d(torch.cat(cells), AROUND, 1, AROUND // 2)).half()


def _inside(shifts: Tensor, box: Box) -> Tensor:
    """(n, 2, 128, 128) of the whole picture in half pictures, to 128 x 128 of `box` in the decoder's unit."""
    side = shifts.shape[2]
    rows, columns = places(box, (side, side))[0].transpose(2, 0, 1)[::-1]
    grid = torch.from_numpy(np.stack([columns, rows], 2)[None].astype(np.float32))
    parts = [
        grid_sample(part.float(), grid.expand(len(part), -1, -1, -1), align_corners=False, padding_mode="border")
        for part in torch.split(shifts, 50)
    ]
    return (torch.cat(parts) * (SIZE / 2 / SHIFT_UNIT)).half()


def places(box: Box, size: tuple[int, int] | None = None) -> NDArray[np.float32]:
    """(1, h, w, 2): centres of the box's cells, x and y in [-1, 1] of the whole picture; default: half its pixels."""
    rows, columns = size or (box.height // 2, box.width // 2)
    x = (box.left + (np.arange(columns) + 0.5) * box.width / columns) / SIZE * 2 - 1
    y = (box.top + (np.arange(rows) + 0.5) * box.height / rows) / SIZE * 2 - 1
    return np.stack(np.meshgrid(x, y), 2)[None].astype(np.float32)


def has_bfloat16(device: torch.device) -> bool:
    """Whether `device` multiplies bfloat16 itself; emulated, it is slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)())
