from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from vtube.avatar import colour


def every_shade() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    ramp = np.arange(256, dtype=np.uint8)
    frame = np.stack([ramp, ramp[::-1], np.roll(ramp, 7), np.maximum(ramp, 1)], 1)
    return np.ascontiguousarray(frame.reshape(16, 16, 4))


def test_there_and_back_is_where_it_was() -> None:
    frame = every_shade()
    assert np.array_equal(colour.to_frame(colour.to_linear(frame)), frame)


def test_known_values() -> None:
    pixel = np.array([[[0, 255, 188, 255]]], np.uint8)
    linear = colour.to_linear(pixel)[0, :, 0, 0]
    assert np.allclose(linear, [-1, 1, 0.0029, 1], atol=0.003)


def test_invisible_pixels_become_black() -> None:
    assert (colour.to_linear(np.array([[[200, 100, 50, 0]]], np.uint8)) == -1).all()


def test_values_outside_are_clipped() -> None:
    image = np.array([-3, 3, 0, 7], np.float32).reshape(1, 4, 1, 1)
    assert colour.to_frame(image).tolist() == [[[0, 255, 188, 255]]]


def test_the_polynomial_is_the_curve() -> None:
    light = np.linspace(colour.LINEAR_KNEE, 1, 1000, dtype=np.float32)
    polynomial = np.polynomial.Polynomial(colour.SRGB_OF_FOURTH_ROOT)
    assert np.abs(polynomial(light**0.25) - colour.linear_to_srgb(light)).max() * 255 < 0.01


@given(st.integers(0, 2**32 - 1))
def test_tensors_are_shown_as_arrays_are(seed: int) -> None:
    image = np.random.default_rng(seed).uniform(-1.1, 1.1, (1, 4, 8, 6)).astype(np.float32)
    frame = colour.displayed(torch.from_numpy(image)).numpy()
    assert frame.shape == (8, 6, 4) and frame.dtype == np.uint8
    assert np.abs(frame.astype(int) - colour.to_frame(image)).max() <= 1
