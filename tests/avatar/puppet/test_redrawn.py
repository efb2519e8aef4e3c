"""A mouth that is open in the drawing is closed at rest, as the exact renderer closes it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from tests.avatar.puppet_fixtures import SlidingTeacher, figure
from vtube.avatar.puppet.canvas import Drawn
from vtube.avatar.puppet.face_fit import FaceFit, SampledFaces
from vtube.avatar.puppet.fine_faces import FineFaces
from vtube.avatar.puppet.layout import CROP, FACE_LEFT, FACE_TOP
from vtube.avatar.puppet.redrawn import redrawn
from vtube.avatar.puppet.sampling import FaceSamples, SampleStore, joined
from vtube.frame import Frame

MOUTH = slice(130, 148), slice(286, 312)
"""Rows and columns of the picture; inside the square that a wink greys."""


def open_mouthed() -> Frame:
    """The drawing; the teacher knows only `figure`, whose mouth is shut."""
    picture = figure()
    cv2.ellipse(picture, (299, 139), (10, 7), 0, 0, 360, (150, 20, 30, 255), -1, cv2.LINE_AA)
    return picture


def crop(picture: Frame) -> Frame:
    return np.ascontiguousarray(picture[CROP.slices])


def mouth(of_crop: Frame) -> Frame:
    rows, columns = (slice(part.start - start, part.stop - start) for part, start in zip(MOUTH, (32, 160), strict=True))
    return of_crop[rows, columns]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> FaceSamples:
    return joined(list(SampleStore(tmp_path_factory.mktemp("samples"), SlidingTeacher(figure())).faces(1)))


def test_only_what_really_differs_is_drawn_anew() -> None:
    own, soft = crop(open_mouthed()), cv2.GaussianBlur(crop(open_mouthed()), (0, 0), 1)
    assert not redrawn(own, np.ascontiguousarray(soft[..., :3])).any()
    anew = redrawn(own, np.ascontiguousarray(crop(figure())[..., :3]))
    assert (mouth(anew)[4:-4, 6:-6] > 250).all()
    assert (anew > 0).mean() < 0.05


def test_what_lies_outside_the_figure_is_not_compared() -> None:
    hidden = crop(figure())
    hidden[:40, :40, 3] = 0
    neutral = np.ascontiguousarray(hidden[..., :3])
    neutral[:40, :40] = 255 - neutral[:40, :40]
    assert not redrawn(hidden, neutral)[:30, :30].any()


def test_a_face_at_rest_is_learnt_with_the_mouth_shut(samples: FaceSamples) -> None:
    fit = FaceFit(samples, SampledFaces(samples), open_mouthed(), 1)
    shown, cover = fit.wanted(torch.tensor([len(samples.poses)]))
    box = samples.box.moved(FACE_LEFT, FACE_TOP)
    whole = open_mouthed()
    whole[box.slices][..., :3] = np.rint(shown[0].permute(1, 2, 0).numpy() * 255)
    off = mouth(crop(whole))[..., :3].astype(int) - mouth(crop(figure()))[..., :3]
    assert 0.02 < float(cover.mean()) < 0.5
    assert np.abs(off).max() < 3


def test_large_frames_of_older_puppets_shut_it_too() -> None:
    drawing = np.asarray(cv2.resize(open_mouthed(), (1024, 1024), interpolation=cv2.INTER_CUBIC), np.uint8)
    box = CROP.moved(-FACE_LEFT, -FACE_TOP)
    neutral = np.ascontiguousarray(crop(figure())[..., :3])
    canvas = Drawn(drawing, box, neutral)
    canvas.show(neutral)
    shut = cv2.resize(canvas.pixels[CROP.times(2).slices], (192, 192), interpolation=cv2.INTER_AREA)
    off = np.abs(mouth(shut)[..., :3].astype(int) - mouth(crop(figure()))[..., :3])
    assert (
        off.mean()
        < 2
        < np.abs(mouth(crop(open_mouthed()))[..., :3].astype(int) - mouth(crop(figure()))[..., :3]).mean()
    )
    faces = FineFaces(drawing, box, neutral, lambda small: np.repeat(np.repeat(small, 2, 1), 2, 2))
    wanted = faces.wanted(crop(figure()))
    assert mouth(cv2.resize(wanted, (192, 192)))[6:-6, 8:-8, 3].min() > 250
