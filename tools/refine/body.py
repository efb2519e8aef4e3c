"""Head, neck, body and breathing of a puppet, learnt on: shifts alone, as exact THA3's and as close to its frames.

What counts is what `evaluate` measures: frames of 512 x 512 read from the doubled picture, shifts at the middles of
the decoder's cells, how their errors differ from cell to cell (waviness), and how they differ between two poses close
to each other (steadiness). Nothing is taken away or added any more: that leaves veils where a head turns far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import grid_sample, interpolate

from tools.refine.exact import ManyExact
from tools.refine.ring import Ring
from vtube.avatar.puppet.canvas import SCALE, doubled
from vtube.avatar.puppet.file import NOTHING_TAKEN, Puppet
from vtube.avatar.puppet.fit import BODY_SQUARES, Fit, error, figure_of, places, unevenness
from vtube.avatar.puppet.layout import CELLS, FACE_LEFT, FACE_TOP, SHIFT_UNIT, Box
from vtube.avatar.puppet.model import Decoder
from vtube.avatar.puppet.poses import Poses, body_poses
from vtube.avatar.puppet.sampling import premultiplied
from vtube.frame import SIZE, Frame
from vtube.pose import BODY, COUNT, HIGH, LOW

TOGETHER = 16
"""Poses that exact THA3 draws in one go."""
ALONE, AT_ENDS = 0.1, 0.1
"""Shares of poses in which one parameter moves by itself, and in which each is at an end of its range or rests."""
NEAR = 0.02, 0.08
"""By how much the second pose of a pair differs from the first, in one parameter."""
SHIFT_WEIGHT, SHIFT_SQUARES = 1.0, 3.0
"""Of errors of the shifts, absolute and squared, in the decoder's unit."""
WAVY_WEIGHT = 2.0
"""Of how much errors of neighbouring cells differ."""
UNSTEADY_WEIGHT = 1.5
"""Of how much errors of the two poses of a pair differ."""
UNSEEN = 64
"""Poses that are never learnt."""
SEED_OF_UNSEEN = 1_000_000


class BodyRefinement(Fit):
    """A body that goes on learning."""

    def __init__(
        self,
        exact: ManyExact,
        puppet: Puppet,
        picture: Frame,
        capacity: int,
        device: str,
        *,
        unseen: int = UNSEEN,
        styled: bool = False,
    ) -> None:
        """Begin with the puppet's own body.

        Args:
            exact: whom it follows.
            puppet: whose body it is.
            picture: the puppet's, 512 x 512, straight alpha.
            capacity: of the samples kept.
            device: of torch.
            unseen: how many poses are never learnt, on which figures are taken.
            styled: let the parameters scale and shift the channels of every level, as in a face.
        """
        decoder = Decoder(replace(puppet.body_shape, styled=styled))
        super().__init__(decoder, 0, 1, device)
        self.in_bfloat16 = False  # a shift of 20 pixels would be off by up to a sixteenth
        self.adopt(begun({name: torch.from_numpy(array) for name, array in puppet.body.items()}, decoder), 0)
        self.ring, self._exact, self._box = Ring(capacity), exact, puppet.figure_box
        self._grid = torch.from_numpy(places(self._box, (self._box.height, self._box.width)))
        self._cells = torch.from_numpy(places(self._box, (CELLS, CELLS)))
        own = doubled(premultiplied(_with_face(picture, exact, puppet.face_box)), puppet.crispness)
        self._source = torch.from_numpy(own.transpose(2, 0, 1)[None].astype(np.float32) / 255)
        self.to_device()
        self._unseen = self._drawn(body_poses(unseen, SEED_OF_UNSEEN))

    def add(self, poses: Poses) -> None:
        """Let exact THA3 draw these, (n, 45), and learn from them."""
        self.ring.put(**self._drawn(poses))

    def fresh(self, count: int, seed: int) -> Poses:
        """See `pairs`."""
        return pairs(count, seed)

    def choose(self, random: np.random.Generator, count: int) -> Tensor:
        """Numbers of some samples, pair after pair."""
        first = 2 * random.integers(0, self.ring.count // 2, count // 2)
        return torch.from_numpy(np.stack([first, first + 1], 1).reshape(-1))

    @torch.no_grad()
    def figures(self) -> dict[str, float]:
        """PSNR of unseen frames in the figure's box (dB), errors of shifts and their waviness (pixels of 512)."""
        kept = {name: value.clone() for name, value in self.decoder.state_dict().items()}
        self.decoder.load_state_dict(self._mean)
        found = [
            self._figures(slice(first, first + TOGETHER)) for first in range(0, len(self._unseen["poses"]), TOGETHER)
        ]
        self.decoder.load_state_dict(kept)
        names = "psnr_db", "shift_px", "waviness_px"
        return {
            name: round(float(np.mean(each)), 3) for name, each in zip(names, zip(*found, strict=True), strict=True)
        }

    def _figures(self, part: slice) -> tuple[float, float, float]:
        unseen = {name: each[part] for name, each in self._unseen.items()}
        shifts = self.decoded(unseen["poses"])[:, :2]
        off, inside = (shifts - unseen["shifts"]) * SHIFT_UNIT, (unseen["figure"] > 0.5).float()
        squares = ((self.shown(shifts).clamp(0, 1) - unseen["seen"].float() / 255) ** 2).mean((1, 2, 3))
        cells = inside.mean()
        return (
            float(-10 * torch.log10(squares).mean()),
            float((off.abs() * inside).mean() / cells),
            float(unevenness(off, inside) / cells / 2),
        )

    def _drawn(self, poses: Poses) -> dict[str, Tensor]:
        parts = [self._some(poses[first : first + TOGETHER]) for first in range(0, len(poses), TOGETHER)]
        return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}

    @torch.no_grad()
    def _some(self, poses: Poses) -> dict[str, Tensor]:
        frames, shifts = self._exact.bodies(poses)
        rows, columns = self._box.slices
        seen = frames[:, :, rows, columns].contiguous()
        at_cells = grid_sample(
            shifts, self._cells.expand(len(poses), -1, -1, -1), padding_mode="border", align_corners=False
        )
        return {
            "poses": torch.from_numpy(np.ascontiguousarray(poses[:, BODY])).to(self.device),
            "seen": seen,
            "shifts": at_cells * (SIZE / 2 / SHIFT_UNIT),
            "figure": figure_of(seen, CELLS).float(),
        }

    def shown(self, shifts: Tensor) -> Tensor:
        """(n, 4, rows, columns) of the figure's box, premultiplied, full range; `shifts` (n, 2, CELLS, CELLS)."""
        large = interpolate(shifts, list(self._grid.shape[1:3]), mode="bilinear", align_corners=False)
        own = self._grid - 0.5 / (SIZE * SCALE) * (SCALE - 1) * 2  # a pixel's own sample is the first of its two
        at = own + large.permute(0, 2, 3, 1) * (2 * SHIFT_UNIT / SIZE)
        return grid_sample(self._source.expand(len(shifts), -1, -1, -1), at, padding_mode="border", align_corners=False)

    def _loss(self, chosen: Tensor) -> Tensor:
        shifts, figure = self.decoded(self.ring["poses"][chosen])[:, :2], self.ring["figure"][chosen]
        seen = self.ring["seen"][chosen].float() / 255
        off = shifts - self.ring["shifts"][chosen]
        moved = ((SHIFT_WEIGHT * off.abs() + SHIFT_SQUARES * off * off) * figure).mean()
        unsteady = ((off[::2] - off[1::2]).abs() * figure[::2]).mean()
        shown = error(self.shown(shifts) - seen, BODY_SQUARES).mean()
        loss: Tensor = shown + moved + WAVY_WEIGHT * unevenness(off, figure) + UNSTEADY_WEIGHT * unsteady
        return loss


def begun(kept: Mapping[str, Tensor], decoder: Decoder) -> dict[str, Tensor]:
    """Weights to begin with: those `kept`, styles that do nothing yet, and nothing taken away or added."""
    weights = {name: torch.zeros_like(value) for name, value in decoder.state_dict().items()} | dict(kept)
    moving, taking = (count * decoder.shape.shuffle**2 for count in (2, 3))
    weights["head.weight"], weights["head.bias"] = (weights[f"head.{kind}"].clone() for kind in ("weight", "bias"))
    weights["head.weight"][moving:], weights["head.bias"][moving:] = 0, 0
    weights["head.bias"][moving:taking] = NOTHING_TAKEN
    return weights


def pairs(count: int, seed: int) -> Poses:
    """`count` poses (an even number), each second one close to the one before; faces as drawn."""
    random = np.random.default_rng(seed)
    half = count // 2
    first = body_poses(half, seed)
    kind = random.random(half)
    first[kind < ALONE, BODY] = _alone(int((kind < ALONE).sum()), random)
    ends = (kind >= ALONE) & (kind < ALONE + AT_ENDS)
    first[ends, BODY] = random.integers(-1, 2, (int(ends.sum()), 6))
    first = np.clip(first, LOW, HIGH)
    return np.stack([first, _beside(first, random)], 1).reshape(-1, COUNT)


def _alone(count: int, random: np.random.Generator) -> NDArray[np.float32]:
    values = np.zeros((count, 6), np.float32)
    values[np.arange(count), random.integers(0, 6, count)] = random.uniform(-1, 1, count)
    return np.asarray(np.where(values[:, 5:] < 0, np.abs(values), values), np.float32)


def _beside(poses: Poses, random: np.random.Generator) -> Poses:
    rows, other = np.arange(len(poses)), poses.copy()
    columns = random.integers(BODY.start, BODY.stop, len(poses))
    step = random.uniform(*NEAR, len(poses)).astype(np.float32)
    beyond = poses[rows, columns] + step > HIGH[columns]
    other[rows, columns] += np.where(beyond, -step, step)
    return other


def _with_face(picture: Frame, exact: ManyExact, box: Box) -> Frame:
    """As `bake.with_face`: the picture with the exact neutral face."""
    neutral = exact.faces(np.zeros((1, COUNT), np.float32))[0].permute(1, 2, 0).cpu().numpy()
    drawn = picture.copy()
    drawn[box.moved(FACE_LEFT, FACE_TOP).slices][..., :3] = neutral[box.slices][..., :3]
    return drawn
