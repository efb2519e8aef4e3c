import numpy as np
import pytest

from vtube.avatar.enlarge import draw, enlarge
from vtube.avatar.picture.character import Character
from vtube.avatar.still import StillRenderer
from vtube.frame import Frame, View, blank
from vtube.pose import Pose, neutral


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


class AnySize:
    """A renderer that draws what it is asked to show."""

    name = detail = "any size"

    def render(self, pose: Pose) -> Frame:
        raise AssertionError("asked for 512 pixels")

    def render_view(self, pose: Pose, view: View) -> Frame:
        self.view = view
        return blank(view.width, view.height)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("width", "height"), [(1080, 1080), (1920, 1080), (1080, 1350), (301, 77)])
def test_a_renderer_that_can_draws_at_the_size(width: int, height: int) -> None:
    renderer = AnySize()
    assert draw(renderer, neutral(), width, height).shape == (height, width, 4)
    view = renderer.view
    assert view.scale_x == view.scale_y == min(width, height) / 512
    assert view.top + 512 * view.scale_y == pytest.approx(height)
    assert view.left + 256 * view.scale_x == pytest.approx(width / 2)


def test_what_the_networks_draw_stands_on_the_lower_edge_of_another_shape() -> None:
    frame = blank()
    frame[:] = 255
    still = StillRenderer(Character.of(frame))
    for renderer in (still, Plain(frame)):
        drawn = draw(renderer, neutral(), 200, 128)
        assert drawn.shape == (128, 200, 4)
        columns = np.flatnonzero(drawn[64, :, 3] > 127)
        assert (columns[0], columns[-1]) == (36, 163)


class Plain:
    """Draws 512 pixels."""

    name = detail = "plain"

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def render(self, pose: Pose) -> Frame:
        return self.frame

    def close(self) -> None:
        pass
