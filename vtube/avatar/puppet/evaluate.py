"""The puppet beside the exact renderer, on poses that it was not trained on.

Below the floor a puppet is not kept: it would show garbage on air.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.layout import Box
from vtube.avatar.puppet.poses import Poses, whole_poses
from vtube.avatar.puppet.sampling import Teacher
from vtube.errors import ModelError
from vtube.frame import SIZE, Frame
from vtube.pose import Pose

POSES = 24
UNSEEN = 1_000_000
"""The check's seed; no chunk of samples has it."""
PSNR_FLOOR_DB, FACE_PSNR_FLOOR_DB = 28.0, 34.0
FINE_FACE_PSNR_FLOOR_DB = 30.0
"""Of a face of more detail than 512: crisp lines that are a little off cost more."""
SHARPNESS_FLOOR = 1.0
"""Times exact THA3's own."""
SOLID = 128
"""Alpha from which on a cell lies inside the figure."""
SHARP_ROWS, SHARP_COLUMNS = slice(40, 250), slice(130, 380)
"""Head and shoulders."""


class Drawing(Protocol):
    """What draws a pose."""

    def render(self, pose: Pose) -> Frame:
        """The frame."""

    def face(self, pose: Pose) -> Frame:
        """The 192 x 192 face before head and body move it."""


class Closer(Protocol):
    """A closer look at the puppet that has just drawn a pose."""

    is_fine: bool
    """Whether its face has more detail than 512."""

    def face(self, pose: Pose, exact: Frame) -> tuple[float, float]:
        """PSNR of its face to what the exact 192 x 192 one asks for, dB, and ghosts in it."""

    def waviness_px(self, exact: NDArray[np.float32], alpha: NDArray[np.uint8]) -> float:
        """See `Quality`; `exact`: as `Teacher.shift` has it; `alpha`: of the exact frame, (512, 512)."""


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
    waviness_px: float = 0.0
    """By how much neighbouring cells of the body's shifts differ in their errors, inside the figure, pixels of 512."""
    ghosts: float = 0.0
    """How much of the drawing's own lines is left where a fine face should cover them; a correlation, 0 to 1."""
    is_fine: bool = False
    """Whether the face was compared with exact faces enlarged, at its own detail."""

    def as_numbers(self) -> dict[str, float]:
        """For the puppet's file."""
        return {name: round(float(value), 3) for name, value in asdict(self).items()}

    def require(self) -> None:
        """Refuse what should not be shown.

        Raises:
            ModelError: below the floor.
        """
        sharp = SHARPNESS_FLOOR * self.exact_sharpness
        face = FINE_FACE_PSNR_FLOOR_DB if self.is_fine else FACE_PSNR_FLOOR_DB
        for value, floor, what in (
            (self.psnr_db, PSNR_FLOOR_DB, "dB close to THA3"),
            (self.face_psnr_db, face, "dB close to THA3 in the face"),
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
    puppet: Drawing,
    teacher: Teacher,
    picture: Frame,
    poses: Poses,
    advance: Callable[[], None] = lambda: None,
    closer: Closer | None = None,
) -> Quality:
    """Compare on `poses` (n, 45); `advance` is called after each, and `closer` looks at shifts and fine faces, too."""
    close, faces, sharp, exactly, wavy, ghosts = [], [], [], [], [0.0], [0.0]
    own = gradient_energy(picture)
    for pose in poses:
        shown, exact = puppet.render(pose), teacher.render(pose)
        close.append(psnr(shown, exact))
        sharp.append(gradient_energy(shown) / max(own, 1e-9))
        exactly.append(gradient_energy(exact) / max(own, 1e-9))
        if closer is None:
            faces.append(psnr(puppet.face(pose), teacher.face(pose)))
        else:
            wavy.append(closer.waviness_px(teacher.shift(), exact[..., 3]))
            of_face, left = closer.face(pose, teacher.face(pose))
            faces.append(of_face)
            ghosts.append(left)
        advance()
    return Quality(
        float(np.mean(close)),
        float(np.min(close)),
        float(np.mean(faces)),
        float(np.mean(sharp)),
        float(np.mean(exactly)),
        float(np.mean(wavy[1:] or wavy)),
        float(np.mean(ghosts[1:] or ghosts)),
        closer is not None and closer.is_fine,
    )


def waviness_px(shown: NDArray[np.float32], exact: NDArray[np.float32], box: Box, alpha: NDArray[np.uint8]) -> float:
    """Mean difference between the errors of neighbouring shifts inside the figure, pixels of 512.

    Args:
        shown: (128, 128, 2), pixels, over `box`.
        exact: (2, 512, 512), half pictures.
        box: of the figure.
        alpha: of the exact frame, (512, 512).
    """
    rows, columns = shown.shape[:2]
    x = box.left + (np.arange(columns, dtype=np.float32) + 0.5) * box.width / columns - 0.5
    y = box.top + (np.arange(rows, dtype=np.float32) + 0.5) * box.height / rows - 0.5
    across, down = np.meshgrid(x, y)
    wanted = cv2.remap(exact.transpose(1, 2, 0) * (SIZE / 2), across, down, cv2.INTER_LINEAR)
    inside = cv2.remap(alpha, across, down, cv2.INTER_LINEAR) > SOLID
    off = shown - wanted
    beside = np.abs(np.diff(off, axis=1)).mean(2)[inside[:, 1:] & inside[:, :-1]]
    below = np.abs(np.diff(off, axis=0)).mean(2)[inside[1:] & inside[:-1]]
    together = np.concatenate([beside, below])
    return float(together.mean()) if len(together) else 0.0


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
