"""What the server asks of those who make clips beside the camera."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol


class ClipsControl(Protocol):
    """Videos that are made in the background. All of it may block for a disk, but for what is said of the state."""

    most_sound_bytes: int

    def make(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Let a clip be made; what is known of it."""

    def all(self) -> list[dict[str, Any]]:
        """Every clip, the newest first."""

    def get(self, key: str) -> dict[str, Any] | None:
        """All of one clip; None when there is none of that key."""

    def video(self, key: str) -> tuple[Path, str] | None:
        """The file of a finished clip, and how it is called for a download; None when there is none."""

    def resume(self, key: str) -> bool:
        """Let one go on that has failed or was stopped; False when there is none of that key."""

    def stop(self, key: str) -> bool:
        """Stop one that waits or is being made; False when there is none of that key."""

    def remove(self, key: str) -> bool:
        """Delete one; False when there is none of that key."""

    def new_sound(self, name: str) -> tuple[str, BinaryIO]:
        """A key and an open file for a sound called `name`."""

    def keep_sound(self, key: str) -> float | None:
        """Look into a sound that was written: its seconds, None where its head does not say."""

    def drop_sound(self, key: str) -> None:
        """Remove a sound that did not arrive."""
