from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.avatar.puppet_fixtures import SlidingTeacher, figure
from vtube.avatar.puppet.decoder import body_model, compiled, face_model
from vtube.avatar.puppet.face_fit import FaceFit, SampledFaces
from vtube.avatar.puppet.fit import LEARNING_RATE, BodyFit, compose, learning_rate, unevenness
from vtube.avatar.puppet.layout import PAINTS, SHIFT_UNIT, body_shape, face_shape
from vtube.avatar.puppet.model import Decoder, body_decoder, face_decoder
from vtube.avatar.puppet.poses import body_poses, extreme_faces, face_poses
from vtube.avatar.puppet.sampling import FaceSamples, SampleStore, changing_box, figure_box, joined, premultiplied
from vtube.errors import ModelError
from vtube.pose import BODY, HIGH, INDEX, LOW


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Other tests use the other cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SampleStore:
    return SampleStore(tmp_path_factory.mktemp("samples"), SlidingTeacher(figure()))


def weights(decoder: Decoder) -> dict[str, NDArray[np.float32]]:
    return {name: value.numpy() for name, value in decoder.state_dict().items()}


@pytest.mark.parametrize("decoder", [body_decoder(), face_decoder(96, 112), face_decoder(64, 80, 2, PAINTS)])
def test_a_shape_lists_its_modules_weights(decoder: Decoder) -> None:
    assert decoder.shape.tensors() == {name: tuple(value.shape) for name, value in decoder.state_dict().items()}


def test_the_played_body_is_the_one_that_learnt() -> None:
    torch.manual_seed(0)
    decoder = body_decoder()
    torch.nn.init.normal_(decoder.head.weight, std=0.3)
    values = np.array([[0.5, -1, 0.3, 0, 1, 0.2]], np.float32)
    with torch.no_grad():
        image = decoder(torch.from_numpy(values))
    (played,), _ = compiled([body_model(weights(decoder), body_shape())], "f32")
    (shift,) = played.infer([values]).values()
    assert np.allclose(shift, image[0, :2].permute(1, 2, 0).numpy() * SHIFT_UNIT, atol=1e-3)


def test_the_played_face_is_the_one_that_learnt() -> None:
    torch.manual_seed(0)
    decoder = face_decoder(64, 80)
    neutral = np.full((64, 80, 3), 100, np.uint8)
    values = face_poses(1, 0)[:, :39]
    with torch.no_grad():
        wanted = (decoder(torch.from_numpy(values))[0].permute(1, 2, 0).numpy() * 255 + 100).clip(0, 255)
    (played,), _ = compiled([face_model(weights(decoder), face_shape(64, 80), neutral)], "f32")
    assert np.abs(next(iter(played.infer([values]).values())) - wanted).max() <= 0.51


def face_fit(samples: FaceSamples) -> FaceFit:
    return FaceFit(samples, SampledFaces(samples), figure(), 6)


def test_composing_a_shift_moves_the_picture() -> None:
    source = torch.rand(1, 4, 256, 256)
    decoded = torch.zeros(1, 7, 128, 128)
    decoded[:, 0], decoded[:, 2] = 20 / SHIFT_UNIT, -30
    centres = (torch.arange(256) + 0.5) / 128 - 1
    grid = torch.stack(torch.meshgrid(centres, centres, indexing="xy"), 2)[None]
    shown, mask = compose(decoded, source, grid)
    assert torch.allclose(shown[..., :246], source[..., 10:], atol=1e-4)
    assert float(mask.max()) < 1e-6


def test_shifts_that_waver_inside_the_figure_are_uneven() -> None:
    figure = torch.zeros(1, 1, 128, 128)
    figure[..., 32:96, 32:96] = 1
    even = torch.full((1, 2, 128, 128), 0.3)
    wavering = even + 0.1 * (torch.arange(128) % 2)
    assert float(unevenness(even, figure)) == 0
    assert float(unevenness(wavering, torch.zeros_like(figure))) == 0
    assert float(unevenness(wavering, figure)) == pytest.approx(0.1 * 64 * 63 / (128 * 127), rel=1e-3)


def test_wavering_shifts_and_needless_colour_cost_a_body_something(store: SampleStore) -> None:
    samples = joined(list(store.bodies(1)))
    costs = []
    for ripple, colour in ((0.0, 0.0), (0.2, 0.0), (0.0, 0.002)):
        fit = BodyFit(samples, premultiplied(figure()), figure_box(samples), 1)
        fit.done = 1  # where colour costs most; the decoder gives the same for every pose
        with torch.no_grad():
            fit.decoder.head.weight.zero_()
            bias = fit.decoder.head.get_parameter("bias").zero_()
            bias[:8] = ripple * torch.tensor([1.0, -1, 1, -1, 1, -1, 1, -1])
            bias[8:12], bias[12:28] = -30, colour
        costs.append(fit._loss(torch.arange(8)).item())  # noqa: SLF001 - a step would change the decoder
    assert costs[1] > costs[0] + 0.1
    assert costs[2] > costs[0]


def test_bodies_are_learnt(store: SampleStore) -> None:
    torch.manual_seed(0)
    samples = joined(list(store.bodies(1)))
    fit = BodyFit(samples, premultiplied(figure()), figure_box(samples), 8)
    losses = [float(fit.step()) for _ in range(8)]
    assert np.mean(losses[-2:]) < 0.95 * np.mean(losses[:2])


def test_faces_are_learnt_and_a_fit_goes_on_exactly(store: SampleStore, tmp_path: Path) -> None:
    samples = joined(list(store.faces(1)))
    torch.manual_seed(0)
    whole, first = face_fit(samples), face_fit(samples)
    first.decoder.load_state_dict(whole.decoder.state_dict())
    for _ in range(6):
        whole.step()
    for _ in range(3):
        first.step()
    first.save(tmp_path / "state.pt")
    second = face_fit(samples)
    assert second.restore(tmp_path / "state.pt") and second.done == 3
    for _ in range(3):
        second.step()
    mine, theirs = whole.decoder.state_dict(), second.decoder.state_dict()
    assert all(torch.allclose(mine[name], theirs[name], atol=1e-4) for name in mine)


def test_a_foreign_state_is_left_alone(store: SampleStore, tmp_path: Path) -> None:
    fit = face_fit(joined(list(store.faces(1))))
    (tmp_path / "state.pt").write_bytes(b"no state")
    assert not fit.restore(tmp_path / "state.pt")
    torch.save({"done": 5}, tmp_path / "other.pt")
    assert not fit.restore(tmp_path / "other.pt")
    assert not fit.restore(tmp_path / "missing.pt")
    assert fit.done == 0


def test_a_state_that_cannot_be_kept_is_told(store: SampleStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot write"):
        face_fit(joined(list(store.faces(1)))).save(tmp_path / "file" / "state.pt")


def test_the_rate_rises_shortly_and_falls() -> None:
    rates = [learning_rate(step, 1000) for step in range(1000)]
    assert max(rates) <= LEARNING_RATE and int(np.argmax(rates)) < 100
    assert rates[0] < LEARNING_RATE / 10 and rates[-1] < LEARNING_RATE / 50


@pytest.mark.parametrize("poses", [body_poses(200, 0), face_poses(200, 0), extreme_faces()])
def test_poses_are_in_range(poses: NDArray[np.float32]) -> None:
    assert (poses >= LOW).all() and (poses <= HIGH).all() and poses.dtype == np.float32


def test_bodies_follow_heads_and_faces_leave_the_body_alone() -> None:
    bodies = body_poses(1000, 3)
    assert not bodies[:, : BODY.start].any()
    assert np.corrcoef(bodies[:, INDEX["head_y"]], bodies[:, INDEX["body_y"]])[0, 1] > 0.5
    assert (np.abs(bodies[:, INDEX["head_y"]]) == 1).mean() > 0.1
    assert not face_poses(50, 3)[:, BODY].any()
    assert np.array_equal(body_poses(5, 1), body_poses(5, 1))


def test_every_parameter_is_visited() -> None:
    assert (np.abs(face_poses(600, 0)[:, : BODY.start]).max(0) > 0.6).all()


def test_the_box_of_changes_stays_inside() -> None:
    largest = np.zeros((192, 192), np.int16)
    largest[0:20, 180:192] = 90
    box = changing_box(largest)
    assert box.top == 0 and box.right == 192 and box.width % 16 == box.height % 16 == 0
    with pytest.raises(ModelError):
        changing_box(np.zeros((192, 192), np.int16))
