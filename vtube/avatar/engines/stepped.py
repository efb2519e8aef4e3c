"""What the THA3 engines share: which steps a pose needs, and the last frame for a pose that did not change."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from vtube import pose as parameters
from vtube.clock import monotonic
from vtube.errors import EngineError
from vtube.frame import Frame
from vtube.pose import Pose

T = TypeVar("T")


class SteppedRenderer(ABC):
    """A renderer over the steps eyebrows, face and body; each keeps its result until it is called again."""

    name: str
    detail: str

    def __init__(self) -> None:
        self.observe: Callable[[str, float], None] | None = None
        """Called with each step's name and milliseconds, when set (for measuring)."""
        self._last: tuple[Pose, Frame] | None = None
        self._closed = False

    def render(self, pose: Pose) -> Frame:
        """Draw `pose`, doing only the steps whose parameters changed since the last call.

        Raises:
            EngineError: the renderer is closed.
        """
        if self._closed:
            raise EngineError(f"the {self.name} renderer is closed")
        last, self._last = self._last, None
        known = last[0] if last else None
        if last and np.array_equal(last[0], pose):
            self._last = last
            return last[1]
        pose = np.array(pose, np.float32)
        self._take(pose)
        brows = _changed(known, pose, parameters.EYEBROWS)
        if brows:
            self._timed("eyebrows", self._eyebrows)
        if brows or _changed(known, pose, parameters.FACE):
            self._timed("face", self._face)
        frame = self._timed("body", self._body)
        self._last = pose, frame
        return frame

    def close(self) -> None:
        """Give memory and device back; harmless when called twice."""
        if not self._closed:
            self._closed, self._last = True, None
            self._release()

    @abstractmethod
    def _take(self, pose: Pose) -> None:
        """Keep `pose` where the steps find it."""

    @abstractmethod
    def _eyebrows(self) -> None:
        """Run the eyebrow step and keep its result."""

    @abstractmethod
    def _face(self) -> None:
        """Run the face step on the last eyebrow result and keep its result."""

    @abstractmethod
    def _body(self) -> Frame:
        """Run the body step on the last face result; a new frame."""

    @abstractmethod
    def _release(self) -> None:
        """Drop networks and buffers."""

    def _finish(self) -> None:  # noqa: B027
        """Wait until the device has done what it was given; called only while being measured."""

    def _timed(self, stage: str, step: Callable[[], T]) -> T:
        if self.observe is None:
            return step()
        start = monotonic()
        result = step()
        self._finish()
        self.observe(stage, (monotonic() - start) * 1000)
        return result


def _changed(last: Pose | None, pose: Pose, part: slice) -> bool:
    return last is None or not np.array_equal(last[part], pose[part])
