from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.avatar.puppet_fixtures import figure, still_puppet
from vtube.avatar.puppet.canvas import SCALE, doubled
from vtube.avatar.puppet.evaluate import gradient_energy
from vtube.avatar.puppet.file import MAX_CRISPNESS, Puppet
from vtube.avatar.puppet.player import Player
from vtube.avatar.puppet.poses import body_poses
from vtube.avatar.puppet.sharpen import SHARPNESS, crisped, sharpness
from vtube.frame import Frame


def textured() -> Frame:
    picture = figure()
    noise = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (512, 512, 3)).astype(np.uint8), (0, 0), 0.8)
    picture[..., :3] = np.where(picture[..., 3:] > 0, noise, 0)
    return picture


def soft(picture: Frame) -> Puppet:
    """Shows everything three tenths of a pixel off, which softens it."""
    puppet = still_puppet(picture)
    puppet.body["head.bias"][0:8] = 0.3 / 32
    return puppet


def test_a_soft_puppet_becomes_as_sharp_as_wanted() -> None:
    puppet = crisped(soft(textured()), textured())
    assert 0 < puppet.crispness <= MAX_CRISPNESS
    poses = body_poses(4, 1)
    plain, sharpened = sharpness(puppet, textured(), poses, (0.0, puppet.crispness))
    assert sharpened > plain
    if puppet.crispness < MAX_CRISPNESS:
        assert sharpened == pytest.approx(SHARPNESS, abs=0.05)


def test_it_is_measured_on_what_the_player_draws() -> None:
    puppet, poses = replace(soft(textured()), crispness=0.1), body_poses(2, 1)
    player = Player(puppet, textured())
    energies = []
    for pose in poses:
        player.face(pose)
        player.body(pose)
        energies.append(gradient_energy(player.frame()))
    assert sharpness(puppet, textured(), poses, (0.0, 0.1))[1] == np.mean(energies) / gradient_energy(textured())


def test_a_sharp_puppet_is_left_alone() -> None:
    assert crisped(still_puppet(figure()), figure()).crispness < 0.02


def test_without_crispness_own_pixels_stay() -> None:
    picture = textured()
    assert np.array_equal(doubled(picture)[::SCALE, ::SCALE], np.minimum(picture, picture[..., 3:]))


def test_flat_colour_stays_however_crisp() -> None:
    flat = np.full((40, 40, 4), 200, np.uint8)
    assert (doubled(flat, MAX_CRISPNESS) == 200).all()
