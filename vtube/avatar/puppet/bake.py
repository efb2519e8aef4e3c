"""From a picture to a puppet: watch the exact renderer, learn, check, keep.

Samples and both fits lie in a folder of the picture's own until the puppet is done: a bake that is interrupted at
any moment goes on from there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from vtube.avatar.puppet import check
from vtube.avatar.puppet.file import Puppet, picture_hash, save
from vtube.avatar.puppet.layout import FACE_LEFT, FACE_TOP
from vtube.avatar.puppet.player import Player
from vtube.avatar.puppet.sampling import (
    BodySamples,
    FaceSamples,
    SampleStore,
    Teacher,
    figure_box,
    joined,
    premultiplied,
)
from vtube.frame import Frame
from vtube.pose import Pose

if TYPE_CHECKING:
    from vtube.avatar.puppet.fit import Fit

T = TypeVar("T")

SAVE_EVERY = 200
"""Steps between two states on the disk."""


@dataclass(frozen=True)
class Plan:
    """How much is done; the default is about 15 minutes' work of one core (a face's step 0.05 s, a body's 0.1 s)."""

    face_chunks: int = 40
    body_chunks: int = 22
    face_steps: int = 9000
    body_steps: int = 3000
    poses: int = check.POSES


QUICK = Plan(face_chunks=16, body_chunks=10, face_steps=1500, body_steps=800)
"""A coarse puppet, in a third of the time."""


@dataclass(frozen=True)
class Step:
    """How far a bake is."""

    stage: str
    """`watching faces`, `watching bodies`, `learning faces`, `learning bodies` or `checking`."""
    done: int
    total: int


Report = Callable[[Step], None]
"""Told about each step; may raise to interrupt."""


class Baking:
    """One bake; call it."""

    def __init__(self, picture: Frame, variant: str, teacher: Teacher, folder: Path, report: Report,
                 plan: Plan | None = None) -> None:
        """`folder`: for what is kept until the puppet is done."""
        self._picture, self._variant, self._teacher = picture, variant, teacher
        self._folder, self._report, self._plan = folder, report, plan or Plan()

    def __call__(self, path: Path) -> check.Quality:
        """Write the puppet to `path`.

        Raises:
            ModelError: the picture has no figure or no face that moves, the puppet is below the floor of quality, or
                the disk fails.
        """
        store = SampleStore(self._folder, self._teacher)
        plan = self._plan
        faces = joined(list(self._watched("watching faces", store.faces(plan.face_chunks), plan.face_chunks)))
        bodies = joined(list(self._watched("watching bodies", store.bodies(plan.body_chunks), plan.body_chunks)))
        puppet = self._learnt(faces, bodies)
        quality = self._checked(puppet)
        quality.require()
        save(Puppet(**{**vars(puppet), "quality": quality.as_numbers()}), path)
        shutil.rmtree(self._folder, ignore_errors=True)
        return quality

    def _watched(self, stage: str, chunks: Iterator[T], total: int) -> Iterator[T]:
        for number, chunk in enumerate(chunks, 1):
            self._report(Step(stage, number, total))
            yield chunk

    def _learnt(self, faces: FaceSamples, bodies: BodySamples) -> Puppet:
        from vtube.avatar.puppet.fit import BodyFit, FaceFit

        box = figure_box(bodies)
        drawn = premultiplied(with_face(self._picture, faces))
        face = self._fitted("learning faces", FaceFit(faces, self._plan.face_steps))
        body = self._fitted("learning bodies", BodyFit(bodies, drawn, box, self._plan.body_steps))
        neutral = np.ascontiguousarray(faces.neutral[faces.box.slices][..., :3])
        return Puppet(picture_hash(self._picture), self._variant, box, faces.box, neutral, body.weights(),
                      face.weights())

    def _fitted(self, stage: str, fit: Fit) -> Fit:
        kept = self._folder / f"{stage.replace(' ', '-')}.pt"
        fit.restore(kept)
        try:
            while fit.done < fit.steps:
                fit.step()
                if fit.done % SAVE_EVERY == 0:
                    fit.save(kept)
                self._report(Step(stage, fit.done, fit.steps))
        finally:
            fit.save(kept)
        return fit

    def _checked(self, puppet: Puppet) -> check.Quality:
        poses = check.unseen_poses(self._plan.poses)
        done = iter(range(1, len(poses) + 1))
        return check.judge(_Playing(puppet, self._picture), self._teacher, self._picture, poses,
                           lambda: self._report(Step("checking", next(done), len(poses))))


class _Playing:
    def __init__(self, puppet: Puppet, picture: Frame) -> None:
        self._player = Player(puppet, picture)

    def render(self, pose: Pose) -> Frame:
        self._player.face(pose)
        self._player.body(pose)
        return self._player.frame()

    def face(self, pose: Pose) -> Frame:
        self._player.face(pose)
        return self._player.shown_face()


def with_face(picture: Frame, faces: FaceSamples) -> Frame:
    """The picture with the exact renderer's own neutral face in the face's box, as the player shows it."""
    drawn = picture.copy()
    drawn[faces.box.moved(FACE_LEFT, FACE_TOP).slices][..., :3] = faces.neutral[faces.box.slices][..., :3]
    return drawn
