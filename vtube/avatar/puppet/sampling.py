"""What the exact renderer shows for many poses, kept on disk: an interrupted bake goes on where it stopped.

    FOLDER/probe.npz, shut.npz, face-0000.npz …, body-probe.npz, body-0000.npz …

Chunk n holds the poses of seed n, so that the same chunk is the same everywhere. Probes look at extremes, which say
where things ever are before most samples are there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.layout import FACE_SIZE, Box
from vtube.avatar.puppet.mended import Mending
from vtube.avatar.puppet.poses import Poses, body_poses, extreme_faces, face_poses, shut_eyes
from vtube.avatar.puppet.rejection import UnfitError
from vtube.errors import ModelError
from vtube.frame import SIZE, Frame
from vtube.paths import write_whole
from vtube.pose import BODY, COUNT, INDEX, Pose

VERSION = 4
"""Of what chunks hold; a folder is of one version."""
BODY_CHUNK, FACE_CHUNK = 20, 50
SHIFT, SEEN = 128, 256
"""Sides at which shifts and frames are kept, pixels."""
VISIBLE_CHANGE = 5
"""By how many of 255 a pixel must differ to count as changing."""
MARGIN = 3
MULTIPLE = 16
"""Sides of the face's box are multiples of this."""
PROBES = 24


T = TypeVar("T", "BodySamples", "FaceSamples")


class Teacher(Protocol):
    """The exact renderer, with a look behind its last frame; `OpenVinoRenderer` is one."""

    def render(self, pose: Pose) -> Frame:
        """The frame."""

    def shift(self) -> NDArray[np.float32]:
        """(2, 512, 512): from where the last frame's pixels came, in half pictures."""

    def face(self, pose: Pose) -> Frame:
        """The 192 x 192 face with head and body as drawn."""

    def close(self) -> None:
        """Give memory and device back."""


@dataclass(frozen=True)
class BodySamples:
    """What n poses of head and body look like."""

    poses: NDArray[np.float32]
    """(n, 6)."""
    shifts: NDArray[np.float16]
    """(n, 2, 128, 128), half pictures."""
    seen: NDArray[np.uint8]
    """(n, 256, 256, 4), premultiplied."""


@dataclass(frozen=True)
class FaceSamples:
    """What n faces look like inside the box where they differ."""

    poses: NDArray[np.float32]
    """(n, 39)."""
    seen: NDArray[np.uint8]
    """(n, height, width, 3), mended."""
    box: Box
    """Inside the 192 x 192 face."""
    neutral: NDArray[np.uint8]
    """(192, 192, 4): the exact renderer's own face of the pose of zeros."""

    @property
    def neutral_box(self) -> NDArray[np.uint8]:
        """(height, width, 3): the box of it."""
        return np.ascontiguousarray(self.neutral[self.box.slices][..., :3])


def premultiplied(frame: Frame) -> Frame:
    """Colour as displayed over black."""
    shown = frame.copy()
    shown[..., :3] = (frame[..., :3].astype(np.uint16) * frame[..., 3:] + 127) // 255
    return shown


class SampleStore:
    """The samples of one picture in one folder."""

    def __init__(self, folder: Path, teacher: Teacher) -> None:
        """Create the folder.

        Raises:
            ModelError: it cannot be written.
        """
        self._folder, self._teacher = folder, teacher
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ModelError(f"cannot write in {folder}: {error.strerror or error}") from None

    def probe(self) -> tuple[Frame, Box]:
        """The neutral face, and the box inside it where faces ever differ from it."""
        kept = self._kept("probe")
        if not kept:
            faces = [self._teacher.face(pose) for pose in (*extreme_faces(), *face_poses(PROBES, seed=10_000))]
            neutral = self._teacher.face(np.zeros(45, np.float32))
            largest = np.max([np.abs(face.astype(np.int16) - neutral)[..., :3].max(2) for face in faces], 0)
            kept = self._keep("probe", neutral=neutral, largest=largest)
        return kept["neutral"], changing_box(kept["largest"])

    def mending(self) -> Mending:
        """What mends faces in the box where they differ."""
        neutral, box = self.probe()
        kept = self._kept("shut") or self._keep(
            "shut", seen=np.stack([self._teacher.face(pose) for pose in shut_eyes()])
        )
        seen = np.concatenate([neutral[None], kept["seen"]])[:, *box.slices, :3]
        return Mending(seen[0], list(seen[1:]))

    def faces(self, chunks: int) -> Iterator[FaceSamples]:
        """`chunks` chunks of 50 faces, one at a time as they are there."""
        neutral, box = self.probe()
        mend = self.mending()
        for number in range(chunks):
            kept = self._kept(f"face-{number:04d}")
            if not kept:
                poses = face_poses(FACE_CHUNK, number)
                seen = np.stack([self._teacher.face(pose)[box.slices][..., :3] for pose in poses])
                kept = self._keep(f"face-{number:04d}", poses=poses[:, :39], seen=seen)
            yield FaceSamples(kept["poses"], mend(kept["seen"]), box, neutral)

    def bodies(self, chunks: int) -> Iterator[BodySamples]:
        """`chunks` chunks of 20 bodies, one at a time as they are there."""
        for number in range(chunks):
            yield self._bodies(f"body-{number:04d}", body_poses(BODY_CHUNK, number))

    def extremes(self) -> BodySamples:
        """Head and body in the corners of their range: around these lies everything that a body ever shows."""
        return self._bodies("body-probe", extreme_bodies())

    def _bodies(self, name: str, poses: Poses) -> BodySamples:
        kept = self._kept(name)
        if not kept:
            seen, shifts = zip(*(self._body(pose) for pose in poses), strict=True)
            kept = self._keep(name, poses=poses[:, BODY], seen=np.stack(seen), shifts=np.stack(shifts))
        return BodySamples(kept["poses"], kept["shifts"], kept["seen"])

    def _body(self, pose: Poses) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        frame = premultiplied(self._teacher.render(pose))
        shift = self._teacher.shift().transpose(1, 2, 0)
        small = cv2.resize(shift, (SHIFT, SHIFT), interpolation=cv2.INTER_AREA).transpose(2, 0, 1)
        return cv2.resize(frame, (SEEN, SEEN), interpolation=cv2.INTER_AREA), small.astype(np.float16)

    def _kept(self, name: str) -> dict[str, NDArray[Any]]:
        try:
            with (self._folder / f"{name}.npz").open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                return dict(file)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return {}

    def _keep(self, name: str, **arrays: NDArray[Any]) -> dict[str, NDArray[Any]]:
        try:
            write_whole(self._folder / f"{name}.npz", lambda part: np.savez(part, allow_pickle=False, **arrays))
        except OSError as error:
            raise ModelError(f"cannot write in {self._folder}: {error.strerror or error}") from None
        return arrays


def extreme_bodies() -> Poses:
    """Every second corner of the ranges of head, neck and body, such that each two parameters meet in every way."""
    corners = [(*four, float(np.prod(four))) for four in product((-1.0, 1.0), repeat=4)]
    poses = np.zeros((len(corners), COUNT), np.float32)
    poses[:, [INDEX[name] for name in ("head_x", "head_y", "neck_z", "body_y", "body_z")]] = corners
    poses[:, INDEX["breathing"]] = [head_x == head_y for head_x, head_y, *_ in corners]
    return poses


def changing_box(largest: NDArray[np.int16]) -> Box:
    """The box around all that changes (192, 192), with a margin, its sides multiples of 16; never outside.

    Raises:
        UnfitError: nothing changes: the renderer finds no face in the picture.
    """
    changes = cv2.morphologyEx((largest > VISIBLE_CHANGE).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    if not changes.any():
        raise UnfitError("nothing in this face moves; `vtube character check` says where THA3 expects one")
    left, top, width, height = cv2.boundingRect(changes)
    x, across = _widened(left, width)
    y, down = _widened(top, height)
    return Box(x, y, across, down)


def _widened(start: int, length: int) -> tuple[int, int]:
    wanted = min(FACE_SIZE, -(-(length + 2 * MARGIN) // MULTIPLE) * MULTIPLE)
    return min(max(start - (wanted - length) // 2, 0), FACE_SIZE - wanted), wanted


def figure_box(samples: BodySamples) -> Box:
    """The box around every visible pixel of every sample, with a margin, its sides multiples of 8.

    Raises:
        UnfitError: there is none.
    """
    rows, columns = np.nonzero((samples.seen[..., 3] > VISIBLE_CHANGE).any(0))
    if not len(rows):
        raise UnfitError("the picture is empty: there is no figure to move")
    top, bottom = _rounded(rows.min(), rows.max() + 1)
    left, right = _rounded(columns.min(), columns.max() + 1)
    return Box(left, top, right - left, bottom - top)


def _rounded(start: int, stop: int) -> tuple[int, int]:
    """From half to whole pixels, at least 8 further out where there is room."""
    return max(int(start) * 2 // 8 - 1, 0) * 8, min(-(-int(stop) * 2 // 8) + 1, SIZE // 8) * 8


def joined(chunks: Sequence[T]) -> T:
    """All samples of `chunks` as one."""
    first = chunks[0]
    arrays: dict[str, Any] = {
        field: np.concatenate([getattr(chunk, field) for chunk in chunks])
        for field in ("poses", "shifts", "seen")
        if hasattr(first, field)
    }
    return replace(first, **arrays)


def half(picture: Frame) -> Frame:
    """At the size of `BodySamples.seen`."""
    small: Frame = cv2.resize(picture, (SIZE // 2, SIZE // 2), interpolation=cv2.INTER_AREA)
    return small
