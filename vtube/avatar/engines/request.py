"""What an engine is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vtube.avatar.picture.character import Character
from vtube.avatar.puppet.file import Puppet, puppet_path


@dataclass(frozen=True, slots=True)
class Request:
    """A character to draw and how; `auto` and 0 leave the choice to the engine."""

    character: Character
    variant: str = "auto"
    precision: str = "auto"
    device: str = "auto"
    threads: int = 0
    models: Path | None = None
    """Folder of the weights, where not the usual one."""
    puppet: Puppet | None = None
    """The character's puppet, where somebody has opened its file already."""

    @property
    def weights(self) -> str:
        """The variant with `auto` resolved."""
        return "separable_float" if self.variant == "auto" else self.variant

    @property
    def separable(self) -> bool:
        """Whether the variant's networks convolve separably."""
        return self.weights.startswith("separable")

    @property
    def puppet_path(self) -> Path:
        """Where the puppet of this character and these weights is kept."""
        return puppet_path(self.character.digest, self.weights, self.models)
