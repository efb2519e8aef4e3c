"""The default character keeps to THA3's template, and its PNG and SVG don't drift apart."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from tools.character.build import SOURCE_KEY, default_source, source_digest
from tools.character.drawing import face, figure
from vtube.frame import Frame
from vtube.paths import default_picture

HEAD = (192, 64, 320, 192)
"""THA3's template: the head's box in the middle of the top half, x0 y0 x1 y1."""


@pytest.fixture(scope="module")
def frame() -> Frame:
    with Image.open(default_picture()) as picture:
        assert picture.mode == "RGBA"
        return np.ascontiguousarray(picture)


def test_size(frame: Frame) -> None:
    assert frame.shape == (512, 512, 4)


def test_transparent_around_the_figure(frame: Frame) -> None:
    alpha = frame[..., 3]
    assert not alpha[:24].any()
    assert not alpha[:, :100].any()
    assert not alpha[:, 412:].any()
    assert (alpha == 255).sum() > 50_000


def test_reaches_the_bottom_edge(frame: Frame) -> None:
    assert (frame[511, 200:312, 3] == 255).all()


def test_arms_hang_away_from_the_face(frame: Frame) -> None:
    columns = np.flatnonzero(frame[64:192, :, 3].any(axis=0))
    assert columns.min() >= 164
    assert columns.max() <= 348


def test_face_lies_in_the_head_box() -> None:
    x, y = (np.array(face.HALF, float)).T
    left, right = x.min(), 512 - x.min()
    assert HEAD[0] < left < right < HEAD[2]
    assert HEAD[1] < y.min() < y.max() <= HEAD[3] + 1


def test_head_is_upright_and_in_the_middle(frame: Frame) -> None:
    weight = frame[64:192, :, 3].sum(axis=0, dtype=np.int64)
    middle = (weight * np.arange(512)).sum() / weight.sum()
    assert abs(middle - 255.5) < 3


def test_png_was_rendered_from_the_svg() -> None:
    with Image.open(default_picture()) as picture:
        assert picture.info[SOURCE_KEY] == source_digest(default_source().read_bytes())


def test_svg_is_what_the_drawing_gives() -> None:
    assert default_source().read_text(encoding="utf-8") == figure.drawing()


def test_svg_refers_only_to_what_it_defines() -> None:
    svg = figure.drawing()
    names = re.findall(r' id="([^"]+)"', svg)
    assert len(names) == len(set(names))
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', svg)) <= set(names)
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_licence_lies_beside_the_picture() -> None:
    text = default_picture().with_name("LICENSE.txt").read_text(encoding="utf-8")
    assert "CC0 1.0" in text
