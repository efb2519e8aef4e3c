"""From what was learnt to a puppet: as sharp as every puppet, compared with exact THA3, kept if it is good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.puppet import evaluate
from vtube.avatar.puppet.drawing import at_detail, finest
from vtube.avatar.puppet.face_fit import ASKED, UNUSED
from vtube.avatar.puppet.face_layers import CHOICE, repainted
from vtube.avatar.puppet.face_targets import DETAIL
from vtube.avatar.puppet.file import Puppet, find, load, save
from vtube.avatar.puppet.fine_faces import FineFaces
from vtube.avatar.puppet.layout import UNPAINTED
from vtube.avatar.puppet.mended import Mending
from vtube.avatar.puppet.model import face_decoder
from vtube.avatar.puppet.playing import Playing
from vtube.avatar.puppet.poses import face_poses, shut_eyes
from vtube.avatar.puppet.sharpen import crisped
from vtube.avatar.superres.enlarger import FACES, Enlarger
from vtube.avatar.weights import tensors
from vtube.pose import COUNT


def finish(picture: Path, variant: str, begin: Path | None, states: Sequence[Path], out: Path) -> dict[str, float]:
    """Put `states` into the puppet of `picture`, or into the file `begin`, and write `out`; its quality.

    Raises:
        ModelError: the puppet is below the floor of quality, or a file cannot be read or written.
    """
    character = prepare(picture)
    puppet = load(begin, character.digest) if begin else find(character.digest, variant)
    for path in states:
        weights = tensors.read(path)
        puppet = replace(puppet, face=weights) if "soft.weight" in weights else replace(puppet, body=weights)
    puppet = crisped(without_unused(puppet), character.frame)
    quality = compared(puppet, character)
    quality.require()
    save(replace(puppet, quality=quality.as_numbers()), out)
    return quality.as_numbers()


@torch.no_grad()
def without_unused(puppet: Puppet) -> Puppet:
    """The puppet without the paints of its face that are chosen for less than `UNUSED` of all pixels."""
    if not puppet.paints:
        return puppet
    shape = puppet.face_shape
    decoder = face_decoder(puppet.face_box.height, puppet.face_box.width, puppet.detail, puppet.paints)
    decoder.load_state_dict({name: torch.from_numpy(array) for name, array in puppet.face.items()})
    poses = torch.from_numpy(face_poses(ASKED, 0)[:, : shape.inputs])
    chosen = torch.softmax(decoder.image(decoder.last(poses)) * CHOICE, 1)
    shares = chosen.mean((0, 2, 3))[UNPAINTED:]
    used = [number for number, share in enumerate(shares.tolist()) if share >= min(UNUSED, float(shares.max()))]
    face = repainted(puppet.face, shape, [[number] for number in used])
    return replace(puppet, face=face, paints=len(used))


def compared(puppet: Puppet, character: Character) -> evaluate.Quality:
    """The puppet beside exact THA3 on poses that it never saw."""
    exact = OpenVinoRenderer(Request(character, puppet.variant), keep_linear=True)
    try:
        playing = Playing(puppet, character.frame, _fine(puppet, character, exact))
        poses = evaluate.unseen_poses()
        return evaluate.compare(playing, exact, character.frame, poses, closer=playing.closer)
    finally:
        exact.close()


def _fine(puppet: Puppet, character: Character, exact: OpenVinoRenderer) -> FineFaces | None:
    if puppet.detail != DETAIL:
        return None
    neutral = exact.face(np.zeros(COUNT, np.float32))[puppet.face_box.slices][..., :3]
    drawing = finest(character.frame, character.source, Request(character, puppet.variant).puppet_path)
    shut = [exact.face(pose)[puppet.face_box.slices][..., :3] for pose in shut_eyes()]
    mend = Mending(neutral, shut)
    return FineFaces(at_detail(drawing, DETAIL), puppet.face_box, np.ascontiguousarray(neutral), Enlarger(FACES), mend)
