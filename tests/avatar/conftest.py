"""The demo as an oracle, and its images, shared by all tests of a session: each image costs a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.avatar.reference import PICTURES, Reference, drawn, random_poses
from vtube.avatar.colour import Linear
from vtube.avatar.weights.samples import wheel_path
from vtube.errors import ModelError

POSES = 2
"""Of each of the three pictures, other ones of each."""

PosesOf = Callable[[str], NDArray[np.float32]]
Images = Callable[[str], list[Linear]]


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """The unmodified demo."""
    try:
        wheel = wheel_path()
    except ModelError as error:
        pytest.skip(f"the demo cannot be had: {error}")
    return Reference(wheel, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def poses_of() -> PosesOf:
    """Random poses for each picture, (POSES, 45)."""
    poses = np.split(random_poses(POSES * len(PICTURES)), len(PICTURES))
    return dict(zip(PICTURES, poses, strict=True)).__getitem__


@pytest.fixture(scope="session")
def reference_images(reference: Reference, poses_of: PosesOf) -> Images:
    """The demo's image of each pose, by the name of the picture."""
    poser = reference.poser("separable_float")
    return lru_cache(lambda name: drawn(poser, reference.taken_in(reference.picture(name)), poses_of(name)))
