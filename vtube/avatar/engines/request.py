"""What an engine is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vtube.errors import PictureError
from vtube.frame import SIZE, Frame


@dataclass(frozen=True, slots=True)
class Request:
    """A character to draw and how; `auto` and 0 leave the choice to the engine."""

    picture: Frame
    """512 x 512 RGBA, straight alpha."""
    variant: str = "auto"
    precision: str = "auto"
    device: str = "auto"
    threads: int = 0
    models: Path | None = None
    """Folder of the weights, where not the usual one."""

    def __post_init__(self) -> None:
        if self.picture.shape != (SIZE, SIZE, 4) or self.picture.dtype.name != "uint8":
            raise PictureError(f"a character needs to be {SIZE} x {SIZE} pixels, RGBA with 8 bits each")

    @property
    def weights(self) -> str:
        """The variant with `auto` resolved."""
        return "separable_float" if self.variant == "auto" else self.variant

    @property
    def separable(self) -> bool:
        """Whether the variant's networks convolve separably."""
        return self.weights.startswith("separable")
