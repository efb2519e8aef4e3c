"""A face learnt at twice the resolution: what it is to be, and that it is learnt and played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.avatar.puppet_fixtures import SlidingTeacher, figure
from vtube.avatar.puppet.decoder import compiled, face_model
from vtube.avatar.puppet.face_fit import FaceFit, SampledFaces, cover_of
from vtube.avatar.puppet.face_layers import bilinear, repainted
from vtube.avatar.puppet.face_targets import DETAIL, FaceTargets
from vtube.avatar.puppet.layout import FACE_LEFT, FACE_TOP, PAINTS, face_shape
from vtube.avatar.puppet.model import face_decoder
from vtube.avatar.puppet.poses import face_poses
from vtube.avatar.puppet.sampling import FaceSamples, SampleStore, joined
from vtube.errors import ModelError
from vtube.frame import Frame


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Other tests use the other cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> FaceSamples:
    return joined(list(SampleStore(tmp_path_factory.mktemp("samples"), SlidingTeacher(figure())).faces(1)))


def nearest(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(np.repeat(faces, DETAIL, 1), DETAIL, 2)


def targets(folder: Path, samples: FaceSamples) -> FaceTargets:
    made = FaceTargets(folder, nearest)
    made.set_neutral(samples.neutral[samples.box.slices][..., :3])
    made.add(samples.seen)
    return made


def drawing() -> Frame:
    return np.asarray(cv2.resize(figure(), (1024, 1024), interpolation=cv2.INTER_CUBIC), np.uint8)


def fit_of(folder: Path, samples: FaceSamples, steps: int) -> FaceFit:
    torch.manual_seed(0)
    return FaceFit(samples, targets(folder, samples), drawing(), steps)


def test_where_nothing_changes_the_drawing_itself_is_wanted(tmp_path: Path, samples: FaceSamples) -> None:
    fit = fit_of(tmp_path, samples, 1)
    box = samples.box.moved(FACE_LEFT, FACE_TOP).times(DETAIL)
    own = torch.from_numpy(drawing()[box.slices][..., :3].transpose(2, 0, 1).astype(np.float32) / 255)
    shown, cover = fit.wanted(torch.arange(len(samples.poses)))
    still = (cover == 0).expand_as(shown)
    assert 0.3 < still.float().mean() < 1
    assert torch.equal(shown[still], own.expand_as(shown)[still])


def test_a_change_is_covered_whole_and_a_little_around_it() -> None:
    neutral = torch.full((1, 3, 32, 32), 0.5)
    face = neutral.clone()
    face[..., 12:20, 12:20] += 0.3
    cover = cover_of(face, neutral, 2)
    assert cover.shape == (1, 1, 64, 64)
    assert float(cover[..., 24:40, 24:40].min()) > 0.95
    assert float(cover[..., :12, :].max()) < 1e-5
    assert not cover_of(neutral + 2 / 255, neutral, 2).any()


def test_it_is_learnt(tmp_path: Path, samples: FaceSamples) -> None:
    fit = fit_of(tmp_path, samples, 160)

    def off() -> float:
        some = torch.arange(0, len(samples.poses), 3)
        with torch.no_grad():
            return float((fit.shown(torch.from_numpy(samples.poses)[some])[0] - fit.wanted(some)[0]).abs().mean())

    before = off()
    for _ in range(160):
        fit.step()
    assert off() < 0.7 * before


def test_the_played_face_is_the_one_that_learnt() -> None:
    """As files of version 3 have it."""
    torch.manual_seed(0)
    decoder = face_decoder(64, 80, 2)
    neutral = np.full((128, 160, 3), 100, np.uint8)
    values = face_poses(1, 0)[:, :39]
    with torch.no_grad():
        image = decoder(torch.from_numpy(values))[0].permute(1, 2, 0).numpy()
    cover = 1 / (1 + np.exp(-image[..., 3:]))
    wanted = np.concatenate([(image[..., :3] + 100 / 255).clip(0, 1) * cover, cover], 2) * 255
    weights = {name: value.numpy() for name, value in decoder.state_dict().items()}
    (played,), _ = compiled([face_model(weights, face_shape(64, 80, 2), neutral)], "f32")
    layer = next(iter(played.infer([values]).values()))
    assert layer.shape == (128, 160, 4)
    assert np.abs(layer - wanted).max() <= 0.52


@pytest.mark.parametrize("detail", [1, 2])
def test_the_played_layers_are_those_that_learnt(samples: FaceSamples, tmp_path: Path, detail: int) -> None:
    torch.manual_seed(0)
    sampled = SampledFaces(samples) if detail == 1 else targets(tmp_path, samples)
    fit = FaceFit(samples, sampled, figure() if detail == 1 else drawing(), 1)
    decoder = fit.decoder
    with torch.no_grad():
        torch.nn.init.normal_(decoder.head.weight, std=1.0)
        decoder.head.get_parameter("bias").zero_()
        torch.nn.init.normal_(decoder.soft.weight, std=0.02)
    values = samples.poses[:1]
    with torch.no_grad():
        shown, cover = (each[0].permute(1, 2, 0).numpy() for each in fit.shown(torch.from_numpy(values)))
    assert 0.1 < cover.mean() < 0.98
    rows, columns = samples.seen.shape[1:3]
    weights = {name: value.numpy() for name, value in decoder.state_dict().items()}
    model = face_model(weights, face_shape(rows, columns, detail, PAINTS), sampled.neutral)
    (played,), _ = compiled([model], "f32")
    layer = next(iter(played.infer([values]).values())) / 255
    own = (drawing() if detail == 2 else figure())[samples.box.moved(FACE_LEFT, FACE_TOP).times(detail).slices]
    over = own[..., :3] / 255 * (1 - layer[..., 3:]) + layer[..., :3]
    assert layer.shape == (rows * detail, columns * detail, 4)
    assert (layer[..., :3].max(2) <= layer[..., 3] + 1e-6).all()
    assert np.abs(over - shown).mean() < 0.01 and np.abs(layer[..., 3:] - cover).max() < 0.05


def test_more_detail_begins_with_what_less_has_learnt(samples: FaceSamples, tmp_path: Path) -> None:
    torch.manual_seed(0)
    coarse = FaceFit(samples, SampledFaces(samples), figure(), 30)
    for _ in range(30):
        coarse.step()
    coarse.save(tmp_path / "coarse.pt")
    fine = fit_of(tmp_path, samples, 60)
    some = torch.from_numpy(samples.poses[:5])
    assert fine.warm_start(tmp_path / "coarse.pt") and fine.done == 30
    with torch.no_grad():
        covers = coarse.shown(some)[1], fine.shown(some)[1]
    learnt = torch.nn.functional.interpolate(covers[0], scale_factor=2.0, mode="nearest")
    assert float((covers[1] - learnt).abs().mean()) < 0.02
    assert not fine.warm_start(tmp_path / "nothing.pt")


def test_a_paint_that_is_chosen_nowhere_is_not_played(samples: FaceSamples) -> None:
    torch.manual_seed(0)
    fit = FaceFit(samples, SampledFaces(samples), figure(), 1)
    cell, head = fit.decoder.shape.shuffle**2, fit.decoder.head
    with torch.no_grad():
        torch.nn.init.normal_(head.weight, std=1.0)
        head.get_parameter("bias").zero_()[3 * cell : 4 * cell] = -30
        torch.nn.init.normal_(fit.decoder.soft.weight, std=0.02)
    assert fit.used() == [0, 2]
    weights = {name: value.numpy() for name, value in fit.decoder.state_dict().items()}
    rows, columns = samples.seen.shape[1:3]
    fewer_weights = repainted(weights, fit.decoder.shape, [[0], [2]])
    both = [
        face_model(each, face_shape(rows, columns, 1, paints), samples.neutral_box)
        for each, paints in ((weights, PAINTS), (fewer_weights, 2))
    ]
    requests, _ = compiled(both, "f32")
    every, fewer = (next(iter(one.infer([samples.poses[:1]]).values())).astype(int) for one in requests)
    assert every.std() > 1 and np.abs(every - fewer).max() <= 1


def test_one_paint_is_always_played(samples: FaceSamples) -> None:
    fit = FaceFit(samples, SampledFaces(samples), figure(), 1)
    cell = fit.decoder.shape.shuffle**2
    with torch.no_grad():
        fit.decoder.head.get_parameter("bias")[2 * cell :] = -30
    assert len(fit.used()) >= 1


def test_faces_are_enlarged_once(tmp_path: Path, samples: FaceSamples) -> None:
    first = targets(tmp_path, samples)

    def never(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
        raise AssertionError("enlarged again")

    again = FaceTargets(tmp_path, never)
    again.set_neutral(samples.neutral[samples.box.slices][..., :3])
    again.add(samples.seen)
    some = np.array([0, 49, 7])
    assert np.array_equal(again.of(some), nearest(samples.seen[some]))
    assert np.array_equal(again.neutral, first.neutral)


def test_a_torn_chunk_is_enlarged_again(tmp_path: Path, samples: FaceSamples) -> None:
    targets(tmp_path, samples)
    chunk = tmp_path / "face-0000-x2.npy"
    chunk.write_bytes(chunk.read_bytes()[:1000])
    assert np.array_equal(targets(tmp_path, samples).of(np.array([3])), nearest(samples.seen[3:4]))


def test_a_full_disk_is_told(tmp_path: Path, samples: FaceSamples) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot write"):
        targets(tmp_path / "file", samples)


@pytest.mark.parametrize(("cells", "factor"), [(6, 2), (48, 4), (5, 8)])
def test_cells_are_enlarged_as_a_picture_is(cells: int, factor: int) -> None:
    values = np.random.default_rng(3).random((1, 2, cells, cells), np.float32)
    large = bilinear(cells, factor)
    expected = torch.nn.functional.interpolate(torch.from_numpy(values), scale_factor=factor, mode="bilinear")
    assert np.allclose(large @ values @ large.T, expected.numpy(), atol=1e-6)
