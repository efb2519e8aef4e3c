"""Whether other people are heard beside the user, far softer.

Then soft sounds are theirs, even in the user's pauses.
"""

from __future__ import annotations

FORGET = 0.9998
"""What is left of them from frame to frame: half in 35 s."""

ENOUGH = 20.0
"""Frames (10 ms) of somebody who was refused from which on others are there."""

LOUDER_DB = 8.0
"""Who is this much louder than those who were heard before is another one, and they are the others."""

LEAST_FRAMES = 30
"""Frames of speech whose level is enough for that."""

SURELY = 3 * ENOUGH


class Company:
    """Follows one microphone."""

    def __init__(self) -> None:
        self._refused = 0.0

    @property
    def there(self) -> bool:
        """Whether others are heard beside the user."""
        return self._refused >= ENOUGH

    def follow(self, refused: bool) -> None:
        """Take one frame; `refused`: somebody spoke who was not taken for the user."""
        self._refused = self._refused * FORGET + refused

    def compare(self, peak_db: float, before_db: float, frames: int) -> None:
        """The user speaks with this peak (dB of full scale); `frames` of speech before usually had `before_db`."""
        if frames >= LEAST_FRAMES and peak_db > before_db + LOUDER_DB:
            self._refused = max(self._refused, SURELY)

    def forget(self) -> None:
        """Who was refused was the user."""
        self._refused = 0.0
