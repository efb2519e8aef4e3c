"""The puppet beside the exact renderer, on poses that it was not trained on.

Below the floor a puppet is not kept: it would show garbage on air.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.poses import Poses, whole_poses
from vtube.avatar.puppet.sampling import Teacher
from vtube.errors import ModelError
from vtube.frame import Frame
from vtube.pose import Pose

POSES = 24
UNSEEN = 1_000_000
"""The check's seed; no chunk of samples has it."""
PSNR_FLOOR_DB, FACE_PSNR_FLOOR_DB = 28.0, 34.0
SHARPNESS_FLOOR = 1.0
"""Times exact THA3's own."""
SHARP_ROWS, SHARP_COLUMNS = slice(40, 250), slice(130, 380)
"""Head and shoulders."""


class Drawing(Protocol):
    """What draws a pose."""

    def render(self, pose: Pose) -> Frame:
        """The frame."""

    def face(self, pose: Pose) -> Frame:
        """The 192 x 192 face before head and body move it."""


@dataclass(frozen=True)
class Quality:
    """How close and how sharp a puppet is."""

    psnr_db: float
    """Mean PSNR of whole frames, premultiplied, to the exact renderer's."""
    worst_psnr_db: float
    face_psnr_db: float
    """Mean PSNR of the 192 x 192 face before head and body move it."""
    sharpness: float
    """Gradient energy of head and shoulders over the picture's own."""
    exact_sharpness: float
    """The same of the exact renderer, below which no puppet may fall."""

    def as_numbers(self) -> dict[str, float]:
        """For the puppet's file."""
        return {name: round(value, 3) for name, value in asdict(self).items()}

    def require(self) -> None:
        """Refuse what should not be shown.

        Raises:
            ModelError: below the floor.
        """
        sharp = SHARPNESS_FLOOR * self.exact_sharpness
        for value, floor, what in (
            (self.psnr_db, PSNR_FLOOR_DB, "dB close to THA3"),
            (self.face_psnr_db, FACE_PSNR_FLOOR_DB, "dB close to THA3 in the face"),
            (self.sharpness, sharp, "times as sharp as the picture"),
        ):
            if not value >= floor:
                raise ModelError(
                    f"this puppet is not good enough to be shown: {value:.2f} {what}, at least "
                    f"{floor:.2f} is asked for; `vtube character check` says whether the picture is "
                    "the reason"
                )


def unseen_poses(count: int = POSES) -> Poses:
    """Heads and faces in combination, (count, 45)."""
    return whole_poses(count, UNSEEN)


def compare(
    puppet: Drawing, teacher: Teacher, picture: Frame, poses: Poses, advance: Callable[[], None] = lambda: None
) -> Quality:
    """Compare on `poses` (n, 45); `advance` is called after each."""
    close, faces, sharp, exactly = [], [], [], []
    own = gradient_energy(picture)
    for pose in poses:
        shown, exact = puppet.render(pose), teacher.render(pose)
        close.append(psnr(shown, exact))
        sharp.append(gradient_energy(shown) / max(own, 1e-9))
        exactly.append(gradient_energy(exact) / max(own, 1e-9))
        faces.append(psnr(puppet.face(pose), teacher.face(pose)))
        advance()
    return Quality(
        float(np.mean(close)),
        float(np.min(close)),
        float(np.mean(faces)),
        float(np.mean(sharp)),
        float(np.mean(exactly)),
    )


def psnr(one: Frame, other: Frame) -> float:
    """Of premultiplied colour and alpha, dB; 99 when equal."""
    error = float(np.mean((_shown(one) - _shown(other)) ** 2))
    return min(99.0, -10 * float(np.log10(max(error / 255**2, 1e-12))))


def gradient_energy(frame: Frame) -> float:
    """Mean squared difference between neighbours in head and shoulders, premultiplied."""
    part = _shown(frame[SHARP_ROWS, SHARP_COLUMNS])
    return float(np.mean(np.diff(part, axis=0) ** 2) + np.mean(np.diff(part, axis=1) ** 2))


def _shown(frame: Frame) -> NDArray[np.float32]:
    shown = frame.astype(np.float32)
    shown[..., :3] *= shown[..., 3:] / 255
    return shown
