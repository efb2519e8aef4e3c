"""A new puppet begins with what another one has learnt: the same at the same places of the picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.avatar.puppet_fixtures import SlidingTeacher, figure, still_puppet
from vtube.avatar.puppet.ancestor import begin_body, begin_face
from vtube.avatar.puppet.face_fit import FaceFit, SampledFaces
from vtube.avatar.puppet.file import Puppet, shipped
from vtube.avatar.puppet.fit import BodyFit
from vtube.avatar.puppet.layout import PAINTS, Box
from vtube.avatar.puppet.model import Decoder, body_decoder, face_decoder
from vtube.avatar.puppet.sampling import FaceSamples, SampleStore, figure_box, joined

CELL = 16
"""Pixels of 512 of a cell of a face's first level."""


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


@pytest.fixture(scope="module")
def samples(store: SampleStore) -> FaceSamples:
    return joined(list(store.faces(1)))


def ancestor(face: Decoder, face_box: Box, detail: int = 1) -> Puppet:
    numbers = {name: value.numpy() for name, value in face.state_dict().items()}
    neutral = np.full((face_box.height * detail, face_box.width * detail, 3), 100, np.uint8)
    known = replace(still_puppet(figure()), face=numbers, face_box=face_box, neutral=neutral)
    return replace(known, detail=detail, paints=PAINTS)


def face_fit(samples: FaceSamples) -> FaceFit:
    return FaceFit(samples, SampledFaces(samples), figure(), 1)


def image(decoder: Decoder, values: Tensor) -> Tensor:
    with torch.no_grad():
        made: Tensor = decoder(values)
    return made


def test_the_same_box_makes_the_same_face(samples: FaceSamples) -> None:
    torch.manual_seed(1)
    known = face_decoder(samples.box.height, samples.box.width, 1, PAINTS)
    fit = face_fit(samples)
    begin_face(fit, samples.box, ancestor(known, samples.box))
    values = torch.from_numpy(samples.poses[:2])
    assert fit.done == 0
    assert torch.allclose(image(fit.decoder, values), image(known, values), atol=1e-4)


def test_a_paint_that_it_lacks_begins_half_way_between_two(samples: FaceSamples) -> None:
    torch.manual_seed(1)
    known, fit = face_decoder(samples.box.height, samples.box.width, 1, 2), face_fit(samples)
    begin_face(fit, samples.box, replace(ancestor(known, samples.box), paints=2))
    values = torch.from_numpy(samples.poses[:2])
    own, there = image(fit.decoder, values), image(known, values)
    assert torch.allclose(own[:, :4], there, atol=1e-4)
    assert torch.allclose(own[:, 4], there[:, 2:].mean(1), atol=1e-4)


def test_a_box_elsewhere_makes_the_same_at_the_same_places(samples: FaceSamples) -> None:
    torch.manual_seed(1)
    box = samples.box
    wider = Box(box.left - CELL, box.top, box.width + 2 * CELL, box.height)
    known = face_decoder(wider.height, wider.width, 1, PAINTS)
    fit = face_fit(samples)
    begin_face(fit, box, ancestor(known, wider))
    values = torch.from_numpy(samples.poses[:2])
    own, there = image(fit.decoder, values), image(known, values)[..., CELL : CELL + box.width]
    inner = slice(CELL, -CELL)
    assert torch.allclose(own[..., inner], there[..., inner], atol=1e-3)


def test_of_more_detail_each_pixel_takes_the_mean(samples: FaceSamples) -> None:
    torch.manual_seed(1)
    known = face_decoder(samples.box.height, samples.box.width, 2, PAINTS)
    fit = face_fit(samples)
    begin_face(fit, samples.box, ancestor(known, samples.box, 2))
    values = torch.from_numpy(samples.poses[:2])
    mean = torch.nn.functional.avg_pool2d(image(known, values), 2)
    assert torch.allclose(image(fit.decoder, values), mean, atol=1e-4)


def test_an_older_face_is_none_to_begin_with(samples: FaceSamples) -> None:
    fit = face_fit(samples)
    before = image(fit.decoder, torch.from_numpy(samples.poses[:1]))
    begin_face(fit, samples.box, still_puppet(figure()))
    assert torch.equal(image(fit.decoder, torch.from_numpy(samples.poses[:1])), before)


def test_a_body_begins_with_shifts_alone(store: SampleStore) -> None:
    torch.manual_seed(1)
    known = body_decoder()
    with torch.no_grad():
        known.head.get_parameter("bias")[8:] = 5.0
    extremes = store.extremes()
    box = figure_box(extremes)
    fit = BodyFit(extremes, figure(), box, 1)
    fresh = fit.decoder.head.get_parameter("bias")[8:].clone()
    numbers = {name: value.numpy() for name, value in known.state_dict().items()}
    begin_body(fit, box, replace(still_puppet(figure()), body=numbers, figure_box=box))
    values = torch.from_numpy(extremes.poses[:2])
    assert torch.allclose(image(fit.decoder, values)[:, :2], image(known, values)[:, :2], atol=1e-4)
    assert torch.equal(fit.decoder.head.get_parameter("bias")[8:], fresh)


def test_the_one_that_comes_with_the_program_will_do() -> None:
    known = shipped()
    assert known is not None and 2 <= known.paints <= PAINTS
