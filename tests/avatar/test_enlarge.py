import numpy as np
import pytest

from vtube.avatar.enlarge import enlarge
from vtube.frame import blank


@pytest.mark.parametrize("size", [100, 700])
def test_hidden_colours_do_not_bleed_in(size: int) -> None:
    frame = blank()
    frame[:] = (0, 255, 0, 0)
    frame[:, 256:] = (200, 0, 0, 255)
    large = enlarge(frame, size)
    assert large.shape == (size, size, 4) and large.dtype == np.uint8 and large.flags.c_contiguous
    assert large[large[..., 3] > 0][:, 1].max() == 0
    assert (large[:, -10:] == (200, 0, 0, 255)).all() and (large[:, :10, 3] == 0).all()


def test_the_right_size_stays_as_it_is() -> None:
    frame = blank()
    assert enlarge(frame, len(frame)) is frame
