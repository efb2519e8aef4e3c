"""What a language model may see of the screen: small, seldom, never for a viewer, and never kept."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageGrab

from vtube.chat.message import Role
from vtube.clock import Clock, monotonic
from vtube.dialogue.candidates import HOST
from vtube.dialogue.jobs import LOOKS, Job
from vtube.errors import PackageMissingError, SettingsError
from vtube.registry import lacking
from vtube.settings import SightSettings
from vtube.text import first_line

QUALITY = 70

log = logging.getLogger(__name__)

Box = tuple[int, int, int, int]
"""Left, top, right and lower edge in pixels."""

Grab = Callable[[Box | None], Image.Image]
"""Takes a picture of the screen, or of the part between left, top, right and lower edge."""


def grabbed(box: Box | None) -> Image.Image:
    """The screen by the operating system's own means, all monitors as one."""
    return ImageGrab.grab(bbox=box, all_screens=True)


def monitors() -> list[Box]:
    """Where the monitors are, the first one first.

    Raises:
        PackageMissingError: the extra `sight` is not installed.
        OSError: there is no screen.
    """
    try:
        import mss
    except ImportError:
        raise lacking("a choice of monitor", "sight", "mss") from None
    try:
        with mss.mss() as screens:
            found = screens.monitors[1:]
    except mss.exception.ScreenShotError as error:
        raise OSError(first_line(error)) from None
    return [(one["left"], one["top"], one["left"] + one["width"], one["top"] + one["height"]) for one in found]


def part_of(box: Box, region: Box | None) -> Box:
    """A region of a monitor, counted from its upper left, no larger than it."""
    if region is None:
        return box
    left, top, right, bottom = box
    return (
        min(max(left + region[0], left), right - 1),
        min(max(top + region[1], top), bottom - 1),
        max(min(left + region[2], right), left + 1),
        max(min(top + region[3], bottom), top + 1),
    )


class Sight:
    """Looks when it may; `trouble` says why it does not, `looks` how often it did."""

    def __init__(
        self,
        settings: SightSettings,
        grab: Grab = grabbed,
        clock: Clock = monotonic,
        monitors: Callable[[], list[Box]] = monitors,
    ) -> None:
        self._settings, self._grab, self._clock, self._monitors = settings, grab, clock, monitors
        self._looked_at = float("-inf")
        self.trouble = ""
        self.looks = 0

    def may_look(self, job: Job) -> bool:
        """Whether the streamer asks, or she may look by herself, and the last look is long enough ago."""
        asks = job.pool in (HOST, LOOKS) or (job.message is not None and Role.OWNER in job.message.roles)
        rested = self._clock() - self._looked_at >= self._settings.every_s
        return self._settings.enabled and asks and rested and not self.trouble

    @property
    def alone_s(self) -> float:
        """Seconds of quiet after which she may look by herself; 0 while she may not."""
        rested = self._clock() - self._looked_at >= self._settings.every_s
        return self._settings.alone_s if self._settings.enabled and rested and not self.trouble else 0.0

    def look(self, job: Job) -> tuple[bytes, ...]:
        """The screen as a JPEG, or nothing. Blocks for some milliseconds."""
        if not self.may_look(job):
            return ()
        self._looked_at = self._clock()
        try:
            picture = self._grab(self._box()).convert("RGB")
        except (OSError, ValueError, PackageMissingError, SettingsError) as error:
            self.give_up(f"the screen cannot be seen: {first_line(error)}")
            return ()
        picture.thumbnail((self._settings.size, self._settings.size))
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=QUALITY)
        self.looks += 1
        return (buffer.getvalue(),)

    def _box(self) -> Box | None:
        """What is looked at; monitors may come and go."""
        number = self._settings.monitor
        if number is None:
            return self._settings.box
        found = self._monitors()
        if number > len(found):
            raise SettingsError(f"there is no monitor {number}, only {len(found)}; see dialogue.sight.monitor")
        return part_of(found[number - 1], self._settings.box)

    def give_up(self, why: str) -> None:
        """Look no more until the next start."""
        self.trouble = why
        log.warning("no pictures of the screen: %s", why)

    def state(self) -> dict[str, Any]:
        """For `/api/state`."""
        return {"on": self._settings.enabled and not self.trouble, "looks": self.looks, "trouble": self.trouble}
