"""The face of a puppet, learnt on: its layers, from exact THA3's faces, mended and enlarged by a network."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tools.refine.exact import ManyExact
from tools.refine.ring import Ring
from vtube.avatar.puppet.face_fit import FaceFit, cover_of
from vtube.avatar.puppet.face_targets import Enlarge
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.mended import Mending
from vtube.avatar.puppet.poses import Poses, face_poses, shut_eyes
from vtube.avatar.puppet.sampling import FaceSamples
from vtube.frame import Frame
from vtube.pose import BODY, COUNT

KNOWN = 200
"""Faces from which it is measured where a face changes."""
TOGETHER = 50
UNSEEN = 100
SEED_OF_UNSEEN = 1_000_000


class FaceRefinement(FaceFit):
    """A face that goes on learning."""

    def __init__(
        self,
        exact: ManyExact,
        puppet: Puppet,
        drawing: Frame,
        enlarge: Enlarge,
        capacity: int,
        device: str,
        unseen: int = UNSEEN,
    ) -> None:
        """Begin with the puppet's own face.

        Args:
            exact: whom it follows.
            puppet: whose face it is, one of layers.
            drawing: the picture at the face's detail, RGBA.
            enlarge: what makes exact faces as large as they are learnt.
            capacity: of the samples kept.
            device: of torch.
            unseen: how many faces are never learnt, on which figures are taken.
        """
        self._exact, self._enlarge, self._face_box = exact, enlarge, puppet.face_box
        self._place = torch.device(device)
        neutral, *shut = self._seen_by_exact(np.concatenate([np.zeros((1, COUNT), np.float32), shut_eyes()]))
        self._mend = Mending(neutral, shut)
        super().__init__(self._known(), _Neutral(puppet.neutral), drawing, 1, device, puppet.paints)
        self.in_bfloat16 = False
        self.adopt({name: torch.from_numpy(array) for name, array in puppet.face.items()}, 1)
        self.ring, self._neutral_number = Ring(capacity, kept=1), capacity
        colours = _tensor(puppet.neutral[None]).to(self.device)
        self.ring.keep(**(self._drawn(np.zeros((1, COUNT), np.float32)) | {"colours": colours}))
        self._poses = self.ring["poses"]
        self._unseen = self._drawn(face_poses(unseen, SEED_OF_UNSEEN))

    def add(self, poses: Poses) -> None:
        """Let exact THA3 draw these, (n, 45), and learn from them."""
        self.ring.put(**self._drawn(poses))

    def fresh(self, count: int, seed: int) -> Poses:
        """Faces as `bake` learns them."""
        return face_poses(count, seed)

    def choose(self, random: np.random.Generator, count: int) -> Tensor:
        """Numbers of some samples."""
        return torch.from_numpy(random.integers(0, self.ring.count, count))

    def learn(self, chosen: Tensor, rate: float, ema: float = 0.999) -> Tensor:
        """One step, as at the end of a bake; the loss."""
        self.steps = max(self.done, 1)
        return super().learn(chosen, rate, ema)

    def wanted(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """See `FaceFit`."""
        return self._asked_for(self.ring["seen"][chosen], self.ring["colours"][chosen])

    @torch.no_grad()
    def figures(self) -> dict[str, float]:
        """PSNR of unseen faces in the box, mean and worst, dB."""
        kept = {name: value.clone() for name, value in self.decoder.state_dict().items()}
        self.decoder.load_state_dict(self._mean)
        found: list[float] = []
        for first in range(0, len(self._unseen["poses"]), TOGETHER):
            unseen = {name: each[first : first + TOGETHER] for name, each in self._unseen.items()}
            wanted, _ = self._asked_for(unseen["seen"], unseen["colours"])
            squares = ((self.shown(unseen["poses"])[0].clamp(0, 1) - wanted) ** 2).mean((1, 2, 3))
            found += (-10 * torch.log10(squares)).tolist()
        self.decoder.load_state_dict(kept)
        return {"psnr_db": round(float(np.mean(found)), 3), "worst_psnr_db": round(min(found), 3)}

    def _asked_for(self, seen: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
        cover = torch.maximum(cover_of(seen.float() / 255, self._neutral, self.detail), self._always)
        return torch.lerp(self._drawing, colours.float() / 255, cover), cover

    def _drawn(self, poses: Poses) -> dict[str, Tensor]:
        parts = [self._some(poses[first : first + TOGETHER]) for first in range(0, len(poses), TOGETHER)]
        return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}

    def _some(self, poses: Poses) -> dict[str, Tensor]:
        seen = self._mend(self._seen_by_exact(poses))
        values, device = torch.from_numpy(np.ascontiguousarray(poses[:, : BODY.start])), self._place
        colours = _tensor(self._enlarge(seen))
        return {"poses": values.to(device), "seen": _tensor(seen).to(device), "colours": colours.to(device)}

    def _seen_by_exact(self, poses: Poses) -> NDArray[np.uint8]:
        """(n, rows, columns, 3): the box of exact THA3's faces."""
        rows, columns = self._face_box.slices
        return _pixels(self._exact.faces(poses)[:, :3, rows, columns])

    def _known(self) -> FaceSamples:
        poses = face_poses(KNOWN, SEED_OF_UNSEEN - 1)
        seen = torch.cat([self._some(poses[first : first + TOGETHER])["seen"] for first in range(0, KNOWN, TOGETHER)])
        neutral = self._exact.faces(np.zeros((1, COUNT), np.float32))[0]
        return FaceSamples(poses[:, : BODY.start], _pixels(seen), self._face_box, _pixels(neutral[None])[0])


class _Neutral:
    """Targets of which only the neutral one is asked for: the others are in the ring."""

    def __init__(self, neutral: Frame) -> None:
        self.neutral = neutral

    def of(self, numbers: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
        """As often as it is asked for."""
        return np.repeat(self.neutral[None], len(numbers), 0)


def _tensor(pixels: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)))


def _pixels(images: Tensor) -> NDArray[np.uint8]:
    return np.ascontiguousarray(images.permute(0, 2, 3, 1).cpu().numpy())
