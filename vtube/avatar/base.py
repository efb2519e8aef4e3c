"""The seam of a renderer."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from vtube.frame import Frame, View
from vtube.pose import Pose


class Renderer(Protocol):
    """Draws one character in a pose."""

    name: str
    """The engine, as `--engine` and `/api/state` call it, such as `openvino`."""

    detail: str
    """How it runs, for the user: precision and device, such as `bfloat16 on CPU`."""

    def render(self, pose: Pose, /) -> Frame:
        """Draw `pose`; 512 x 512. The frame belongs to the caller and is never written to again."""

    def close(self) -> None:
        """Give memory and device back; harmless when called twice."""


@runtime_checkable
class ViewRenderer(Renderer, Protocol):
    """A renderer that draws at any size, just what is shown."""

    def render_view(self, pose: Pose, view: View, /) -> Frame:
        """Draw `pose` as `view` shows it; a frame of its size. The same frame when both are as before."""


@runtime_checkable
class LazyRenderer(ViewRenderer, Protocol):
    """A renderer that can leave the pixels to those who need them."""

    def render_lazily(self, pose: Pose, view: View, /) -> Frame:
        """As `render_view`, but the frame may have only its recipe; see `frame.drawn`."""
