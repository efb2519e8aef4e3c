"""What the server asks of those who make what viewers see: the scene, the air, recordings."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, Protocol

from vtube.frame import Frame
from vtube.pose import Pose


class AirControl(Protocol):
    """Whether viewers see the character."""

    def put(self, on: bool) -> None:
        """Show her in every output, or in none."""


class RecorderControl(Protocol):
    """Recordings of what goes out, in the user's own folder."""

    def start(self, kind: str) -> str:
        """Begin a new file of this kind, such as `mov`; returns its path."""

    def stop(self) -> None:
        """Finish the file."""


class ScenesControl(Protocol):
    """Looks of the scene that are kept by name.

    All but `all` block, and return a warning: why the next start will not know of it, empty if it will.
    """

    def all(self) -> dict[str, dict[str, Any]]:
        """Name to look, as in the settings."""

    def keep(self, name: str) -> str:
        """Keep what is seen now under a name."""

    def show(self, name: str, seconds: float = ...) -> str:
        """Change into a look; the figure takes so long to its place."""

    def rename(self, name: str, new: str) -> str:
        """Give a look another name."""

    def remove(self, name: str) -> str:
        """Forget a look."""


class StillsControl(Protocol):
    """Stills in any poses."""

    def pose(self, expression: str | None, strength: float, values: Mapping[str, float]) -> Pose:
        """An expression at a strength (0..1), and parameters in place of its own."""

    def size(self) -> tuple[int, int]:
        """Width and height of the scene."""

    def draw(self, poses: Sequence[Pose], size: tuple[int, int]) -> Generator[Frame]:
        """Each pose, RGBA, of that size, framed as the scene. Blocks at each."""
