"""Body and face on random networks of THA3's shape: what is learnt is what they draw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.avatar.puppet_fixtures import Nearest, bust, figure, still_puppet
from tests.avatar.random_weights import install, random_weights
from tools.refine import face
from tools.refine.body import BodyRefinement, begun, pairs
from tools.refine.exact import ManyExact
from tools.refine.face import FaceRefinement
from tools.refine.finish import without_unused
from vtube.avatar.engines.request import Request
from vtube.avatar.engines.torch_engine import TorchRenderer
from vtube.avatar.puppet.face_layers import repainted
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.layout import PAINTS, Box
from vtube.avatar.puppet.model import Decoder, body_decoder, face_decoder
from vtube.avatar.puppet.poses import Poses, face_poses
from vtube.avatar.puppet.sampling import premultiplied
from vtube.avatar.tha3.poser import load
from vtube.pose import BODY, COUNT, HIGH, LOW

BOX, FIGURE = Box(48, 48, 32, 32), Box(144, 48, 224, 464)


class Remembering(ManyExact):
    """Draws no body twice: a pose takes more than a second."""

    def bodies(self, poses: Poses) -> tuple[Tensor, Tensor]:
        known = self.__dict__.setdefault("known", {})
        key = poses.tobytes()
        if key not in known:
            known[key] = super().bodies(poses)
        frames, shifts = known[key]
        return frames.clone(), shifts.clone()


@pytest.fixture(scope="module")
def exact() -> ManyExact:
    return Remembering(load(random_weights(separable=True), separable=True), figure(), "cpu")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face, "KNOWN", 2)


def moved_puppet() -> Puppet:
    puppet = replace(still_puppet(figure()), figure_box=FIGURE, face_box=BOX, detail=2, paints=PAINTS)
    weights = {name: value.numpy() for name, value in body_decoder().state_dict().items()}
    own = {name: value.numpy() for name, value in face_decoder(32, 32, 2, PAINTS).state_dict().items()}
    return replace(puppet, body=weights, face=own, neutral=np.full((64, 64, 3), 128, np.uint8))


def test_many_at_once_are_drawn_as_each_alone(exact: ManyExact) -> None:
    poses = pairs(2, 1)
    frames, shifts = exact.bodies(poses)
    alone = [exact.bodies(poses[number : number + 1]) for number in (0, 1)]
    assert torch.allclose(shifts, torch.cat([shift for _, shift in alone]), atol=1e-4)
    assert (frames.int() - torch.cat([frame for frame, _ in alone]).int()).abs().max() <= 1
    assert frames.shape == (2, 4, 512, 512) and (frames[:, :3] <= frames[:, 3:]).all()
    faces = exact.faces(face_poses(2, 1))
    assert torch.equal(faces[:1], exact.faces(face_poses(2, 1)[:1])) and faces.shape == (2, 4, 192, 192)


def test_frames_and_shifts_are_the_engines(exact: ManyExact, tmp_path: Path) -> None:
    models = install(tmp_path, "separable_float", random_weights(separable=True))
    engine = TorchRenderer(Request(bust(), device="cpu", models=models))
    pose = pairs(2, 1)[1]
    shown = premultiplied(engine.render(pose)).astype(int)
    frames, shifts = exact.bodies(pose[None])
    assert np.abs(frames[0].permute(1, 2, 0).numpy() - shown).max() <= 1
    assert np.allclose(shifts[0].numpy(), engine.shift(), atol=1e-4)
    assert np.abs(exact.faces(pose[None])[0].permute(1, 2, 0).numpy().astype(int) - engine.face(pose)).max() <= 1


@pytest.mark.parametrize("styled", [False, True])
def test_a_body_comes_closer_to_what_it_is_shown(exact: ManyExact, styled: bool) -> None:
    fit = BodyRefinement(exact, moved_puppet(), figure(), 4, "cpu", unseen=1, styled=styled)
    fit.add(fit.fresh(2, 1))
    chosen = fit.choose(np.random.default_rng(0), 2)
    assert sorted(chosen.tolist()) == [0, 1]
    losses = [fit.learn(chosen, 2e-3, 0.5).item() for _ in range(24)]
    assert losses[-1] < 0.95 * losses[0]
    assert set(fit.figures()) == {"psnr_db", "shift_px", "waviness_px"}
    weights = fit.weights()
    assert not weights["head.weight"][8:].any() and (weights["head.bias"][8:12] < -29).all()
    assert ("styles.0.weight" in weights) == styled


def test_a_shift_of_nothing_shows_the_picture(exact: ManyExact) -> None:
    puppet = moved_puppet()
    still = {name: np.zeros_like(each) for name, each in puppet.body.items()}
    fit = BodyRefinement(exact, replace(puppet, body=still), figure(), 2, "cpu", unseen=1)
    shown = fit.shown(torch.zeros(1, 2, 128, 128))[0].permute(1, 2, 0).numpy() * 255
    own = premultiplied(figure())[FIGURE.slices].astype(np.float32)
    away = np.ones(own.shape[:2], bool)
    away[32 + BOX.top - FIGURE.top :][: BOX.height, 160 + BOX.left - FIGURE.left :][:, : BOX.width] = False
    assert np.abs(shown - own)[away].max() < 1.5


def test_styles_begin_with_nothing() -> None:
    puppet = moved_puppet()
    decoder = Decoder(replace(puppet.body_shape, styled=True))
    kept = {name: torch.from_numpy(each) for name, each in puppet.body.items()}
    decoder.load_state_dict(begun(kept, decoder))
    plain = Decoder(puppet.body_shape)
    plain.load_state_dict(kept)
    values = torch.rand(2, 6)
    assert torch.allclose(decoder(values)[:, :2], plain(values)[:, :2], atol=1e-6)


def test_a_face_comes_closer_to_what_it_is_shown(exact: ManyExact) -> None:
    fit = FaceRefinement(exact, moved_puppet(), Nearest().double(figure()), Nearest(), 4, "cpu", 2)
    fit.add(fit.fresh(3, 7))
    before, chosen = fit.figures(), fit.choose(np.random.default_rng(0), 3)
    assert int(chosen.max()) < 3
    wanted, _ = fit.wanted(torch.tensor([4]))
    assert wanted.shape == (1, 3, 64, 64)
    losses = [fit.learn(torch.tensor([0, 1, 2]), 2e-3, 0.5).item() for _ in range(28)]
    assert losses[27] < 0.985 * losses[11] and losses[26] < losses[10]  # each fourth one has the neutral face in it
    assert fit.figures().keys() == before.keys() == {"psnr_db", "worst_psnr_db"}


def test_a_face_without_its_unused_paints_goes_on_learning(exact: ManyExact) -> None:
    puppet = moved_puppet()
    face = repainted(puppet.face, puppet.face_shape, [[number] for number in range(PAINTS - 1)])
    fewer = replace(puppet, face=face, paints=PAINTS - 1)
    fit = FaceRefinement(exact, fewer, Nearest().double(figure()), Nearest(), 4, "cpu", 2)
    fit.add(fit.fresh(3, 7))
    fit.learn(torch.tensor([0, 1, 2]), 2e-3, 0.5)
    assert replace(fewer, face=fit.weights()).face_shape.tensors().keys() == fit.weights().keys()


def test_each_second_pose_is_close_to_the_one_before() -> None:
    poses = pairs(400, 5)
    assert poses.shape == (400, COUNT) and (poses >= LOW).all() and (poses <= HIGH).all()
    assert not poses[:, : BODY.start].any()
    apart = np.abs(poses[::2] - poses[1::2])
    assert ((apart > 0).sum(1) == 1).all() and apart.max() < 0.081
    assert (np.abs(poses[:, BODY]) == 1).all(1).any() or (np.abs(poses[:, BODY]) == 1).mean() > 0.1
    assert not np.array_equal(poses, pairs(400, 6))


def test_a_paint_that_is_chosen_nowhere_is_left_out() -> None:
    puppet = moved_puppet()
    cell = puppet.face_shape.shuffle**2
    puppet.face["head.bias"][3 * cell : 4 * cell] = -30
    fewer = without_unused(puppet)
    assert fewer.paints == PAINTS - 1 and fewer.face["soft.bias"].shape == (2 + 3 * (PAINTS - 1),)
    assert without_unused(fewer).paints == PAINTS - 1
    still = still_puppet(figure())
    assert without_unused(still) is still
