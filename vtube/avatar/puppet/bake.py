"""From a picture to a puppet: sample the exact renderer, train, evaluate, keep; first a coarse one, which then goes on.

Samples and fits lie in a folder of the picture's own until the puppet is finished: a bake that is interrupted at any
moment goes on from there.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from vtube.avatar.picture.character import Character
from vtube.avatar.puppet import drawing as drawings
from vtube.avatar.puppet import evaluate, rejection
from vtube.avatar.puppet import file as puppet_file
from vtube.avatar.puppet.drawing import Enlargers, at_detail, finest
from vtube.avatar.puppet.face_layers import repainted
from vtube.avatar.puppet.face_targets import DETAIL, FaceTargets
from vtube.avatar.puppet.file import Puppet, load, only_moving, save
from vtube.avatar.puppet.fine_faces import FineFaces
from vtube.avatar.puppet.folder import version
from vtube.avatar.puppet.layout import FACE_LEFT, FACE_TOP
from vtube.avatar.puppet.playing import Playing
from vtube.avatar.puppet.progress import (
    COARSE,
    ENLARGING,
    EVALUATING,
    SAMPLING_BODIES,
    SAMPLING_FACES,
    BakeProgress,
    Plan,
    StageProgress,
)
from vtube.avatar.puppet.rejection import UnfitError
from vtube.avatar.puppet.sampling import (
    FaceSamples,
    SampleStore,
    Teacher,
    figure_box,
    joined,
    premultiplied,
)
from vtube.avatar.puppet.sharpen import crisped
from vtube.avatar.superres.enlarger import FACES
from vtube.errors import ModelError
from vtube.frame import Frame
from vtube.paths import remove

T = TypeVar("T")


@dataclass(frozen=True)
class Fine:
    """What a face of more detail than 512 is learnt from."""

    targets: FaceTargets
    drawing: Frame
    """The picture at the targets' detail."""
    identity: str
    """Of the network that made the targets."""


COARSE_PSNR_FLOOR_DB, COARSE_FACE_PSNR_FLOOR_DB = 26.0, 29.0
"""What a puppet needs to be shown while it is trained on; sharpness as for a finished one. From here on outlines, lids
and mouth are in their places, and only pupils and lips are soft."""

Report = Callable[[StageProgress], None]
"""Told about each step, from any thread; may raise to interrupt."""

Published = Callable[[str, evaluate.Quality], None]
"""Told when the file is there or better: `coarse` or `finished`."""


class Baking:
    """One bake; call it."""

    def __init__(
        self,
        character: Character,
        variant: str,
        teacher: Teacher,
        folder: Path,
        report: Report,
        *,
        published: Published = lambda stage, quality: None,
        plan: Plan | None = None,
        coarse: Plan | None = None,
        quick: bool = False,
        device: str = "cpu",
        enlargers: Enlargers | None = None,
        ancestor: Puppet | None = None,
    ) -> None:
        """Nothing is begun yet.

        Args:
            character: whose puppet is made.
            variant: of THA3's weights, which `teacher` runs.
            teacher: whom the puppet follows.
            folder: for what is kept until the puppet is finished.
            report: told about each step.
            published: told when the file is there or better.
            plan: how much is done for the finished puppet.
            coarse: how much before that for a first one.
            quick: only what `coarse` needs.
            device: where torch trains and faces are enlarged.
            enlargers: gives the network of a name, or None where it cannot be had.
            ancestor: the puppet with whose decoders this one begins, if with any.
        """
        self._picture, self._digest, self._source = character.frame, character.digest, character.source
        self._variant, self._teacher = variant, teacher
        self._folder, self._report, self._published, self._device = folder, report, published, device
        self._plans = [coarse or COARSE] if quick else [coarse or COARSE, plan or Plan()]
        self._progress = BakeProgress(self._plans)
        self._store = SampleStore(folder, teacher)
        self._enlargers = enlargers or partial(drawings.enlarger, device=device)
        self._ancestor = ancestor
        self._faces: FineFaces | None = None

    def __call__(self, path: Path) -> evaluate.Quality:
        """Write the finished puppet to `path`, and a coarse one before, unless a finished one is there.

        Raises:
            UnfitError: the picture has no figure or no face that moves, or the puppet is below the floor of quality;
                remembered in the folder.
            ModelError: the disk fails.
        """
        rejection.forget(self._folder)
        try:
            quality = self._finished(path)
        except UnfitError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            rejection.remember(self._folder, version(), str(error))
            raise
        shutil.rmtree(self._folder, ignore_errors=True)
        return quality

    def coarse(self, path: Path) -> evaluate.Quality:
        """Write a coarse puppet to `path`, unless a finished one is there.

        Raises:
            UnfitError: see above; here also when it only needs to be trained on.
            ModelError: the disk fails.
        """
        puppet = replace(self._trained(0, path), stage=puppet_file.COARSE)
        quality = self._evaluated(puppet, 0)
        if not is_showable(quality):
            raise _NotYetError(
                "the coarse puppet is not good enough to be shown yet: "
                f"{quality.psnr_db:.1f} dB close to THA3, {quality.face_psnr_db:.1f} dB in the face; "
                "`vtube bake` without --quick goes on"
            )
        self._publish(puppet, quality, path)
        return quality

    def _finished(self, path: Path) -> evaluate.Quality:
        with contextlib.suppress(_NotYetError):
            if not self._has_coarse(path):
                self.coarse(path)
        puppet = self._trained(1, path)
        quality = self._evaluated(puppet, 1, self._faces)
        try:
            quality.require()
        except ModelError as error:
            self._withdraw(path)
            raise UnfitError(str(error)) from None
        self._publish(puppet, quality, path)
        return quality

    def _trained(self, number: int, path: Path) -> Puppet:
        from vtube.avatar.puppet.ancestor import begin_body, begin_face
        from vtube.avatar.puppet.face_fit import FaceFit, SampledFaces
        from vtube.avatar.puppet.fit import BodyFit
        from vtube.avatar.puppet.trainer import Trainer

        plan = self._plans[number]
        store = self._store
        chunks = self._sampled(number, SAMPLING_FACES, store.faces(plan.face_chunks))
        faces = joined(chunks)
        extremes = store.extremes()
        box = figure_box(extremes)
        bodies = joined([extremes, *self._sampled(number, SAMPLING_BODIES, store.bodies(plan.body_chunks))])
        drawn = premultiplied(with_face(self._picture, faces))
        fine = self._fine(number, chunks, path)
        targets = SampledFaces(faces) if fine is None else fine.targets
        face = FaceFit(faces, targets, self._picture if fine is None else fine.drawing, plan.face_steps, self._device)
        body = BodyFit(bodies, drawn, box, plan.body_steps, self._device)
        if self._ancestor is not None:
            begin_face(face, faces.box, self._ancestor)
            begin_body(body, box, self._ancestor)
        trainer = Trainer(self._folder, face, body, lambda stage, done: self._step(number, stage, done))
        trainer(number, lambda: self._publish_finer(body.weights(), path) if number else None)
        paints = face.used()
        puppet = Puppet(
            self._digest,
            self._variant,
            box,
            faces.box,
            targets.neutral,
            only_moving(body.weights()),
            repainted(face.weights(), face.decoder.shape, [[number] for number in paints]),
            detail=1 if fine is None else DETAIL,
            enlarger="" if fine is None else fine.identity,
            paints=len(paints),
        )
        return crisped(puppet, self._picture)

    def _fine(self, number: int, chunks: list[FaceSamples], path: Path) -> Fine | None:
        """What a face of more detail is learnt from; None: it is learnt at 512."""
        if self._plans[number].detail == 1:
            return None
        network = self._enlargers(FACES)
        if network is None:
            self._progress.skip(number, ENLARGING)
            return None
        targets = FaceTargets(self._folder, network)
        targets.set_neutral(chunks[0].neutral_box)
        for done, chunk in enumerate(chunks, 1):
            targets.add(chunk.seen)
            self._step(number, ENLARGING, done)
        drawing = finest(self._picture, self._source, path, self._enlargers)
        fine = Fine(targets, at_detail(drawing, DETAIL), network.identity)
        self._faces = FineFaces(fine.drawing, chunks[0].box, chunks[0].neutral_box, network, self._store.mending())
        return fine

    def _sampled(self, number: int, stage: str, chunks: Iterator[T]) -> list[T]:
        sampled = []
        for done, chunk in enumerate(chunks, 1):
            self._step(number, stage, done)
            sampled.append(chunk)
        return sampled

    def _evaluated(self, puppet: Puppet, number: int, fine: FineFaces | None = None) -> evaluate.Quality:
        poses = evaluate.unseen_poses(self._plans[number].poses)
        done, playing = iter(range(1, len(poses) + 1)), Playing(puppet, self._picture, fine)
        return evaluate.compare(
            playing,
            self._teacher,
            self._picture,
            poses,
            lambda: self._step(number, EVALUATING, next(done)),
            playing.closer,
        )

    def _publish_finer(self, body: puppet_file.Weights, path: Path) -> None:
        """The coarse puppet with a body that is trained to the end, if that is better."""
        before = _loaded(path, self._digest)
        if before is None or before.stage != puppet_file.COARSE:
            return
        finer = replace(before, body=only_moving(body))
        poses = evaluate.unseen_poses(self._plans[0].poses)
        quality = evaluate.compare(Playing(finer, self._picture), self._teacher, self._picture, poses)
        if is_showable(quality) and quality.psnr_db > before.quality.get("psnr_db", 0.0):
            self._publish(finer, quality, path)

    def _publish(self, puppet: Puppet, quality: evaluate.Quality, path: Path) -> None:
        before = _loaded(path, self._digest)
        if puppet.stage == puppet_file.COARSE and before is not None and before.stage == puppet_file.FINISHED:
            return
        save(replace(puppet, quality=quality.as_numbers()), path)
        self._published(puppet.stage, quality)

    def _has_coarse(self, path: Path) -> bool:
        from vtube.avatar.puppet.trainer import are_trained

        if _loaded(path, self._digest) is None or not are_trained(self._folder, 0):
            return False
        self._progress.skip(0)
        return True

    def _withdraw(self, path: Path) -> None:
        before = _loaded(path, self._digest)
        if before is not None and before.stage == puppet_file.COARSE:
            remove(path)

    def _step(self, number: int, stage: str, done: int) -> None:
        self._report(self._progress.update(number, stage, done))


class _NotYetError(UnfitError):
    """Only a coarse puppet that is too coarse."""


def is_showable(quality: evaluate.Quality) -> bool:
    """Whether a coarse puppet may be on air."""
    return (
        quality.psnr_db >= COARSE_PSNR_FLOOR_DB
        and quality.face_psnr_db >= COARSE_FACE_PSNR_FLOOR_DB
        and quality.sharpness >= evaluate.SHARPNESS_FLOOR * quality.exact_sharpness
    )


def with_face(picture: Frame, faces: FaceSamples) -> Frame:
    """The picture with the exact renderer's own neutral face in the face's box, as the player shows it."""
    drawn = picture.copy()
    drawn[faces.box.moved(FACE_LEFT, FACE_TOP).slices][..., :3] = faces.neutral[faces.box.slices][..., :3]
    return drawn


def _loaded(path: Path, digest: str) -> Puppet | None:
    try:
        return load(path, digest)
    except ModelError:
        return None
