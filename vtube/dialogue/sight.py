"""What a language model may see of the screen: small, seldom, only with the streamer's own words, and never kept."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageGrab

from vtube.chat.message import Role
from vtube.clock import Clock, monotonic
from vtube.dialogue.candidates import HOST
from vtube.dialogue.jobs import Job
from vtube.settings import SightSettings
from vtube.text import first_line

QUALITY = 70

log = logging.getLogger(__name__)

Grab = Callable[[tuple[int, int, int, int] | None], Image.Image]
"""Takes a picture of the screen, or of the part between left, top, right and lower edge."""


def grabbed(box: tuple[int, int, int, int] | None) -> Image.Image:
    """The screen by the operating system's own means, all monitors as one."""
    return ImageGrab.grab(bbox=box, all_screens=True)


class Sight:
    """Looks when it may; `trouble` says why it does not, `looks` how often it did."""

    def __init__(self, settings: SightSettings, grab: Grab = grabbed, clock: Clock = monotonic) -> None:
        self._settings, self._grab, self._clock = settings, grab, clock
        self._looked_at = float("-inf")
        self.trouble = ""
        self.looks = 0

    def may_look(self, job: Job) -> bool:
        """Whether the streamer asks, and the last look is long enough ago."""
        asks = job.pool == HOST or (job.message is not None and Role.OWNER in job.message.roles)
        rested = self._clock() - self._looked_at >= self._settings.every_s
        return self._settings.enabled and asks and rested and not self.trouble

    def look(self, job: Job) -> tuple[bytes, ...]:
        """The screen as a JPEG, or nothing. Blocks for some milliseconds."""
        if not self.may_look(job):
            return ()
        self._looked_at = self._clock()
        try:
            picture = self._grab(self._settings.box).convert("RGB")
        except (OSError, ValueError) as error:
            self.give_up(f"the screen cannot be seen: {first_line(error)}")
            return ()
        picture.thumbnail((self._settings.size, self._settings.size))
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=QUALITY)
        self.looks += 1
        return (buffer.getvalue(),)

    def give_up(self, why: str) -> None:
        """Look no more until the next start."""
        self.trouble = why
        log.warning("no pictures of the screen: %s", why)

    def state(self) -> dict[str, Any]:
        """For `/api/state`."""
        return {"on": self._settings.enabled and not self.trouble, "looks": self.looks, "trouble": self.trouble}
